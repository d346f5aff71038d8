//! A register file into the database: taken, warned or rejected, row by row, and clearances that follow.

use chaperone::clock::Clock;
use chaperone::domain::clearance::keep;
use chaperone::domain::import::{ColumnMap, apply, read};
use chaperone::domain::person::{self, Details};
use chaperone::store::{contractor, evidence, person as people, trail};
use chaperone::types::{Access, Kind, Reach, Severity, UserId, fold};

use crate::support::account::{active, grant, who};
use crate::support::database::{TestDb, day};
use crate::support::race::at_once;
use crate::support::world::{START, World, address, file, person as line};

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
    let line = |at: usize| u64::try_from(sound).unwrap() + 2 + at as u64;
    let is_rejected = |at| done.problems.iter().any(|p| p.line == line(at) && p.severity == Severity::Rejected);
    let warned: Vec<&str> =
        broken.iter().enumerate().filter(|(at, _)| !is_rejected(*at)).map(|(_, row)| row.wrong).collect();
    assert_eq!(warned, WARNED, "these are taken with a warning, all others cost the row");
    assert_eq!(done.import.rejected, i64::try_from(40 - WARNED.len()).unwrap());
    assert_eq!(test.db.read(|c| keep::check(c, |_| {})).unwrap(), Vec::<String>::new());
}

/// What is wrong with a row that is taken all the same.
const WARNED: [&str; 5] = [
    "no date of birth",
    "an address without an @",
    "an authority there is not",
    "decided before the certificate was issued",
    "checked before joining",
];

const FIRM: &str = "Ashdown Cars";

#[test]
fn a_row_of_somebody_else_under_a_known_reference_costs_itself() {
    let world = World::of(&[line(1, FIRM)]);
    let rows = world.test.db.read(trail::verify).unwrap();
    let other =
        line(1, FIRM).with("surname", "Plant").with("date_of_birth", "1965-02-03").with("first_aid_date", START);
    let done = import(&world.test, file(&[other]).as_bytes());
    assert_eq!((done.import.taken, done.import.rejected), (0, 1));
    assert!(done.problems[0].message.contains("both name and date of birth differ"), "{:?}", done.problems);
    assert_eq!(world.test.db.read(trail::verify).unwrap(), rows + 2, "nothing of it was written");
    let wed = import(&world.test, file(&[line(1, FIRM).with("surname", "Plant")]).as_bytes());
    assert_eq!((wed.import.taken, wed.import.rejected), (1, 0), "a name alone may change");
}

#[test]
fn an_import_at_the_moment_of_an_edit_leaves_the_edit_alone() {
    let world = World::of(&[line(1, FIRM)]);
    let test = &world.test;
    let by = who(test, active(test, "officer@council.example.org", &[grant(Access::Officer)]));
    let found = || test.db.read(|c| people::by_reference(c, "T00001")).unwrap().unwrap();
    let before = found();
    let (old, new) = (Details::of(&before), Details { surname: "Brown".into(), ..Details::of(&before) });
    let edit = |tx: &mut chaperone::store::Tx<'_>| person::edit(tx, &by, before.id, &new, "", &old.fingerprint());
    let again = [line(1, FIRM).with("phone", "01632960731")];
    let (edited, done) = at_once(test, by.user, edit, || world.import(START, &again));
    assert!(edited.unwrap());
    assert_eq!(done.import.taken, 1);
    let after = found();
    assert_eq!((after.surname.as_str(), after.phone.as_str()), ("Brown", "01632960731"));
}

/// The end dates of a kind's evidence in force, and its facts.
fn in_force(world: &World, kind: Kind) -> Vec<(Option<chrono::NaiveDate>, String)> {
    let rows = world.test.db.read(|c| {
        let person = people::by_reference(c, "T00001")?.unwrap();
        evidence::of_people(c, &[person.id])
    });
    let live = rows.unwrap().into_iter().filter(|row| row.kind == kind && row.superseded_by.is_none());
    live.map(|row| (row.expires_on, row.facts)).collect()
}

#[test]
fn a_later_end_in_the_file_renews_what_an_officer_recorded_and_an_earlier_one_does_not() {
    let dated = |medical: &str, licence: &str| {
        let line = line(1, FIRM).with("role", "pcv_driver").with("medical_expiry", medical);
        line.with("licence_number", "PLANT801").with("licence_expiry", licence)
    };
    let world = World::of(&[dated("2027-01-31", "2027-01-31")]);
    let facts = r#"{"categories":["D"],"restrictions":["01"]}"#;
    world.sql(&format!(
        "UPDATE evidence SET origin = 'recorded', valid_from = '2026-06-01', facts = '{facts}'
         WHERE kind IN ('medical', 'driving_entitlement')"
    ));
    for (given, kept) in [("2026-12-31", "2027-01-31"), ("2028-01-31", "2028-01-31")] {
        world.import(START, &[dated(given, given)]);
        for kind in [Kind::Medical, Kind::DrivingEntitlement] {
            assert_eq!(in_force(&world, kind), [(Some(day(kept)), facts.to_owned())], "{kind:?} {given}");
        }
    }
    world.sql("UPDATE evidence SET origin = 'recorded', expires_on = NULL WHERE kind = 'medical'");
    let done = world.import(START, &[dated("2030-01-31", "2028-01-31")]);
    assert_eq!(in_force(&world, Kind::Medical), [(None, facts.to_owned())]);
    assert!(done.problems.iter().any(|problem| problem.column == "medical_expiry"), "{:?}", done.problems);
}

#[test]
fn a_firm_without_an_address_takes_the_files_and_the_file_is_told() {
    let blank = line(1, FIRM).with("contractor_email", "");
    let world = World::of(&[blank]);
    let firm = || world.test.db.read(|c| contractor::by_folded_name(c, &fold(FIRM))).unwrap().unwrap();
    assert_eq!(firm().email, "");
    let done = world.import(START, &[line(1, FIRM)]);
    assert_eq!(firm().email, address(FIRM));
    assert!(done.problems.iter().any(|p| p.column == "contractor_email" && p.message.contains(FIRM)));
    world.import(START, &[line(1, FIRM).with("contractor_email", "other@ash.example.org")]);
    assert_eq!(firm().email, address(FIRM), "one that is there stays");
    let found = world.test.db.read(|c| contractor::find(c, firm().id, &Reach::Everyone)).unwrap();
    use chaperone::store::schema::trail as t;
    use diesel::prelude::*;
    let rows = t::table.filter(t::subject_kind.eq("contractor")).filter(t::subject_id.eq(found.id.0));
    let told: Vec<Option<String>> =
        world.test.db.read(|c| Ok(rows.order(t::seq).select(t::new_value).load(c)?)).unwrap();
    let told: Vec<&str> = told.iter().flatten().map(String::as_str).collect();
    let fields = ["name", "email"].map(|field| format!(r#"{{"contractor":"ashdown cars","fields":["{field}"]}}"#));
    assert_eq!(told, fields);
}
