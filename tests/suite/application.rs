//! Applications over their whole way on the submitter's side: begun, answered, sent in, returned, taken back, decided.

use chaperone::domain::application::{Event, advance};
use chaperone::domain::command;
use chaperone::error::Error;
use chaperone::store::application::{self as store, Application};
use chaperone::types::{ApplicationId, ApplicationState, Reach};

use crate::support::account::clock;
use crate::support::applying::{ASSISTANT, answer, answer_all, begin, begin_for, own_links, right, send_in, sent_in};
use crate::support::browser::Browser;
use crate::support::council::as_user;
use crate::support::known::{FIRM, Known};

fn firm(known: &Known) -> Browser {
    as_user(&known.world.test, "contractor@known.example.org")
}

fn officer(known: &Known) -> Browser {
    as_user(&known.world.test, "officer@known.example.org")
}

fn row(known: &Known, id: &str) -> Application {
    let id = ApplicationId(id.parse().unwrap());
    known.world.test.db.read(|conn| store::find(conn, id, &Reach::Everyone)).unwrap()
}

/// As the council does it, whose pages are others'.
fn council(known: &Known, id: &str, events: &[Event], change: impl Fn(&mut Application)) {
    let id = ApplicationId(id.parse().unwrap());
    command::run(&known.world.test.db, known.user("decider"), &clock(), |tx| {
        let mut application = store::find(tx, id, &Reach::Everyone)?;
        for event in events {
            advance(tx, &mut application, *event, "")?;
        }
        change(&mut application);
        store::sent_back(tx, id, &application.returned_reason)
    })
    .unwrap();
}

#[test]
fn a_contractor_takes_an_application_from_nothing_to_the_council() {
    let known = Known::new();
    let other = as_user(&known.world.test, "other@known.example.org");
    assert!(other.get("/applications").body.contains("You have made no applications yet"));
    let browser = firm(&known);
    let id = begin(&browser, &[("kind", "new"), ("role", "passenger_assistant")]);
    let page = browser.get(&format!("/applications/{id}")).body;
    assert_eq!(page.matches("Not started").count(), ASSISTANT.len());
    for (at, group) in ASSISTANT.iter().enumerate() {
        let sent = answer(&browser, &id, group, &right(group));
        let next = ASSISTANT.get(at + 1).map(|next| format!("/applications/{id}/answers/{next}"));
        assert_eq!(sent.to(), (303, next.unwrap_or_else(|| format!("/applications/{id}/answers")).as_str()), "{group}");
    }
    let check = browser.get(&format!("/applications/{id}/answers")).body;
    for text in ["Siân O’Brien", "3 April 1990", "Since March 2015", "Route 1", "Owen Price"] {
        assert!(check.contains(text), "{text}");
    }
    assert_eq!(own_links(&known.world.test), 0);
    assert_eq!(send_in(&browser, &id).to(), (303, format!("/applications/{id}").as_str()));
    assert_eq!(own_links(&known.world.test), 1);
    let page = browser.get(&format!("/applications/{id}")).body;
    assert!(
        page.contains("With the council") && page.contains("Not done") && !page.contains("Check your answers and send")
    );
    let list = browser.get("/applications").body;
    assert!(list.contains("Siân O’Brien") && list.contains("With the council"));
    let row = row(&known, &id);
    assert_eq!((row.person_id, row.state, row.sort_name.as_str()), (None, ApplicationState::Submitted, "obrien sian"));
    assert_eq!(row.submitted_on, Some(clock().today()));
}

