//! Cases that come back, deferred or from an appeal, and what bars an approval whoever asks.

use chaperone::clock::Clock;
use chaperone::domain::application::{chase, checking};
use chaperone::domain::command;
use chaperone::domain::proposal;
use chaperone::error::Error;
use chaperone::types::{ApplicationState, PersonId, Status, UserId, Verdict};

use crate::decision::{again, complete, made, on};
use crate::support::case::sql;
use crate::support::database::day;
use crate::support::judge::{begin, paper};
use crate::support::register::*;

/// The nightly look at everybody over whom a trace stands.
pub fn look_again(council: &Council, date: &str) {
    let clock = Clock::Fixed(day(date));
    let look = |tx: &mut chaperone::store::Tx<'_>| chase::review_undecided(tx, PersonId(0), 100);
    command::run_if_needed(&council.test.db, UserId::SYSTEM, &clock, look).unwrap();
}

#[test]
fn a_deferred_case_keeps_its_interview_and_is_interviewed_again_about_what_is_new() {
    let council = complete("yes");
    let (id, _) = made(&council, Verdict::Deferred);
    let resume = |why| council.act(&council.officer, |tx| checking::resume(tx, &council.officer, id, why));
    resume("The reference has come").unwrap();
    look_again(&council, "2026-11-22");
    assert_eq!(again(&council, id).state, ApplicationState::Checking, "nobody is asked the same twice");
    let renewed = certificate_answers("009876543210").with("issued_on", "2026-11-20").with("trace", "yes");
    council.record(ASSISTANT, "dbs_certificate", renewed.with("original_seen_on", "2026-11-21")).unwrap();
    assert_eq!(again(&council, id).state, ApplicationState::InterviewDue, "this one nobody was asked about");
    council.is_sound();
}

#[test]
fn who_has_seen_a_copy_alone_approves_nobody() {
    let council = complete("no");
    sql(&council, "UPDATE dbs_certificates SET original_seen_on = NULL, original_seen_by = ''");
    let case = on(&council, "2026-11-22", |tx| begin(tx, &council, council.person, ASSISTANT)).unwrap();
    let propose =
        |outcome| on(&council, "2026-11-22", |tx| proposal::propose(tx, &council.decider, case.id, &paper(outcome)));
    match propose(Verdict::Approved) {
        Err(Error::Invalid(faults)) => assert!(faults[0].message.contains("Original certificate"), "{faults:?}"),
        other => panic!("{other:?}"),
    }
    assert_ne!(council.status(ASSISTANT), Status::Cleared);
    propose(Verdict::Deferred).unwrap();
}
