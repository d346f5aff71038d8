//! Engagements: added once, ended with a reason, and the clearance that follows.

use chaperone::domain::engagement::{self, NewEngagement};
use chaperone::error::Error;
use chaperone::store::engagement as works;
use chaperone::types::{Access, ContractorId, EngagementId, Status};

use crate::support::account::{active, grant};
use crate::support::browser::Browser;
use crate::support::database::day;
use crate::support::register::*;

fn at(firm: ContractorId, role: &str, on: &str) -> NewEngagement {
    NewEngagement { contractor: Some(firm), role: role.into(), starts_on: Some(day(on)) }
}

fn add(council: &Council, new: &NewEngagement) -> Result<EngagementId, Error> {
    council.act(&council.officer, |tx| engagement::add(tx, &council.officer, council.person, new))
}

#[test]
fn an_engagement_is_added_once_at_a_time() {
    let council = Council::with(ASSISTANT);
    let refused = |new: &NewEngagement| faults(add(&council, new)).into_iter().map(|(f, _)| f).collect::<Vec<_>>();
    assert_eq!(refused(&NewEngagement::default()), ["contractor", "role", "starts_on"]);
    assert_eq!(refused(&at(council.firm, ASSISTANT, "2026-11-10")), ["starts_on"], "they work there already");
    assert_eq!(refused(&at(council.firm, "pilot", "2026-11-10")), ["role"]);
    assert_eq!(refused(&at(ContractorId(404), DRIVER, "2026-11-10")), ["contractor"]);
    assert_eq!(refused(&at(council.firm, DRIVER, "2029-11-10")), ["starts_on"]);
    add(&council, &at(council.firm, DRIVER, "2026-12-01")).unwrap();
    assert_eq!(council.status(DRIVER), Status::InProgress);
    council.is_sound();
}

#[test]
fn an_engagement_ends_with_a_reason_and_the_person_has_left() {
    let council = Council::with(ASSISTANT);
    let work = council.test.db.read(|c| works::of_people(c, &[council.person])).unwrap()[0].clone();
    let end = |on: Option<&str>, why: &str| {
        let on = on.map(day);
        council.act(&council.officer, |tx| engagement::end(tx, &council.officer, council.person, work.id, on, why))
    };
    assert_eq!(faults(end(None, "")).len(), 2);
    assert_eq!(faults(end(Some("2026-10-31"), "Left"))[0].0, "last_day");
    end(Some("2026-11-21"), "Left").unwrap();
    assert_eq!(council.status(ASSISTANT), Status::Left);
    assert!(matches!(end(Some("2026-11-21"), "Left"), Err(Error::Conflict(_))));
    let again = at(council.firm, ASSISTANT, "2026-11-21");
    assert_eq!(faults(add(&council, &again))[0].0, "starts_on", "the last day is still a day of work");
    add(&council, &at(council.firm, ASSISTANT, "2026-11-22")).unwrap();
    assert_eq!(council.status(ASSISTANT), Status::InProgress);
    council.is_sound();
}

#[test]
fn the_pages_add_one_engagement_and_end_it() {
    let council = Council::with(ASSISTANT);
    active(&council.test, "of@council.example.org", &[grant(Access::Officer)]);
    active(&council.test, "co@council.example.org", &[grant(Access::ComplianceOfficer)]);
    let browser = Browser::new(&council.test);
    browser.sign_in("of@council.example.org");
    let page = format!("/people/{}/engagements/new", council.person);
    let firm = council.firm.to_string();
    let wrong = fill(&browser, &page, &[("contractor", &firm), ("role", ""), ("starts_on-day", "3")]);
    assert_eq!(wrong.status.code, 422);
    assert!(wrong.body.contains(&format!("value=\"{firm}\" selected")));
    let right = [
        ("contractor", firm.as_str()),
        ("role", DRIVER),
        ("starts_on-day", "3"),
        ("starts_on-month", "11"),
        ("starts_on-year", "2026"),
    ];
    assert_eq!(fill_twice(&browser, &page, &right, 2).to().0, 303);
    let held = council.test.db.read(|c| works::of_people(c, &[council.person])).unwrap();
    assert_eq!(held.len(), 2);
    let end = format!("/people/{}/engagements/{}/end", council.person, held[1].id);
    assert!(browser.get(&end).body.contains("Taxi or private hire driver"));
    let last = [("last_day-day", "30"), ("last_day-month", "11"), ("last_day-year", "2026")];
    assert_eq!(fill(&browser, &end, &last).status.code, 422, "a reason is needed");
    let fields: Vec<_> = last.into_iter().chain([("reason", "Gone to another firm")]).collect();
    assert_eq!(fill_twice(&browser, &end, &fields, 2).to().0, 303);
    assert_eq!(browser.get(&end).status.code, 409);

    let inspector = Browser::new(&council.test);
    inspector.sign_in("co@council.example.org");
    let refused = inspector.get(&page);
    assert_eq!(refused.status.code, 403);
    assert!(refused.body.contains("Only the transport team"));
    council.is_sound();
}
