//! Status checks: consent first, new information that stops the person, and what a mistake must not leave behind.

use chaperone::domain::evidence::correct::{Change, Filed, correct};
use chaperone::domain::evidence::{self, Answers, Asked};
use chaperone::domain::hold as holds;
use chaperone::error::Error;
use chaperone::store::{dbs, hold};
use chaperone::types::{HoldCode, Status, UserId};

use crate::evidence::FOR_ASSISTANT;
use crate::support::database::day;
use crate::support::register::*;

#[test]
fn no_status_check_without_consent_and_an_error_is_no_result() {
    let council = Council::with(ASSISTANT);
    council.record(ASSISTANT, "dbs_certificate", sample("dbs_certificate")).unwrap();
    let refused = |answers| council.refused(ASSISTANT, "update_service", answers);
    let bare = Answers::default()
        .with("certificate", council.certificate())
        .with("result", "BLANK_NO_NEW_INFO")
        .with("checked_on", "2026-11-20")
        .with("checker", "Dana Whitlock");
    assert_eq!(refused(bare), ["result"]);
    assert_eq!(refused(checked(&council, "ERROR", "2026-11-20")), ["result"]);
    assert_eq!(
        refused(checked(&council, "BLANK_NO_NEW_INFO", "2026-11-01").with("consent_on", "2026-10-01")),
        ["checked_on"]
    );
    assert_eq!(
        refused(checked(&council, "NON_BLANK_NO_NEW_INFO", "2026-11-20")),
        ["result"],
        "the certificate is clear"
    );
    assert_eq!(refused(Answers::default().with("certificate", council.certificate())), ["consent_on"]);
    council.is_sound();
}

#[test]
fn new_information_holds_the_person_and_tells_each_firm_once() {
    let council = Council::with(ASSISTANT);
    council.engage(firm(&council.test, "Birch Minibuses"), ASSISTANT);
    council.clear(ASSISTANT, &FOR_ASSISTANT);
    council.record(ASSISTANT, "update_service", checked(&council, "NEW_INFO", "2026-11-21")).unwrap();
    assert_eq!(council.status(ASSISTANT), Status::Suspended);
    let holds = || council.test.db.read(|c| hold::of_people(c, &[council.person])).unwrap();
    assert_eq!((holds()[0].code, holds()[0].placed_by), (HoldCode::NewInfo, UserId::SYSTEM));
    let letters = council.letters();
    assert_eq!(letters.len(), 2);
    for letter in &letters {
        assert_eq!(letter.params, r#"{"from":"2026-11-22"}"#, "the fact and the day, never the reason");
        assert_eq!(letter.person_id, Some(council.person));
    }
    assert_ne!(letters[0].to_email, letters[1].to_email);
    council.record(ASSISTANT, "update_service", checked(&council, "NEW_INFO", "2026-11-22")).unwrap();
    assert_eq!((holds().len(), council.letters().len()), (1, 2));
    council.is_sound();
}

#[test]
fn a_failure_at_the_end_leaves_no_check_no_hold_and_no_letter() {
    let council = Council::with(ASSISTANT);
    council.clear(ASSISTANT, &FOR_ASSISTANT);
    let (asked, answers) = (
        Asked { role: ASSISTANT.into(), requirement: "update_service".into() },
        checked(&council, "NEW_INFO", "2026-11-21"),
    );
    let before = council.trail();
    let failed: Result<(), Error> = council.act(&council.officer, |tx| {
        evidence::record(tx, &council.officer, council.person, &asked, &answers)?;
        Err(Error::internal("the disk is full"))
    });
    assert!(matches!(failed, Err(Error::Internal { .. })));
    assert_eq!(council.test.db.read(|c| dbs::status_check::of_people(c, &[council.person])).unwrap(), []);
    assert_eq!(council.test.db.read(|c| hold::of_people(c, &[council.person])).unwrap(), []);
    assert_eq!((council.letters().len(), council.trail()), (0, before));
    assert_eq!(council.status(ASSISTANT), Status::Cleared);
    council.is_sound();
}

#[test]
fn new_information_after_a_mistaken_report_of_it_holds_again() {
    let council = Council::with(ASSISTANT);
    council.clear(ASSISTANT, &FOR_ASSISTANT);
    council.record(ASSISTANT, "update_service", checked(&council, "NEW_INFO", "2026-11-19")).unwrap();
    let check = council.test.db.read(|c| dbs::status_check::of_people(c, &[council.person])).unwrap()[0].id.0;
    let right = Change::Replace(checked(&council, "BLANK_NO_NEW_INFO", "2026-11-19"));
    let who = &council.officer;
    council.act(who, |tx| correct(tx, who, council.person, (Filed::StatusCheck, check), &right, "Mistyped")).unwrap();
    let held = || council.test.db.read(|c| hold::of_people(c, &[council.person])).unwrap();
    let first = held()[0].id;
    let other = &council.other;
    council.act(other, |tx| holds::lift(tx, other, council.person, first, "There was none")).unwrap();
    assert_eq!(council.status(ASSISTANT), Status::Cleared);
    council.record(ASSISTANT, "update_service", checked(&council, "NEW_INFO", "2026-11-21")).unwrap();
    assert_eq!((council.status(ASSISTANT), held().len()), (Status::Suspended, 2));
    council.is_sound();
}

#[test]
fn consent_taken_back_is_all_taken_back() {
    let council = Council::with(ASSISTANT);
    council.clear(ASSISTANT, &FOR_ASSISTANT);
    let consent = |on: &str| {
        Answers::default().with("certificate", council.certificate()).with("consent_on", on).with("consent_text", "2")
    };
    for on in ["2026-11-02", "2026-11-10"] {
        council.record(ASSISTANT, "update_service", consent(on)).unwrap();
    }
    let (who, last) = (&council.officer, Change::End(Some(day("2026-11-20"))));
    council.act(who, |tx| correct(tx, who, council.person, (Filed::Consent, 2), &last, "Asked by letter")).unwrap();
    let unchecked = Answers::default()
        .with("certificate", council.certificate())
        .with("result", "BLANK_NO_NEW_INFO")
        .with("checked_on", "2026-11-21")
        .with("checker", "Dana Whitlock");
    assert_eq!(council.refused(ASSISTANT, "update_service", unchecked), ["result"]);
    council.is_sound();
}
