//! The tables are the same on both databases, can be taken back, and match what Diesel believes.

use std::collections::BTreeSet;
use std::fs;

use chaperone::store::migrate;

use crate::support::database::TestDb;

fn folders(of: &str) -> BTreeSet<String> {
    fs::read_dir(format!("{}/migrations/{of}", env!("CARGO_MANIFEST_DIR")))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

/// Table → its columns with their nullability, as a migration script declares them.
fn declared(of: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for folder in folders(of) {
        let path = format!("{}/migrations/{of}/{folder}/up.sql", env!("CARGO_MANIFEST_DIR"));
        let mut table = String::new();
        for line in fs::read_to_string(path).unwrap().lines() {
            let words: Vec<&str> = line.split_whitespace().collect();
            match words.as_slice() {
                ["CREATE", "TABLE", name, ..] => table = (*name).to_owned(),
                [column, kind, ..]
                    if line.starts_with("    ")
                        && !["PRIMARY", "FOREIGN", "CHECK", "FOR", "VALUES"].contains(column) =>
                {
                    let kind = match kind.trim_end_matches(',') {
                        "BIGINT" | "INTEGER" => "number",
                        other => other,
                    };
                    let null = line.contains("NOT NULL") || line.contains("PRIMARY KEY");
                    found.insert(format!("{table}.{column} {kind} {null}"));
                }
                _ => {}
            }
            if line.starts_with("CREATE INDEX") || line.starts_with("CREATE UNIQUE INDEX") {
                found.insert(line.to_owned());
            }
        }
    }
    found
}

#[test]
fn both_databases_have_the_same_migrations_tables_and_indexes() {
    assert_eq!(folders("sqlite"), folders("postgres"));
    assert!(declared("sqlite").len() > 200);
    let apart: Vec<_> = declared("sqlite").symmetric_difference(&declared("postgres")).cloned().collect();
    assert!(apart.is_empty(), "{apart:#?}");
}

#[test]
fn every_migration_can_be_taken_back_and_applied_again() {
    let test = TestDb::new();
    let steps = folders("sqlite").len();
    assert_eq!(migrate::unmigrate(&test.db).unwrap(), steps);
    assert!(migrate::is_behind(&test.db).unwrap());
    assert_eq!(migrate::migrate(&test.db).unwrap(), steps);
    assert_eq!(migrate::migrate(&test.db).unwrap(), 0);
    assert!(!migrate::is_behind(&test.db).unwrap());
}
