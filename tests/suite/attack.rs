//! What somebody with bad intent would try: markup and formulas in stored text, links that are not theirs, letters
//! that hold links, and asking for links without end.

use chaperone::store::outbox;
use chaperone::types::OutboxState;
use rocket::http::Method;

use crate::matrix;
use crate::support::account::PASSWORD;
use crate::support::asker::{Asker, Said, client};
use crate::support::browser::Browser;
use crate::support::known::{KINDS, Known};
use crate::support::world::START;

const OFFICER: &str = "officer@known.example.org";

/// A formula to a spreadsheet and markup to a browser.
const PAYLOAD: &str = "=zqx<b>\"''&";

fn told(known: &Known, kind: &str) -> Vec<(String, Said)> {
    let client = client(&known.world.test);
    let token = known.token(known.user(kind)).reveal().to_owned();
    let asker = Asker::new(&client, &known.world.test, Some(token));
    let rows = matrix::rows().into_iter().filter(|row| row.verb == Method::Get);
    rows.map(|row| known.address(&row.address)).map(|path| (path.clone(), asker.get(&path))).collect()
}

#[test]
fn stored_text_is_text_on_every_page_and_in_every_file_and_letter() {
    let known = Known::new();
    let columns = [
        ("people", "forename"),
        ("people", "surname"),
        ("people", "email"),
        ("people", "phone"),
        ("person_names", "surname"),
        ("contractors", "name"),
        ("contractors", "contact_name"),
        ("contractors", "phone"),
        ("contractors", "second_name"),
        ("evidence", "reference"),
        ("evidence", "reason"),
        ("evidence", "seen_by"),
        ("dbs_certificates", "original_seen_by"),
        ("dbs_certificates", "reason"),
        ("waivers", "conditions"),
        ("waivers", "reason"),
        ("holds", "reason"),
        ("approvals", "conditions"),
        ("approvals", "reason"),
        ("badges", "number"),
        ("tasks", "detail"),
        ("imports", "file_name"),
        ("imports", "detail"),
        ("users", "name"),
        ("outbox", "subject"),
        ("outbox", "body_text"),
        ("outbox", "last_error"),
        ("jobs", "about"),
    ];
    for (table, column) in columns {
        let unique = if table == "badges" { " WHERE id = (SELECT MIN(id) FROM badges)" } else { "" };
        known.world.sql(&format!("UPDATE {table} SET {column} = '{PAYLOAD}'{unique}"));
    }
    known.world.sql(&format!(
        "INSERT INTO import_problems (import_id, line, severity, column_name, message)
         VALUES (1, 2, 'rejected', 'surname', '{PAYLOAD}')"
    ));
    let mut seen = 0;
    for kind in KINDS {
        for (path, said) in told(&known, kind) {
            assert!(said.code < 500, "{path} as {kind}: {}", said.code);
            if said.header("Content-Type").starts_with("text/html") {
                assert!(!said.body.contains("zqx<b>"), "{path} as {kind}");
                seen += usize::from(said.body.contains("zqx&#"));
            } else {
                for start in ["\n=", ",=", "\"=", "\u{feff}="] {
                    assert!(!said.body.contains(start), "{path} as {kind} holds a formula: {}", said.body);
                }
            }
        }
    }
    assert!(seen > 20, "the text was on {seen} pages only");
    known.world.sql("DELETE FROM outbox");
    known.world.sql("UPDATE evidence SET valid_from = '2023-12-10' WHERE code = 'first_aid'");
    known.world.sql("DELETE FROM holds");
    known.world.sql("UPDATE clearances SET next_change_on = '2026-11-22'");
    let letters = known.world.night(START);
    assert!(letters.iter().any(|letter| letter.html.contains("zqx&#")), "a letter names the firm");
    for letter in letters {
        assert!(!letter.html.contains("zqx<b>"), "{}", letter.html);
    }
}

