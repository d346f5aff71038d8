//! Evidence: what was seen and decided about a person, recorded, renewed and corrected. Nothing is overwritten: a
//! renewal supersedes, a correction is a new row or a retirement with its reason (data.md §3).

mod answers;
mod certificate;
pub mod correct;
mod dated;
pub mod fields;
mod licence;
pub(super) mod update_service;

use chrono::NaiveDate;

use super::clearance::Dossier;
use super::permission::{Act, Subject, Who, may};
use super::person;
use super::policy::{self, Policy, Requirement};
use crate::error::{Error, Fault, Result};
use crate::store::{Conn, Tx};
use crate::types::{Kind, PersonId};

pub use answers::Answers;
pub use update_service::join_by;

/// What a form is about: a requirement of a role; without a role, of whichever the person works in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// Code of the role; may be empty.
    pub role: String,
    /// Code of the requirement.
    pub requirement: String,
}

/// What was recorded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recorded {
    /// What the officer should know all the same, as sentences that name nobody.
    pub warnings: Vec<String>,
}

/// What a kind's commands work with.
struct Filing<'a> {
    kind: Kind,
    code: &'a str,
    dossier: &'a Dossier,
    answers: &'a Answers,
    faults: Vec<Fault>,
}

impl Filing<'_> {
    /// Adds a fault of a field that has none yet.
    fn refuse(&mut self, wrong: bool, field: &str, message: impl Into<String>) {
        if wrong && !self.faults.iter().any(|fault| fault.field == field) {
            self.faults.push(Fault::new(field, message));
        }
    }

    /// Goes on only when nothing is wrong.
    fn settle(&mut self) -> Result<()> {
        let faults = std::mem::take(&mut self.faults);
        if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
    }
}

/// Whether a form records anything of this kind: decisions come from a proposal alone, and an age from a birthday.
pub fn is_recorded(kind: Kind) -> bool {
    !matches!(kind, Kind::Approval | Kind::Suitability | Kind::MinimumAge | Kind::BulletinsRead)
}

/// The requirement meant, of the policy in force, and the role it is asked of.
///
/// # Errors
/// `NotFound` when it is asked of no role the person works in, or nothing is ever recorded for it.
pub fn requirement(
    conn: &mut Conn,
    dossier: &Dossier,
    asked: &Asked,
    today: NaiveDate,
) -> Result<(Requirement, String)> {
    let policies = policy::published(conn)?;
    let policy = Policy::in_force(&policies, today).ok_or(Error::NotFound)?;
    dossier
        .roles()
        .into_iter()
        .filter(|role| (asked.role.is_empty() || asked.role == *role) && dossier.is_engaged(role, today))
        .find_map(|role| {
            let found = policy.asked_of(role).into_iter().find(|one| one.code == asked.requirement);
            found.filter(|one| is_recorded(one.kind)).map(|one| (one.clone(), role.to_owned()))
        })
        .ok_or(Error::NotFound)
}

/// Records evidence for a requirement. What it renews is superseded and stays on file.
///
/// # Errors
/// `NotFound`; `Forbidden`; `Invalid` with every fault.
pub fn record(tx: &mut Tx<'_>, who: &Who, person: PersonId, asked: &Asked, answers: &Answers) -> Result<Recorded> {
    may(who, Act::RecordEvidence, Subject::Register)?;
    file(tx, person, asked, answers)
}

/// As [`record`], for what the person says by their own link: nobody's leave is asked.
pub(super) fn file(tx: &mut Tx<'_>, person: PersonId, asked: &Asked, answers: &Answers) -> Result<Recorded> {
    let (dossier, today) = (person::dossier(tx, person)?, tx.today);
    let (requirement, _) = requirement(tx, &dossier, asked, today)?;
    let lists = fields::lists(tx, &dossier)?;
    let faults = fields::check(&fields::of(requirement.kind, &lists), answers, today);
    let (kind, code) = (requirement.kind, requirement.code.as_str());
    let mut filing = Filing { kind, code, dossier: &dossier, answers, faults };
    match kind {
        Kind::DbsCertificate => certificate::record(tx, &mut filing, &requirement.params),
        Kind::UpdateService => update_service::record(tx, &mut filing),
        Kind::Licence => licence::record(tx, &mut filing),
        _ => dated::record(tx, &mut filing),
    }
}
