//! A decision paper takes effect: the decision, the approval or its end, the application, the letters, and the fuse.

use serde_json::json;

use super::effect::{Grant, approve, certificate, decide, end_approvals};
use super::{letters, settle, was_unsuitable};
use crate::domain::application::{Event, advance};
use crate::domain::clearance::Dossier;
use crate::domain::{criteria, hold, retention};
use crate::error::Result;
use crate::store::Tx;
use crate::store::application::{self as applications, Application};
use crate::store::proposal::{Proposal, Settled};
use crate::store::trail::Entry;
use crate::types::{Outcome, ProposalState, UserId, Verdict};

/// Where a row points to whoever asks for its reasons.
fn see(paper: &Proposal) -> String {
    format!("See decision paper {}", paper.id)
}

/// Puts the paper into effect, agreed by `second` where one was needed; `reasons` are those that are no secret.
pub(super) fn conclude(
    tx: &mut Tx<'_>,
    application: &mut Application,
    dossier: &Dossier,
    paper: &Proposal,
    (second, reasons): (Option<UserId>, &str),
) -> Result<()> {
    let today = tx.today;
    let mut settled = Settled {
        state: Some(ProposalState::Agreed),
        seconded_by: second,
        seconded_at: second.map(|_| tx.at),
        decided_on: Some(today),
        ..Settled::default()
    };
    if paper.outcome == Verdict::Deferred {
        settle(tx, paper.id, &settled)?;
        tx.trail(Entry::new("proposal.agree", "proposal", paper.id.0).about(paper.person_id));
        letters::tell_person_of(tx, paper, false)?;
        return advance(tx, application, Event::Defer, "");
    }
    let reason = if reasons.is_empty() { see(paper) } else { reasons.to_owned() };
    let is_refusal = paper.outcome == Verdict::Refused;
    let about = certificate(application, dossier);
    if is_refusal {
        let found = (Outcome::Unsuitable, about);
        settled.decision_id = Some(decide(tx, dossier, found, (paper.proposed_by, &reason))?);
    } else if paper.has_trace || was_unsuitable(dossier) {
        let found = (Outcome::Suitable, about);
        settled.decision_id = Some(decide(tx, dossier, found, (paper.proposed_by, &reason))?);
    }
    let mut revoked = false;
    if is_refusal {
        revoked = end_approvals(tx, dossier, None, &see(paper))?;
    } else {
        let grant = Grant {
            role: &application.role,
            policy_number: paper.policy_number,
            conditions: &paper.conditions,
            until: paper.conditions_until,
            by: paper.proposed_by,
            reason: &reason,
        };
        settled.approval_id = Some(approve(tx, dossier, &grant)?);
    }
    let clean = paper.outcome == Verdict::Approved && !paper.has_trace;
    if !clean {
        let rules = criteria::version(tx, paper.criteria_version)?.rules;
        settled.appeal_by = Some(rules.appeal_by(today));
    }
    settle(tx, paper.id, &settled)?;
    let value = json!({ "outcome": paper.outcome, "appeal_by": settled.appeal_by });
    tx.trail(Entry::new("proposal.agree", "proposal", paper.id.0).about(paper.person_id).new_value(&value));
    (application.outcome, application.decided_on) = (Some(paper.outcome), Some(today));
    applications::decided(tx, application.id, application.outcome, application.decided_on)?;
    advance(tx, application, Event::Agree, "")?;
    if clean {
        advance(tx, application, Event::Close, "")?;
    }
    letters::tell_person_of(tx, paper, revoked)?;
    letters::tell_firm(tx, application, paper.person_id, (paper.outcome, &paper.conditions, paper.conditions_until))?;
    if !is_refusal {
        hold::tell_free_firms(tx, dossier)?;
    }
    if revoked && !dossier.is_stopped(today) {
        hold::tell_firms(tx, dossier)?;
    }
    retention::light(tx, application)
}
