//! The Update Service watch as a job: each answer does what it says, no error is an answer, and a service that fails
//! neither clears nor stops anybody.

use chaperone::cli::fake_dbs;
use chaperone::clock::Clock;
use chaperone::domain::{command, declaration};
use chaperone::store::migrate::Purpose;
use chaperone::types::{Status, StatusResult};

use crate::log_lines;
use crate::support::database::day;
use crate::support::dbs::{NOBODY, Stub, pretend, pretend_that};
use crate::support::watch::{WELL, Watched, joined, says};

const FIRM: &str = "Ashdown Cars";
const MONDAY: &str = "2026-11-23";

fn many(count: u32) -> Watched {
    Watched::of(&(1..=count).map(|number| joined(number, FIRM)).collect::<Vec<_>>())
}

#[test]
fn each_answer_does_what_it_says_and_an_error_does_nothing() {
    let traced =
        |number| joined(number, FIRM).with("dbs_trace", "yes").with("update_service_result", "non_blank_no_change");
    let decided = traced(3).with("suitability_outcome", "suitable").with("suitability_date", "2026-06-05");
    let mut lines = vec![joined(1, FIRM), joined(2, FIRM), decided];
    lines.extend((4..=15).map(|number| joined(number, FIRM)));
    let watched = Watched::of(&lines);
    let url = pretend(&says(&[
        (1, "\"BLANK_NO_NEW_INFO\""),
        (2, "\"NON_BLANK_NO_NEW_INFO\""),
        (3, "\"NON_BLANK_NO_NEW_INFO\""),
        (4, "\"NEW_INFO\""),
        (5, "\"NO_MATCH_FOUND\""),
        (6, "500"),
        (7, "\"malformed\""),
        (8, "\"failure\""),
        (9, "400"),
        (10, "403"),
        (11, "404"),
        (12, "\"BLANK_NO_NEW_INFO\"\ndelay_ms = 4000"),
        (13, "\"BLANK_NO_NEW_INFO\"\nsurname = \"Other\""),
        (14, "\"BLANK_NO_NEW_INFO\"\nprinted_on = \"2026-06-02\""),
        (15, "\"NEW_INFO\"\nprinted_on = \"2026-06-02\""),
    ]));
    watched.all_due(MONDAY);
    let outcome = watched.run_with(&url, MONDAY, "errors_in_a_row = 100\npatience = \"1s\"\n");
    assert!(!outcome.red, "{}", outcome.detail);
    assert_eq!((outcome.done, outcome.failed), (8, 7), "{}", outcome.detail);
    let result = |number| watched.results(number);
    assert_eq!((result(1), watched.status(1)), (vec![StatusResult::BlankNoNewInfo], Status::Cleared));
    assert_eq!((result(2), watched.status(2)), (vec![StatusResult::NonBlankNoNewInfo], Status::Lapsed));
    assert_eq!((result(3), watched.status(3)), (vec![StatusResult::NonBlankNoNewInfo], Status::Cleared));
    assert_eq!((result(4), watched.status(4)), (vec![StatusResult::NewInfo], Status::Suspended));
    assert_eq!((result(5), watched.status(5)), (vec![StatusResult::NoMatchFound], Status::Cleared));
    for number in (6..=14).filter(|number| *number < 13) {
        let watch = watched.watch(number);
        assert_eq!((result(number), watched.status(number)), (vec![], Status::Cleared), "{number}");
        assert_eq!((watch.next_check_on, watch.failures, watch.strikes), (Some(day(MONDAY)), 2, 0), "{number}");
    }
    for number in [13, 14] {
        assert_eq!((result(number), watched.status(number)), (vec![], Status::Cleared), "no pass: {number}");
        assert_eq!(watched.watch(number).next_check_on, Some(day("2026-11-26")));
    }
    assert_eq!(watched.status(15), Status::Suspended, "new information is not put off by a date");
    assert_eq!(watched.tasks("data_check"), 4);
    assert_eq!((watched.tasks("trace_without_decision"), watched.tasks("new_certificate")), (1, 2));
    assert_eq!(watched.letters("new_check"), ["t15@person.example.org", "t4@person.example.org"]);
    let next = watched.watch(1).next_check_on.unwrap();
    assert!((4..=10).contains(&(next - day(MONDAY)).num_days()), "{next}");
    assert!(!watched.is_open());
    watched.is_sound();
}

