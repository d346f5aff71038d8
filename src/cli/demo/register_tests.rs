//! What a register of any size keeps to, and what the council of 2,700 keeps to exactly.

use std::collections::{BTreeMap, HashSet};

use sha2::{Digest, Sha256};

use super::super::write_csv;
use super::*;

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
}

fn people(count: u32) -> Vec<RegisterLine> {
    let mut lines: Vec<_> = register(count, 1, day()).collect();
    lines.dedup_by(|next, kept| next.reference == kept.reference);
    lines
}

fn share(lines: &[RegisterLine], is: impl Fn(&RegisterLine) -> bool) -> f64 {
    lines.iter().filter(|line| is(line)).count() as f64 / lines.len() as f64
}

#[test]
fn the_same_arguments_make_the_same_bytes() {
    let mut file = Vec::new();
    write_csv(&mut file, register(2_700, 1, day()).take(1_000)).unwrap();
    assert_eq!(hex::encode(Sha256::digest(&file)), "c1c3e67dbd7d4cc3378284684e423ed468ffc57a838e0b9424afea6807165bf3");
}

#[test]
fn another_seed_makes_another_council() {
    assert!(register(50, 1, day()).ne(register(50, 2, day())));
}

#[test]
fn the_council_of_the_source_has_its_figures() {
    for seed in 0..3 {
        let mut lines: Vec<_> = register(2_700, seed, day()).collect();
        lines.dedup_by(|next, kept| next.reference == kept.reference);
        let count = |is: fn(&RegisterLine) -> bool| lines.iter().filter(|line| is(line)).count();
        assert_eq!(lines.len(), 2_700);
        assert_eq!(count(|line| line.dbs_trace), 550);
        assert_eq!(count(|line| line.suitability_outcome == Some(Outcome::Unsuitable)), 103);
        assert_eq!(count(|line| line.suitability_outcome == Some(Outcome::Suitable)), 447);
        let authorities: HashSet<_> = lines.iter().map(|line| line.licensing_authority).collect();
        assert_eq!(authorities.len(), 10, "nine and the blank");
    }
}

#[test]
fn no_contractor_is_without_people_and_a_few_have_many() {
    for (count, firms) in [(0, 0), (1, 1), (2, 2), (59, 3), (2_700, 135), (27_000, 1_350)] {
        let mut sizes = BTreeMap::new();
        register(count, 7, day()).for_each(|line| *sizes.entry(fold(&line.contractor)).or_insert(0) += 1);
        assert_eq!(sizes.len(), firms, "at {count} people");
        if count == 2_700 {
            let mut sizes: Vec<u32> = sizes.into_values().collect();
            sizes.sort_unstable();
            assert!(sizes[134] > 100 && sizes[67] < 20, "{sizes:?}");
        }
    }
}

#[test]
fn shares_are_those_of_a_real_register() {
    let lines = people(27_000);
    let near = |is: fn(&RegisterLine) -> bool, expected: f64, what: &str| {
        let found = share(&lines, is);
        assert!((found - expected).abs() < 0.012, "{what}: {found}, not {expected}");
    };
    near(|line| line.role == "taxi_phv_driver", 0.48, "taxi drivers");
    near(|line| line.role == "pcv_driver", 0.17, "PCV drivers");
    near(|line| line.role == "passenger_assistant", 0.32, "passenger assistants");
    near(|line| line.role == "depot_supervisor", 0.02, "depot supervisors");
    near(|line| line.role == "transport_planner", 0.01, "transport planners");
    near(|line| line.licensing_authority == "Stoke-on-Trent", 0.48 * 0.27, "of Stoke");
    near(|line| line.update_service_joined.is_some(), 0.34, "in the Update Service");
    near(|line| line.email.is_empty(), 0.06, "without mail");
    near(|line| line.right_to_work_expiry.is_some(), 0.075, "with a limited right to work");
    near(|line| line.surname.contains('-'), 0.037, "with a double name");
    near(|line| !line.surname.is_ascii(), 0.045, "with a diacritic");
    near(|line| line.badge_expiry.is_some_and(|expiry| expiry < day()), 0.02 * 0.96, "with a lapsed badge");
    near(
        |line| line.badge_expiry.is_some_and(|expiry| (0..=30).contains(&(expiry - day()).num_days())),
        0.03 * 0.96,
        "with a badge due within thirty days",
    );
    let engagements = register(27_000, 1, day()).count() as f64 / 27_000.0;
    assert!((1.007..1.012).contains(&engagements), "{engagements}");
}

#[test]
fn certificate_and_badge_numbers_are_nobody_elses() {
    let lines = people(27_000);
    let certificates: HashSet<_> = lines.iter().map(|line| &line.dbs_certificate_number).collect();
    assert_eq!(certificates.len(), 27_000);
    assert!(certificates.iter().all(|number| number.len() == 12 && number.starts_with("00")));
    let badged: Vec<_> = lines.iter().filter(|line| !line.badge_number.is_empty()).collect();
    let badges: HashSet<_> = badged.iter().map(|line| &line.badge_number).collect();
    assert_eq!(badges.len(), badged.len());
}

#[test]
fn two_lines_of_a_person_differ_only_in_the_contractor() {
    let lines: Vec<_> = register(2_700, 1, day()).collect();
    let twice: Vec<_> = lines.windows(2).filter(|pair| pair[0].reference == pair[1].reference).collect();
    assert!((10..50).contains(&twice.len()), "{}", twice.len());
    for pair in twice {
        let (contractor, contractor_email) = (pair[0].contractor.clone(), pair[0].contractor_email.clone());
        assert_ne!(contractor, pair[1].contractor);
        assert_eq!(RegisterLine { contractor, contractor_email, ..pair[1].clone() }, pair[0]);
    }
}

#[test]
fn nothing_happened_before_it_could_or_after_today() {
    for today in ["2026-11-22", "2028-02-29", "2027-03-28"] {
        let today = today.parse().unwrap();
        for line in register(2_700, 3, today) {
            let past = [
                line.suitability_date,
                line.update_service_joined,
                line.update_service_last_check,
                line.safeguarding_training_date,
                line.first_aid_date,
                line.pats_date,
                line.badge_issued,
            ];
            assert!(past.iter().flatten().all(|&event| event <= today), "{line:?}");
            assert!(line.dbs_issue_date <= today && line.dbs_issue_date >= add_months(line.date_of_birth, 192));
            assert!(line.update_service_joined.is_none_or(|joined| joined >= line.dbs_issue_date), "{line:?}");
            assert!(line.update_service_joined <= line.update_service_last_check, "{line:?}");
            assert!(line.suitability_date.is_none_or(|decided| decided >= line.dbs_issue_date), "{line:?}");
            assert!(line.badge_issued.is_none() || line.suitability_outcome != Some(Outcome::Unsuitable));
        }
    }
}

#[test]
fn everybody_is_invented() {
    for line in register(2_700, 1, day()) {
        assert!(line.email.is_empty() || line.email.ends_with("@example.org"));
        assert!(line.contractor_email.ends_with(".example.org"));
        assert!(line.phone.is_empty() || line.phone.starts_with("07700 900"));
        assert!(line.role != "pcv_driver" || line.licence_number.len() == 15, "{}", line.licence_number);
    }
}

#[test]
fn lines_come_one_at_a_time() {
    let first = register(1_000_000, 1, day()).next().unwrap();
    assert_eq!(first.reference, "P000001");
}
