//! The nightly sweep: what the date changed is computed, kept and trailed, and nothing else.

use chaperone::domain::clearance::keep;
use chaperone::store::trail;
use chaperone::types::Status;

use crate::support::database::day;
use crate::support::world::{World, person};

fn statuses(world: &World) -> Vec<Status> {
    let read = |conn: &mut chaperone::store::Conn| {
        let people = chaperone::store::clearance::people_after(conn, chaperone::types::PersonId(0), 100)?;
        let (mut rows, _) = chaperone::store::clearance::kept_of(conn, &people)?;
        rows.sort_by_key(|row| row.person_id);
        Ok(rows.into_iter().map(|row| row.status).collect())
    };
    world.test.db.read(read).unwrap()
}

#[test]
fn a_certificate_past_its_review_lapses_its_holder_that_night_and_is_trailed() {
    let world = World::of(&[person(1, "Alpha Cars").with("dbs_issue_date", "2023-12-01"), person(2, "Alpha Cars")]);
    world.run("lapse", "2026-12-01");
    assert_eq!(statuses(&world), [Status::Cleared; 2], "valid through its last day");
    let rows = world.test.db.read(trail::verify).unwrap();
    let outcome = world.run("lapse", "2026-12-02");
    assert_eq!((outcome.done, outcome.red), (1, false), "{}", outcome.detail);
    assert_eq!(statuses(&world), [Status::Lapsed, Status::Cleared]);
    assert_eq!(world.test.db.read(trail::verify).unwrap(), rows + 1);
    assert_eq!(world.run("lapse", "2026-12-02").done, 0, "a second sweep finds nobody");
    assert_eq!(world.test.db.read(|conn| keep::check(conn, |_| {})).unwrap(), Vec::<String>::new());
}

#[test]
fn two_sweeps_at_once_trail_each_change_once() {
    let lines: Vec<_> = (0..40).map(|n| person(n, "Alpha Cars").with("dbs_issue_date", "2023-12-01")).collect();
    let world = World::of(&lines);
    let rows = world.test.db.read(trail::verify).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| assert!(!world.run("lapse", "2026-12-09").red));
        }
    });
    assert_eq!(world.test.db.read(trail::verify).unwrap(), rows + 40);
    assert!(statuses(&world).iter().all(|status| *status == Status::Lapsed));
}

#[test]
fn somebody_who_cannot_be_computed_costs_only_themselves() {
    let lines: Vec<_> = (1..6).map(|n| person(n, "Alpha Cars").with("dbs_issue_date", "2023-12-01")).collect();
    let world = World::of(&lines);
    let refuse = if world.test.is_postgres() {
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.person_id = 3 THEN RAISE \
         EXCEPTION 'refused'; END IF; RETURN NEW; END $$; \
         CREATE TRIGGER refused BEFORE UPDATE ON clearances FOR EACH ROW EXECUTE FUNCTION refuse()"
    } else {
        "CREATE TRIGGER refused BEFORE UPDATE ON clearances WHEN NEW.person_id = 3 \
         BEGIN SELECT RAISE(ABORT, 'refused'); END"
    };
    world.sql(refuse);
    let outcome = world.run("lapse", "2026-12-02");
    assert_eq!((outcome.done, outcome.failed, outcome.red), (4, 1, true), "{}", outcome.detail);
    assert_eq!(outcome.detail, "4 people computed, 4 standings changed; could not be computed: 3");
    assert_eq!(statuses(&world).iter().filter(|status| **status == Status::Lapsed).count(), 4);
    let today = day("2026-12-02");
    let owed = world.test.db.read(|conn| chaperone::domain::reminder::owed(conn, today)).unwrap();
    assert!(!owed.is_empty(), "the others are told of all the same");
}
