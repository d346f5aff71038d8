//! Settings a kind of requirement takes of its own, kept as JSON in the requirement's row.

use serde::{Deserialize, Serialize};

use crate::types::{BarredLists, DbsLevel, Kind, Workforce};

/// The settings of one requirement; each kind takes only its own ([`Params::faults`]).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Params {
    /// `dbs_certificate`: the weakest level that serves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<DbsLevel>,
    /// `dbs_certificate`: workforces that serve; empty for any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub workforces: Vec<Workforce>,
    /// `dbs_certificate`: barred lists that must have been checked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lists: Option<BarredLists>,
    /// `dbs_certificate`: whether a taxi licence's "other workforce" serves when both lists were checked (facts.md §1.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other_with_both_lists: Option<bool>,
    /// `dbs_certificate`: months for which a passed status check serves while subscribed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subscribed_check_months: Option<u32>,
    /// `update_service`: days after which a status check is overdue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overdue_days: Option<u32>,
    /// `update_service`: first policy version whose approvals must be subscribed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from_policy: Option<i32>,
    /// `driving_entitlement`: categories of which one is needed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// `driving_entitlement`: restriction codes that rule a licence out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub restrictions: Vec<String>,
    /// `medical`: whether the Group 2 ages (45, 65) apply (facts.md §4.3).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age_rule: Option<bool>,
    /// `minimum_age`: years.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age: Option<u32>,
    /// `overseas`: months for which time abroad counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub look_back_months: Option<u32>,
    /// `overseas`: months in one country up to which no check from there is asked for; 3 where it is not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub abroad_months: Option<u32>,
    /// `references`: how many are needed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
}

impl Params {
    /// The settings as the row keeps them.
    ///
    /// # Errors
    /// Only when JSON cannot be written, which these types never cause.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// What is wrong with these settings for a requirement of `kind`: those it needs and lacks, and those it
    /// does not take.
    pub fn faults(&self, kind: Kind) -> Vec<String> {
        let (needs, takes) = fields(kind);
        let given = match serde_json::to_value(self) {
            Ok(serde_json::Value::Object(map)) => map.into_iter().map(|(name, _)| name).collect(),
            _ => Vec::new(),
        };
        let missing = needs.iter().filter(|need| !given.iter().any(|name| name == *need));
        let extra = given.iter().filter(|name| !needs.contains(&name.as_str()) && !takes.contains(&name.as_str()));
        missing
            .map(|name| format!("{kind} needs the setting {name}"))
            .chain(extra.map(|name| format!("{kind} takes no setting {name}")))
            .collect()
    }
}

/// The settings a kind needs, and those it may have besides.
fn fields(kind: Kind) -> (&'static [&'static str], &'static [&'static str]) {
    match kind {
        Kind::DbsCertificate => {
            (&["level"], &["workforces", "lists", "other_with_both_lists", "subscribed_check_months"])
        }
        Kind::UpdateService => (&["overdue_days"], &["from_policy"]),
        Kind::DrivingEntitlement => (&["categories"], &["restrictions"]),
        Kind::Medical => (&[], &["age_rule"]),
        Kind::MinimumAge => (&["age"], &[]),
        Kind::Overseas => (&["look_back_months"], &["abroad_months"]),
        Kind::References => (&["count"], &[]),
        _ => (&[], &[]),
    }
}
