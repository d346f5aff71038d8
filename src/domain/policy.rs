//! The policy: versioned requirements, role by role (data.md §2). Never edited once published; what users of the
//! program may do is no part of it.

mod params;
mod publish;
mod read;
mod rows;

use chrono::NaiveDate;
use sha2::{Digest, Sha256};

use crate::types::{Kind, Strength};

pub use params::Params;
pub use publish::{establish, publish, published};

/// One version of the policy.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Policy {
    /// Version number, from 1.
    pub number: i32,
    /// What the version is called.
    pub title: String,
    /// First day it is in force.
    pub effective_from: NaiveDate,
    /// The roles it knows.
    pub roles: Vec<Role>,
    /// What it asks, role by role.
    pub requirements: Vec<Requirement>,
}

/// A person's work.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// Its code, such as `passenger_assistant`.
    pub code: String,
    /// Its name, such as "Passenger assistant".
    pub title: String,
    /// Why it is regulated activity; empty when it is not, and then no enhanced check may be asked for (facts.md §1.5).
    pub basis: String,
    /// Where this comes from.
    pub source: String,
    /// For how many months its badges are made out; `None` for a role without a badge (data.md §7).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub badge_months: Option<u32>,
}

impl Role {
    /// Whether only the council's own staff work in it, so that no firm applies for it (source report ¶117, ¶127).
    pub fn is_councils_own(&self) -> bool {
        matches!(self.code.as_str(), "transport_planner" | "psn_user")
    }
}

/// One thing the policy asks of one role.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Requirement {
    /// Code of the role.
    pub role: String,
    /// Code of the requirement, such as `first_aid`.
    pub code: String,
    /// The rule that judges it.
    pub kind: Kind,
    /// Its name, such as "Emergency first aid".
    pub title: String,
    /// Place in lists, from 1.
    pub position: i32,
    /// Months for which evidence serves; `None` for as long as the evidence itself says.
    pub validity_months: Option<u32>,
    /// Whether failing it stops a person at once.
    pub strength: Strength,
    /// Days a soft requirement may fail before it stops a person; `None` when it never does.
    pub grace_days: Option<u32>,
    /// Days of notice before it falls due, falling. The day itself (0) is always implied.
    pub lead_days: Vec<u32>,
    /// Whether a decision maker may waive it.
    pub waivable: bool,
    /// Whether a badge may not outlast it (data.md §7).
    pub caps_badge: bool,
    /// The kind's own settings.
    pub params: Params,
    /// Where this comes from.
    pub source: String,
}

impl Policy {
    /// The policy that comes with the program, as version 1 (facts.md §7).
    ///
    /// # Errors
    /// Every fault of the file; a test holds that there is none.
    pub fn shipped() -> Result<Policy, Vec<String>> {
        Policy::from_toml(include_str!("../../policy/default.toml"))
    }

    /// The version in force on `today`: the latest to have taken effect.
    pub fn in_force(policies: &[Policy], today: NaiveDate) -> Option<&Policy> {
        policies.iter().filter(|p| p.effective_from <= today).max_by_key(|p| (p.effective_from, p.number))
    }

    /// The role called `code`.
    pub fn role(&self, code: &str) -> Option<&Role> {
        self.roles.iter().find(|role| role.code == code)
    }

    /// What is asked of `role`, in order.
    pub fn asked_of(&self, role: &str) -> Vec<&Requirement> {
        let mut asked: Vec<_> = self.requirements.iter().filter(|r| r.role == role).collect();
        asked.sort_by_key(|r| r.position);
        asked
    }

    /// SHA-256, in hex, of the version's canonical JSON: the same whatever order its rows were read in.
    ///
    /// # Errors
    /// Only when JSON cannot be written, which these types never cause.
    pub fn digest(&self) -> Result<String, serde_json::Error> {
        let mut canonical = self.clone();
        canonical.roles.sort_by(|a, b| a.code.cmp(&b.code));
        canonical.requirements.sort_by(|a, b| (&a.role, &a.code).cmp(&(&b.role, &b.code)));
        Ok(hex::encode(Sha256::digest(serde_json::to_vec(&canonical)?)))
    }
}

/// Whether any policy may let a kind be waived. Six never are: they are the law's, or the decision itself
/// (data.md §2, §3).
pub fn may_be_waived(kind: Kind) -> bool {
    !matches!(
        kind,
        Kind::Approval
            | Kind::DbsCertificate
            | Kind::RightToWork
            | Kind::Licence
            | Kind::Suitability
            | Kind::MinimumAge
    )
}

#[cfg(test)]
mod tests;
