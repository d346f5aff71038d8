//! An applicant's own link: what it opens and for whom, what it takes, and what nobody else learns of it.

use chaperone::domain::application::answers::Answers;
use chaperone::store::application as store;
use chaperone::types::{ApplicationId, Reach};
use rocket::http::{ContentType, Cookie, Header};

use crate::support::applying::{answer_all, begin};
use crate::support::applying::{begin_for, own_link, own_links, send_in, sent_in};
use crate::support::browser::{Answer, Browser};
use crate::support::council::as_user;
use crate::support::known::Known;

const COOKIE: &str = "chaperone-own";

/// A firm's application that is with the council, and the path of the link.
fn start() -> (Known, Browser, String, String) {
    let known = Known::new();
    let browser = as_user(&known.world.test, "contractor@known.example.org");
    let id = sent_in(&browser);
    let link = own_link(&known.world.test);
    (known, browser, id, link)
}

/// A browser in which the link was opened.
fn visitor(known: &Known, link: &str) -> Browser {
    let browser = Browser::new(&known.world.test);
    assert_eq!(browser.fill(link, link, &[]).to(), (303, "/own"));
    browser
}

fn declare(browser: &Browser, fields: &[(&str, &str)]) -> Answer {
    browser.fill("/own/declaration", "/own/declaration", fields)
}

fn answers(known: &Known, id: &str) -> Answers {
    let id = ApplicationId(id.parse().unwrap());
    Answers::of(&known.world.test.db.read(|conn| store::find(conn, id, &Reach::Everyone)).unwrap()).unwrap()
}

/// A page without what differs each time it is asked for.
fn still(body: &str) -> String {
    let keys = ["name=\"submission\" value=\"", "name=\"csrf\" value=\""];
    keys.iter().fold(body.to_owned(), |text, key| {
        text.split(key).map(|part| part.split_once("\">").map_or(part, |(_, rest)| rest)).collect::<Vec<_>>().join(key)
    })
}

#[test]
fn looking_at_the_link_opens_nothing_and_tells_nothing() {
    let (known, _, _, link) = start();
    let browser = Browser::new(&known.world.test);
    let rows = known.number("SELECT COUNT(*) AS n FROM trail");
    let (live, dead) = (browser.get(&link), browser.get(&format!("/own/{}", "0".repeat(64))));
    assert_eq!((live.status.code, still(&live.body)), (200, still(&dead.body)), "any link's page is the same");
    for text in ["Siân", "Ashdown", "passenger"] {
        assert!(!live.body.contains(text), "{text}");
    }
    assert_eq!(browser.get("/own").status.code, 404);
    assert_eq!(known.number("SELECT COUNT(*) AS n FROM trail"), rows);
    assert_eq!(known.number("SELECT COUNT(*) AS n FROM own_links WHERE opened_at IS NOT NULL"), 0);
    for path in [link.as_str(), "/own", "/own/declaration"] {
        let answer = browser.client.get(path.to_owned()).dispatch();
        let header = |name| answer.headers().get_one(name).unwrap_or_default().to_owned();
        assert_eq!(header("Referrer-Policy"), "no-referrer", "{path}");
        assert_eq!(header("Cache-Control"), "no-store", "{path}");
        assert!(header("Content-Security-Policy").contains("default-src 'none'"), "{path}");
    }
    assert_eq!(browser.get("/sign-in").status.code, 200);
}

