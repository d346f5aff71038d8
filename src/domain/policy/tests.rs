//! The shipped policy is sound, survives its rows, and faults are told together.

use super::*;
use crate::store::policy::PolicyRow;
use crate::types::{At, PolicyId, UserId, parse_date};

fn shipped() -> Policy {
    Policy::shipped().unwrap()
}

#[test]
fn the_shipped_policy_has_no_fault() {
    let policy = shipped();
    assert_eq!((policy.number, policy.roles.len()), (1, 8));
    for role in &policy.roles {
        assert!(policy.asked_of(&role.code).len() >= 5, "{}", role.code);
    }
}

#[test]
fn a_policy_survives_its_rows_with_the_same_digest() {
    let policy = shipped();
    let row = PolicyRow {
        id: PolicyId(7),
        number: policy.number,
        title: policy.title.clone(),
        effective_from: policy.effective_from,
        published_by: UserId::SYSTEM,
        published_at: At::new(chrono::DateTime::UNIX_EPOCH),
        digest: policy.digest().unwrap(),
    };
    let mut requirements = policy.requirement_rows(row.id).unwrap();
    requirements.reverse();
    let back = Policy::from_rows(&row, &policy.role_rows(row.id).unwrap(), &requirements).unwrap();
    assert_eq!(back.digest().unwrap(), row.digest);
    for role in &policy.roles {
        assert_eq!(back.asked_of(&role.code), policy.asked_of(&role.code));
    }
}

#[test]
fn one_changed_day_changes_the_digest() {
    let mut policy = shipped();
    let before = policy.digest().unwrap();
    policy.requirements[0].lead_days.push(1);
    assert_ne!(policy.digest().unwrap(), before);
}

#[test]
fn the_version_in_force_is_the_latest_to_have_taken_effect() {
    let first = shipped();
    let second = Policy { number: 2, effective_from: parse_date("2026-09-01").unwrap(), ..shipped() };
    let both = [second, first];
    let number = |day| Policy::in_force(&both, parse_date(day).unwrap()).map(|policy| policy.number);
    assert_eq!(number("2016-08-31"), None);
    assert_eq!(number("2026-08-31"), Some(1));
    assert_eq!(number("2026-09-01"), Some(2));
}

#[test]
fn all_faults_are_told_together() {
    let text = r#"
        number = 1
        title = "Draft"
        effective_from = "2026-01-01"
        [[roles]]
        code = "driver"
        title = "Driver"
        basis = ""
        source = "test"
        [[requirements]]
        code = "dbs"
        kind = "dbs_certificate"
        title = "DBS"
        roles = ["driver", "cook"]
        strength = "hard"
        grace_days = 3
        lead_days = [0, 30]
        waivable = true
        params = { level = "enhanced", age = 3 }
        source = "test"
        [[requirements]]
        code = "hat"
        kind = "headgear"
        "#;
    let faults = Policy::from_toml(text).unwrap_err().join("\n");
    for said in [
        "requirement 2 (hat)",
        "dbs of cook: no such role",
        "asks for no approval",
        "no days of grace",
        "lead 0",
        "lead days must fall",
        "never waived",
        "takes no setting age",
        "regulated-activity basis",
    ] {
        assert!(faults.contains(said), "{said} not in\n{faults}");
    }
}
