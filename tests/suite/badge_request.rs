//! Requests for badges: who asks, what stands in the way, what the firm is told.

use chaperone::domain::badge::{issue, request};
use chaperone::error::Error;
use chaperone::types::{BadgeCause, BadgeState, ContractorId};

use crate::support::account::clock;
use crate::support::badge::{ask, badges, desk, firm, give_photo, issued, jpeg, officer};
use crate::support::desk::{Desk, ROLE};
use crate::support::known::{FIRM, OTHER_FIRM};
use crate::support::world::person;
use chaperone::domain::command;

#[test]
fn a_firm_asks_for_its_own_people_only_and_once() {
    let desk = Desk::of(&[person(1, FIRM), person(2, OTHER_FIRM)]);
    let (own, other) = (desk.id("T00001"), desk.id("T00002"));
    let page = format!("/people/{own}/badges/new");
    let work = format!("{}:{ROLE}", firm(&desk.world.test, FIRM));
    assert_eq!(desk.firm.get(&format!("/people/{other}/badges/new")).status.code, 404);
    let refused = desk.firm.fill(&page, &page, &[("work", &work)]);
    assert!(refused.status.code == 422 && refused.body.contains("Select why a badge is needed"));
    let foreign = format!("{}:{ROLE}", firm(&desk.world.test, OTHER_FIRM));
    assert_eq!(desk.firm.fill(&page, &page, &[("work", &foreign), ("cause", "renewal")]).status.code, 422);
    let done = desk.firm.fill(&page, &page, &[("work", &work), ("cause", "renewal")]);
    assert_eq!(done.status.code, 303);
    let at = done.location.unwrap();
    assert_eq!(desk.firm.fill(&page, &page, &[("work", &work), ("cause", "lost")]).status.code, 409);
    let seen = desk.firm.get(&at).body;
    assert!(seen.contains("A photo is needed") && !seen.contains("Issue the badge"));
    assert_eq!(desk.other_firm.get(&at).status.code, 404);
    assert!(!desk.other_firm.get("/badge-requests").body.contains("Persona"));
    assert!(desk.officer.get(&at).body.contains("There is no photo of them."));
    assert!(desk.officer.get("/").body.contains("Badges asked for"));
}

#[test]
fn a_badge_is_issued_only_to_whoever_is_cleared_engaged_and_pictured() {
    let desk = desk(&[person(1, FIRM), person(2, FIRM)]);
    let test = &desk.world.test;
    let (who, first, second) = (officer(test), desk.id("T00001"), desk.id("T00002"));
    let request = ask(test, &who, first, FIRM, BadgeCause::Renewal);
    let try_it = || command::run(&test.db, who.user, &clock(), |tx| issue::issue(tx, &who, request));
    let refused = |result: chaperone::error::Result<_>| match result {
        Err(Error::Conflict(why)) => why,
        Ok(_) => panic!("issued"),
        Err(other) => panic!("{other}"),
    };
    assert!(refused(try_it()).contains("no photo"));
    give_photo(test, &who, first, &jpeg());
    desk.hold(first, "To be looked into by the team");
    assert!(refused(try_it()).contains("not cleared"));
    let page = desk.firm.get(&format!("/badge-requests/{request}")).body;
    assert!(page.contains("With the council") && !page.contains("not cleared"), "a firm is told no reason");
    desk.world.sql(&format!("UPDATE engagements SET ends_on = '2026-11-20' WHERE person_id = {first}"));
    assert!(refused(try_it()).contains("do not work"));

    give_photo(test, &who, second, &jpeg());
    let badge = issued(test, &who, second, FIRM, BadgeCause::New);
    let worn = badges(test, second);
    assert!(worn[0].id == badge && worn[0].number == "C000001" && worn[0].state == BadgeState::Live);
    assert!(worn[0].expires_on.to_string().as_str() <= "2029-11-22");
    assert_eq!(worn[1].state, BadgeState::Superseded, "the imported one is dead");
    assert_eq!(worn[0].replaces, Some(worn[1].id));
    desk.world.test.db.read(chaperone::store::trail::verify).unwrap();
}

#[test]
fn a_request_is_refused_or_cancelled_with_a_reason_the_firm_does_not_read() {
    let desk = desk(&[person(1, FIRM)]);
    let test = &desk.world.test;
    let (who, id) = (officer(test), desk.id("T00001"));
    let request = ask(test, &who, id, FIRM, BadgeCause::Renewal);
    let page = format!("/badge-requests/{request}/refuse");
    assert_eq!(desk.firm.get(&page).status.code, 404);
    assert_eq!(desk.officer.fill(&page, &page, &[("reason", "")]).status.code, 422);
    let done = desk.officer.fill(&page, &page, &[("reason", "The picture shows somebody else")]);
    assert_eq!(done.to(), (303, "/badge-requests"));
    let seen = desk.firm.get(&format!("/badge-requests/{request}")).body;
    assert!(seen.contains("refused") && !seen.contains("somebody else"));
    assert_eq!(desk.officer.get(&page).status.code, 409);

    let again = ask(test, &who, id, FIRM, BadgeCause::Lost);
    let page = format!("/badge-requests/{again}/cancel");
    assert_eq!(desk.other_firm.get(&page).status.code, 404);
    assert_eq!(desk.firm.fill(&page, &page, &[("reason", "It was found")]).status.code, 303);
    let missing = ContractorId(9_999);
    let nothing = command::run(&test.db, who.user, &clock(), |tx| {
        let work = request::Work { contractor: missing, role: ROLE.into() };
        request::ask(tx, &who, id, Some(&work), Some(BadgeCause::New))
    });
    assert!(matches!(nothing, Err(Error::Invalid(faults)) if faults[0].field == "work"));
}
