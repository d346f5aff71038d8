//! Holds: who places and lifts them, and which firms are told.

use chaperone::config::Config;
use chaperone::domain::hold::{self, NewHold};
use chaperone::domain::letter::render;
use chaperone::domain::{contractor, engagement};
use chaperone::error::Error;
use chaperone::store::{engagement as works, hold as holds, task};
use chaperone::types::{Access, ContractorStatus, HoldCode, HoldId, Status};
use diesel::prelude::*;

use crate::evidence::FOR_ASSISTANT;
use crate::support::account::{active, firm as firm_without_address, grant};
use crate::support::browser::Browser;
use crate::support::database::day;
use crate::support::register::*;

fn suspension(reason: &str) -> NewHold {
    NewHold { code: Some(HoldCode::Suspension), until: None, reason: reason.into() }
}

fn place(council: &Council, new: &NewHold) -> Result<HoldId, Error> {
    council.act(&council.decider, |tx| hold::place(tx, &council.decider, council.person, new))
}

#[test]
fn a_hold_stops_the_person_and_tells_each_firm_they_work_for() {
    let council = Council::with(ASSISTANT);
    council.engage(firm(&council.test, "Birch Minibuses"), ASSISTANT);
    let gone = firm(&council.test, "Cedar Coaches");
    council.engage(gone, ASSISTANT);
    let work = council.test.db.read(|c| works::of_people(c, &[council.person])).unwrap().pop().unwrap();
    council
        .act(&council.officer, |tx| {
            engagement::end(tx, &council.officer, council.person, work.id, Some(day("2026-11-21")), "Left")
        })
        .unwrap();
    council.clear(ASSISTANT, &FOR_ASSISTANT);
    let id = place(&council, &suspension("An allegation")).unwrap();
    assert_eq!(council.status(ASSISTANT), Status::Suspended);
    let letters = council.letters();
    assert_eq!(letters.len(), 2);
    assert!(letters.iter().all(|letter| letter.contractor_id != Some(gone) && !letter.params.contains("allegation")));
    place(&council, &NewHold { code: Some(HoldCode::Other), ..suspension("Another matter") }).unwrap();
    assert_eq!(council.letters().len(), 2, "they know already");
    council.act(&council.other, |tx| hold::lift(tx, &council.other, council.person, id, "Not upheld")).unwrap();
    assert_eq!(council.status(ASSISTANT), Status::Suspended, "the other hold stands");
    council.is_sound();
}

#[test]
fn a_firm_that_takes_on_a_held_person_is_told() {
    let council = Council::with(ASSISTANT);
    place(&council, &suspension("An allegation")).unwrap();
    let birch = firm(&council.test, "Birch Minibuses");
    council.engage(birch, ASSISTANT);
    assert_eq!(council.letters().last().unwrap().contractor_id, Some(birch));
}

#[test]
fn a_firm_without_an_address_becomes_a_task() {
    let council = Council::with(ASSISTANT);
    council.engage(firm_without_address(&council.test, "Dell Taxis"), ASSISTANT);
    place(&council, &suspension("An allegation")).unwrap();
    let tasks = council.test.db.read(|c| task::open_ones(c, Some("unwritten_letter"), None, 10)).unwrap();
    assert_eq!((tasks.len(), council.letters().len()), (1, 1));
}

#[test]
fn a_firm_the_council_has_left_is_told_nothing() {
    let council = Council::with(ASSISTANT);
    let birch = firm(&council.test, "Birch Minibuses");
    council.engage(birch, ASSISTANT);
    let end = |id| {
        let who = &council.officer;
        council.act(who, |tx| contractor::set_status(tx, who, id, ContractorStatus::Ended, "Contract over")).unwrap();
    };
    end(birch);
    place(&council, &suspension("An allegation")).unwrap();
    let told: Vec<_> = council.letters().into_iter().map(|letter| letter.contractor_id).collect();
    assert_eq!(told, [Some(council.firm)]);
    end(council.firm);
    let letters = council.letters();
    let rows: Vec<_> = letters.iter().collect();
    let sender = Config::default().sender();
    let written =
        council.test.db.read(|c| render::render(c, council.test.db.seal(), &sender, &rows, day("2026-11-22"))).unwrap();
    assert!(written.values().all(|letter| matches!(letter, Ok(None))), "one that waits is not sent either");
}

