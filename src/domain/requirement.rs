//! The kinds of requirement: each looks in a dossier for what meets it on a day. Leads, grace and waivers are the
//! engine's business, not theirs. A new kind is one file here and a word in `types::Kind`.

mod approval;
mod bulletins_read;
mod dated;
pub(crate) mod dbs_certificate;
mod driving_entitlement;
mod licence;
mod medical;
mod minimum_age;
mod overseas;
mod references;
mod suitability;
mod update_service;

use chrono::NaiveDate;

use crate::domain::clearance::Dossier;
use crate::domain::policy::Requirement;
use crate::types::{Kind, add_months};

/// One question: does this dossier meet this requirement of this role today?
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asking<'a> {
    /// First day of the policy in force.
    pub policy_from: NaiveDate,
    /// All that the policy asks of the role.
    pub asked: &'a [&'a Requirement],
    pub requirement: &'a Requirement,
    pub role: &'a str,
    pub dossier: &'a Dossier,
    pub today: NaiveDate,
}

/// The answer, with what it was read from.
#[derive(Debug, Clone)]
pub(crate) struct Finding {
    pub found: Found,
    /// Why, where the kind knows better than the state alone would say.
    pub note: Option<String>,
    pub evidence: Option<i64>,
    /// Days on which the finding itself moves, beyond the dossier's own dates.
    pub changes: Vec<NaiveDate>,
}

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    /// Nothing is asked of this person.
    NotRequired,
    /// Nothing that serves; `since` is the day the last that did was lost, where known.
    Missing { since: Option<NaiveDate> },
    /// Something that serves through `due_on`, or until the day it is `gone_on`, whichever comes first.
    Held { due_on: Option<NaiveDate>, gone_on: Option<NaiveDate> },
    /// Struck down on a day, whatever its own dates say.
    Failed { since: NaiveDate },
}

/// Looks for what meets `asking`.
pub(crate) fn find(asking: &Asking<'_>) -> Finding {
    match asking.requirement.kind {
        Kind::Approval => approval::find(asking),
        Kind::DbsCertificate => dbs_certificate::find(asking),
        Kind::UpdateService => update_service::find(asking),
        Kind::Suitability => suitability::find(asking),
        Kind::Licence => licence::find(asking),
        Kind::DrivingEntitlement => driving_entitlement::find(asking),
        Kind::Medical => medical::find(asking),
        Kind::MinimumAge => minimum_age::find(asking),
        Kind::Overseas => overseas::find(asking),
        Kind::References => references::find(asking),
        Kind::BulletinsRead => bulletins_read::find(asking),
        Kind::Identity | Kind::RightToWork | Kind::SelfDeclaration | Kind::Training | Kind::Cpc | Kind::Document => {
            dated::find(asking)
        }
    }
}

impl Finding {
    fn not_required() -> Finding {
        Finding { found: Found::NotRequired, note: None, evidence: None, changes: Vec::new() }
    }

    fn missing(since: Option<NaiveDate>) -> Finding {
        Finding { found: Found::Missing { since }, ..Finding::not_required() }
    }

    fn held(due_on: Option<NaiveDate>, evidence: i64) -> Finding {
        Finding { found: Found::Held { due_on, gone_on: None }, evidence: Some(evidence), ..Finding::not_required() }
    }

    fn saying(self, note: impl Into<String>) -> Finding {
        Finding { note: Some(note.into()), ..self }
    }
}

impl Asking<'_> {
    /// The day a missing requirement was first missing, so that a reminder has a day to hang on: when the policy
    /// took effect, the earliest current engagement began and was recorded, or the last that met it was lost,
    /// whichever came last. Days to come do not count until they come.
    pub(crate) fn missing_since(&self, lost: Option<NaiveDate>) -> NaiveDate {
        let engagement = self.dossier.engaged(self.role, self.today).min_by_key(|e| (e.starts_on, e.id));
        let engaged = engagement.into_iter().flat_map(|e| [e.starts_on, e.recorded_on]);
        engaged.chain(lost).filter(|day| *day <= self.today).fold(self.policy_from, NaiveDate::max)
    }

    /// The latest of `days` that has come: when the last thing of a kind was lost.
    fn latest(&self, days: impl Iterator<Item = NaiveDate>) -> Option<NaiveDate> {
        days.filter(|day| *day <= self.today).max()
    }

    /// The person's birthday at `age` years; 29 February falls on 28 February in common years (facts.md §8.15).
    fn birthday(&self, age: u32) -> Option<NaiveDate> {
        self.dossier.date_of_birth.map(|born| add_months(born, age.saturating_mul(12)))
    }
}
