//! Renewal: who is asked for when a badge runs out.

use chaperone::store::badge_request;
use chaperone::types::{BadgeCause, BadgeRequestState};

use crate::support::badge::{ask, desk, give_photo, issued, jpeg, officer};
use crate::support::known::FIRM;
use crate::support::world::person;

#[test]
fn a_badge_is_renewed_unless_its_renewal_was_just_refused_or_the_work_ends_with_it() {
    let desk = desk(&(1..=5).map(|number| person(number, FIRM)).collect::<Vec<_>>());
    let test = &desk.world.test;
    let who = officer(test);
    let ids = ["T00001", "T00002", "T00003", "T00004", "T00005"].map(|reference| desk.id(reference));
    let [lost, long_ago, just_now, on, ends] = ids;
    for id in ids {
        give_photo(test, &who, id, &jpeg());
        issued(test, &who, id, FIRM, BadgeCause::New);
    }
    for (id, cause, asked_on) in [
        (lost, BadgeCause::Lost, "2026-11-22"),
        (long_ago, BadgeCause::Renewal, "2026-08-01"),
        (just_now, BadgeCause::Renewal, "2026-11-22"),
    ] {
        let request = ask(test, &who, id, FIRM, cause);
        desk.world
            .sql(&format!("UPDATE badge_requests SET state = 'refused', asked_on = '{asked_on}' WHERE id = {request}"));
    }
    desk.world.sql(&format!(
        "UPDATE badges SET expires_on = '2026-12-31', issued_on = '2026-02-01' WHERE state = 'live' AND opaque IS NOT NULL;
         UPDATE engagements SET ends_on = '2027-01-10' WHERE person_id = {on};
         UPDATE engagements SET ends_on = '2026-12-31' WHERE person_id = {ends}"
    ));
    let done = desk.world.run("badges", "2026-11-23");
    assert!(!done.red, "{}", done.detail);
    let open = |id| test.db.read(|conn| badge_request::open_of(conn, id)).unwrap().len();
    assert_eq!([lost, long_ago, just_now, on, ends].map(open), [1, 1, 0, 1, 0], "{}", done.detail);
    let asked = test.db.read(|conn| badge_request::open_of(conn, on)).unwrap();
    assert!(asked[0].cause == BadgeCause::Renewal && asked[0].state == BadgeRequestState::Open);
}