#[test]
fn a_hold_needs_a_code_and_a_reason_and_a_day_to_come() {
    let council = Council::with(ASSISTANT);
    let refused = |new: &NewHold| faults(place(&council, new)).into_iter().map(|(field, _)| field).collect::<Vec<_>>();
    assert_eq!(refused(&NewHold::default()), ["code", "reason"]);
    let new = NewHold { code: Some(HoldCode::NewInfo), until: Some(day("2026-11-21")), reason: "x".into() };
    assert_eq!(refused(&new), ["code", "until"]);
    place(&council, &NewHold { until: Some(day("2026-11-22")), ..suspension("Until tonight") }).unwrap();
    council.is_sound();
}

#[test]
fn nobody_lifts_their_own_hold() {
    let council = Council::with(ASSISTANT);
    let id = place(&council, &suspension("An allegation")).unwrap();
    let lift = |who, why: &str| council.act(who, |tx| hold::lift(tx, who, council.person, id, why));
    assert!(matches!(lift(&council.decider, "Mine"), Err(Error::Forbidden(_))));
    assert!(matches!(lift(&council.officer, "Mine"), Err(Error::Forbidden("Only a decision maker can lift a hold."))));
    let row = council.test.db.read(|c| holds::find(c, id)).unwrap();
    let forced = council.act(&council.decider, |tx| holds::lift(tx, &row, "By the back door"));
    assert!(matches!(forced, Err(Error::Internal { .. })), "the table itself refuses");
    assert_eq!(faults(lift(&council.other, ""))[0].0, "reason");
    lift(&council.other, "Not upheld").unwrap();
    assert!(matches!(lift(&council.other, "Again"), Err(Error::Conflict(_))));
    assert_eq!(council.status(ASSISTANT), Status::InProgress);
    council.is_sound();
}

#[test]
fn a_hold_is_lifted_only_on_its_own_persons_page() {
    let mut council = Council::with(ASSISTANT);
    let id = place(&council, &suspension("An allegation")).unwrap();
    council.person = council.register("Bronwen", "Pryce", ASSISTANT);
    let done = council.act(&council.other, |tx| hold::lift(tx, &council.other, council.person, id, "x"));
    assert!(matches!(done, Err(Error::NotFound)));
}

#[test]
fn the_pages_place_one_hold_and_lift_it() {
    let council = Council::with(ASSISTANT);
    let me = active(&council.test, "dm@council.example.org", &[grant(Access::DecisionMaker)]);
    active(&council.test, "of@council.example.org", &[grant(Access::Officer)]);
    active(&council.test, "ad@council.example.org", &[grant(Access::Auditor)]);
    let page = format!("/people/{}/holds/new", council.person);
    let browser = Browser::new(&council.test);
    browser.sign_in("dm@council.example.org");
    let wrong = fill(&browser, &page, &[("code", "other"), ("reason", ""), ("until-day", "9")]);
    assert_eq!(wrong.status.code, 422);
    assert!(wrong.body.contains("value=\"other\" checked") && wrong.body.contains("must include a month and year"));
    let done = fill_twice(&browser, &page, &[("code", "other"), ("reason", "A call from the police")], 2);
    assert_eq!(done.to(), (303, format!("/people/{}", council.person).as_str()));
    assert!(!done.cookies.concat().contains("Okafor"), "no name travels in the flash");
    let held = council.test.db.read(|c| holds::of_people(c, &[council.person])).unwrap();
    assert_eq!((held.len(), held[0].placed_by, council.letters().len()), (1, me, 1));
    let lift = format!("/people/{}/holds/{}/lift", council.person, held[0].id);
    let own = browser.get(&lift);
    assert_eq!(own.status.code, 403);
    assert!(own.body.contains("You placed this hold"));

    let officer = Browser::new(&council.test);
    officer.sign_in("of@council.example.org");
    let refused = officer.get(&page);
    assert_eq!(refused.status.code, 403);
    assert!(refused.body.contains("Only a decision maker can place a hold."));
    let auditor = Browser::new(&council.test);
    auditor.sign_in("ad@council.example.org");
    assert_eq!(auditor.get(&page).status.code, 404);

    let row = held[0].clone();
    let by = council.other.user;
    council
        .test
        .db
        .read(|c| {
            use chaperone::store::schema::holds as h;
            Ok(diesel::update(h::table.find(row.id)).set(h::placed_by.eq(by)).execute(c)?)
        })
        .unwrap();
    assert!(browser.get(&lift).body.contains("A call from the police"));
    assert_eq!(fill(&browser, &lift, &[("reason", "")]).status.code, 422);
    assert_eq!(fill_twice(&browser, &lift, &[("reason", "Nothing in it")], 2).to().0, 303);
    assert_eq!(browser.get(&lift).status.code, 409);
    council.is_sound();
}
