//! Everything recorded about a person that a clearance can hang on.

use chrono::NaiveDate;

use super::calendar::holds_on;
use super::latest_decision;
use crate::store::approval::Approval;
use crate::store::bulletin::reader::Reading;
use crate::store::dbs::{Certificate, Consent, StatusCheck, Subscription};
use crate::store::decision::Decision;
use crate::store::engagement::Engagement;
use crate::store::evidence::Evidence;
use crate::store::hold::Hold;
use crate::store::licence::Licence;
use crate::store::waiver::Waiver;
use crate::types::{CertificateId, ContractorId, HoldCode, Outcome, PersonId, StatusResult};

/// A person's rows, dead ones included: the engine decides which count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dossier {
    /// Whose it is.
    pub person: PersonId,
    /// Date of birth, where recorded.
    pub date_of_birth: Option<NaiveDate>,
    /// Day the person came onto the register.
    pub registered_on: NaiveDate,
    /// Work, in every role.
    pub engagements: Vec<Engagement>,
    /// Evidence of every kind.
    pub evidence: Vec<Evidence>,
    /// DBS certificates.
    pub certificates: Vec<Certificate>,
    /// Consents to status checks.
    pub consents: Vec<Consent>,
    /// Update Service subscriptions.
    pub subscriptions: Vec<Subscription>,
    /// Status checks.
    pub checks: Vec<StatusCheck>,
    /// Taxi and private-hire licences.
    pub licences: Vec<Licence>,
    /// Approvals, for every role.
    pub approvals: Vec<Approval>,
    /// Suitability decisions.
    pub decisions: Vec<Decision>,
    /// Holds.
    pub holds: Vec<Hold>,
    /// Waivers, for every role.
    pub waivers: Vec<Waiver>,
    /// Mandatory bulletins they were given to read.
    pub bulletins: Vec<Reading>,
    /// Whether the council has an application of theirs that is not decided.
    pub is_applying: bool,
}

impl Dossier {
    /// The roles the person has ever been engaged in, each once.
    pub fn roles(&self) -> Vec<&str> {
        let mut roles: Vec<_> = self.engagements.iter().map(|engagement| engagement.role.as_str()).collect();
        roles.sort_unstable();
        roles.dedup();
        roles
    }

    /// Engagements in `role` that are current on `today` or to come.
    pub(crate) fn engaged<'a>(&'a self, role: &'a str, today: NaiveDate) -> impl Iterator<Item = &'a Engagement> {
        self.engagements.iter().filter(move |e| e.role == role && e.ends_on.is_none_or(|end| end >= today))
    }

    /// Whether any engagement in `role` is current on `today` or to come.
    pub(crate) fn is_engaged(&self, role: &str, today: NaiveDate) -> bool {
        self.engaged(role, today).next().is_some()
    }

    /// Last day of the last engagement in `role`; `None` when one is open-ended.
    pub(crate) fn last_day(&self, role: &str, today: NaiveDate) -> Option<NaiveDate> {
        let open = self.engaged(role, today).any(|engagement| engagement.ends_on.is_none());
        if open { None } else { self.engaged(role, today).filter_map(|engagement| engagement.ends_on).max() }
    }

    /// The approval for `role` that holds on `today`: the latest, unless ended. An earlier one never comes back.
    pub(crate) fn approval(&self, role: &str, today: NaiveDate) -> Option<&Approval> {
        self.approvals
            .iter()
            .filter(|a| a.role == role && a.approved_on <= today)
            .max_by_key(|a| (a.approved_on, a.id))
            .filter(|a| a.ended_on.is_none_or(|end| end > today))
    }

    /// Whether a status check of `certificate` with this result calls for a hold: it says of new information what the
    /// check before it did not, and nobody holds the person for that already (facts.md §2.2).
    pub(crate) fn is_news(&self, certificate: CertificateId, result: StatusResult) -> bool {
        let about = self.checks.iter().filter(|check| check.certificate_id == certificate);
        let last = about.max_by_key(|check| (check.checked_on, check.id)).map(|check| check.result);
        let is_held = self.holds.iter().any(|hold| hold.code == HoldCode::NewInfo && hold.lifted_on.is_none());
        result == StatusResult::NewInfo && last != Some(StatusResult::NewInfo) && !is_held
    }

    /// The firms the person works for on `today` or is to work for, each once.
    pub(crate) fn firms(&self, today: NaiveDate) -> Vec<ContractorId> {
        let current = self.engagements.iter().filter(|work| work.ends_on.is_none_or(|end| end >= today));
        let mut firms: Vec<ContractorId> = current.map(|work| work.contractor_id).collect();
        firms.sort_unstable();
        firms.dedup();
        firms
    }

    /// Whether the council stops the person on `today`, in every role: held, or found unsuitable.
    pub(crate) fn is_stopped(&self, today: NaiveDate) -> bool {
        let last = latest_decision(self.decisions.iter().filter(|decision| decision.decided_on <= today));
        last.is_some_and(|decision| decision.outcome == Outcome::Unsuitable)
            || self.holds.iter().any(|hold| holds_on(hold, today))
    }
}
