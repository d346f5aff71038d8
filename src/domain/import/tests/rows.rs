//! One row: what is mended with a warning, what costs the row, and that the column is named.

use super::*;
use crate::types::{BarredLists, DbsLevel, Outcome, Severity, StatusResult, Workforce};

fn read_row(changes: &[(&str, &str)]) -> (Option<RegisterRow>, Vec<Problem>) {
    first_row(&sheet(&file(&[changes])))
}

fn taken(changes: &[(&str, &str)]) -> RegisterRow {
    let (row, problems) = read_row(changes);
    row.unwrap_or_else(|| panic!("{changes:?}: {problems:?}"))
}

#[test]
fn a_good_row_is_read_whole() {
    let (row, problems) = read_row(&[]);
    let row = row.unwrap();
    assert_eq!(problems, []);
    assert_eq!(row.person.surname, "O'Brien");
    assert_eq!(row.person.dbs_level, Some(DbsLevel::Enhanced));
    assert_eq!((row.person.dbs_workforce, row.person.dbs_barred_lists), (Workforce::Child, BarredLists::Child));
    assert_eq!(row.person.suitability_outcome, Some(Outcome::Suitable));
    assert_eq!(row.person.update_service_result, Some(StatusResult::NonBlankNoNewInfo));
    assert_eq!(row.person.right_to_work_expiry, None);
    assert_eq!(row.work.licensing_authority, "Lichfield");
}

