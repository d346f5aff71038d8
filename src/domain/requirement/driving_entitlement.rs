//! Driving entitlement: a category that serves and no restriction that rules it out. Restriction 101, "not for
//! hire or reward", is no entitlement for contract work (facts.md §4.3).

use serde::Deserialize;

use super::{Asking, Finding, dated};
use crate::store::evidence::Evidence;
use crate::types::Origin;

/// What the evidence's `facts` say of a driving licence.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Entitlement {
    categories: Vec<String>,
    restrictions: Vec<String>,
}

/// The longest-serving entitlement that will do.
pub(super) fn find(asking: &Asking<'_>) -> Finding {
    let accepted = dated::live(asking).filter(|row| refusal(asking, row).is_none());
    let finding = dated::longest(asking, accepted, |row| dated::due_on(asking, row));
    if finding.evidence.is_some() {
        return finding;
    }
    match dated::live(asking).max_by_key(|row| row.id).and_then(|row| refusal(asking, row)) {
        Some(note) => finding.saying(note),
        None => finding,
    }
}

/// Why `row` will not do. An imported register knows no categories: none there is no refusal.
fn refusal(asking: &Asking<'_>, row: &Evidence) -> Option<String> {
    let params = &asking.requirement.params;
    let Ok(held) = serde_json::from_str::<Entitlement>(&row.facts) else {
        return Some("The entitlement on file cannot be read".to_owned());
    };
    let any = |list: &[String], wanted: &[String]| {
        wanted.iter().find(|code| list.iter().any(|held| held.trim().eq_ignore_ascii_case(code))).cloned()
    };
    if let Some(code) = any(&held.restrictions, &params.restrictions) {
        return Some(format!("The licence carries restriction {code}"));
    }
    let unknown = held.categories.is_empty() && row.origin == Origin::Imported;
    let serves = unknown || any(&held.categories, &params.categories).is_some();
    (!serves).then(|| format!("The licence on file does not show category {}", params.categories.join(" or ")))
}