#[test]
fn the_person_answers_once_and_is_told_what_came_in() {
    let (known, firm, id, link) = start();
    let browser = visitor(&known, &link);
    let page = browser.get("/own").body;
    assert!(
        page.contains("Self-declaration") && page.contains("Consent to status checks") && page.contains("Passport")
    );
    assert!(page.contains("within 30 days of the date of issue"));
    let form = browser.get("/own/declaration").body;
    for text in [
        "does not end the application",
        "unspent",
        "unfiltered",
        "Do not tell us of what is filtered",
        "charges that are pending",
        "arrest or investigation",
        "barred list",
        "refused, suspended or revoked",
        "within 3 working days",
        "href=\"/privacy\"",
        "href=\"/ex-offenders\"",
    ] {
        assert!(form.contains(text), "{text}");
    }
    assert!(!form.contains("endorsements"), "an assistant does not drive");
    for (fields, message) in
        [(vec![], "Select yes or no"), (vec![("declared", "yes"), ("text", " ")], "Enter what you have to declare")]
    {
        let sent = declare(&browser, &fields);
        assert!(sent.status.code == 422 && sent.body.contains(message), "{message}");
    }
    let second = declare(&browser, &[("declared", "yes")]);
    assert_eq!(second.status.code, 200, "no address tells that there is something");
    assert!(second.body.contains("What do you have to declare?"));
    let sent = declare(&browser, &[("declared", "yes"), ("text", "zqdeclared in 2019")]);
    assert_eq!(sent.to(), (303, "/own"));
    let unsure = browser.fill("/own/consent", "/own/consent", &[]);
    assert!(unsure.status.code == 422 && unsure.body.contains("Confirm that you consent"));
    assert_eq!(browser.fill("/own/consent", "/own/consent", &[("agree", "yes")]).to(), (303, "/own"));
    let page = browser.get("/own").body;
    assert!(
        page.contains("We have all your answers") && page.contains("Received") && page.contains("22 November 2026")
    );
    for path in ["/own/declaration", "/own/consent"] {
        assert_eq!(browser.get(path).to(), (303, "/own"), "what came in is not shown again");
    }
    let again = visitor(&known, &link).get("/own").body;
    assert!(again.contains("We have all your answers") && !again.contains("zqdeclared"));
    let own = answers(&known, &id).own;
    assert!(own.declared && own.declared_on.is_some() && !own.declared_text.is_empty());
    assert!(own.consent_on.is_some() && !own.consent_text.is_empty());
    assert!(firm.get(&format!("/applications/{id}")).body.contains("Done"));
    assert_eq!(known.number("SELECT COUNT(*) AS n FROM vault_notes WHERE kind = 'declaration'"), 1);
    let in_clear = "SELECT (SELECT COUNT(*) FROM vault_notes WHERE sealed LIKE '%zqdecl%')
        + (SELECT COUNT(*) FROM applications WHERE answers LIKE '%zqdecl%')
        + (SELECT COUNT(*) FROM trail WHERE new_value LIKE '%zqdecl%' OR old_value LIKE '%zqdecl%' OR reason LIKE '%zqdecl%') AS n";
    assert_eq!(known.number(in_clear), 0);
}

#[test]
fn the_firm_cannot_tell_a_declaration_from_none() {
    let (known, firm, id, link) = start();
    let other = sent_in(&firm);
    let second = own_link(&known.world.test);
    assert_ne!(link, second);
    let (yes, no) = (visitor(&known, &link), visitor(&known, &second));
    assert_eq!(declare(&yes, &[("declared", "yes"), ("text", "zqdeclared")]).status.code, 303);
    assert_eq!(declare(&no, &[("declared", "no"), ("text", "")]).status.code, 303);
    for browser in [&yes, &no] {
        assert_eq!(browser.fill("/own/consent", "/own/consent", &[("agree", "yes")]).status.code, 303);
    }
    known.world.sql(&format!("UPDATE applications SET state = 'returned' WHERE id IN ({id}, {other})"));
    let rub = |path: &str, id: &str| {
        let reference = crate::support::applying::reference(&known.world.test, id);
        let body = still(&firm.get(&path.replace("ID", id)).body);
        body.replace(&format!("/applications/{id}"), "PATH").replace(&reference, "REF")
    };
    for path in ["/applications/ID", "/applications/ID/answers", "/applications/ID/answers/name"] {
        assert_eq!(rub(path, &id), rub(path, &other), "{path}");
        let fingerprint =
            |id: &str| crate::support::browser::hidden(&firm.get(&path.replace("ID", id)).body, "based_on");
        assert_eq!(fingerprint(&id), fingerprint(&other), "{path}");
    }
    let marks =
        |id: &str| known.number(&format!("SELECT COUNT(*) AS n FROM applications WHERE has_trace AND id = {id}"));
    assert_eq!((marks(&id), marks(&other)), (1, 0));
}

#[test]
fn a_declaration_while_it_is_checked_leads_to_an_interview() {
    let (known, _, id, link) = start();
    known.world.sql(&format!("UPDATE applications SET state = 'checking' WHERE id = {id}"));
    let browser = visitor(&known, &link);
    assert_eq!(declare(&browser, &[("declared", "yes"), ("text", "A caution")]).status.code, 303);
    assert_eq!(
        known.number("SELECT COUNT(*) AS n FROM applications WHERE state = 'interview_due' AND reference = 'A-000003'"),
        1
    );
}

#[test]
fn nothing_comes_in_while_the_decision_waits_for_its_second_hand() {
    let (known, _, id, link) = start();
    let browser = visitor(&known, &link);
    known.world.sql(&format!("UPDATE applications SET state = 'proposed' WHERE id = {id}"));
    let refused = declare(&browser, &[("declared", "yes"), ("text", "A caution of 2019")]);
    assert_eq!(refused.status.code, 409);
    for text in ["A caution of 2019", "Your answer was not sent", "Copy it", "mailto:"] {
        assert!(refused.body.contains(text), "{text}");
    }
    assert!(answers(&known, &id).own.declared_on.is_none());
}

