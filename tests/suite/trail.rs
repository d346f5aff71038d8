//! Row 1 of every test register is the policy's; the trail is append-only, sealed, and names the row that was tampered with.

use chaperone::clock::Clock;
use chaperone::domain::command;
use chaperone::error::Error;
use chaperone::store::trail::{self, Entry};
use chaperone::types::{PersonId, UserId};
use diesel::connection::SimpleConnection;

use crate::support::database::{TestDb, day};

fn clock() -> Clock {
    Clock::Fixed(day("2026-11-22"))
}

fn write(test: &TestDb, value: &str) {
    command::run(&test.db, UserId::SYSTEM, &clock(), |tx| {
        tx.trail(Entry::new("person.rename", "person", 7).about(PersonId(7)).new_value(&value).reason("married"));
        Ok(())
    })
    .unwrap();
}

#[test]
fn a_chain_verifies_and_its_values_open() {
    let test = TestDb::new();
    for value in ["Plant", "O'Brien", "Wiśniewska"] {
        write(&test, value);
    }
    assert_eq!(test.db.read(trail::verify).unwrap(), 5);
    let seal = test.db.seal().clone();
    let rows = test.db.read(|c| trail::of_person(c, &seal, PersonId(7), None, 10)).unwrap();
    assert_eq!(rows[0].new.as_deref(), Some("\"Wiśniewska\""));
    assert_eq!(rows[0].reason.as_deref(), Some("married"));
    assert!(!rows[0].row.new_value.as_deref().unwrap().contains("Wi"));
}

#[test]
fn the_database_refuses_to_change_or_delete_a_row() {
    let test = TestDb::new();
    write(&test, "Plant");
    for statement in ["UPDATE trail SET act = 'x'", "DELETE FROM trail"] {
        let error = test.db.read(|c| Ok(c.batch_execute(statement).unwrap_err().to_string())).unwrap();
        assert!(error.contains("append-only"), "{statement}: {error}");
    }
}

#[test]
fn tampering_behind_the_triggers_is_named() {
    let unlock = |test: &TestDb| {
        let statement = if test.is_postgres() {
            "DROP TRIGGER trail_no_change ON trail"
        } else {
            "DROP TRIGGER trail_no_update; DROP TRIGGER trail_no_delete"
        };
        test.db.read(|c| Ok(c.batch_execute(statement)?)).unwrap();
    };
    for (statement, named) in [
        ("UPDATE trail SET act = 'person.erase' WHERE seq = 3", "row 3 of the trail was changed"),
        ("DELETE FROM trail WHERE seq = 3", "no row 3"),
        ("DELETE FROM trail WHERE seq = 5", "ends at row 4"),
        (
            "UPDATE trail SET seq = 9 WHERE seq = 1; UPDATE trail SET seq = 1 WHERE seq = 2; UPDATE trail SET seq = 2 WHERE seq = 9",
            "row 1 of the trail was changed",
        ),
    ] {
        let test = TestDb::new();
        for value in ["a", "b", "c"] {
            write(&test, value);
        }
        unlock(&test);
        test.db.read(|c| Ok(c.batch_execute(statement)?)).unwrap();
        match test.db.read(trail::verify) {
            Err(Error::Conflict(why)) => assert!(why.contains(named), "{statement}: {why}"),
            other => panic!("{statement}: {other:?}"),
        }
    }
}

#[test]
fn a_change_without_a_trail_row_does_not_commit() {
    let test = TestDb::new();
    let done = command::run(&test.db, UserId::SYSTEM, &clock(), |_| Ok(()));
    assert!(matches!(done, Err(Error::Internal { .. })));
    let done = command::write_untrailed(&test.db, &clock(), |tx| {
        tx.touch(PersonId(1));
        Ok(())
    });
    assert!(matches!(done, Err(Error::Internal { .. })));
}

#[test]
fn a_savepoint_rolled_back_drops_its_trail() {
    let test = TestDb::new();
    command::run(&test.db, UserId::SYSTEM, &clock(), |tx| {
        tx.trail(Entry::new("a.kept", "a", 1));
        let failed: Result<(), Error> = tx.savepoint(|tx| {
            tx.trail(Entry::new("a.lost", "a", 2));
            Err(Error::NotFound)
        });
        assert!(failed.is_err());
        tx.savepoint(|tx| {
            tx.trail(Entry::new("a.kept", "a", 3));
            Ok(())
        })
    })
    .unwrap();
    assert_eq!(test.db.read(trail::verify).unwrap(), 4);
}

#[test]
fn a_trail_that_grows_while_it_is_walked_is_whole() {
    let test = TestDb::new();
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            (0..300).for_each(|_| write(&test, "x"));
            done.store(true, std::sync::atomic::Ordering::Relaxed);
        });
        while !done.load(std::sync::atomic::Ordering::Relaxed) {
            test.db.read(trail::verify).unwrap();
            assert!(test.db.read(trail::ends_at_head).unwrap());
        }
    });
}

#[test]
fn writers_at_once_keep_one_chain() {
    let test = TestDb::new();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..25).for_each(|_| write(&test, "x")));
        }
    });
    assert_eq!(test.db.read(trail::verify).unwrap(), 102);
}
