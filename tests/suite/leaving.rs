//! Suspended, free again, gone from one firm, gone altogether: who is told, and what nobody is told.

use chaperone::store::dbs::consent;
use chaperone::store::{engagement, leaving};
use chaperone::types::{OutboxState, Status};

use crate::support::desk::{Desk, ROLE};
use crate::support::known::{FIRM, OTHER_FIRM};
use crate::support::world::{START, address, person};

const OWN: &str = "ann@home.example.org";

/// One person of two firms with an address, and one of the first without.
fn desk() -> Desk {
    let own = |line: crate::support::world::Line| line.with("email", OWN);
    Desk::of(&[own(person(1, FIRM)), own(person(1, OTHER_FIRM)), person(2, FIRM)])
}

#[test]
fn case_06_a_suspension_hits_both_firms_and_neither_learns_of_the_other_or_why() {
    let desk = desk();
    let id = desk.id("T00001");
    desk.world.sink.take();
    desk.hold(id, "The police rang: zqpolice");
    assert_eq!(desk.status(id), Status::Suspended);
    assert_eq!(desk.told("hold_notice"), [address(FIRM), address(OTHER_FIRM)]);
    assert_eq!(desk.told("suspension"), [OWN]);
    desk.world.run("deliver", START);
    let sent = desk.world.sink.take();
    assert_eq!(sent.len(), 3);
    for letter in &sent {
        assert!(!letter.raw.contains("zqpolice") && !letter.text.contains("police"));
        let named = [FIRM, OTHER_FIRM].iter().filter(|firm| letter.text.contains(**firm)).count();
        assert!(named <= 1, "a letter names both firms");
        if letter.to[0] == OWN {
            assert_eq!(named, 0);
            assert!(letter.text.contains("temporary") && letter.text.contains("done anything wrong"));
        }
    }
    let page = desk.second.get(&format!("/people/{id}")).body;
    let lift = page.split("href=\"").find(|rest| rest.contains("/lift\"")).unwrap().split('"').next().unwrap();
    assert_eq!(desk.second.fill(lift, lift, &[("reason", "Nothing in it: zqpolice")]).status.code, 303);
    assert_eq!(desk.status(id), Status::Cleared);
    assert_eq!(desk.told("work_again"), [address(FIRM), address(OTHER_FIRM)]);
    assert_eq!(desk.told("suspension_lifted"), [OWN]);
    desk.world.run("deliver", START);
    assert!(desk.world.sink.take().iter().all(|letter| !letter.text.contains("zqpolice")));
    desk.is_sound();
}

#[test]
fn case_06_one_firm_is_left_and_only_its_badge_dies() {
    let desk = desk();
    let id = desk.id("T00001");
    let before = desk.seen_by(&desk.other_firm, &[id]);
    let works = desk.world.test.db.read(|conn| engagement::of_people(conn, &[id])).unwrap();
    let page = format!("/people/{id}/engagements/{}/end", works[0].id);
    let day = [("last_day-day", "21"), ("last_day-month", "11"), ("last_day-year", "2026"), ("reason", "zqreason")];
    assert_eq!(desk.officer.fill(&page, &page, &day).status.code, 303);
    assert_eq!(desk.told("departure"), [address(FIRM)]);
    assert_eq!(desk.told("leaving"), Vec::<String>::new());
    desk.world.run("deliver", START);
    let sent = desk.world.sink.take();
    assert!(sent[0].text.contains("badge") && !sent[0].text.contains("zqreason"));
    assert_eq!(desk.seen_by(&desk.other_firm, &[id]), before, "the other firm sees nothing of it");
    assert_eq!(desk.firm.get(&format!("/people/{id}")).status.code, 404);
    let page = desk.officer.get(&format!("/people/{id}")).body;
    assert_eq!((page.matches(">Authorised<").count(), page.matches(">Not authorised<").count()), (1, 1));
    assert_eq!(desk.status(id), Status::Cleared);
    desk.is_sound();
}