#[test]
fn an_officer_applies_for_any_firm_and_for_the_councils_own_staff() {
    let known = Known::new();
    let browser = officer(&known);
    let firm = known.names["other_firm"].clone();
    let id = begin(&browser, &[("kind", "new"), ("role", "passenger_assistant"), ("firm", &firm)]);
    answer_all(&browser, &id, &ASSISTANT);
    assert_eq!(send_in(&browser, &id).status.code, 303);
    assert_eq!(row(&known, &id).contractor_id.unwrap().to_string(), firm);
    let own = begin(&browser, &[("kind", "new"), ("role", "transport_planner"), ("firm", "council")]);
    assert_eq!(row(&known, &own).contractor_id, None);
    assert_eq!(self::firm(&known).get(&format!("/applications/{own}")).status.code, 404);
    let own = self::firm(&known);
    assert!(!own.get("/applications/new").body.contains("psn_user"), "no work for a firm");
    let staff = [("kind", "new"), ("role", "psn_user")];
    assert_eq!(own.fill("/applications/new", "/applications/new", &staff).status.code, 422);
    let nobody = browser.fill("/applications/new", "/applications/new", &[("kind", "new"), ("role", "psn_user")]);
    assert!(nobody.status.code == 422 && nobody.body.contains("Select the contractor"));
}

#[test]
fn no_firm_applies_in_anothers_name_or_for_anothers_people_or_opens_a_review() {
    let known = Known::new();
    let browser = firm(&known);
    let (own, other) = (known.names["firm"].clone(), known.names["other_firm"].clone());
    let before = known.number("SELECT COUNT(*) AS n FROM applications");
    for firm in [other.as_str(), "council", "999999"] {
        let fields = [("kind", "new"), ("role", "passenger_assistant"), ("firm", firm)];
        let code = browser.fill("/applications/new", "/applications/new", &fields).status.code;
        assert!([404, 422].contains(&code), "{firm}: {code}");
    }
    let theirs = begin_for(&browser, "renewal", "passenger_assistant", &own, &known.names["other_person"]);
    let nobodys = begin_for(&browser, "renewal", "passenger_assistant", &own, "999999");
    assert_eq!((theirs.status.code, nobodys.status.code), (404, 404));
    assert_eq!(theirs.body, nobodys.body);
    let review = [("kind", "review"), ("role", "passenger_assistant")];
    assert_eq!(browser.fill("/applications/new", "/applications/new", &review).status.code, 422);
    assert_eq!(known.number("SELECT COUNT(*) AS n FROM applications"), before);
}

#[test]
fn a_change_of_role_asks_what_the_new_role_needs() {
    let known = Known::new();
    let browser = firm(&known);
    let (own, person) = (known.names["firm"].clone(), known.names["person"].clone());
    let same = begin_for(&browser, "role_change", "passenger_assistant", &own, &person);
    assert!(same.status.code == 422 && same.body.contains("does this work for the contractor already"));
    let other = begin_for(&browser, "renewal", "taxi_phv_driver", &own, &person);
    assert!(other.status.code == 422 && other.body.contains("does not do this work"));
    let sent = begin_for(&browser, "role_change", "taxi_phv_driver", &own, &person);
    let id = sent.to().1.strip_prefix("/applications/").unwrap().to_owned();
    let page = browser.get(&format!("/applications/{id}")).body;
    assert!(page.contains("answers/licence") && !page.contains("answers/referees"), "a driver's questions");
    assert_eq!(row(&known, &id).person_id.unwrap().to_string(), person);
    let young = crate::support::applying::date("date_of_birth", "23", "11", "2005");
    let sent = answer(&browser, &id, "birth", &young);
    assert!(sent.body.contains("at least 21 for this role. They will be on 23 November 2026"), "{}", sent.body);
    let minibus = begin_for(&browser, "role_change", "minibus_driver", &own, &person);
    assert!(browser.get(minibus.to().1).body.contains("answers/entitlement"));
}

#[test]
fn a_basic_check_alone_is_promised_where_the_law_allows_no_more() {
    let known = Known::new();
    let page = firm(&known).get("/applications/new").body;
    let of = |role: &str| {
        let from = page.find(&format!("value=\"{role}\"")).unwrap();
        page[from..].split("</div>").next().unwrap().to_owned()
    };
    assert!(of("depot_staff").contains("the law allows no enhanced check"));
    assert!(of("passenger_assistant").contains("An enhanced DBS check"));
}

