//! A register file into the database: taken, warned or rejected, row by row, and clearances that follow.

use chaperone::clock::Clock;
use chaperone::domain::clearance::keep;
use chaperone::domain::import::{ColumnMap, apply, read};
use chaperone::store::trail;
use chaperone::types::UserId;

use crate::support::database::{TestDb, day};

fn import(test: &TestDb, csv: &[u8]) -> apply::Done {
    let clock = Clock::Fixed(day("2026-11-22"));
    let sheet = read(csv, "register.csv").unwrap();
    let map = ColumnMap::of(&sheet.header).unwrap();
    let order = apply::Order { file_name: "register.csv", dry_run: false, by: UserId::SYSTEM };
    let begun = apply::begin(&test.db, &clock, order, &sheet).unwrap();
    apply::apply(&test.db, &clock, begun, &sheet, &map, |_| {}).unwrap()
}

fn register(people: u32) -> Vec<u8> {
    let mut csv = Vec::new();
    chaperone::cli::demo::write_csv(&mut csv, chaperone::cli::demo::register(people, 1, day("2026-11-22"))).unwrap();
    csv
}

#[test]
fn a_register_is_taken_whole_and_the_second_time_changes_nothing() {
    let test = TestDb::new();
    let csv = register(120);
    let first = import(&test, &csv);
    assert_eq!(first.import.rejected, 0, "{:?}", first.problems);
    assert_eq!(first.import.taken, first.import.rows_total);
    assert_eq!(test.db.read(|c| keep::check(c, |_| {})).unwrap(), Vec::<String>::new());
    let rows = test.db.read(trail::verify).unwrap();
    let second = import(&test, &csv);
    assert_eq!((second.import.taken, second.import.unchanged), (0, second.import.rows_total));
    assert_eq!(test.db.read(trail::verify).unwrap(), rows + 2, "only that an import began and ended");
}

#[test]
fn forty_broken_rows_are_named_and_cost_only_themselves() {
    let test = TestDb::new();
    let good = register(120);
    let mut csv = csv::WriterBuilder::new().from_writer(good.clone());
    let broken = chaperone::cli::demo::broken_rows(7, day("2026-11-22"));
    for row in &broken {
        csv.write_record(&row.fields).unwrap();
    }
    let sound = import(&test, &good).import.rows_total;
    let done = import(&test, &csv.into_inner().unwrap());
    assert_eq!((done.import.unchanged, done.import.rows_total), (sound, sound + 40));
    let mut missed = Vec::new();
    for (at, row) in broken.iter().enumerate() {
        let line = u64::try_from(sound).unwrap() + 2 + at as u64;
        let said: Vec<_> = done.problems.iter().filter(|p| p.line == line).collect();
        if !said.iter().any(|p| p.column == row.column || p.column.is_empty()) {
            missed.push((row.column, row.wrong, said));
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
    assert_eq!(test.db.read(|c| keep::check(c, |_| {})).unwrap(), Vec::<String>::new());
}
