//! The cases an expert would try on the Update Service watch (facts.md §8), through the job and the commands.

use chaperone::domain::evidence::{self, Answers, Asked};
use chaperone::domain::{hold as holds, status_check};
use chaperone::store::hold;
use chaperone::types::{HoldCode, ItemState, Status, StatusResult, UserId};

use crate::evidence::FOR_ASSISTANT;
use crate::support::database::day;
use crate::support::dbs::{Stub, pretend};
use crate::support::register::{ASSISTANT, Council, certificate_answers};
use crate::support::watch::{WELL, Watched, joined, office, says};
use crate::support::world::{World, address, person as line, surname};
use crate::update_service::PASS;

const FIRM: &str = "Ashdown Cars";
const OTHER: &str = "Birch Coaches";
const NOT_FOUND: &str = "[every]\nanswer = \"NO_MATCH_FOUND\"";

fn join(council: &Council, on: &str) -> Answers {
    Answers::default()
        .with("certificate", council.certificate())
        .with("consent_on", on)
        .with("consent_text", "2026-1")
        .with("joined_on", on)
}

/// What the service would be asked about person 1, as sent.
fn asked(watched: &Watched, body: &str) -> String {
    let stub = Stub::answering(body.as_bytes());
    watched.ask(&stub.url(), "2026-11-23");
    stub.heard()
}

fn answer(surname: &str) -> String {
    PASS.replace("SWIFT", surname).replace("2024-04-22", "2026-06-01")
}

#[test]
fn case_01_a_certificate_is_joined_on_day_30_and_not_on_day_31() {
    for (issued, is_in_time) in [("2026-10-23", true), ("2026-10-22", false)] {
        let council = Council::with(ASSISTANT);
        let certificate = certificate_answers("001234567890").with("issued_on", issued);
        council.record(ASSISTANT, "dbs_certificate", certificate).unwrap();
        let refused = council.refused(ASSISTANT, "update_service", join(&council, "2026-11-22"));
        assert_eq!(refused.is_empty(), is_in_time, "{issued}: {refused:?}");
    }
}

