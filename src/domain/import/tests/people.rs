//! Rows gathered into people.

use super::super::PersonKey;
use super::*;
use crate::types::Severity;

fn one(rows: &[&[(&str, &str)]]) -> Grouped {
    let mut found = people(&sheet(&file(rows)));
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

const SECOND_FIRM: [(&str, &str); 3] =
    [("contractor", "Birch Coaches"), ("contractor_email", "b@birch.example.org"), ("badge_number", "SB1")];

#[test]
fn two_firms_are_two_engagements_of_one_person() {
    let found = one(&[&[], &SECOND_FIRM]);
    assert_eq!(found.problems, []);
    let person = found.person.unwrap();
    assert_eq!((person.key, person.lines), (PersonKey::Ref("P1".into()), vec![2, 3]));
    let firms: Vec<_> = person.engagements.iter().map(|e| e.contractor_folded.as_str()).collect();
    assert_eq!(firms, ["ash cars ltd", "birch coaches"]);
    assert_eq!((person.licences.len(), person.badges.len()), (1, 2));
}

#[test]
fn several_roles_with_their_own_papers_are_one_person() {
    let role =
        [("role", "pcv_driver"), ("licensing_authority", ""), ("licence_number", "DVLA1"), ("badge_number", "SB2")];
    let found = one(&[&[], &role]);
    assert_eq!(found.problems, []);
    let person = found.person.unwrap();
    assert_eq!((person.engagements.len(), person.licences.len(), person.badges.len()), (2, 2, 2));
}

#[test]
fn rows_that_disagree_are_rejected_by_column_and_both_lines() {
    let later = [SECOND_FIRM[0], SECOND_FIRM[1], ("medical_expiry", "2030-01-01")];
    let found = one(&[&[], &later]);
    let problem = &found.problems[0];
    assert_eq!((problem.line, problem.severity, problem.column.as_str()), (3, Severity::Rejected, "medical_expiry"));
    assert!(problem.message.contains("line 2") && problem.message.contains("line 3"), "{}", problem.message);
    assert_eq!(found.person.unwrap().lines, [2]);
}

#[test]
fn a_bad_row_leaves_the_persons_other_rows() {
    let found = one(&[&[("dbs_level", "?")], &SECOND_FIRM]);
    assert_eq!(found.lines, [2, 3]);
    assert_eq!(found.person.unwrap().lines, [3]);
}

#[test]
fn the_same_row_twice_is_passed_over() {
    let found = one(&[&[], &[]]);
    assert_eq!((found.problems.len(), found.problems[0].severity), (1, Severity::Warning));
    assert_eq!(found.person.unwrap().engagements.len(), 1);
}

#[test]
fn people_come_in_the_order_of_the_file() {
    let (second, third) = (
        [("ref", "P9"), ("dbs_certificate_number", "001602417129")],
        [("ref", "P5"), ("dbs_certificate_number", "001602417130")],
    );
    let found = people(&sheet(&file(&[&second, &[], &third, &SECOND_FIRM])));
    let lines: Vec<_> = found.iter().map(|group| group.lines.clone()).collect();
    assert_eq!(lines, [vec![2], vec![3, 5], vec![4]]);
}

#[test]
fn a_firms_second_address_is_a_warning_once() {
    let other = |reference, number| {
        [
            ("ref", reference),
            ("dbs_certificate_number", number),
            ("contractor", "ASH CARS LTD."),
            ("contractor_email", "new@ash.example.org"),
        ]
    };
    let found = people(&sheet(&file(&[&[], &other("P2", "001602417129"), &other("P3", "001602417130")])));
    let problems: Vec<_> = found.iter().flat_map(|group| &group.problems).collect();
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!((problems[0].line, problems[0].column.as_str()), (3, "contractor_email"));
    let firm = &found[2].person.as_ref().unwrap().engagements[0];
    assert_eq!(
        (firm.contractor.as_str(), firm.contractor_email.as_str()),
        ("Ash Cars Ltd", "desk@ashcars.example.org")
    );
}

#[test]
fn a_certificate_of_two_people_is_a_warning() {
    let found = people(&sheet(&file(&[&[], &[("ref", "P2")]])));
    assert!(found[1].problems[0].message.contains("also on line 2"), "{found:?}");
    assert!(found[1].person.is_some());
}

#[test]
fn without_references_name_and_birth_tell_people_apart() {
    let text = "Surname,Forename,DOB,Firm,Role\nO’Brien,Siân,31/03/1965,Ash,PA\nO'BRIEN,Sian,1965-03-31,Birch,PA\nO'Brien,Sian,1970-01-01,Ash,PA\nLee,Ann,,Ash,PA\n";
    let found = people(&sheet(text));
    let key = PersonKey::NameDob("sian obrien".into(), "1965-03-31".parse().unwrap());
    assert_eq!(found[0].person.as_ref().map(|p| (&p.key, p.lines.as_slice())), Some((&key, [2, 3].as_slice())));
    assert!(found[1].person.is_some());
    assert_eq!(found[2].problems[0].column, "DOB");
}

#[test]
fn the_digest_is_of_what_the_rows_say() {
    let digest = |rows: &[&[(&str, &str)]]| one(rows).person.unwrap().digest;
    assert_eq!(digest(&[&[], &SECOND_FIRM]), digest(&[&SECOND_FIRM, &[]]));
    assert_eq!(digest(&[&[]]), digest(&[&[("date_of_birth", "31/03/1965"), ("surname", " O'Brien ")]]));
    assert_ne!(digest(&[&[]]), digest(&[&[("medical_expiry", "2029-02-15")]]));
    let fewer = file(&[&[]]).replacen("first_aid_date", "unread", 1);
    assert_ne!(digest(&[&[]]), people(&sheet(&fewer)).remove(0).person.unwrap().digest);
    assert_eq!(digest(&[&[]]).len(), 64);
}