#[test]
fn nothing_goes_in_until_every_group_is_right() {
    let known = Known::new();
    let browser = firm(&known);
    let id = begin(&browser, &[("kind", "new"), ("role", "passenger_assistant")]);
    answer_all(&browser, &id, &["name", "birth"]);
    let page = format!("/applications/{id}/answers");
    let sent = browser.fill(&page, &page, &[("sworn", "yes")]);
    assert_eq!(sent.status.code, 422);
    for group in &ASSISTANT[2..] {
        assert!(sent.body.contains(&format!("href=\"#put-right-{group}\"")), "{group}");
        assert!(sent.body.contains(&format!("id=\"put-right-{group}\" href=\"/applications/{id}/answers/{group}\"")));
    }
    assert!(!sent.body.contains("#put-right-name\"") && !sent.body.contains("#put-right-birth\""));
    answer_all(&browser, &id, &ASSISTANT[2..]);
    let unsworn = browser.fill(&page, &page, &[]);
    assert!(unsworn.status.code == 422 && unsworn.body.contains("Confirm that the answers are true"));
    assert_eq!(row(&known, &id).state, ApplicationState::Draft);
    assert_eq!(send_in(&browser, &id).status.code, 303);
    let late = browser.send(
        &page,
        &[("csrf", &browser.csrf("/applications/new")), ("submission", &"k".repeat(32)), ("sworn", "yes")],
    );
    assert_eq!(late.status.code, 409);
}

#[test]
fn a_double_click_sends_it_in_once() {
    let known = Known::new();
    let browser = firm(&known);
    let id = begin(&browser, &[("kind", "new"), ("role", "passenger_assistant")]);
    answer_all(&browser, &id, &ASSISTANT);
    let page = format!("/applications/{id}/answers");
    let body = browser.get(&page).body;
    let own = ["csrf", "submission", "based_on"].map(|name| (name, crate::support::browser::hidden(&body, name)));
    let mut fields: Vec<(&str, &str)> = own.iter().map(|(name, value)| (*name, value.as_str())).collect();
    fields.push(("sworn", "yes"));
    let (first, second) = (browser.send(&page, &fields), browser.send(&page, &fields));
    assert_eq!((first.status.code, first.location), (303, second.location.clone()));
    assert_eq!(own_links(&known.world.test), 1);
}

#[test]
fn what_came_back_says_what_is_wrong_and_goes_in_again() {
    let known = Known::new();
    let browser = firm(&known);
    let id = sent_in(&browser);
    council(&known, &id, &[Event::Return], |one| one.returned_reason = "The postcode is of another town".into());
    let page = browser.get(&format!("/applications/{id}")).body;
    assert!(page.contains("The postcode is of another town") && page.contains("Returned to you"));
    let mut fields = right("addresses");
    fields[1].1 = "EX2 2BB";
    assert_eq!(answer(&browser, &id, "addresses", &fields).status.code, 303);
    assert_eq!(send_in(&browser, &id).status.code, 303);
    let row = row(&known, &id);
    assert_eq!((row.state, row.returned_reason.as_str()), (ApplicationState::Submitted, ""));
    assert_eq!(own_links(&known.world.test), 1, "the first link still works");
}

#[test]
fn a_firm_reads_one_word_for_all_that_the_council_does() {
    let known = Known::new();
    let browser = firm(&known);
    let id = sent_in(&browser);
    let path = format!("/applications/{id}");
    let before = (browser.get(&path).body, browser.get("/applications").body);
    let plain = |text: &str| {
        text.split("name=\"submission\" value=\"")
            .map(|part| part.get(64..).unwrap_or(part).to_owned())
            .collect::<Vec<_>>()
    };
    let states = ["submitted", "checking", "interview_due", "interviewed", "assessed", "proposed", "deferred"];
    for state in states {
        known.world.sql(&format!("UPDATE applications SET state = '{state}', state_since = '2026-11-23', has_trace = TRUE, interviewed_on = '2026-11-23', outcome = 'refused' WHERE id = {id}"));
        let after = (browser.get(&path).body, browser.get("/applications").body);
        assert_eq!((plain(&before.0), plain(&before.1)), (plain(&after.0), plain(&after.1)), "{state}");
    }
}