#[test]
fn a_person_without_an_address_has_their_letter_printed() {
    let desk = desk();
    desk.hold(desk.id("T00002"), "An allegation");
    assert!(desk.world.tasks().contains(&"letter_to_post".to_owned()));
    desk.world.run("deliver", START);
    let letter = desk.letters("suspension").remove(0);
    assert_eq!(letter.state, OutboxState::Unneeded);
    assert!(letter.body_text.unwrap().contains("You must not work"));
    let page = desk.officer.get(&format!("/outbox/{}", letter.id)).body;
    assert!(page.contains("By post") && page.contains("You must not work"));
}

#[test]
fn a_lift_frees_nobody_whom_something_else_stops() {
    let desk = desk();
    let id = desk.id("T00001");
    desk.hold(id, "One");
    let page = format!("/people/{id}/holds/new");
    assert_eq!(desk.second.fill(&page, &page, &[("code", "other"), ("reason", "Two")]).status.code, 303);
    let body = desk.second.get(&format!("/people/{id}")).body;
    let lift = body.split("href=\"").find(|rest| rest.contains("/lift\"")).unwrap().split('"').next().unwrap();
    assert_eq!(desk.second.fill(lift, lift, &[("reason", "Done")]).status.code, 303);
    assert_eq!(desk.status(id), Status::Suspended);
    assert!(desk.told("work_again").is_empty() && desk.told("suspension_lifted").is_empty());
}

#[test]
fn who_leaves_altogether_ends_everything_and_comes_back_by_a_new_engagement() {
    let desk = desk();
    let id = desk.id("T00001");
    desk.world.sql(&format!(
        "INSERT INTO status_check_consents (person_id, given_on, text_version, recorded_by, recorded_on)
         VALUES ({id}, '2026-06-01', '2026-1', 1, '2026-06-01');
         INSERT INTO tasks (kind, dedup_key, subject_kind, subject_id, detail, due_on, state, opened_at)
         VALUES ('escalation', 'x', 'person', {id}, 'Ask', '2026-11-22', 'open', '2026-11-22 09:00:00')"
    ));
    let page = format!("/people/{id}/leaving");
    let empty = desk.officer.fill(&page, &page, &[]);
    assert_eq!(empty.status.code, 422);
    assert!(
        ["Enter the last day", "Select why they left", "Enter the reason"].iter().all(|text| empty.body.contains(text))
    );
    let done = desk.leave(id, "own_wish");
    assert_eq!(done.to(), (303, format!("/people/{id}").as_str()));
    assert_eq!(desk.status(id), Status::Left);
    assert_eq!(desk.told("departure"), [address(FIRM), address(OTHER_FIRM)]);
    assert_eq!(desk.told("leaving"), [OWN]);
    assert!(!desk.world.tasks().contains(&"escalation".to_owned()));
    let consents = desk.world.test.db.read(|conn| consent::of_people(conn, &[id])).unwrap();
    assert!(consents.iter().all(|one| one.withdrawn_on.is_some()));
    assert!(desk.officer.get(&format!("/people/{id}")).body.contains("They left on 21 November 2026"));
    assert_eq!(desk.leave(id, "own_wish").status.code, 409);
    desk.is_sound();

    let firm = crate::support::council::firms(&desk.world.test)[0].id.to_string();
    let page = format!("/people/{id}/engagements/new");
    let fields = [
        ("contractor", firm.as_str()),
        ("role", ROLE),
        ("starts_on-day", "23"),
        ("starts_on-month", "11"),
        ("starts_on-year", "2026"),
    ];
    assert_eq!(desk.officer.fill(&page, &page, &fields).status.code, 303);
    assert!(desk.world.test.db.read(|conn| leaving::standing(conn, id)).unwrap().is_none());
    assert!(!desk.officer.get(&format!("/people/{id}")).body.contains("They left on"));
    desk.is_sound();
}

#[test]
fn case_22_nobody_writes_to_the_dead() {
    let desk = desk();
    let id = desk.id("T00001");
    assert_eq!(desk.leave(id, "deceased").status.code, 303);
    assert!(desk.told("leaving").is_empty());
    assert_eq!(desk.told("departure").len(), 2);
}
