//! Somebody is erased who has a photograph, a request and a badge of our own.

use chaperone::store::{badge_request, photo};
use chaperone::types::{BadgeCause, BadgeState};

use crate::support::badge::{ask, badges, desk, firm, give_photo, jpeg, officer};
use crate::support::desk::ROLE;
use crate::support::known::FIRM;
use crate::support::world::person;

#[test]
fn an_erasure_destroys_the_photo_and_leaves_a_badge_that_means_nobody() {
    let unapproved = person(1, FIRM).with("badge_number", "").with("badge_issued", "").with("badge_expiry", "");
    let desk = desk(&[unapproved]);
    let test = &desk.world.test;
    let (who, id) = (officer(test), desk.id("T00001"));
    give_photo(test, &who, id, &jpeg());
    ask(test, &who, id, FIRM, BadgeCause::New);
    let picture = test.db.read(|conn| photo::current(conn, id)).unwrap().unwrap();
    let at = firm(test, FIRM);
    desk.world.sql(&format!(
        "INSERT INTO badges (number, person_id, contractor_id, role, issued_on, expires_on, state, origin, opaque, photo_id)
         VALUES ('C000900', {id}, {at}, '{ROLE}', '2026-11-01', '2029-11-01', 'live', 'recorded', 'AAAAAAAAAAAAAAAA', {picture})"
    ));
    assert_eq!(desk.leave(id, "other").status.code, 303);
    let page = format!("/people/{id}/erasure");
    let asked = desk.decider.fill(&page, &page, &[("ground", "request"), ("reason", "They wrote to us")]);
    assert_eq!(asked.status.code, 303);
    assert_eq!(desk.second.fill(&page, &format!("{page}/confirm"), &[]).status.code, 303);
    assert!(test.db.read(|conn| photo::find(conn, picture)).is_err(), "the picture is gone");
    let left = badges(test, id);
    assert_eq!(left.len(), 1);
    assert!(left[0].opaque.is_none() && left[0].photo_id.is_none() && left[0].state == BadgeState::Returned);
    assert!(!left[0].number.contains("C000900"));
    assert!(test.db.read(|conn| badge_request::of_person(conn, id)).unwrap().iter().all(|one| one.reason.is_empty()));
    desk.is_sound();
}
