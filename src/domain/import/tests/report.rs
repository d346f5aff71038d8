//! The report, mended and imported again.

use super::super::write_report;
use super::*;

fn report(sheet: &Sheet) -> String {
    let problems: Vec<_> = people(sheet).into_iter().flat_map(|group| group.problems).collect();
    let mut out = Vec::new();
    write_report(&mut out, sheet, &problems).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn a_mended_report_is_taken() {
    let text = file(&[
        &[],
        &[("ref", "P2"), ("dbs_certificate_number", "F0123456789"), ("badge_issued", "")],
        &[("ref", "P3"), ("dbs_certificate_number", "1602417130")],
    ]);
    let first = report(&sheet(&text));
    assert!(first.starts_with("\u{feff}line,result,problem,ref,forename"), "{first}");
    let again = sheet(&first);
    assert_eq!(again.rows.len(), 2);
    assert_eq!(again.rows[0].cells.iter().take(4).collect::<Vec<_>>()[..2], ["3", "rejected"]);
    assert!(again.rows[0].cells[2].contains("dbs_certificate_number: “F0123456789”"), "{}", &again.rows[0].cells[2]);
    assert_eq!(&again.rows[1].cells[1], "warning");
    let mended = first
        .replace("F0123456789", "001602417129")
        .replace("2028-06-26", "2028-06-27")
        .replace(",SB1,,", ",SB1,2025-06-26,");
    let found = people(&sheet(&mended));
    assert!(found.iter().all(|group| group.person.is_some()), "{found:?}");
    let second = report(&sheet(&first));
    assert!(second.starts_with("\u{feff}line,result,problem,ref,forename"), "{second}");
}

#[test]
fn a_formula_is_guarded_and_comes_back_as_it_was() {
    let text = file(&[&[
        ("surname", "=cmd|' /C calc'!A0"),
        ("phone", "+447700900401"),
        ("contractor", "@Cars"),
        ("dbs_level", "?"),
    ]]);
    let out = report(&sheet(&text));
    for guarded in ["'=cmd", "'+447700900401", "'@Cars"] {
        assert!(out.contains(guarded), "{out}");
    }
    let (row, _) = first_row(&sheet(&out.replace(",?,", ",basic,")));
    let row = row.unwrap();
    assert_eq!((row.person.phone.as_str(), row.work.contractor.as_str()), ("+447700900401", "@Cars"));
    assert_eq!(row.person.surname, "=cmd|' /C calc'!A0");
}

#[test]
fn a_row_of_the_wrong_width_stays_so_until_mended() {
    let text = format!("{},one,two", file(&[&[]]));
    let out = report(&sheet(&text));
    assert!(out.trim_end().ends_with(",one,two"), "{out}");
    let found = people(&sheet(&out));
    assert!(found[0].person.is_none());
}
