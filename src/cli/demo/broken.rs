//! Rows that no register may take, each wrong in one cell, for trying an import against.

use chrono::NaiveDate;

use super::dice::Dice;
use super::line::{HEADER, RegisterLine};
use super::register::{register, shifted};
use crate::types::{BarredLists, DbsLevel, Outcome, Workforce};

/// A row to be rejected for one cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenRow {
    /// The cells, in the order of [`HEADER`].
    pub fields: [String; 32],
    /// The column that holds the bad cell.
    pub column: &'static str,
    /// What is wrong with it, in plain words.
    pub wrong: &'static str,
}

/// What the bad cell holds: a text, or a day counted from today.
enum Cell {
    Text(&'static str),
    Day(i64),
}
use Cell::{Day, Text};

/// Counted from today, on the sound row: when the person was born, and what has happened to them since.
const BORN: i64 = -14_600;
const ISSUED: i64 = -400;
const JOINED: i64 = -380;
const DECIDED: i64 = -370;
const BADGED: i64 = -300;

const KINDS: [(&str, &str, Cell); 40] = [
    ("surname", "no surname", Text("")),
    ("date_of_birth", "no date of birth", Text("")),
    ("date_of_birth", "30 February", Text("1985-02-30")),
    ("date_of_birth", "31 April, written the British way", Text("31/04/1979")),
    ("date_of_birth", "born in the future", Day(40)),
    ("date_of_birth", "born in another century", Text("1879-05-04")),
    ("date_of_birth", "a word for a date", Text("unknown")),
    ("role", "no role", Text("")),
    ("role", "a role nobody has", Text("lollipop_person")),
    ("role", "two roles in one cell", Text("taxi_phv_driver; passenger_assistant")),
    ("contractor", "no contractor", Text("")),
    ("contractor_email", "an address without an @", Text("compliance.example.org")),
    ("licensing_authority", "an authority there is not", Text("Borsetshire")),
    ("licence_expiry", "a thirteenth month", Text("2027-13-01")),
    ("licence_expiry", "30 February in a cell of British dates", Text("30/02/2028")),
    ("dbs_certificate_number", "a form reference for a certificate number", Text("F0012345678")),
    ("dbs_certificate_number", "thirteen digits", Text("0012345678901")),
    ("dbs_certificate_number", "the letter O for a nought", Text("00123456789O")),
    ("dbs_certificate_number", "a number a spreadsheet has rounded", Text("1.23457E+09")),
    ("dbs_certificate_number", "an issue date but no number", Text("")),
    ("dbs_issue_date", "a number but no issue date", Text("")),
    ("dbs_issue_date", "29 February of a common year", Text("2025-02-29")),
    ("dbs_issue_date", "issued in the future", Day(30)),
    ("dbs_issue_date", "issued before birth", Day(BORN - 30)),
    ("dbs_level", "a level there is not", Text("enhanced plus")),
    ("dbs_workforce", "a workforce there is not", Text("grown-ups")),
    ("dbs_barred_lists", "lists there are not", Text("everything")),
    ("dbs_trace", "neither yes nor no", Text("perhaps")),
    ("suitability_outcome", "an outcome there is not", Text("probably")),
    ("suitability_date", "an outcome with no date", Text("")),
    ("suitability_date", "decided before the certificate was issued", Day(ISSUED - 10)),
    ("update_service_last_check", "checked before joining", Day(JOINED - 5)),
    ("update_service_last_check", "a result with no date of check", Text("")),
    ("update_service_result", "a result there is not", Text("green")),
    ("safeguarding_training_date", "trained in the future", Day(60)),
    ("first_aid_date", "a season for a date", Text("last spring")),
    ("pats_date", "trained before birth", Day(BORN - 400)),
    ("cpc_expiry", "a month of no number", Text("2031-00-10")),
    ("medical_expiry", "31 June", Text("31/06/2028")),
    ("badge_expiry", "expired before it was issued", Day(BADGED - 1)),
];

/// Forty rows for a register of `today`, each bad in a way of its own and sound in every other cell. They are
/// nobody else's: refs begin with X, the contractor is one no register invents. Same arguments, same rows.
pub fn broken_rows(seed: u64, today: NaiveDate) -> Vec<BrokenRow> {
    let rows = KINDS.iter().zip(sound_rows(seed, today)).map(|((column, wrong, cell), mut fields)| {
        for (_, field) in HEADER.iter().zip(&mut fields).filter(|(name, _)| *name == column) {
            *field = match cell {
                Text(text) => (*text).to_owned(),
                Day(days) => shifted(today, *days).to_string(),
            };
        }
        BrokenRow { fields, column, wrong }
    });
    rows.collect()
}

/// The rows before they were broken.
fn sound_rows(seed: u64, today: NaiveDate) -> impl Iterator<Item = [String; 32]> {
    let mut dice = Dice::new(seed);
    let people = register(KINDS.len() as u32, seed, today);
    people.zip(1..).map(move |(line, number)| sound(line, number, dice.below(100_000), today).to_fields())
}

/// `line` with every column filled and every date in its order.
fn sound(line: RegisterLine, number: i64, salt: u64, today: NaiveDate) -> RegisterLine {
    let on = |days: i64| Some(shifted(today, days));
    RegisterLine {
        reference: format!("X{number:06}"),
        date_of_birth: shifted(today, BORN - number),
        role: "taxi_phv_driver",
        contractor: "Wayward Travel Ltd".to_owned(),
        contractor_email: "compliance@waywardtravel.example.org".to_owned(),
        licensing_authority: "Lichfield",
        licence_number: format!("L/PHD/{:05}", 90_000 + number),
        licence_expiry: on(500),
        dbs_certificate_number: format!("009{salt:05}{number:04}"),
        dbs_issue_date: shifted(today, ISSUED),
        dbs_level: DbsLevel::Enhanced,
        dbs_workforce: Workforce::ChildAndAdult,
        dbs_barred_lists: BarredLists::ChildAndAdult,
        dbs_trace: true,
        suitability_outcome: Some(Outcome::Suitable),
        suitability_date: on(DECIDED),
        update_service_joined: on(JOINED),
        update_service_last_check: on(-90),
        update_service_result: "non_blank_no_change",
        safeguarding_training_date: on(-350),
        first_aid_date: on(-340),
        pats_date: on(-330),
        cpc_expiry: on(900),
        medical_expiry: on(800),
        right_to_work_expiry: on(700),
        badge_number: format!("SX{number:06}"),
        badge_issued: on(BADGED),
        badge_expiry: on(795),
        ..line
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn forty_rows_are_each_wrong_in_one_cell_and_no_two_alike() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        let rows = broken_rows(5, today);
        assert_eq!(rows, broken_rows(5, today));
        let kinds: HashSet<_> = rows.iter().map(|row| (row.column, row.wrong)).collect();
        assert_eq!((rows.len(), kinds.len()), (40, 40));
        for (row, sound) in rows.iter().zip(sound_rows(5, today)) {
            let cells = HEADER.iter().zip(row.fields.iter().zip(&sound));
            let changed: Vec<_> = cells.filter(|(_, (broken, sound))| broken != sound).map(|(name, _)| *name).collect();
            assert_eq!(changed, [row.column], "{}", row.wrong);
        }
    }
}
