//! The morning's look at applications that stand still.

use chaperone::store::application::Application;
use chaperone::types::{ApplicationId, ApplicationState};

use crate::support::application::{application, stands};
use crate::support::council::firms;
use crate::support::database::day;
use crate::support::known::FIRM;
use crate::support::world::{World, address, person};

fn world() -> World {
    World::of(&[person(1, FIRM).with("licence_number", "")])
}

fn made(world: &World, change: impl FnOnce(&mut Application)) -> ApplicationId {
    application(&world.test, Some(firms(&world.test)[0].id), change)
}

fn draft(row: &mut Application) {
    (row.state, row.state_since, row.submitted_on) = (ApplicationState::Draft, day("2026-11-02"), None);
}

fn letters(world: &World) -> Vec<String> {
    let letters = world.outbox().into_iter().filter(|one| one.letter == "application_chase");
    letters.map(|one| format!("{}: {}", one.to_email, one.subject.unwrap_or_default())).collect()
}

fn chased(world: &World, on: &str) -> Vec<String> {
    let before = letters(world).len();
    let outcome = world.run("chase", on);
    assert!(!outcome.red, "{}", outcome.detail);
    world.run("deliver", on);
    letters(world).split_off(before)
}

#[test]
fn a_firm_is_written_to_after_14_and_28_days_and_in_between_not() {
    let world = world();
    made(&world, draft);
    made(&world, |row| (row.state, row.state_since) = (ApplicationState::Returned, day("2026-11-02")));
    made(&world, |row| (row.state, row.state_since) = (ApplicationState::Decided, day("2026-11-02")));
    assert!(chased(&world, "2026-11-15").is_empty());
    let two = [format!("{}: 2 applications are waiting for you", address(FIRM))];
    assert_eq!(chased(&world, "2026-11-16"), two);
    assert!(chased(&world, "2026-11-17").is_empty());
    assert!(chased(&world, "2026-11-29").is_empty());
    assert_eq!(chased(&world, "2026-12-01"), two, "a day late is one letter");
    assert!(chased(&world, "2027-02-01").is_empty());
}

#[test]
fn an_abandoned_draft_is_closed_after_six_months_and_leaves_nothing_of_anybody() {
    let world = world();
    let id = made(&world, draft);
    world.run("chase", "2027-05-01");
    assert_eq!(stands(&world.test, id).state, ApplicationState::Draft);
    world.run("chase", "2027-05-02");
    let row = stands(&world.test, id);
    assert_eq!((row.state, row.answers.as_str(), row.sort_name.as_str()), (ApplicationState::Withdrawn, "{}", ""));
}

#[test]
fn an_application_that_stands_still_with_the_council_is_one_task_a_step() {
    let world = world();
    let id = made(&world, |_| {});
    world.run("chase", "2026-12-09");
    assert!(!world.tasks().contains(&"slow_application".to_owned()));
    for on in ["2026-12-10", "2026-12-11"] {
        world.run("chase", on);
        assert_eq!(world.tasks().iter().filter(|kind| *kind == "slow_application").count(), 1, "{on}");
    }
    world.sql(&format!("UPDATE applications SET state = 'checking', state_since = '2026-12-11' WHERE id = {id}"));
    world.run("chase", "2027-01-04");
    assert_eq!(world.tasks().iter().filter(|kind| *kind == "slow_application").count(), 2, "another step");
}

#[test]
fn a_draft_that_somebody_still_writes_in_is_not_untouched() {
    let world = world();
    let id = made(&world, |row| {
        draft(row);
        row.edited_on = Some(day("2026-11-10"));
    });
    assert!(chased(&world, "2026-11-16").is_empty());
    assert_eq!(chased(&world, "2026-11-24").len(), 1);
    world.run("chase", "2027-05-02");
    assert_eq!(stands(&world.test, id).state, ApplicationState::Draft);
    world.run("chase", "2027-05-10");
    assert_eq!(stands(&world.test, id).state, ApplicationState::Withdrawn);
}