#[test]
fn an_outcome_is_told_without_its_reasons() {
    let known = Known::new();
    let browser = firm(&known);
    let id = sent_in(&browser);
    let path = format!("/applications/{id}");
    for (outcome, text) in [
        ("approved", "Approved"),
        ("approved_with_conditions", "Approved with conditions"),
        ("refused", "Not approved"),
    ] {
        known.world.sql(&format!("UPDATE applications SET state = 'decided', outcome = '{outcome}' WHERE id = {id}"));
        let page = browser.get(&path).body;
        assert!(page.contains(text), "{outcome}");
        for word in ["riteria", "nterview", "ppeal"] {
            assert!(!page.contains(word), "{word}");
        }
    }
}

#[test]
fn an_application_is_taken_back_with_a_reason_until_it_is_decided() {
    let known = Known::new();
    let browser = firm(&known);
    let id = sent_in(&browser);
    let page = format!("/applications/{id}/withdraw");
    assert_eq!(browser.fill(&page, &page, &[]).status.code, 422);
    let sent = browser.fill(&page, &page, &[("reason", "They took another job")]);
    assert_eq!(sent.to(), (303, format!("/applications/{id}").as_str()));
    assert_eq!(row(&known, &id).state, ApplicationState::Withdrawn);
    assert_eq!(
        known.number(&format!("SELECT COUNT(*) AS n FROM own_links WHERE ended_at IS NULL AND application_id = {id}")),
        0
    );
    assert_eq!(browser.get(&page).status.code, 409);
    let again = sent_in(&browser);
    council(&known, &again, &[Event::Take, Event::Propose, Event::Agree], |_| {});
    assert_eq!(browser.get(&format!("/applications/{again}/withdraw")).status.code, 409);
}

#[test]
fn the_council_finds_applications_by_every_filter_and_by_name() {
    let known = Known::new();
    let id = sent_in(&firm(&known));
    let browser = officer(&known);
    let (own, other) = (known.names["firm"].clone(), known.names["other_firm"].clone());
    let line = format!("href=\"/applications/{id}\"");
    for (query, found) in [
        ("state=submitted", true),
        ("state=draft", false),
        ("kind=new", true),
        ("kind=renewal", false),
        ("role=passenger_assistant", true),
        ("role=pcv_driver", false),
        (&format!("contractor={own}"), true),
        (&format!("contractor={other}"), false),
        ("owner=1", false),
        (&format!("before={id}"), false),
    ] {
        assert_eq!(browser.get(&format!("/applications?{query}")).body.contains(&line), found, "{query}");
    }
    for (term, found) in [("o'brien", true), ("Vale", false), ("nobody at all", false)] {
        let to = browser.fill("/applications", "/applications/search", &[("term", term)]);
        let (code, to) = to.to();
        assert!(code == 303 && !to.contains("brien"), "{to}");
        assert_eq!(browser.get(to).body.contains(&line), found, "{term}");
    }
    assert!(browser.get("/applications?state=withdrawn").body.contains("No applications match"));
}

#[test]
fn the_list_goes_on_by_key() {
    let known = Known::new();
    let firm_id = known.names["firm"].clone();
    for number in 3..=60 {
        known.world.sql(&format!(
            "INSERT INTO applications (reference, kind, contractor_id, role, state, state_since, started_by, started_on, origin)
             VALUES ('A-{number:06}', 'new', {firm_id}, 'passenger_assistant', 'draft', '2026-11-22', 1, '2026-11-22', 'recorded')"
        ));
    }
    let browser = firm(&known);
    let first = browser.get("/applications").body;
    assert!(first.contains("A-000060") && !first.contains("A-000040"));
    let next = first.split("rel=\"next\"").next().unwrap().rsplit("href=\"").next().unwrap().split('"').next().unwrap();
    let second = browser.get(next).body;
    assert!(second.contains("A-000040") && second.contains("A-000021") && !second.contains("A-000041"));
    assert!(second.contains("Applications (continued)"));
    begin(&browser, &[("kind", "new"), ("role", "passenger_assistant")]);
    assert!(browser.get("/applications").body.contains("A-000061"), "{FIRM}'s next reference");
}

