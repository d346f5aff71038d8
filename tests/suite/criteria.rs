//! The suitability criteria: published once, kept for good, and each decision under its own version.

use chaperone::clock::Clock;
use chaperone::domain::{command, criteria};
use chaperone::error::Error;
use chaperone::store::proposal as papers;
use chaperone::types::{UserId, Verdict};

use crate::evidence::FOR_ASSISTANT;
use crate::support::browser::Browser;
use crate::support::database::{TestDb, day};
use crate::support::judge::{decide, paper};
use crate::support::register::*;

/// The shipped file as version 2, with another period for dishonesty.
fn second(from: &str) -> String {
    include_str!("../../policy/criteria.toml")
        .replace("number = 1", "number = 2")
        .replace("effective_from = \"2020-07-21\"", &format!("effective_from = \"{from}\""))
        .replace("months = 84", "months = 96")
}

#[test]
fn a_new_version_is_published_for_a_day_to_come_and_none_is_edited() {
    let test = TestDb::new();
    let publish = |text: &str| {
        let clock = Clock::Fixed(day("2026-11-22"));
        command::run(&test.db, UserId::SYSTEM, &clock, |tx| criteria::publish_file(tx, text))
    };
    assert!(matches!(publish(&second("2026-11-21")), Err(Error::Invalid(_))), "never backdated");
    publish(&second("2027-01-01")).unwrap();
    assert!(matches!(publish(&second("2027-01-01")), Err(Error::Conflict(_))), "never twice");
    assert!(matches!(publish("number = 3"), Err(Error::Invalid(_))));
    let on = |date: &str| test.db.read(|c| criteria::in_force(c, day(date))).unwrap().number;
    assert_eq!((on("2026-12-31"), on("2027-01-01")), (1, 2));
    let kept = test.db.read(|c| criteria::version(c, 1)).unwrap();
    assert_eq!(kept, criteria::Criteria::shipped().unwrap());
}

#[test]
fn a_decision_keeps_the_version_it_was_made_under() {
    let council = Council::with(ASSISTANT);
    for code in FOR_ASSISTANT {
        council.record(ASSISTANT, code, sample(code)).unwrap();
    }
    let made = |on: &str, outcome| {
        let clock = Clock::Fixed(day(on));
        let hands = (&council.decider, &council.other);
        let done = command::run(&council.test.db, council.decider.user, &clock, |tx| {
            decide(tx, &council, hands, (council.person, ASSISTANT), &paper(outcome))
        });
        done.unwrap().1
    };
    let first = made("2026-11-22", Verdict::Approved);
    council.act(&council.officer, |tx| criteria::publish_file(tx, &second("2026-11-24"))).unwrap();
    let last = made("2026-11-24", Verdict::Refused);
    let version = |id| council.test.db.read(|c| papers::find(c, id)).unwrap().criteria_version;
    assert_eq!((version(first), version(last)), (1, 2));
}

#[test]
fn anybody_may_read_what_a_letter_points_to() {
    let test = TestDb::new();
    let page = Browser::new(&test).get("/criteria/1/public");
    assert_eq!(page.status.code, 200);
    assert!(page.body.contains("Dishonesty") && page.body.contains("21 days"));
    assert_eq!(Browser::new(&test).get("/criteria/9/public").status.code, 404);
}
