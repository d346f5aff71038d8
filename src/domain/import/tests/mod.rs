//! The import by what an officer would see. The council, its people and its numbers are invented.

mod file;
mod mapping;
mod people;
mod report;
mod rows;

use chrono::NaiveDate;

use super::{Column, ColumnMap, Grouped, NATIVE_ROLES, People, Problem, RegisterRow, Rules, Sheet, parse_row, read};
use crate::error::Error;

/// A good row: one value for each native column.
const GOOD: [(&str, &str); 32] = [
    ("ref", "P1"),
    ("forename", "Siân"),
    ("surname", "O'Brien"),
    ("date_of_birth", "1965-03-31"),
    ("email", "sian@example.org"),
    ("phone", "07700 900401"),
    ("role", "taxi_phv_driver"),
    ("contractor", "Ash Cars Ltd"),
    ("contractor_email", "desk@ashcars.example.org"),
    ("licensing_authority", "Lichfield"),
    ("licence_number", "L/1"),
    ("licence_expiry", "2028-04-10"),
    ("dbs_certificate_number", "001602417128"),
    ("dbs_issue_date", "2025-06-06"),
    ("dbs_level", "enhanced"),
    ("dbs_workforce", "child"),
    ("dbs_barred_lists", "child"),
    ("dbs_trace", "yes"),
    ("suitability_outcome", "suitable"),
    ("suitability_date", "2025-07-01"),
    ("update_service_joined", "2025-06-10"),
    ("update_service_last_check", "2026-02-21"),
    ("update_service_result", "non_blank_no_change"),
    ("safeguarding_training_date", "2025-05-06"),
    ("first_aid_date", "2023-12-20"),
    ("pats_date", ""),
    ("cpc_expiry", ""),
    ("medical_expiry", "2029-02-14"),
    ("right_to_work_expiry", ""),
    ("badge_number", "SB1"),
    ("badge_issued", "2025-06-26"),
    ("badge_expiry", "2028-06-26"),
];

fn today() -> NaiveDate {
    "2026-11-22".parse().unwrap()
}

fn roles() -> Vec<String> {
    NATIVE_ROLES.iter().map(ToString::to_string).collect()
}

/// A native file whose rows are the good one with `changes`.
fn file(rows: &[&[(&str, &str)]]) -> String {
    let quoted = |cell: &str| format!("\"{}\"", cell.replace('"', "\"\""));
    let mut text = GOOD.map(|(name, _)| name).join(",");
    for changes in rows {
        for (name, _) in *changes {
            assert!(GOOD.iter().any(|(n, _)| n == name), "{name}");
        }
        let cell = |(name, good): (&str, &str)| {
            quoted(changes.iter().find(|(n, _)| *n == name).map_or(good, |(_, changed)| changed))
        };
        text.push('\n');
        text.push_str(&GOOD.map(cell).join(","));
    }
    text
}

fn sheet(text: &str) -> Sheet {
    read(text.as_bytes(), "register.csv").unwrap()
}

/// The first row of a sheet, read natively.
fn first_row(sheet: &Sheet) -> (Option<RegisterRow>, Vec<Problem>) {
    let (map, roles) = (ColumnMap::of(&sheet.header).unwrap(), roles());
    let mut problems = Vec::new();
    let rules = Rules { map: &map, today: today(), roles: &roles };
    (parse_row(&sheet.rows[0], &rules, &mut problems), problems)
}

/// Everything a sheet holds, by its headings alone.
fn people(sheet: &Sheet) -> Vec<Grouped> {
    let (map, roles) = (ColumnMap::of(&sheet.header).unwrap(), roles());
    People::new(sheet, Rules { map: &map, today: today(), roles: &roles }).collect()
}

fn faults(error: Error) -> Vec<(String, String)> {
    match error {
        Error::Invalid(faults) => faults.into_iter().map(|fault| (fault.field, fault.message)).collect(),
        other => panic!("{other}"),
    }
}