#[test]
fn a_firm_sees_what_is_open_and_chooses_among_the_states_it_may_know() {
    let known = Known::new();
    let firm_id = known.names["firm"].clone();
    for (number, state) in [(71, "draft"), (72, "interview_due"), (73, "closed"), (74, "withdrawn")] {
        known.world.sql(&format!(
            "INSERT INTO applications (reference, kind, contractor_id, role, state, state_since, started_by, started_on, origin)
             VALUES ('A-{number:06}', 'new', {firm_id}, 'passenger_assistant', '{state}', '2026-11-22', 1, '2026-11-22', 'recorded')"
        ));
    }
    let browser = firm(&known);
    for (query, wanted) in [
        ("", [71, 72].as_slice()),
        ("?state=draft", &[71]),
        ("?state=council", &[72]),
        ("?state=settled", &[73]),
        ("?state=withdrawn", &[74]),
        ("?state=all", &[71, 72, 73, 74]),
        ("?state=interview_due", &[71, 72]),
        ("?state=all&role=psn_user", &[]),
    ] {
        let page = browser.get(&format!("/applications{query}")).body;
        let shown: Vec<i32> = (71..=74).filter(|number| page.contains(&format!("A-{number:06}"))).collect();
        assert_eq!(shown, wanted, "{query}");
    }
}

#[test]
fn whether_the_register_knows_the_person_shows_nowhere() {
    let known = Known::new();
    let browser = firm(&known);
    let stranger = sent_in(&browser);
    let id = begin(&browser, &[("kind", "new"), ("role", "passenger_assistant")]);
    // Somebody of the other firm, to the day and the letter.
    let twin = [("forename", "Ann"), ("surname", "Personc"), ("no_other_name", "yes")];
    assert_eq!(answer(&browser, &id, "name", &twin).status.code, 303);
    assert_eq!(
        answer(&browser, &id, "birth", &crate::support::applying::date("date_of_birth", "1", "1", "1980")).status.code,
        303
    );
    answer_all(&browser, &id, &ASSISTANT[2..]);
    assert_eq!(send_in(&browser, &id).to(), (303, format!("/applications/{id}").as_str()));
    browser.get(&format!("/applications/{id}"));
    let rub = |id: &str, name: &str, born: &str| {
        let reference = row(&known, id).reference;
        let page = browser.get(&format!("/applications/{id}")).body;
        let page = page.replace(name, "NAME").replace(born, "BORN").replace(&reference, "REF");
        let page = page.replace(&format!("/applications/{id}"), "PATH");
        // The minute may turn between the two.
        let page = page.split("2026 at ").map(|part| part.get(5..).unwrap_or(part)).collect::<String>();
        page.split("name=\"submission\" value=\"")
            .map(|part| part.get(64..).unwrap_or(part).to_owned())
            .collect::<String>()
    };
    let (unknown, twin) = (rub(&stranger, "Siân O’Brien", "3 April 1990"), rub(&id, "Ann Personc", "1 January 1980"));
    assert_eq!(unknown.split_once("<body").unwrap().1, twin.split_once("<body").unwrap().1);
}

#[test]
fn two_moves_at_once_are_one_and_a_refusal() {
    let known = Known::new();
    let id = ApplicationId(sent_in(&firm(&known)).parse().unwrap());
    let twice = command::run(&known.world.test.db, known.user("officer"), &clock(), |tx| {
        let mut one = store::find(tx, id, &Reach::Everyone)?;
        let mut same = one.clone();
        advance(tx, &mut one, Event::Take, "")?;
        advance(tx, &mut same, Event::Take, "")
    });
    assert!(matches!(twice, Err(Error::Conflict(_))));
    assert_eq!(row(&known, &id.to_string()).state, ApplicationState::Submitted);
}