#[test]
fn a_letter_with_a_link_arrives_once_and_its_link_is_nobody_elses() {
    let known = Known::new();
    known.world.sql("DELETE FROM outbox");
    let admin = Browser::new(&known.world.test);
    admin.sign_in("admin@known.example.org");
    let fields = [("name", "Bo Ash"), ("email", "bo@known.example.org"), ("accesses", "officer")];
    assert_eq!(admin.fill("/users/new", "/users/new", &fields).status.code, 303);
    let letter = known.world.outbox().remove(0);
    let token = letter.params.split("/password/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    for kind in KINDS {
        for (path, said) in told(&known, kind) {
            assert!(!said.body.contains(&token), "{path} as {kind}");
        }
        let page = format!("/outbox/{}", letter.id);
        let asker_token = known.token(known.user(kind)).reveal().to_owned();
        let client = client(&known.world.test);
        let asker = Asker::new(&client, &known.world.test, Some(asker_token));
        assert!(!asker.get(&page).body.contains(&token), "{page} as {kind}");
    }
    known.world.run("deliver", START);
    let mail = known.world.sink.take().remove(0);
    assert_eq!(mail.to, ["bo@known.example.org"]);
    assert!(mail.text.contains(&format!("/password/{token}")) && !mail.header("Subject").contains("Bo"));
    let kept = known.world.outbox().remove(0);
    assert_eq!((kept.state, kept.params.as_str()), (OutboxState::Sent, "{}"));
    assert!(kept.body_text.is_none() && kept.body_html.is_none());
    let browser = Browser::new(&known.world.test);
    let page = format!("/password/{token}");
    assert_eq!(browser.fill(&page, &page, &[("password", PASSWORD)]).to(), (303, "/sign-in"));
    assert_eq!(browser.sign_in("bo@known.example.org").to(), (303, "/"));
    assert_eq!(browser.get(&page).status.code, 404, "it works once");
}

#[test]
fn a_letter_whose_link_is_gone_is_not_tried_again() {
    let known = Known::new();
    known.world.sql("UPDATE outbox SET letter = 'set_password', params = '{}', state = 'failed'");
    let officer = Browser::new(&known.world.test);
    officer.sign_in(OFFICER);
    let page = known.address("/outbox/{letter}");
    assert!(!officer.get(&page).body.contains("Try again"));
    assert_eq!(officer.fill("/contractors/new", &format!("{page}/retry"), &[]).status.code, 409);
}

#[test]
fn whoever_forgot_a_password_is_answered_alike_and_has_one_letter() {
    let known = Known::new();
    known.world.sql("DELETE FROM outbox");
    known.world.sql("UPDATE users SET status = 'disabled' WHERE email = 'spare@known.example.org'");
    let ask = |email: &str| {
        let browser = Browser::new(&known.world.test);
        let answer = browser.fill("/password/forgotten", "/password/forgotten", &[("email", email)]);
        assert_eq!(answer.to(), (303, "/sign-in"), "{email}");
        browser.get("/sign-in").body.contains("If there is an account for that email address")
    };
    for email in
        ["Officer@known.example.org ", "nobody@known.example.org", "spare@known.example.org", "system@localhost"]
    {
        assert!(ask(email), "{email}");
    }
    let letters = known.world.test.db.read(|c| outbox::list(c, None, None, None, 10)).unwrap();
    assert_eq!(letters.iter().map(|letter| letter.to_email.as_str()).collect::<Vec<_>>(), [OFFICER]);
    let again = |email: &str| {
        let browser = Browser::new(&known.world.test);
        browser.fill("/password/forgotten", "/password/forgotten", &[("email", email)])
    };
    let (known_one, unknown) = (again(OFFICER), again("nobody@known.example.org"));
    assert_eq!((known_one.status.code, unknown.status.code), (429, 429));
    assert!(known_one.body.contains("Try again in 2 minutes") && unknown.body.contains("Try again in 2 minutes"));
    assert_eq!(known.world.outbox().len(), 1);
    known.world.run("deliver", START);
    let mail = known.world.sink.take().remove(0);
    let page =
        mail.text.split("http://127.0.0.1:8000").nth(1).or_else(|| mail.text.split("/password/").nth(1)).unwrap();
    let token = page.split("/password/").last().unwrap().split_whitespace().next().unwrap();
    let page = format!("/password/{token}");
    let browser = Browser::new(&known.world.test);
    assert_eq!(browser.fill(&page, &page, &[("password", "quartz lamp visit 9")]).to(), (303, "/sign-in"));
    assert_eq!(browser.sign_in(OFFICER).status.code, 422, "the old password is gone");
}

#[test]
fn a_place_in_a_firms_list_tells_nothing_of_anothers_people() {
    let known = Known::new();
    known.world.sql("UPDATE people SET sort_name = 'mmm' WHERE reference = 'T00002'");
    known.world.sql("UPDATE people SET sort_name = 'aaa' WHERE reference = 'T00001'");
    let client = client(&known.world.test);
    let asker = Asker::new(&client, &known.world.test, Some(known.token(known.user("contractor")).reveal().to_owned()));
    let theirs = asker.get(&known.address("/home?after={other_person}"));
    assert_eq!(theirs, asker.get("/home?after=999999"));
    assert!(theirs.body.contains(&known.address("/people/{person}")) || theirs.body.contains("T00001"));
}