#[test]
fn case_01_the_days_left_to_join_are_told_and_their_loss() {
    let council = Council::with(ASSISTANT);
    council.record(ASSISTANT, "dbs_certificate", certificate_answers("001234567890")).unwrap();
    let world = World::around(council.test);
    world.sql("UPDATE people SET email = 'amina@person.example.org'");
    let run = |on: &str| {
        chaperone::jobs::run_once(&office(&world, "", on, ""), "status-checks", None).unwrap();
        world.outbox().iter().filter(|row| row.letter == "join_by").count()
    };
    assert_eq!(run("2026-11-22"), 1, "day 20");
    assert_eq!((run("2026-11-22"), run("2026-11-28")), (1, 1));
    assert_eq!((run("2026-11-29"), run("2026-12-02")), (2, 2));
    assert!(!world.tasks().contains(&"join_window_lost".to_owned()));
    assert_eq!((run("2026-12-03"), run("2026-12-04")), (2, 2));
    assert_eq!(world.tasks().iter().filter(|kind| *kind == "join_window_lost").count(), 1);
    let letter = world.outbox().into_iter().find(|row| row.letter == "join_by").unwrap();
    assert_eq!(
        (letter.to_email.as_str(), letter.params.as_str()),
        ("amina@person.example.org", r#"{"last":"2026-12-02"}"#)
    );
}

#[test]
fn case_02_somebody_who_says_they_joined_and_did_not_is_a_data_check() {
    let watched = Watched::of(&[joined(1, FIRM).with("update_service_joined", "2026-05-04")]);
    watched.ask(&pretend(NOT_FOUND), "2026-11-23");
    assert_eq!((watched.tasks("data_check"), watched.status(1)), (1, Status::Cleared));
    watched.run(&pretend(NOT_FOUND), "2026-11-26");
    assert_eq!((watched.tasks("data_check"), watched.watch(1).strikes), (1, 2), "one task, however often");
}

#[test]
fn case_03_after_a_marriage_the_certificates_name_is_asked_about() {
    let watched = Watched::of(&[joined(1, FIRM)]);
    watched.world.sql("UPDATE people SET surname = 'Newname', sort_name = 'newname ann'");
    let heard = asked(&watched, &answer(&surname(1).to_uppercase()));
    assert!(heard.contains(&format!("surname={}", surname(1))) && !heard.contains("Newname"), "{heard}");
    assert!(heard.contains("employeeForename=Dana&employeeSurname=Whitlock"), "the checker, never the person: {heard}");
    assert!(heard.contains("dateOfBirth=01/01/1980") || heard.contains("dateOfBirth=01%2F01%2F1980"), "{heard}");
    assert_eq!(watched.results(1), [StatusResult::BlankNoNewInfo]);
}

#[test]
fn case_04_names_are_the_same_however_they_are_written() {
    for (ours, theirs) in [
        ("O’Brien", "O'BRIEN"),
        ("O'Brien", "OBRIEN"),
        ("Wiśniewska-Łuk", "WISNIEWSKA LUK"),
        ("Butt-Copestake", "Butt Copestake "),
        ("Mac Donald ", "MACDONALD"),
        ("Nguyễn", "nguyen"),
    ] {
        let watched = Watched::of(&[joined(1, FIRM).with("surname", ours)]);
        asked(&watched, &answer(theirs));
        assert_eq!((watched.results(1).len(), watched.tasks("data_check")), (1, 0), "{ours} {theirs}");
    }
    let watched = Watched::of(&[joined(1, FIRM).with("surname", "Okafor")]);
    asked(&watched, &answer("OKAFORD"));
    assert_eq!((watched.results(1).len(), watched.tasks("data_check")), (0, 1));
    // One name only: no forename comes back.
    let watched = Watched::of(&[joined(1, FIRM).with("forename", "").with("surname", "Suharto")]);
    asked(&watched, &answer("SUHARTO").replace("TAYLOR", ""));
    assert_eq!(watched.results(1), [StatusResult::BlankNoNewInfo]);
}

#[test]
fn case_04_a_mistyped_date_of_birth_is_a_data_check_that_stops_nobody() {
    let watched = Watched::of(&[joined(1, FIRM), joined(2, FIRM)]);
    watched.world.sql(&format!("UPDATE people SET date_of_birth = NULL WHERE id = {}", watched.person(2)));
    watched.ask(&pretend(&says(&[(1, "\"NO_MATCH_FOUND\"")])), "2026-11-23");
    assert_eq!(watched.tasks("data_check"), 2);
    assert_eq!((watched.status(1), watched.status(2)), (Status::Cleared, Status::Cleared));
    assert_eq!(watched.results(2), [], "nothing is asked without a date of birth");
}

#[test]
fn case_08_update_service_lapses_on_its_anniversary() {
    let watched = Watched::of(&[joined(1, FIRM), joined(2, FIRM)]);
    watched.world.sql("UPDATE update_subscriptions SET renewal_due = '2026-11-23'");
    let url = pretend(&says(&[(1, "\"NO_MATCH_FOUND\""), (2, "\"BLANK_NO_NEW_INFO\"")]));
    let (person, subscription) = (watched.person(1), watched.watch(1).subscription_id);
    watched.ask(&url, "2026-11-24");
    assert_eq!((watched.status(1), watched.watch(1).strikes), (Status::Cleared, 1));
    watched.run(&url, "2026-11-27");
    assert_eq!((watched.status(1), watched.watch(1).strikes), (Status::Cleared, 2));
    assert_eq!(watched.watch(1).grace_until, None, "nothing follows before the data are verified");
    let checker = &watched.checker;
    watched.act("2026-11-28", checker.user, |tx| {
        status_check::verify(tx, checker, person, subscription, "Compared with the original")
    });
    assert_eq!(watched.tasks("data_check"), 0);
    watched.run(&url, "2026-11-28");
    assert_eq!(watched.watch(1).grace_until, Some(day("2026-12-12")));
    assert_eq!(watched.letters("not_found"), ["t1@person.example.org"]);
    for on in ["2026-12-01", "2026-12-04", "2026-12-07", "2026-12-10", "2026-12-12"] {
        watched.run(&url, on);
        assert_eq!((watched.status(1), watched.letters("hold_notice").len()), (Status::Cleared, 0), "{on}");
    }
    watched.run(&url, "2026-12-13");
    assert_eq!((watched.status(1), watched.status(2)), (Status::Lapsed, Status::Cleared));
    assert_eq!(watched.authorised(1, "2026-12-13"), [false]);
    assert_eq!((watched.letters("hold_notice"), watched.holds()), (vec![address(FIRM)], 0), "a fact, and no hold");
    assert_eq!((watched.letters("new_check").len(), watched.tasks("new_certificate")), (1, 1));
    assert_eq!(watched.watch(1).next_check_on, None, "what cannot be reinstated is not asked about");
    renew(&watched, "009999999999", "2026-12-14", "2026-12-16");
    assert_eq!(watched.status(1), Status::Cleared, "a new certificate heals it");
    watched.is_sound();
}

/// A new certificate of person 1, recorded on a day.
fn renew(watched: &Watched, number: &str, issued: &str, on: &str) {
    let answers = certificate_answers(number).with("issued_on", issued).with("original_seen_on", issued);
    let answers = answers.with("forename", "Ann").with("surname", surname(1));
    let asked = Asked { role: ASSISTANT.into(), requirement: "dbs_certificate".into() };
    let (checker, person) = (&watched.checker, watched.person(1));
    watched.act(on, checker.user, |tx| evidence::record(tx, checker, person, &asked, &answers));
}

#[test]
fn case_08_a_subscription_found_again_in_the_grace_is_forgiven() {
    let watched = Watched::of(&[joined(1, FIRM)]);
    let (person, subscription) = (watched.person(1), watched.watch(1).subscription_id);
    watched.ask(&pretend(NOT_FOUND), "2026-11-24");
    let checker = &watched.checker;
    watched.act("2026-11-24", checker.user, |tx| status_check::verify(tx, checker, person, subscription, "Compared"));
    watched.run(&pretend(NOT_FOUND), "2026-11-25");
    assert!(watched.watch(1).grace_until.is_some(), "twice, and verified");
    watched.run(&pretend(WELL), "2026-11-28");
    let watch = watched.watch(1);
    assert_eq!((watch.strikes, watch.verified_on, watch.grace_until), (0, None, None));
    assert_eq!(watched.status(1), Status::Cleared);
}

#[test]
fn case_09_a_trace_of_the_legacy_register_with_a_decision_and_without() {
    let traced = |n| joined(n, FIRM).with("dbs_trace", "yes").with("update_service_result", "non_blank_no_change");
    let decided = traced(1).with("suitability_outcome", "suitable").with("suitability_date", "2019-06-05");
    let decided = decided.with("dbs_issue_date", "2019-05-20");
    let watched = Watched::of(&[decided, traced(2), joined(3, FIRM)]);
    let other = "\"NON_BLANK_NO_NEW_INFO\"";
    let first = "\"NON_BLANK_NO_NEW_INFO\"\nprinted_on = \"2019-05-20\"";
    let before = [1, 2, 3].map(|n| watched.status(n));
    assert_eq!(before, [Status::Cleared, Status::Lapsed, Status::Cleared]);
    watched.ask(&pretend(&says(&[(1, first), (2, other), (3, other)])), "2026-11-23");
    assert_eq!([1, 2, 3].map(|n| watched.status(n)), [Status::Cleared, Status::Lapsed, Status::Lapsed]);
    assert_eq!(watched.tasks("trace_without_decision"), 2, "recorded as clear, and undecided");
    assert_eq!(watched.holds(), 0);
}

#[test]
fn case_10_new_information_on_a_friday_evening() {
    let watched = Watched::of(&[joined(1, FIRM), joined(1, OTHER).with("badge_number", "B90001"), joined(2, FIRM)]);
    assert_eq!(watched.authorised(1, "2026-11-27"), [true, true]);
    let url = pretend(&says(&[(1, "\"NEW_INFO\""), (2, "\"BLANK_NO_NEW_INFO\"")]));
    watched.ask(&url, "2026-11-27");
    assert_eq!((watched.status(1), watched.status(2)), (Status::Suspended, Status::Cleared));
    assert_eq!(watched.authorised(1, "2026-11-27"), [false, false], "every badge at once");
    let mut told = vec![address(FIRM), address(OTHER)];
    told.sort();
    assert_eq!((watched.letters("hold_notice"), watched.letters("new_check").len()), (told.clone(), 1));
    let letters = watched.world.night("2026-11-27");
    let notices: Vec<_> = letters.iter().filter(|letter| letter.to[0].starts_with("office@")).collect();
    assert!(!notices.is_empty() && notices.iter().all(|l| !l.text.to_lowercase().contains("information")));
    watched.ask(&url, "2026-12-04");
    assert_eq!((watched.letters("hold_notice"), watched.holds(), watched.tasks("new_certificate")), (told, 1, 1));
    renew(&watched, "009999999999", "2026-12-06", "2026-12-08");
    assert_eq!(watched.status(1), Status::Suspended, "a person lifts the hold, no paper does");
    let outcome = watched.ask(&pretend("[every]\nanswer = \"NEW_INFO\"\nprinted_on = \"2026-06-01\""), "2026-12-09");
    assert!(outcome.detail.starts_with("1 asked"), "the old number is not asked about: {}", outcome.detail);
    assert_eq!(watched.results(1).len(), 2);
    let (person, decider) = (watched.person(1), &watched.decider);
    let held = watched.world.test.db.read(|c| hold::of_people(c, &[person])).unwrap();
    assert_eq!((held[0].code, held[0].placed_by), (HoldCode::NewInfo, UserId::SYSTEM));
    watched
        .act("2026-12-10", decider.user, |tx| holds::lift(tx, decider, person, held[0].id, "Clear certificate seen"));
    assert_eq!(watched.status(1), Status::Cleared);
    watched.is_sound();
}

#[test]
fn case_14_a_certificate_that_cannot_be_joined_is_reviewed_at_36_months_and_never_asked_about() {
    let watched = Watched::of(&[line(1, FIRM)]);
    let person = watched.person(1);
    let rows = watched.world.test.db.read(|c| chaperone::store::watch::of_people(c, &[person])).unwrap();
    assert!(rows.is_empty());
    assert!(watched.run(&pretend(NOT_FOUND), "2026-11-23").detail.starts_with("0 asked"));
    for (on, status) in [("2029-05-31", true), ("2029-06-02", false)] {
        assert_eq!(watched.authorised(1, on)[0], status, "{on}");
    }
}

#[test]
fn case_30_a_volunteers_subscription_is_no_basis_for_paid_work() {
    let council = Council::with(ASSISTANT);
    council.clear(ASSISTANT, &FOR_ASSISTANT);
    council
        .record(ASSISTANT, "update_service", join(&council, "2026-11-10").with("subscription", "volunteer"))
        .unwrap();
    assert_eq!(council.item(ASSISTANT, "update_service"), ItemState::Missing);
    let watches = council.test.db.read(|c| chaperone::store::watch::of_people(c, &[council.person])).unwrap();
    assert!(watches.iter().all(|row| row.next_check_on.is_none()));
    council.is_sound();
}

#[test]
fn case_29_a_flood_of_new_information_holds_few_until_the_team_says_that_it_is_so() {
    const NEWS: &str = "[every]\nanswer = \"NEW_INFO\"\nprinted_on = \"2026-06-01\"\n";
    let lines: Vec<_> = (1..=12).map(|number| joined(number, FIRM)).collect();
    let watched = Watched::of(&lines);
    let said = watched.ask(&pretend(NEWS), "2026-11-23").detail;
    assert!(said.contains("too many have new information"), "{said}");
    assert_eq!((watched.holds(), watched.is_open(), watched.tasks("check_circuit")), (4, true, 1));
    assert_eq!(watched.letters("watch_alarm").len(), 1);
    watched.ask(&pretend(NEWS), "2026-11-24");
    assert_eq!((watched.holds(), watched.is_open()), (4, true), "nobody has said anything yet");
    watched.act("2026-11-25", watched.checker.user, |tx| {
        let open = chaperone::store::task::all_open(tx, "check_circuit")?.remove(0);
        tx.trail(chaperone::store::trail::Entry::new("task.close", "task", open.id.0));
        chaperone::store::task::close(tx, open.id, "The DBS says that it is so")
    });
    watched.ask(&pretend(NEWS), "2026-11-25");
    assert_eq!((watched.holds(), watched.is_open()), (12, false));
    watched.is_sound();
}

#[test]
fn a_hold_that_a_decision_maker_lifts_stands_lifted_against_the_same_answer() {
    let news = pretend(&says(&[(1, "\"NEW_INFO\"")]));
    let watched = Watched::of(&[joined(1, FIRM)]);
    watched.ask(&news, "2026-11-23");
    assert_eq!((watched.holds(), watched.status(1)), (1, Status::Suspended), "one is held at once");
    let person = watched.person(1);
    let held = watched.world.test.db.read(|c| hold::of_people(c, &[person])).unwrap().remove(0);
    watched.act("2026-11-24", watched.decider.user, |tx| {
        holds::lift(tx, &watched.decider, person, held.id, "The DBS sent the wrong answer, and says so in writing")
    });
    watched.ask(&news, "2026-11-30");
    assert_eq!(watched.holds(), 1);
    assert_ne!(watched.status(1), Status::Suspended);
}

#[test]
fn somebody_whose_application_is_open_is_asked_about_though_they_work_nowhere() {
    let watched = Watched::of(&[joined(1, FIRM)]);
    let (test, person) = (&watched.world.test, watched.person(1));
    crate::support::application::application(test, None, |row| row.person_id = Some(person));
    watched.world.sql("UPDATE engagements SET ends_on = '2026-11-21'");
    watched.ask(&pretend(WELL), "2026-11-23");
    assert_eq!(watched.results(1), [StatusResult::BlankNoNewInfo]);
    watched.world.sql("UPDATE applications SET state = 'withdrawn'");
    watched.ask(&pretend(WELL), "2026-11-30");
    assert_eq!(watched.results(1).len(), 1, "and no longer than that");
}

#[test]
fn new_information_in_a_later_file_is_told_and_in_the_first_it_is_not() {
    let known = joined(2, FIRM).with("update_service_result", "changed");
    let world = World::of(&[joined(1, FIRM), known.clone()]);
    assert!(world.outbox().iter().all(|row| row.letter != "suspension"));
    let news = joined(1, FIRM).with("update_service_result", "changed").with("update_service_last_check", "2026-11-20");
    world.import("2026-11-22", &[news, known]);
    let told = |letter: &str| world.outbox().into_iter().filter(|row| row.letter == letter).count();
    assert_eq!([told("suspension"), told("hold_notice"), told("new_check")], [1, 1, 1]);
}
