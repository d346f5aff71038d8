//! What an officer does with an application, over HTTP: taking it up, giving it away, returning, withdrawing, resuming;
//! what nobody else can do; and what its submitter sees of it all.

use chaperone::domain::application::moves::{Event, after, title};
use chaperone::store::application::Application;
use chaperone::store::{outbox, task};
use chaperone::types::{ApplicationId, ApplicationState, ContractorId};
use rocket::http::Method;

use crate::support::application::{application, stands};
use crate::support::asker::{Asker, client};
use crate::support::browser::hidden;
use crate::support::known::{FIRM, Known, OTHER_FIRM};
use crate::support::world::address;

fn firm(known: &Known, name: &str) -> Option<ContractorId> {
    let firms = crate::support::council::firms(&known.world.test);
    firms.into_iter().find(|firm| firm.name == name).map(|firm| firm.id)
}

fn made(known: &Known, change: impl FnOnce(&mut Application)) -> ApplicationId {
    application(&known.world.test, firm(known, FIRM), change)
}

fn asker<'a>(known: &'a Known, client: &'a rocket::local::blocking::Client, kind: &str) -> Asker<'a> {
    let token = known.token(known.user(kind)).reveal().to_owned();
    Asker::new(client, &known.world.test, Some(token))
}

#[test]
fn an_officer_takes_an_application_up_and_gives_it_to_a_colleague() {
    let known = Known::new();
    let client = client(&known.world.test);
    let officer = asker(&known, &client, "officer");
    let id = made(&known, |_| {});
    let page = officer.get(&format!("/applications/{id}"));
    assert!(page.body.contains("Take it up") && page.body.contains("Nobody has taken it up yet"));
    assert_eq!(officer.ask(Method::Post, &format!("/applications/{id}/take"), &[]).code, 303);
    let row = stands(&known.world.test, id);
    assert_eq!((row.state, row.owner), (ApplicationState::Checking, Some(known.user("officer"))));
    let page = officer.get(&format!("/applications/{id}"));
    assert!(page.body.contains("Say who the applicant is") && page.body.contains("Find or register the person"));
    let owner = format!("/applications/{id}/owner");
    assert_eq!(officer.ask(Method::Post, &owner, &[]).code, 422, "nobody chosen");
    for kind in ["auditor", "contractor", "admin"] {
        let user = known.user(kind).to_string();
        assert_eq!(officer.ask(Method::Post, &owner, &[("owner", &user)]).code, 422, "{kind} checks nothing");
    }
    let decider = known.user("decider").to_string();
    assert_eq!(officer.ask(Method::Post, &owner, &[("owner", &decider)]).code, 303);
    assert_eq!(stands(&known.world.test, id).owner, Some(known.user("decider")));
}

#[test]
fn an_application_comes_back_with_what_is_wrong_and_its_letter_says_nothing_of_it() {
    let known = Known::new();
    let client = client(&known.world.test);
    let officer = asker(&known, &client, "officer");
    let id = made(&known, |row| row.state = ApplicationState::Checking);
    let path = format!("/applications/{id}/return");
    assert!(officer.get(&path).body.contains("The firm that sent this application reads what you write here"));
    assert_eq!(officer.ask(Method::Post, &path, &[("wrong", " ")]).code, 422);
    let wrong = "The address of 2023 is missing: canary-return";
    assert_eq!(officer.ask(Method::Post, &path, &[("wrong", wrong)]).code, 303);
    let row = stands(&known.world.test, id);
    assert_eq!((row.state, row.returned_reason.as_str()), (ApplicationState::Returned, wrong));
    let page = asker(&known, &client, "contractor").get(&format!("/applications/{id}"));
    assert!(page.body.contains("canary-return"), "the firm reads what it has to put right");
    known.world.run("deliver", "2026-11-22");
    let letters = known.world.test.db.read(|c| outbox::list(c, None, None, None, 100)).unwrap();
    let letter = letters.iter().find(|one| one.letter == "application_returned").unwrap();
    assert_eq!(letter.to_email, address(FIRM));
    let text = letter.body_text.clone().unwrap_or_default();
    assert!(text.contains(&row.reference) && !text.contains("canary") && !text.contains("Okafor"), "{text}");
}

#[test]
fn a_firm_without_an_address_is_told_by_telephone() {
    let known = Known::new();
    known.world.change_firm(FIRM, |firm| firm.email = String::new());
    let client = client(&known.world.test);
    let officer = asker(&known, &client, "officer");
    let id = made(&known, |_| {});
    let path = format!("/applications/{id}/return");
    assert_eq!(officer.ask(Method::Post, &path, &[("wrong", "The surname")]).code, 303);
    let tasks = known.world.test.db.read(|c| task::all_open(c, "unwritten_letter")).unwrap();
    assert!(tasks.iter().any(|one| (one.subject_kind.as_str(), one.subject_id) == ("application", id.0)));
    let page = officer.get("/tasks");
    assert!(page.body.contains("tell it by telephone"));
}

