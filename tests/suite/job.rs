//! Runs are taken once, end written whatever happens, and the loop asks what is due.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chaperone::clock::Clock;
use chaperone::domain::command;
use chaperone::domain::job::{JobHealth, health, troubles};
use chaperone::error::Error;
use chaperone::jobs::{Office, Worker, run_once, spec};
use chaperone::store::job;
use chaperone::types::{OutboxState, RunState, UserId};
use chrono::TimeDelta;

use crate::support::database::day;
use crate::support::world::{START, World, address, person};

fn office_with(world: &World, files: &[(&str, &str)]) -> Office {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(format!("{name}.toml")), format!("# A test's job.\n{text}")).unwrap();
    }
    Office { specs: Arc::new(spec::load(Some(folder.path())).unwrap()), ..world.office(day(START)) }
}

fn until(what: &str, mut done: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !done() {
        assert!(begun.elapsed() < Duration::from_secs(20), "{what} did not come");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn another_day_is_refused_on_a_live_register() {
    let world = World::new();
    let office = world.office(day(START));
    assert!(run_once(&office, "lapse", Some(day("2026-12-02"))).is_ok(), "a trial may");
    world.sql("DELETE FROM settings WHERE name = 'purpose'");
    assert!(run_once(&office, "lapse", Some(day(START))).is_ok());
    assert!(matches!(run_once(&office, "lapse", Some(day("2026-12-02"))), Err(Error::Invalid(_))));
    assert!(matches!(run_once(&office, "laps", None), Err(Error::Invalid(_))));
}

#[test]
fn a_run_writes_its_counts_and_a_failure_is_red() {
    let world = World::of(&[person(1, "Alpha Cars").with("first_aid_date", "2023-12-02")]);
    world.run("remind", START);
    let last = |name: &str| world.test.db.read(|conn| job::last(conn, name)).unwrap().unwrap();
    let run = last("remind");
    assert_eq!((run.state, run.done, run.failed, run.on_day), (RunState::Done, 1, 0, day(START)));
    world.sql("ALTER TABLE outbox RENAME TO outbox_away");
    assert!(world.run("deliver", START).red);
    world.sql("ALTER TABLE outbox_away RENAME TO outbox");
    let run = last("deliver");
    assert_eq!((run.state, run.detail.as_str()), (RunState::Failed, "It failed: the log says why"));
}

#[test]
fn two_loops_at_once_run_each_due_instant_once_and_send_each_letter_once() {
    let firms = ["Alpha Cars", "Beta Coaches", "Gamma Travel", "Delta Minibuses"];
    let lines: Vec<_> = (0..8).map(|n| person(n, firms[n as usize % 4]).with("first_aid_date", "2023-12-02")).collect();
    let world = World::of(&lines);
    std::thread::sleep(Duration::from_millis(1100));
    let office = office_with(
        &world,
        &[("remind", "every = \"1s\"\nkind = \"remind\""), ("deliver", "every = \"1s\"\nkind = \"deliver\"")],
    );
    let loops = [Worker::start(&office).unwrap(), Worker::start(&office).unwrap()];
    until("every letter", || world.sink.messages().len() >= 4);
    std::thread::sleep(Duration::from_millis(1500));
    for one in loops {
        one.stop();
    }
    let mut told: Vec<String> = world.sink.take().iter().map(|letter| letter.to[0].clone()).collect();
    told.sort();
    let mut owed = firms.map(address);
    owed.sort();
    assert_eq!(told, owed);
    assert_eq!(world.states(), [OutboxState::Sent; 4]);
    let beats = world.test.db.read(job::beats).unwrap();
    assert_eq!(beats.iter().map(|beat| beat.name.as_str()).collect::<Vec<_>>(), ["deliver", "remind"]);
    assert!(beats.iter().all(|beat| beat.next_run_at.is_some()));
}

#[test]
fn run_now_is_taken_by_a_loop_and_nothing_old_is_caught_up_on_a_new_register() {
    let world = World::of(&[person(1, "Alpha Cars").with("first_aid_date", "2023-12-02")]);
    let office = office_with(&world, &[("remind", "schedule = \"0 0 1 1 *\"\nkind = \"remind\"")]);
    command::write_untrailed(&world.test.db, &Clock::Fixed(day(START)), |tx| {
        job::request(tx, "remind", UserId::SYSTEM)
    })
    .unwrap();
    let work = Worker::start(&office).unwrap();
    until("the run", || world.outbox().len() == 1);
    work.stop();
    let runs = world.test.db.read(|conn| job::history(conn, "remind", None, 10)).unwrap();
    assert_eq!(runs.len(), 1, "1 January was before the register began");
}

#[test]
fn a_dead_run_is_taken_over_when_its_lease_is_out() {
    let world = World::of(&[person(1, "Alpha Cars").with("first_aid_date", "2023-12-02")]);
    let office = office_with(&world, &[("remind", "schedule = \"0 0 * * *\"\nkind = \"remind\"")]);
    let due = office.specs[0].schedule.latest_due(office.clock.now()).unwrap();
    command::write_untrailed(&world.test.db, &office.clock, |tx| {
        job::take(tx, "remind", due, day(START), due.plus(TimeDelta::seconds(1)), 3)
    })
    .unwrap()
    .unwrap();
    // The register is older than the run that died.
    if world.test.is_postgres() {
        world.sql("ALTER TABLE trail DISABLE TRIGGER ALL");
    } else {
        world.sql("DROP TRIGGER trail_no_update");
    }
    world.sql("UPDATE trail SET at = '2026-01-01 00:00:00' WHERE seq = 1");
    let work = Worker::start(&office).unwrap();
    until("the takeover", || world.outbox().len() == 1);
    work.stop();
    let run = world.test.db.read(|conn| job::last(conn, "remind")).unwrap().unwrap();
    assert_eq!((run.due_at, run.attempt, run.state), (due, 2, RunState::Done));
}

#[test]
fn letters_to_the_councils_own_desks_are_not_written_twice() {
    let world = World::of(&[person(1, "Alpha Cars").with("first_aid_date", "2020-12-02")]);
    for job in ["digest", "anchor", "invariants", "digest", "anchor", "invariants"] {
        let outcome = world.run(job, START);
        assert!(!outcome.red, "{job}: {}", outcome.detail);
    }
    world.run("deliver", START);
    let subjects: Vec<String> = world.sink.take().iter().map(|letter| letter.header("Subject").to_owned()).collect();
    assert_eq!(subjects.len(), 2, "{subjects:?}");
    assert!(subjects[0].contains("week to 22 November 2026"), "{subjects:?}");
}

#[test]
fn an_impossible_state_is_red_and_the_team_is_told_once_a_day() {
    let world = World::of(&[person(1, "Alpha Cars")]);
    world.sql("DELETE FROM approvals");
    for _ in 0..2 {
        let outcome = world.run("invariants", START);
        assert!(outcome.red && outcome.detail.contains("without an approval"), "{}", outcome.detail);
    }
    world.run("deliver", START);
    let letters = world.sink.take();
    assert_eq!(letters.len(), 1);
    assert!(letters[0].header("Subject").starts_with("Alarm: 1 check has failed"));
}

#[test]
fn a_run_that_died_for_the_last_time_and_a_letter_that_waits_are_red() {
    let world = World::of(&[person(1, "Alpha Cars").with("first_aid_date", "2023-12-02")]);
    let office = world.office(day(START));
    let now = office.clock.now();
    let write = |due, lease| {
        command::write_untrailed(&world.test.db, &office.clock, |tx| {
            job::beat(tx, "remind", "Writes", Some(due))?;
            job::take(tx, "remind", due, day(START), lease, 1)
        })
        .unwrap()
    };
    write(now, now.plus(TimeDelta::minutes(5))).unwrap();
    let red = |at| world.test.db.read(|conn| Ok(health(conn, at)?.iter().any(JobHealth::is_red))).unwrap();
    assert!(!red(now), "at work");
    assert!(red(now.plus(TimeDelta::minutes(21))));
    world.run("remind", START);
    let troubles = |after: TimeDelta| world.test.db.read(|conn| troubles(conn, now.plus(after))).unwrap();
    assert_eq!(troubles(TimeDelta::minutes(10)), Vec::<&str>::new());
    assert_eq!(troubles(TimeDelta::hours(5)), ["a letter has waited for more than four hours"]);
    assert!(write(now, now.plus(TimeDelta::hours(1))).is_none(), "its attempts are used up");
}