#[test]
fn every_dead_link_gives_one_and_the_same_page() {
    let (known, firm, id, link) = start();
    let fresh = || Browser::new(&known.world.test);
    let press = |path: &str| {
        let answer = fresh().fill("/own/x", path, &[]);
        (
            answer.status.code,
            still(&answer.body),
            answer.cookies.iter().any(|one| one.starts_with(&format!("{COOKIE}=;"))),
        )
    };
    let never = press(&format!("/own/{}", "a".repeat(64)));
    assert!(never.0 == 404 && never.1.contains("This link does not work"));
    for path in ["/own/x", "/own/declaration%00", &format!("{link}0"), &link.to_uppercase().replace("/OWN", "/own")] {
        assert_eq!(press(path), never, "{path}");
    }
    let sent = firm.fill(&format!("/applications/{id}"), &format!("/applications/{id}/own-link"), &[]);
    assert_eq!(sent.status.code, 303);
    assert_eq!(press(&link), never, "a newer one replaces it");
    let newer = own_link(&known.world.test);
    let browser = visitor(&known, &newer);
    known.world.sql("UPDATE own_links SET expires_at = '2026-11-22 00:00:00' WHERE ended_at IS NULL");
    assert_eq!(press(&newer), never, "expired");
    assert_eq!((browser.get("/own").status.code, still(&browser.get("/own").body)), (404, never.1.clone()));
    known.world.sql("UPDATE own_links SET expires_at = '2027-11-22 00:00:00', ended_at = NULL");
    for state in ["draft", "decided", "closed", "withdrawn", "appealed"] {
        known.world.sql(&format!("UPDATE applications SET state = '{state}' WHERE id = {id}"));
        assert_eq!(press(&newer), never, "{state}");
    }
}

#[test]
fn a_visit_is_of_one_application_and_cannot_be_made_up() {
    let (known, firm, id, link) = start();
    let other = sent_in(&firm);
    let second = own_link(&known.world.test);
    let value = |browser: &Browser| browser.client.cookies().get(COOKIE).unwrap().value().to_owned();
    let (mine, theirs) = (value(&visitor(&known, &link)), value(&visitor(&known, &second)));
    let (a, b): (Vec<&str>, Vec<&str>) = (mine.split('.').collect(), theirs.split('.').collect());
    let later = (a[1].parse::<i64>().unwrap() + 3600).to_string();
    let asked = |visit: &str| {
        let browser = Browser::new(&known.world.test);
        let form = crate::support::browser::hidden(&browser.get(&link).body, "csrf");
        let cookie = || Cookie::new(COOKIE, visit.to_owned());
        let page = browser.client.get("/own").cookie(cookie()).dispatch().status().code;
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("csrf", form.as_str()), ("declared", "perhaps")])
            .finish();
        let send = browser.client.post("/own/declaration").cookie(cookie()).header(ContentType::Form);
        let sent = send.header(Header::new("Sec-Fetch-Site", "same-origin")).body(body).dispatch().status().code;
        (page, sent)
    };
    assert_eq!(asked(&mine), (200, 422));
    for forged in [
        format!("{}.{}.{}", b[0], a[1], a[2]),
        format!("{}.{later}.{}", a[0], a[2]),
        format!("{}.{}.", a[0], a[1]),
        format!("999.{}.{}", a[1], a[2]),
        format!("x.{}.{}", a[1], a[2]),
        String::new(),
        "....".into(),
    ] {
        assert_eq!(asked(&forged), (404, 404), "{forged}");
    }
    let browser = visitor(&known, &second);
    assert_eq!(declare(&browser, &[("declared", "no")]).status.code, 303);
    assert!(answers(&known, &other).own.declared_on.is_some() && answers(&known, &id).own.declared_on.is_none());
}

#[test]
fn what_was_answered_is_not_answered_again_by_a_replay() {
    let (known, _, id, link) = start();
    let browser = visitor(&known, &link);
    let form = crate::support::browser::hidden(&browser.get("/own/declaration").body, "csrf");
    let fields = [("csrf", form.as_str()), ("declared", "no"), ("text", "")];
    assert_eq!(browser.send("/own/declaration", &fields).to(), (303, "/own"));
    let other = [("csrf", form.as_str()), ("declared", "yes"), ("text", "Another hand")];
    assert_eq!(browser.send("/own/declaration", &other).to(), (303, "/own"));
    assert!(!answers(&known, &id).own.declared);
    assert_eq!(known.number("SELECT COUNT(*) AS n FROM vault_notes"), 0);
    let foreign = browser.send_from("cross-site", "/own/consent", &[("csrf", &form), ("agree", "yes")]);
    assert_eq!(foreign.status.code, 403);
    assert_eq!(browser.send("/own/consent", &[("agree", "yes")]).status.code, 403, "no token of the form's");
}

