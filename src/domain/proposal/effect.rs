//! What a decision writes: an approval, an end of approvals, a suitability decision. Their reasons stay where they are.

use chrono::NaiveDate;
use serde_json::json;

use crate::domain::clearance::Dossier;
use crate::error::{Error, Result};
use crate::store::Tx;
use crate::store::application::Application;
use crate::store::approval::{self as approvals, Approval};
use crate::store::decision::{self as decisions, Decision};
use crate::store::trail::Entry;
use crate::types::{ApprovalId, CertificateId, DecisionId, Origin, Outcome, UserId};

/// An approval to be.
pub(in crate::domain) struct Grant<'a> {
    /// Code of the role.
    pub role: &'a str,
    /// The policy it is made under.
    pub policy_number: i32,
    /// What it depends on.
    pub conditions: &'a str,
    /// Last day of the conditions.
    pub until: Option<NaiveDate>,
    /// Who approved.
    pub by: UserId,
    /// Why, where the reasons are no secret; else where they are.
    pub reason: &'a str,
}

/// Approves the person from today, in place of any earlier approval for the role, which stays on file as ended.
pub(in crate::domain) fn approve(tx: &mut Tx<'_>, dossier: &Dossier, grant: &Grant<'_>) -> Result<ApprovalId> {
    end_approvals(tx, dossier, Some(grant.role), "Replaced by a new approval")?;
    let row = Approval {
        id: ApprovalId(0),
        person_id: dossier.person,
        role: grant.role.to_owned(),
        approved_on: tx.today,
        policy_number: Some(grant.policy_number),
        conditions: grant.conditions.to_owned(),
        conditions_until: grant.until,
        ended_on: None,
        origin: Origin::Recorded,
        approved_by: grant.by,
        recorded_on: tx.today,
        reason: grant.reason.to_owned(),
    };
    let id = approvals::insert(tx, &row)?;
    let new = json!({
        "role": row.role, "policy": row.policy_number, "conditions": row.conditions,
        "conditions_until": row.conditions_until,
    });
    let entry = Entry::new("approval.grant", "approval", id.0).about(row.person_id).new_value(&new);
    tx.trail(entry.reason(grant.reason));
    Ok(id)
}

/// Ends the person's approvals in force, for one role or all, from today; says whether there was any.
pub(in crate::domain) fn end_approvals(
    tx: &mut Tx<'_>,
    dossier: &Dossier,
    role: Option<&str>,
    reason: &str,
) -> Result<bool> {
    let today = tx.today;
    let own = |one: &&Approval| role.is_none_or(|role| one.role == role) && one.ended_on.is_none();
    let mut any = false;
    for approval in dossier.approvals.iter().filter(own) {
        if !approvals::end(tx, approval, today)? {
            return Err(Error::Conflict("An approval has been ended meanwhile.".into()));
        }
        let old = json!({ "role": approval.role, "approved_on": approval.approved_on });
        let entry = Entry::new("approval.end", "approval", approval.id.0).about(approval.person_id);
        tx.trail(entry.old(&old).new_value(&json!({ "ended_on": today })).reason(reason));
        any = true;
    }
    Ok(any)
}

/// Writes a suitability decision about a certificate, or about the person; earlier ones stay.
pub(in crate::domain) fn decide(
    tx: &mut Tx<'_>,
    dossier: &Dossier,
    (outcome, certificate): (Outcome, Option<CertificateId>),
    (by, reason): (UserId, &str),
) -> Result<DecisionId> {
    let row = Decision {
        id: DecisionId(0),
        person_id: dossier.person,
        certificate_id: certificate,
        outcome,
        decided_on: tx.today,
        origin: Origin::Recorded,
        decided_by: by,
        recorded_on: tx.today,
        reason: reason.to_owned(),
    };
    let id = decisions::insert(tx, &row)?;
    let new = json!({ "certificate": certificate, "outcome": outcome, "decided_on": row.decided_on });
    tx.trail(Entry::new("suitability.decide", "decision", id.0).about(row.person_id).new_value(&new).reason(reason));
    Ok(id)
}

/// The certificate a decision is about: the application's, or the newest live one that was decided about before. One
/// that nobody has asked about is never decided in passing.
pub(in crate::domain) fn certificate(application: &Application, dossier: &Dossier) -> Option<CertificateId> {
    let live = |id: CertificateId| dossier.certificates.iter().any(|one| one.id == id && one.retired_on.is_none());
    let traced = dossier.certificates.iter().filter(|one| one.has_trace && one.retired_on.is_none());
    let traced = traced.filter(|one| dossier.decisions.iter().any(|made| made.certificate_id == Some(one.id)));
    let newest = traced.max_by_key(|one| (one.issued_on, one.id)).map(|one| one.id);
    application.certificate_id.filter(|id| live(*id)).or(newest)
}
