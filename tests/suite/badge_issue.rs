//! Issue: what was stopped is not undone in passing, a card bears the photo that was seen, and a change of contractor.

use chaperone::domain::badge::change::{self, Change};
use chaperone::domain::badge::{batch, issue};
use chaperone::domain::command;
use chaperone::domain::permission::Who;
use chaperone::error::{Error, Result};
use chaperone::store::badge_batch;
use chaperone::types::{BadgeCause, BadgeId, BadgeRequestId, BadgeState};

use crate::support::account::{active, clock, firm_grant, who};
use crate::support::badge::{ask, badges, desk, firm, give_photo, issued, jpeg, officer};
use crate::support::browser::hidden;
use crate::support::database::TestDb;
use crate::support::desk::Desk;
use crate::support::known::{FIRM, OTHER_FIRM};
use crate::support::world::person;

fn try_it(test: &TestDb, who: &Who, request: BadgeRequestId) -> Result<BadgeId> {
    command::run(&test.db, who.user, &clock(), |tx| issue::issue(tx, who, request))
}

/// How many of an order of this request were issued, and why it was not.
fn together(test: &TestDb, who: &Who, request: BadgeRequestId) -> (i32, String) {
    let id = command::run(&test.db, who.user, &clock(), |tx| batch::order(tx, who, Some(&[request]))).unwrap();
    batch::work(&test.db, &clock(), id, || Ok(true)).unwrap();
    let order = test.db.read(|conn| badge_batch::find(conn, id)).unwrap();
    assert!(order.finished_at.is_some());
    let refused = test.db.read(|conn| badge_batch::refused(conn, id, BadgeRequestId(0), 5)).unwrap();
    (order.issued, refused.into_iter().map(|one| one.5).collect())
}

#[test]
fn a_badge_that_was_stopped_is_undone_only_by_itself_and_for_a_reason() {
    let desk = desk(&[person(1, FIRM)]);
    let test = &desk.world.test;
    let (who, id) = (officer(test), desk.id("T00001"));
    give_photo(test, &who, id, &jpeg());
    let mut badge = issued(test, &who, id, FIRM, BadgeCause::New);
    for what in [Change::Suspend, Change::Revoke] {
        let why = "Used by somebody else";
        command::run(&test.db, who.user, &clock(), |tx| change::change(tx, &who, badge, what, why)).unwrap();
        let request = ask(test, &who, id, FIRM, BadgeCause::Renewal);
        assert!(
            matches!(try_it(test, &who, request), Err(Error::Conflict(why)) if why.contains("suspended or revoked"))
        );
        let (count, why) = together(test, &who, request);
        assert!(count == 0 && why.contains("suspended or revoked"), "{why}");
        let page = format!("/badge-requests/{request}");
        let seen = desk.firm.get(&page).body;
        assert!(seen.contains("With the council") && !seen.contains("revoked"), "a firm is told no reason");
        let issue = format!("{page}/issue");
        let refused = desk.officer.fill(&page, &issue, &[("reason", " ")]);
        assert!(refused.status.code == 422 && refused.body.contains("Enter the reason"));
        assert_eq!(desk.officer.fill(&page, &issue, &[("reason", "It was them after all")]).status.code, 303);
        let worn = badges(test, id);
        assert_eq!(worn[0].state, BadgeState::Live);
        badge = worn[0].id;
    }
    let request = ask(test, &who, id, FIRM, BadgeCause::Renewal);
    try_it(test, &who, request).unwrap();
    desk.is_sound();
}

#[test]
fn a_badge_bears_the_photo_the_officer_saw() {
    let desk = desk(&[person(1, FIRM)]);
    let test = &desk.world.test;
    let (officer, id) = (officer(test), desk.id("T00001"));
    let sender = who(test, active(test, "sender@firm.example.org", &[firm_grant(firm(test, FIRM))]));
    give_photo(test, &officer, id, &jpeg());
    let request = ask(test, &officer, id, FIRM, BadgeCause::Renewal);
    let page = format!("/badge-requests/{request}");
    let seen = hidden(&desk.officer.get(&page).body, "based_on");
    give_photo(test, &sender, id, &jpeg());
    let issue = format!("{page}/issue");
    assert_eq!(desk.officer.fill(&page, &issue, &[("based_on", &seen)]).status.code, 409);
    let (count, why) = together(test, &officer, request);
    assert!(count == 0 && why.contains("Nobody on the team has looked"), "{why}");
    let look = format!("{page}/look");
    assert_eq!(desk.officer.fill(&page, &look, &[("based_on", &seen)]).status.code, 409);
    assert_eq!(desk.firm.send(&look, &[]).status.code, 404);
    assert_eq!(desk.officer.fill(&page, &look, &[]).status.code, 303);
    assert!(!desk.officer.get(&page).body.contains("The photo may go on a badge</button>"));
    assert_eq!(together(test, &officer, request), (1, String::new()));
    desk.is_sound();
}

#[test]
fn a_change_of_contractor_ends_the_former_badge_only_when_the_work_there_has_ended() {
    let desk = Desk::of(&[person(1, FIRM), person(1, OTHER_FIRM)]);
    let test = &desk.world.test;
    let (who, id) = (officer(test), desk.id("T00001"));
    give_photo(test, &who, id, &jpeg());
    let former = issued(test, &who, id, FIRM, BadgeCause::New);
    let state = || badges(test, id).into_iter().find(|one| one.id == former).unwrap().state;
    let says = |request: BadgeRequestId| desk.officer.get(&format!("/badge-requests/{request}")).body;
    let request = ask(test, &who, id, OTHER_FIRM, BadgeCause::ContractorChange);
    assert!(says(request).contains("stays as it is: their work there has not ended"));
    assert!(!desk.other_firm.get(&format!("/badge-requests/{request}")).body.contains("stays as it is"));
    try_it(test, &who, request).unwrap();
    assert_eq!(state(), BadgeState::Live);
    let left = firm(test, FIRM);
    desk.world.sql(&format!(
        "UPDATE engagements SET ends_on = '2026-11-21' WHERE person_id = {id} AND contractor_id = {left}"
    ));
    let request = ask(test, &who, id, OTHER_FIRM, BadgeCause::ContractorChange);
    assert!(says(request).contains("Issuing this ends badge"));
    try_it(test, &who, request).unwrap();
    assert_eq!(state(), BadgeState::Superseded);
}

#[test]
fn a_dead_badge_is_not_printed() {
    let desk = desk(&[person(1, FIRM), person(2, FIRM)]);
    let test = &desk.world.test;
    let who = officer(test);
    let [dead, old] = ["T00001", "T00002"].map(|reference| {
        let id = desk.id(reference);
        give_photo(test, &who, id, &jpeg());
        issued(test, &who, id, FIRM, BadgeCause::New)
    });
    let why = "Used by somebody else";
    let pages = [dead, old].map(|badge| format!("/badges/{badge}"));
    assert!(desk.officer.get(&pages[0]).body.contains("Print the card"));
    command::run(&test.db, who.user, &clock(), |tx| change::change(tx, &who, dead, Change::Revoke, why)).unwrap();
    desk.world.sql(&format!("UPDATE badges SET expires_on = '2026-11-01' WHERE id = {old}"));
    for page in pages {
        assert!(desk.officer.get(&page).body.contains("Its card cannot be printed"));
        let print = format!("{page}/print");
        assert_eq!(desk.officer.fill(&page, &print, &[("layout", "card")]).status.code, 409);
    }
}