#[test]
fn no_move_is_made_from_a_state_it_does_not_start_in_or_by_anybody_but_the_team() {
    let known = Known::new();
    let client = client(&known.world.test);
    let id = made(&known, |_| {});
    let acts = [
        ("take", Event::Take, ""),
        ("return", Event::Return, "wrong"),
        ("withdraw", Event::Withdraw, "reason"),
        ("resume", Event::Resume, "reason"),
    ];
    let askers: Vec<(&str, Asker<'_>)> =
        ["contractor", "other", "auditor", "inspector", "panel", "admin", "officer", "decider"]
            .map(|kind| (kind, asker(&known, &client, kind)))
            .into();
    for state in ApplicationState::ALL.iter().copied() {
        for (path, event, field) in acts {
            for (kind, asker) in &askers {
                known.world.sql(&format!("UPDATE applications SET state = '{state}', has_trace = FALSE"));
                let team = ["officer", "decider"].contains(kind);
                let code = asker.ask(Method::Post, &format!("/applications/{id}/{path}"), &[(field, "As agreed")]).code;
                // Whoever sent it may take it back.
                let may = team || (path == "withdraw" && *kind == "contractor");
                let expected = match (may, after(state, event)) {
                    (false, _) => 404,
                    (true, None) => 409,
                    (true, Some(_)) => 303,
                };
                assert_eq!(code, expected, "{path} as {kind} when {}", title(state));
                if expected != 303 {
                    assert_eq!(stands(&known.world.test, id).state, state, "{path} as {kind}");
                }
            }
        }
    }
}

#[test]
fn a_withdrawal_and_a_resumption_want_a_reason() {
    let known = Known::new();
    let client = client(&known.world.test);
    let officer = asker(&known, &client, "officer");
    let id = made(&known, |row| row.state = ApplicationState::Deferred);
    for path in ["withdraw", "resume"] {
        assert_eq!(officer.ask(Method::Post, &format!("/applications/{id}/{path}"), &[]).code, 422, "{path}");
        assert_eq!(officer.get(&format!("/applications/{id}/{path}")).code, 200, "{path}");
    }
    let resumed = officer.ask(Method::Post, &format!("/applications/{id}/resume"), &[("reason", "It has come")]);
    assert_eq!((resumed.code, stands(&known.world.test, id).state), (303, ApplicationState::Checking));
    let ended = officer.ask(Method::Post, &format!("/applications/{id}/withdraw"), &[("reason", "They moved away")]);
    assert_eq!((ended.code, stands(&known.world.test, id).state), (303, ApplicationState::Withdrawn));
}

#[test]
fn the_submitter_sees_the_same_page_of_a_known_and_an_unknown_person() {
    let known = Known::new();
    let test = &known.world.test;
    let client = client(test);
    let officer = asker(&known, &client, "officer");
    let contractor = asker(&known, &client, "contractor");
    let held = known.person("T00002");
    known.world.sql(&format!(
        "INSERT INTO holds (person_id, code, starts_on, reason, placed_by, placed_at)
         VALUES ({held}, 'lado_or_police', '2026-11-01', 'canary-hold', 1, '2026-11-01 09:00:00')"
    ));
    application(test, firm(&known, OTHER_FIRM), |row| {
        (row.person_id, row.state) = (Some(held), ApplicationState::Closed);
        (row.outcome, row.decided_on) =
            (Some(chaperone::types::Verdict::Refused), Some(chaperone::types::parse_date("2026-06-01").unwrap()));
    });
    let mut seen = Vec::new();
    for choice in [held.to_string(), "new".to_owned()] {
        let id = made(&known, |row| {
            row.answers = r#"{"forename":"Ann","surname":"Personc","date_of_birth":"1980-01-01"}"#.into();
        });
        let page = |at: &str| {
            let said = contractor.get(&format!("/applications/{id}"));
            assert_eq!(said.code, 200, "{at}");
            let key = hidden(&said.body, "submission");
            let body = if key.is_empty() { said.body } else { said.body.replace(&key, "key") };
            body.replace(&stands(test, id).reference, "A").replace(&format!("/applications/{id}"), "/applications/n")
        };
        let link = format!("/applications/{id}/link");
        assert_eq!(officer.ask(Method::Post, &link, &[("person", &choice)]).code, 409, "not taken up");
        let before = page("submitted");
        assert_eq!(officer.ask(Method::Post, &format!("/applications/{id}/take"), &[]).code, 303);
        assert_eq!(page("taken up"), before);
        let finding = officer.get(&link).body;
        for told in ["Birch Coaches", "On the advice of the LADO or the police", "Refused on 1 June 2026", "12 months"]
        {
            assert!(finding.contains(told), "{told}");
        }
        assert_eq!(asker(&known, &client, "contractor").get(&link).code, 404);
        assert_eq!(officer.ask(Method::Post, &link, &[("person", &choice)]).code, 303);
        assert_eq!(page("linked"), before);
        known.world.sql(&format!("UPDATE applications SET state = 'interview_due', has_trace = TRUE WHERE id = {id}"));
        assert_eq!(page("with a trace"), before);
        seen.push(before);
    }
    assert_eq!(seen[0], seen[1]);
    let letters = known.world.outbox();
    assert!(letters.iter().all(|one| one.letter != "hold_notice"), "being linked tells a firm nothing");
}