#[test]
fn a_withdrawn_application_ends_the_visit() {
    let (known, firm, id, link) = start();
    let browser = visitor(&known, &link);
    let page = format!("/applications/{id}/withdraw");
    assert_eq!(firm.fill(&page, &page, &[("reason", "They left")]).status.code, 303);
    assert_eq!(browser.get("/own").status.code, 404);
    assert_eq!(browser.get("/own/declaration").status.code, 404);
}

#[test]
fn links_are_sent_three_times_a_day_at_most_and_tries_are_counted() {
    let (known, firm, id, link) = start();
    let (page, path) = (format!("/applications/{id}"), format!("/applications/{id}/own-link"));
    let sent: Vec<u16> = (0..4).map(|_| firm.fill(&page, &path, &[]).status.code).collect();
    assert_eq!(sent, [303, 303, 409, 409]);
    assert_eq!(own_links(&known.world.test), 3);
    assert_ne!(own_link(&known.world.test), link);
    let guesser = Browser::new(&known.world.test);
    let codes: Vec<u16> =
        (0..40).map(|at| guesser.fill("/own/x", &format!("/own/guess{at}"), &[]).status.code).collect();
    assert_eq!((codes[0], *codes.last().unwrap()), (404, 429));
}

#[test]
fn the_letter_names_nobody_and_its_text_is_for_its_reader_alone() {
    let (known, _, _, link) = start();
    assert!(!known.world.run("deliver", "2026-11-22").red);
    let letters = known.world.sink.take();
    let letter = letters.iter().find(|one| one.text.contains("/own/")).unwrap();
    assert_eq!(letter.to, ["sian@home.example.org"]);
    assert!(letter.text.contains(&link) && !letter.raw.contains("Siân") && !letter.text.contains("O’Brien"));
    let officer = as_user(&known.world.test, "officer@known.example.org");
    let id = known.number("SELECT MAX(id) AS n FROM outbox WHERE letter = 'own_link'");
    let page = officer.get(&format!("/outbox/{id}")).body;
    assert!(page.contains("its text is not shown") && !page.contains(&link));
    assert_eq!(
        known.number("SELECT COUNT(*) AS n FROM outbox WHERE params LIKE '%/own/%' OR body_text LIKE '%/own/%'"),
        0
    );
}

#[test]
fn a_consent_counts_at_once_for_somebody_the_register_knows() {
    let known = Known::new();
    let firm = as_user(&known.world.test, "contractor@known.example.org");
    let (own, person) = (known.names["firm"].clone(), known.names["person"].clone());
    let id = begin_for(&firm, "renewal", "passenger_assistant", &own, &person);
    let id = id.to().1.strip_prefix("/applications/").unwrap().to_owned();
    answer_all(&firm, &id, &["name", "birth", "contact", "addresses", "right_to_work", "identity"]);
    assert_eq!(send_in(&firm, &id).status.code, 303);
    let count = || known.number(&format!("SELECT COUNT(*) AS n FROM status_check_consents WHERE person_id = {person}"));
    let before = count();
    let browser = visitor(&known, &own_link(&known.world.test));
    assert_eq!(browser.fill("/own/consent", "/own/consent", &[("agree", "yes")]).status.code, 303);
    assert_eq!(count(), before + 1);
    let page = as_user(&known.world.test, "officer@known.example.org").get(&format!("/people/{person}")).body;
    assert!(page.contains("Given by the person by their own link on 22 November 2026, wording 2026-11"));
    let basic = begin(&firm, &[("kind", "new"), ("role", "depot_staff")]);
    answer_all(&firm, &basic, &["name", "birth", "contact", "addresses", "right_to_work", "identity"]);
    assert_eq!(send_in(&firm, &basic).status.code, 303);
    let browser = visitor(&known, &own_link(&known.world.test));
    assert!(!browser.get("/own").body.contains("Update Service"), "a basic certificate cannot join");
    assert!(
        browser.get("/own/declaration").body.contains("may not ask for it")
            && !browser.get("/own/declaration").body.contains("charges that are pending")
            && browser.get("/own/consent").status.code == 303
    );
}
