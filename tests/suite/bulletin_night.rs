//! The night's job of bulletins: who is written to, how often, and that one who fails stops nobody else.

use chaperone::domain::bulletin::Draft;
use chaperone::types::ContractorId;

use crate::bulletin::{draft, given, published, team};
use crate::support::badge::firm;
use crate::support::database::day;
use crate::support::desk::Desk;
use crate::support::known::{FIRM, OTHER_FIRM};
use crate::support::world::person;

#[test]
fn a_firm_is_chased_once_a_week_and_told_how_many() {
    let desk = Desk::of(&[person(1, FIRM), person(2, FIRM), person(3, OTHER_FIRM)]);
    let test = &desk.world.test;
    let id = published(test, &team(test), &Draft { read_by: Some(day("2026-12-06")), ..draft() });
    desk.world.run("bulletins", "2026-11-28");
    assert!(desk.letters("bulletin_chase").is_empty(), "eight days before");
    for on in ["2026-11-29", "2026-11-30", "2026-12-05"] {
        desk.world.run("bulletins", on);
        assert_eq!(desk.letters("bulletin_chase").len(), 2, "{on}");
    }
    assert!(desk.letters("bulletin_chase").iter().any(|one| one.params.contains("\"people\":2")));
    desk.world
        .sql(&format!("UPDATE bulletin_readers SET acknowledged_at = '2026-12-05 10:00:00' WHERE bulletin_id = {id}"));
    desk.world.run("bulletins", "2026-12-06");
    assert_eq!(desk.letters("bulletin_chase").len(), 2);
}

#[test]
fn a_firm_whose_readers_cannot_be_read_costs_only_itself() {
    let desk = Desk::of(&[person(1, FIRM), person(2, FIRM), person(3, OTHER_FIRM)]);
    let test = &desk.world.test;
    published(test, &team(test), &draft());
    let expires = |at: &str| {
        let person = desk.id("T00001");
        desk.world.sql(&format!("UPDATE bulletin_readers SET expires_at = '{at}' WHERE person_id = {person}"));
    };
    let told = || -> Vec<ContractorId> {
        desk.letters("bulletin_chase").into_iter().filter_map(|letter| letter.contractor_id).collect()
    };
    expires("infinity");
    let outcome = desk.world.run("bulletins", "2026-11-29");
    assert_eq!((outcome.done, outcome.failed, outcome.red), (1, 1, true), "{}", outcome.detail);
    assert_eq!(told(), [firm(test, OTHER_FIRM)]);
    expires("2027-01-06 00:00:00");
    let outcome = desk.world.run("bulletins", "2026-11-30");
    assert_eq!((outcome.done, outcome.failed, outcome.red), (1, 0, false), "{}", outcome.detail);
    assert_eq!(told().last(), Some(&firm(test, FIRM)), "and nobody twice");
}

#[test]
fn a_letter_that_cannot_be_kept_leaves_no_half_of_it_behind() {
    let desk = Desk::of(&[person(1, FIRM), person(2, FIRM), person(3, OTHER_FIRM)]);
    let test = &desk.world.test;
    desk.world.sql("UPDATE people SET email = 'one@example.net' WHERE reference = 'T00001'");
    let refuse = if test.is_postgres() {
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.to_email = 'one@example.net' THEN \
         RAISE EXCEPTION 'refused'; END IF; RETURN NEW; END $$; \
         CREATE TRIGGER refused BEFORE INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION refuse()"
    } else {
        "CREATE TRIGGER refused BEFORE INSERT ON outbox WHEN NEW.to_email = 'one@example.net' \
         BEGIN SELECT RAISE(ABORT, 'refused'); END"
    };
    desk.world.sql(refuse);
    let id = published(test, &team(test), &Draft { read_by: Some(day("2026-12-20")), ..draft() });
    assert_eq!(given(test, id), ["T00002", "T00003"].map(|one| desk.id(one)), "there is no row without its letter");
    let outcome = desk.world.run("bulletins", "2026-11-23");
    assert_eq!((outcome.done, outcome.failed, outcome.red), (0, 1, true), "{}", outcome.detail);
    desk.world.sql(if test.is_postgres() { "DROP TRIGGER refused ON outbox" } else { "DROP TRIGGER refused" });
    let outcome = desk.world.run("bulletins", "2026-11-23");
    assert_eq!((outcome.done, outcome.failed, outcome.red), (1, 0, false), "{}", outcome.detail);
    assert_eq!(given(test, id).len(), 3);
    desk.is_sound();
}
