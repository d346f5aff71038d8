//! Cards that should have come back are asked for once: of the firm in a letter, of the team in a task.

use chaperone::domain::badge::print;
use chaperone::domain::command;
use chaperone::domain::permission::Who;
use chaperone::store::task;
use chaperone::types::{BadgeCause, BadgeId, BadgeLayout, PersonId};

use crate::support::account::clock;
use crate::support::badge::{badges, desk, give_photo, issued, jpeg, officer};
use crate::support::desk::Desk;
use crate::support::known::FIRM;
use crate::support::world::{address, person};

const WHY: &str = "Seen worn by their cousin";

fn printed(desk: &Desk, who: &Who, id: PersonId) -> BadgeId {
    let test = &desk.world.test;
    let badge = issued(test, who, id, FIRM, BadgeCause::Damaged);
    command::run(&test.db, who.user, &clock(), |tx| print::note(tx, who, &[badge], BadgeLayout::Card)).unwrap();
    badge
}

fn change(desk: &Desk, badge: BadgeId, word: &str) {
    let page = format!("/badges/{badge}/change/{word}");
    assert_eq!(desk.officer.fill(&page, &page, &[("reason", WHY)]).status.code, 303, "{word}");
}

fn tasks(desk: &Desk) -> Vec<PersonId> {
    let open = desk.world.test.db.read(|conn| task::all_open(conn, "badge_to_return")).unwrap();
    open.into_iter().map(|one| PersonId(one.subject_id)).collect()
}

#[test]
fn a_card_of_a_revoked_or_replaced_badge_is_asked_for_once_after_two_weeks() {
    let desk = desk(&(1..=5).map(|number| person(number, FIRM)).collect::<Vec<_>>());
    let test = &desk.world.test;
    let who = officer(test);
    let ids = ["T00001", "T00002", "T00003", "T00004", "T00005"].map(|reference| desk.id(reference));
    let [revoked, replaced, returned, unprinted, lost] = ids;
    for id in ids {
        give_photo(test, &who, id, &jpeg());
    }
    let dead = printed(&desk, &who, revoked);
    change(&desk, dead, "revoke");
    let former = printed(&desk, &who, replaced);
    issued(test, &who, replaced, FIRM, BadgeCause::Damaged);
    let back = printed(&desk, &who, returned);
    change(&desk, back, "revoke");
    change(&desk, back, "return");
    let paperless = issued(test, &who, unprinted, FIRM, BadgeCause::New);
    change(&desk, paperless, "revoke");
    let gone = printed(&desk, &who, lost);
    change(&desk, gone, "lose");

    assert!(!desk.world.run("badges", "2026-12-04").red);
    assert!(tasks(&desk).is_empty() && desk.letters("badge_return").is_empty(), "they have two weeks");
    let done = desk.world.run("badges", "2026-12-07");
    assert!(!done.red, "{}", done.detail);
    assert_eq!(tasks(&desk), [revoked, replaced]);
    let letters = desk.letters("badge_return");
    assert!(letters.len() == 1 && letters[0].to_email == address(FIRM) && !letters[0].params.contains("Person"));
    desk.world.run("badges", "2026-12-08");
    desk.world.run("badges", "2027-01-11");
    assert_eq!((tasks(&desk).len(), desk.letters("badge_return").len()), (2, 1), "once");

    change(&desk, dead, "return");
    assert_eq!(tasks(&desk), [replaced]);
    desk.world.run("badges", "2027-01-12");
    let sent = desk.world.night("2027-01-12");
    let asked: Vec<_> = sent.iter().filter(|mail| mail.header("Subject") == "Send 1 old badge back").collect();
    let number = &badges(test, replaced).into_iter().find(|one| one.id == former).unwrap().number;
    assert!(asked.len() == 1 && asked[0].text.contains(number.as_str()), "only what is still out: {asked:?}");
    assert!(!asked[0].text.contains(WHY) && !asked[0].text.contains("revoked"));
    desk.is_sound();
}

#[test]
fn a_card_that_has_run_out_is_wanted_by_nobody_and_a_firm_without_an_address_is_left_to_the_team() {
    let desk = desk(&[person(1, FIRM), person(2, FIRM)]);
    let test = &desk.world.test;
    let who = officer(test);
    let [over, current] = ["T00001", "T00002"].map(|reference| desk.id(reference));
    for id in [over, current] {
        give_photo(test, &who, id, &jpeg());
        let badge = printed(&desk, &who, id);
        change(&desk, badge, "revoke");
    }
    desk.world.sql(&format!(
        "UPDATE badges SET expires_on = '2026-12-01' WHERE person_id = {over};
         UPDATE contractors SET email = '', second_email = ''"
    ));
    assert!(!desk.world.run("badges", "2026-12-07").red);
    assert_eq!(tasks(&desk), [current]);
    assert!(desk.letters("badge_return").is_empty());
}