#[test]
fn a_redirect_is_no_result() {
    let watched = many(1);
    let moved = Stub::saying("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n");
    let outcome = watched.ask(&moved.url(), MONDAY);
    assert_eq!((outcome.done, outcome.failed), (0, 1), "{}", outcome.detail);
    assert_eq!((watched.results(1), watched.status(1)), (vec![], Status::Cleared));
}

#[test]
fn a_failed_question_is_put_once_more_in_the_same_run() {
    let watched = many(1);
    let silent = Stub::saying("");
    let outcome = watched.ask(&silent.url(), MONDAY);
    assert_eq!(outcome.failed, 1);
    assert_eq!(watched.watch(1).failures, 2);
    let outcome = watched.run(&pretend(WELL), "2026-11-24");
    assert_eq!((outcome.done, watched.watch(1).failures), (1, 0), "{}", outcome.detail);
}

#[test]
fn nobody_is_asked_about_without_a_declaration_a_consent_or_work() {
    let watched = many(4);
    let url = pretend(WELL);
    watched.world.sql(&format!(
        "UPDATE status_check_consents SET withdrawn_on = '{MONDAY}' WHERE person_id = {};
         UPDATE engagements SET ends_on = '2026-11-22' WHERE person_id = {};
         UPDATE update_subscriptions SET volunteer = TRUE WHERE person_id = {}",
        watched.person(1),
        watched.person(2),
        watched.person(3)
    ));
    let outcome = watched.ask(&url, MONDAY);
    assert!(outcome.detail.starts_with("1 asked, 1 answers taken, 0 not found, 0 without an answer, 3 set aside"));
    assert!((1..=3).all(|number| watched.watch(number).next_check_on.is_none()));
    let who = &watched.checker;
    watched.act(MONDAY, who.user, |tx| declaration::withdraw(tx, who));
    let outcome = watched.ask(&url, "2026-11-30");
    assert!(outcome.detail.contains("Nobody in the team has made the legal declaration"), "{}", outcome.detail);
    watched.act(MONDAY, who.user, |tx| declaration::accept(tx, who, "Dana", "Whitlock", true));
    watched.world.sql(&format!("UPDATE users SET status = 'disabled' WHERE id = {}", who.user));
    let outcome = watched.ask(&url, "2026-11-30");
    assert!(outcome.detail.contains("Nobody in the team"), "a disabled officer answers for nothing");
}

#[test]
fn a_demonstration_or_a_trial_never_reaches_the_real_service() {
    let watched = many(1);
    for url in ["https://secure.crbonline.gov.uk/crsc/api/status", "https://dbs.example.org/status", ""] {
        let outcome = watched.ask(url, MONDAY);
        assert_eq!((outcome.done, outcome.failed, outcome.red), (0, 0, false), "{url}");
        assert!(!outcome.detail.contains("asked,"), "{}", outcome.detail);
    }
    let reach = chaperone::domain::status_check::may_reach;
    let real = "https://secure.crbonline.gov.uk/crsc/api/status";
    assert!(reach(Purpose::Demo, real).is_err() && reach(Purpose::Trial, real).is_err());
    assert!(reach(Purpose::Live, real).is_ok() && reach(Purpose::Demo, NOBODY).is_ok());
    assert_eq!(watched.watch(1).tried_at, None);
}

#[test]
fn the_pretend_service_knows_the_register_it_is_given() {
    let watched = Watched::of(&[joined(1, FIRM).with("surname", "O’Brien Łukasz"), joined(2, FIRM), joined(4, FIRM)]);
    let url = pretend_that(fake_dbs::known(&watched.world.test.db).unwrap());
    let outcome = watched.ask(&url, MONDAY);
    assert_eq!((outcome.done, watched.tasks("data_check")), (3, 0), "{}", outcome.detail);
    watched.world.sql("DELETE FROM settings WHERE name = 'purpose'");
    assert!(fake_dbs::known(&watched.world.test.db).is_err(), "a live register is nothing to pretend about");
}

