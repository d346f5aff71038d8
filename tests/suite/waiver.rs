//! Waivers: what may be waived, for how long, by whom.

use chaperone::domain::waiver::{self, NewWaiver};
use chaperone::error::Error;
use chaperone::store::waiver as waivers;
use chaperone::types::{Access, ItemState, WaiverId};

use crate::support::account::{active, grant};
use crate::support::browser::Browser;
use crate::support::database::day;
use crate::support::register::*;

fn overseas() -> NewWaiver {
    NewWaiver {
        role: ASSISTANT.into(),
        requirement: "overseas".into(),
        ends_on: Some(day("2027-03-31")),
        conditions: "Only with a checked second adult".into(),
        reason: "The embassy is closed".into(),
    }
}

fn grant_it(council: &Council, new: &NewWaiver) -> Result<WaiverId, Error> {
    council.act(&council.decider, |tx| waiver::grant(tx, &council.decider, council.person, new))
}

#[test]
fn a_waiver_stands_in_until_it_is_withdrawn() {
    let council = Council::with(ASSISTANT);
    let id = grant_it(&council, &overseas()).unwrap();
    assert_eq!(council.item(ASSISTANT, "overseas"), ItemState::Waived);
    for code in ["identity", "right_to_work", "dbs_certificate"] {
        council.record(ASSISTANT, code, sample(code)).unwrap();
    }
    council.record(ASSISTANT, "approval", sample("approval")).unwrap();
    let withdraw =
        |why: &str| council.act(&council.decider, |tx| waiver::withdraw(tx, &council.decider, council.person, id, why));
    assert_eq!(faults(withdraw(""))[0].0, "reason");
    withdraw("The embassy is open").unwrap();
    assert_eq!(council.item(ASSISTANT, "overseas"), ItemState::Missing);
    assert!(matches!(withdraw("Again"), Err(Error::Conflict(_))));
    council.is_sound();
}

#[test]
fn what_the_law_asks_is_never_waived() {
    let council = Council::with(ASSISTANT);
    let refused =
        |new: NewWaiver| faults(grant_it(&council, &new)).into_iter().map(|(field, _)| field).collect::<Vec<_>>();
    for code in ["approval", "right_to_work", "dbs_certificate", "suitability", "minimum_age", "licence"] {
        assert_eq!(refused(NewWaiver { requirement: code.into(), ..overseas() }), ["requirement"], "{code}");
    }
    assert_eq!(refused(NewWaiver { role: PCV.into(), ..overseas() }), ["requirement"], "not their role");
    assert_eq!(refused(NewWaiver { ends_on: Some(day("2026-11-21")), ..overseas() }), ["ends_on"]);
    assert_eq!(refused(NewWaiver { ends_on: Some(day("2027-11-23")), ..overseas() }), ["ends_on"]);
    assert_eq!(refused(NewWaiver::default()), ["requirement", "ends_on", "reason"]);
    grant_it(&council, &NewWaiver { ends_on: Some(day("2027-11-22")), ..overseas() }).unwrap();
    let by_officer =
        council.act(&council.officer, |tx| waiver::grant(tx, &council.officer, council.person, &overseas()));
    assert!(matches!(by_officer, Err(Error::Forbidden("Only a decision maker can grant a waiver."))));
    council.is_sound();
}

#[test]
fn the_pages_grant_one_waiver_and_withdraw_it() {
    let council = Council::with(ASSISTANT);
    active(&council.test, "dm@council.example.org", &[grant(Access::DecisionMaker)]);
    let browser = Browser::new(&council.test);
    browser.sign_in("dm@council.example.org");
    let page = format!("/people/{}/waivers/new", council.person);
    let chosen = browser.get(&format!("{page}?role={ASSISTANT}&requirement=overseas"));
    assert!(chosen.body.contains("value=\"passenger_assistant/overseas\" selected"));
    assert!(!chosen.body.contains("passenger_assistant/licence") && !chosen.body.contains("/right_to_work"));
    let asked = ("requirement", "passenger_assistant/overseas");
    let wrong = fill(&browser, &page, &[asked, ("conditions", "With a second adult")]);
    assert_eq!(wrong.status.code, 422);
    assert!(wrong.body.contains("With a second adult") && wrong.body.contains("Enter the last day"));
    let right = [asked, ("ends_on-day", "31"), ("ends_on-month", "3"), ("ends_on-year", "2027"), ("reason", "Closed")];
    assert_eq!(fill_twice(&browser, &page, &right, 2).to().0, 303);
    let held = council.test.db.read(|c| waivers::of_people(c, &[council.person])).unwrap();
    assert_eq!(held.len(), 1);
    let withdraw = format!("/people/{}/waivers/{}/withdraw", council.person, held[0].id);
    assert!(browser.get(&withdraw).body.contains("31 March 2027"));
    assert_eq!(fill(&browser, &withdraw, &[("reason", "Open again")]).to().0, 303);
    assert_eq!(browser.get(&withdraw).status.code, 409);
    council.is_sound();
}
