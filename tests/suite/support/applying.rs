//! Applications made as people make them, page by page.

use chaperone::store::outbox;

use super::browser::{Answer, Browser};
use super::database::TestDb;

/// Fields of a form.
pub type Fields<'a> = Vec<(&'a str, &'a str)>;

/// A form's right answers for each group of a passenger assistant's application.
pub fn right(group: &str) -> Fields<'static> {
    match group {
        "name" => vec![("forename", "Siân"), ("surname", "O’Brien"), ("no_other_name", "yes")],
        "birth" => date("date_of_birth", "3", "4", "1990"),
        "contact" => vec![("email", "sian@home.example.org"), ("phone", "01632 960 001")],
        "addresses" => vec![
            ("lines-1", "1 High Street, Exampleton"),
            ("postcode-1", "EX1 1AA"),
            ("from-1-month", "3"),
            ("from-1-year", "2015"),
        ],
        "right_to_work" => vec![("right_to_work", "uk_passport")],
        "identity" => {
            vec![("documents", "passport"), ("documents", "driving_licence"), ("documents", "bank_statement")]
        }
        "licence" => vec![("authority", "1"), ("licence_type", "dual"), ("licence_number", "PH123")],
        "entitlement" => vec![("categories", "D1")],
        "referees" => vec![
            ("referee-1", "Owen Price"),
            ("relation-1", "Last employer"),
            ("referee_email-1", "owen@firm.example.org"),
            ("referee-2", "Mary Hall"),
            ("relation-2", "Teacher"),
            ("referee_phone-2", "01632 960 002"),
        ],
        other => panic!("{other} is no group"),
    }
}

/// A date's three fields.
pub fn date<'a>(name: &str, day: &'a str, month: &'a str, year: &'a str) -> Fields<'a> {
    let leak = |part: &str| -> &'static str { Box::leak(format!("{name}-{part}").into_boxed_str()) };
    vec![(leak("day"), day), (leak("month"), month), (leak("year"), year)]
}

/// Begins an application and answers its id.
pub fn begin(browser: &Browser, fields: &[(&str, &str)]) -> String {
    let sent = browser.fill("/applications/new", "/applications/new", fields);
    let (code, to) = sent.to();
    assert_eq!(code, 303, "{}", sent.body);
    to.strip_prefix("/applications/").unwrap_or_else(|| panic!("led to {to}")).to_owned()
}

/// Begins one about one of the firm's people.
pub fn begin_for(browser: &Browser, kind: &str, role: &str, firm: &str, person: &str) -> Answer {
    let fields = [("kind", kind), ("role", role), ("firm", firm)];
    let sent = browser.fill("/applications/new", "/applications/new", &fields);
    let to = sent.to().1.to_owned();
    browser.fill(&to, &to, &[("person", person)])
}

/// Sends a group's form.
pub fn answer(browser: &Browser, id: &str, group: &str, fields: &[(&str, &str)]) -> Answer {
    let page = format!("/applications/{id}/answers/{group}");
    browser.fill(&page, &page, fields)
}

/// Answers these groups rightly.
#[track_caller]
pub fn answer_all(browser: &Browser, id: &str, groups: &[&str]) {
    for group in groups {
        let sent = answer(browser, id, group, &right(group));
        assert_eq!(sent.status.code, 303, "{group}: {}", sent.body);
    }
}

/// The groups of a passenger assistant.
pub const ASSISTANT: [&str; 7] = ["name", "birth", "contact", "addresses", "right_to_work", "identity", "referees"];

/// Sends the application in.
pub fn send_in(browser: &Browser, id: &str) -> Answer {
    let page = format!("/applications/{id}/answers");
    browser.fill(&page, &page, &[("sworn", "yes")])
}

/// A whole application of a passenger assistant, sent in; its id.
#[track_caller]
pub fn sent_in(browser: &Browser) -> String {
    let id = begin(browser, &[("kind", "new"), ("role", "passenger_assistant")]);
    answer_all(browser, &id, &ASSISTANT);
    let sent = send_in(browser, &id);
    assert_eq!(sent.status.code, 303, "{}", sent.body);
    // Takes the banner that says so.
    browser.get(&format!("/applications/{id}"));
    id
}

/// The path of the last link that was sent to an applicant.
pub fn own_link(test: &TestDb) -> String {
    let letters = test.db.read(|conn| outbox::list(conn, None, None, None, 1000)).unwrap();
    let letter = letters.into_iter().filter(|one| one.letter == "own_link").max_by_key(|one| one.id).unwrap();
    let params: serde_json::Value = serde_json::from_str(&letter.params).unwrap();
    params["path"].as_str().unwrap().to_owned()
}

/// How many letters with a link were written.
pub fn own_links(test: &TestDb) -> usize {
    let letters = test.db.read(|conn| outbox::list(conn, None, None, None, 1000)).unwrap();
    letters.into_iter().filter(|one| one.letter == "own_link").count()
}

/// An application's reference.
pub fn reference(test: &TestDb, id: &str) -> String {
    use chaperone::store::application as store;
    use chaperone::types::{ApplicationId, Reach};
    let id = ApplicationId(id.parse().unwrap());
    test.db.read(|conn| store::find(conn, id, &Reach::Everyone)).unwrap().reference
}