#[test]
fn case_29_a_flood_of_not_found_is_the_services_fault() {
    let watched = many(40);
    let flood = pretend("[every]\nanswer = \"NO_MATCH_FOUND\"");
    let outcome = watched.ask(&flood, MONDAY);
    assert!(outcome.detail.starts_with("10 asked, 0 answers taken"), "{}", outcome.detail);
    assert!(watched.is_open());
    assert_eq!((watched.tasks("check_circuit"), watched.tasks("data_check"), watched.holds()), (1, 0, 0));
    assert_eq!(watched.letters("watch_alarm").len(), 1);
    assert!((1..=40).all(|number| watched.results(number).is_empty() && watched.watch(number).strikes == 0));
    assert!(watched.statuses().iter().all(|status| *status == Status::Cleared));
    let outcome = watched.run(&flood, "2026-11-24");
    assert!(outcome.detail.contains("3 asked") && outcome.detail.contains("still not believed"), "{}", outcome.detail);
    assert_eq!((watched.is_open(), watched.letters("watch_alarm").len()), (true, 1), "told once");
    let outcome = watched.run(&pretend(WELL), "2026-11-25");
    assert_eq!((outcome.done, watched.is_open(), watched.tasks("check_circuit")), (40, false, 0), "{}", outcome.detail);
    watched.is_sound();
}

#[test]
fn a_few_not_found_among_many_are_looked_at_one_by_one() {
    let watched = many(40);
    let few: Vec<(u32, &str)> =
        (1..=40).map(|n| (n, if n <= 9 { "\"NO_MATCH_FOUND\"" } else { "\"BLANK_NO_NEW_INFO\"" })).collect();
    let outcome = watched.ask(&pretend(&says(&few)), MONDAY);
    assert_eq!((outcome.done, watched.is_open(), watched.tasks("data_check")), (40, false, 9), "{}", outcome.detail);
    assert!(watched.statuses().iter().all(|status| *status == Status::Cleared));
}

#[test]
fn case_29_a_week_without_the_service_alarms_and_moves_nobody() {
    let watched = many(12);
    let before = watched.statuses();
    watched.all_due(MONDAY);
    let down = pretend("[every]\nanswer = 503");
    for on in 23..=30 {
        let outcome = watched.run(&down, &format!("2026-11-{on}"));
        assert_eq!((outcome.done, outcome.red), (0, false), "{}", outcome.detail);
        assert_eq!(watched.tasks("status_checks_late"), usize::from(on == 30), "{on}");
    }
    assert_eq!((watched.statuses(), watched.holds()), (before, 0));
    assert!((1..=12).all(|number| watched.results(number).is_empty()));
    assert_eq!(watched.letters("watch_alarm").len(), 2, "the circuit, and the lateness, once each");
    let outcome = watched.run(&pretend(WELL), "2026-12-01");
    assert_eq!((outcome.done, watched.is_open(), watched.tasks("status_checks_late")), (12, false, 0));
    assert_eq!(watched.run(NOBODY, "2026-12-01").failed, 0, "nothing is due any more");
    for letter in watched.world.night("2026-12-01") {
        assert!(!letter.header("Subject").contains("Person"));
    }
}

#[test]
fn no_name_date_or_number_of_anybody_is_in_the_log() {
    log_lines::keep();
    let watched =
        Watched::of(&[joined(1, FIRM).with("surname", "Zquwatch").with("dbs_certificate_number", "008877665544")]);
    for scenario in
        [WELL, "[every]\nanswer = \"NO_MATCH_FOUND\"", "[every]\nanswer = 500", "[every]\nanswer = \"NEW_INFO\""]
    {
        watched.ask(&pretend(scenario), MONDAY);
    }
    for canary in ["Zquwatch", "ZQUWATCH", "008877665544", "01%2F01%2F1980", "01/01/1980"] {
        let lines = log_lines::with(canary);
        assert!(lines.is_empty(), "{canary}: {lines:#?}");
    }
}

#[test]
fn the_watch_follows_what_is_recorded() {
    let watched = many(1);
    let person = watched.person(1);
    let next = |watched: &Watched| watched.watch(1).next_check_on;
    assert!(next(&watched).is_some_and(|on| (0..7).contains(&(on - day("2026-11-22")).num_days())));
    let touch = |watched: &Watched, sql: &str| {
        watched.world.sql(sql);
        command::run_if_needed(&watched.world.test.db, watched.checker.user, &Clock::Fixed(day(MONDAY)), |tx| {
            tx.touch(person);
            Ok(())
        })
        .unwrap();
    };
    touch(&watched, "UPDATE status_check_consents SET withdrawn_on = '2026-11-23'");
    assert_eq!(next(&watched), None);
    touch(&watched, "UPDATE status_check_consents SET withdrawn_on = NULL");
    assert!(next(&watched).is_some());
    touch(&watched, "UPDATE update_subscriptions SET ended_on = '2026-11-23'");
    assert_eq!(next(&watched), None);
}