/// Changes to the good row, the column that is named, and words of the sentence.
type Broken = (&'static [(&'static str, &'static str)], &'static str, &'static str);

const BROKEN: [Broken; 49] = [
    (&[("ref", " \u{a0} ")], "ref", "blank"),
    (&[("ref", "N/A")], "ref", "blank"),
    (&[("surname", "")], "surname", "blank"),
    (&[("date_of_birth", "31/02/1980")], "date_of_birth", "31/02/1980"),
    (&[("date_of_birth", "1980-13-01")], "date_of_birth", "not a date"),
    (&[("date_of_birth", "03/25/1980")], "date_of_birth", "day before month"),
    (&[("date_of_birth", "2027-01-01")], "date_of_birth", "future"),
    (&[("date_of_birth", "1920-01-01")], "date_of_birth", "106 years"),
    (&[("date_of_birth", "2015-01-01")], "date_of_birth", "11 years"),
    (&[("date_of_birth", "1965")], "date_of_birth", "1965"),
    (&[("role", "")], "role", "blank"),
    (&[("role", "driver")], "role", "passenger_assistant"),
    (&[("role", "astronaut")], "role", "“astronaut”"),
    (&[("role", "Driver/PA")], "role", "taxi_phv_driver"),
    (&[("contractor", "")], "contractor", "blank"),
    (&[("contractor", "---")], "contractor", "no letter"),
    (&[("licence_expiry", "soon")], "licence_expiry", "“soon”"),
    (&[("licence_expiry", "")], "licence_expiry", "no expiry date"),
    (&[("licence_number", ""), ("licensing_authority", "")], "licence_number", "no licence number"),
    (&[("dbs_certificate_number", "F0123456789")], "dbs_certificate_number", "application form"),
    (&[("dbs_certificate_number", "E12345678901")], "dbs_certificate_number", "application form"),
    (&[("dbs_certificate_number", "1.60242E+09")], "dbs_certificate_number", "Excel shortens"),
    (&[("dbs_certificate_number", "0016024171280")], "dbs_certificate_number", "13 digits"),
    (&[("dbs_certificate_number", "1602417")], "dbs_certificate_number", "7 digits"),
    (&[("dbs_certificate_number", "000000000000")], "dbs_certificate_number", "noughts"),
    (&[("dbs_certificate_number", "see file")], "dbs_certificate_number", "12 digits"),
    (&[("dbs_certificate_number", "")], "dbs_certificate_number", "no certificate number"),
    (&[("dbs_certificate_number", "#N/A")], "dbs_certificate_number", "Excel’s error"),
    (&[("dbs_issue_date", "2026-11-23")], "dbs_issue_date", "future"),
    (&[("dbs_issue_date", "")], "dbs_issue_date", "no issue date"),
    (&[("dbs_issue_date", "30/02/2025")], "dbs_issue_date", "not a date"),
    (&[("dbs_level", "")], "dbs_level", "no level"),
    (&[("dbs_level", "super")], "dbs_level", "enhanced"),
    (&[("dbs_workforce", "pets")], "dbs_workforce", "“pets”"),
    (&[("dbs_barred_lists", "some")], "dbs_barred_lists", "“some”"),
    (&[("dbs_trace", "maybe")], "dbs_trace", "yes or no"),
    (&[("dbs_trace", "")], "dbs_trace", "yes or no"),
    (&[("suitability_outcome", "fine")], "suitability_outcome", "unsuitable"),
    (&[("suitability_outcome", "")], "suitability_outcome", "no outcome"),
    (&[("suitability_date", "")], "suitability_date", "no date"),
    (&[("suitability_date", "2027-01-01")], "suitability_date", "future"),
    (&[("update_service_result", "no change")], "update_service_result", "blank_no_change"),
    (&[("update_service_result", "")], "update_service_result", "no result"),
    (&[("update_service_last_check", "")], "update_service_last_check", "no date"),
    (&[("safeguarding_training_date", "2026-12-01")], "safeguarding_training_date", "future"),
    (&[("badge_expiry", "2025-06-25")], "badge_expiry", "before its issue"),
    (&[("badge_expiry", "")], "badge_expiry", "no expiry date"),
    (&[("badge_issued", "")], "badge_issued", "no issue date"),
    (&[("badge_number", "")], "badge_number", "no badge number"),
];

#[test]
fn a_broken_row_names_its_column_and_says_why() {
    for (changes, column, words) in BROKEN {
        let (row, problems) = read_row(changes);
        assert_eq!(row, None, "{changes:?}");
        let named = |p: &Problem| p.severity == Severity::Rejected && p.column == column && p.message.contains(words);
        assert!(problems.iter().any(named), "{changes:?}: {problems:?}");
        assert!(problems.iter().all(|p| p.line == 2));
    }
}

#[test]
fn broken_rows_leave_the_good_ones() {
    let mut rows: Vec<Vec<(&str, &str)>> = BROKEN.iter().map(|(changes, ..)| changes.to_vec()).collect();
    rows.insert(20, vec![("ref", "P2"), ("dbs_certificate_number", "001602417129")]);
    rows.push(vec![]);
    let rows: Vec<&[(&str, &str)]> = rows.iter().map(Vec::as_slice).collect();
    let found = people(&sheet(&file(&rows)));
    let lines: Vec<_> = found.iter().filter_map(|group| group.person.as_ref()).map(|p| p.lines.clone()).collect();
    assert_eq!(lines, [vec![52], vec![22]]);
    let mut rejected: Vec<_> =
        found.iter().flat_map(|g| &g.problems).filter(|p| p.severity == Severity::Rejected).map(|p| p.line).collect();
    rejected.sort_unstable();
    rejected.dedup();
    assert_eq!(rejected.len(), 49);
}

#[test]
fn what_can_be_mended_is_taken_with_a_warning() {
    for (change, words) in [
        (("dbs_certificate_number", "1602417128"), "001602417128"),
        (("dbs_certificate_number", "1602417128.0"), "001602417128"),
        (("date_of_birth", "31/03/65"), "31 March 1965"),
        (("date_of_birth", "31-Mar-65"), "31 March 1965"),
        (("date_of_birth", "23832"), "31 March 1965"),
        (("licence_expiry", "46853"), "10 April 2028"),
        (("phone", "7700900401"), "07700900401"),
        (("phone", "ask desk"), "left out"),
        (("email", "sian at example"), "left out"),
        (("contractor_email", "a@b.org; c@d.org"), "left out"),
        (("suitability_date", "2025-06-01"), "before the certificate"),
        (("update_service_joined", "2025-06-01"), "before the certificate"),
        (("forename", ""), "single name"),
    ] {
        let (row, problems) = read_row(&[change]);
        assert!(row.is_some(), "{change:?}: {problems:?}");
        let warned = |p: &Problem| p.severity == Severity::Warning && p.column == change.0 && p.message.contains(words);
        assert!(problems.len() == 1 && problems.iter().any(warned), "{change:?}: {problems:?}");
    }
    let mended =
        taken(&[("date_of_birth", "31/03/65"), ("dbs_certificate_number", "1602417128"), ("licence_expiry", "46853")]);
    assert_eq!(mended, taken(&[]));
}

#[test]
fn one_thing_may_be_written_in_many_ways() {
    for changes in [
        [("date_of_birth", "31/3/1965"), ("dbs_issue_date", "6 June 2025")],
        [("date_of_birth", "1965-03-31 00:00:00"), ("dbs_issue_date", "06.06.2025")],
        [("dbs_certificate_number", "0016 0241 7128"), ("dbs_level", "Enhanced DBS")],
        [("dbs_certificate_number", "'001602417128"), ("dbs_trace", "TRUE")],
        [("surname", "  O'Brien\u{a0}\u{200b}"), ("contractor", "Ash  Cars\tLtd")],
        [("role", "Private Hire Driver"), ("dbs_workforce", "Children")],
        [("right_to_work_expiry", "British Citizen"), ("pats_date", "n/a")],
        [
            (
                "update_service_result",
                "This Certificate remains current as no further information has been identified since its issue.",
            ),
            ("dbs_trace", "Y"),
        ],
    ] {
        let (row, problems) = read_row(&changes);
        assert_eq!((row, problems), (Some(taken(&[])), vec![]), "{changes:?}");
    }
}

#[test]
fn old_words_for_roles_are_known() {
    for (words, role) in [
        ("PA", "passenger_assistant"),
        ("Escort", "passenger_assistant"),
        ("VPA", "passenger_assistant"),
        ("pta", "passenger_assistant"),
        ("PSV driver", "pcv_driver"),
        ("Coach Driver", "pcv_driver"),
        ("Mini-bus driver", "minibus_driver"),
        ("Minibus Driver", "minibus_driver"),
        ("PHV driver", "taxi_phv_driver"),
        ("Taxi/PHV driver", "taxi_phv_driver"),
        ("Depot supervisor", "depot_supervisor"),
    ] {
        assert_eq!(taken(&[("role", words)]).work.role, role);
    }
}

#[test]
fn a_row_with_a_cell_too_many_or_too_few_is_named() {
    for tail in [",extra", ""] {
        let text = format!("{}{tail}", file(&[&[]]));
        let text = if tail.is_empty() { text.trim_end_matches(",\"2028-06-26\"").to_owned() } else { text };
        let (row, problems) = first_row(&sheet(&text));
        assert_eq!(row, None);
        assert!(problems[0].column.is_empty() && problems[0].message.contains("the header 32"), "{problems:?}");
    }
}
