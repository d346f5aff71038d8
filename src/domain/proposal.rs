//! The decision: proposed by one decision maker, agreed by another where it is a refusal or anything is known, and
//! only then an approval or a refusal. No reasons, no refusal (data.md §6).

mod conclude;
pub mod effect;
pub mod letters;
mod open;

use chrono::NaiveDate;
use serde_json::json;

use super::application::{Event, advance, case, moves};
use super::clearance::{Dossier, latest_decision};
use super::permission::{Act, Subject, Who, may};
use super::policy::{self, Policy};
use super::{criteria, person, reason, vault};
use crate::error::{Error, Fault, Result};
use crate::store::application::{self as applications, Application};
use crate::store::dbs::Certificate;
use crate::store::proposal::{self as store, Proposal, Settled};
use crate::store::trail::Entry;
use crate::store::{Conn, Tx, assessment};
use crate::types::{ApplicationId, ApplicationState, NoteKind, Outcome, ProposalId, ProposalState, UserId, Verdict};

pub use open::{Open, open_among, open_items};

/// The most characters of an approval's conditions.
pub const LONGEST_CONDITIONS: usize = 1000;

/// A decision paper to be. No Debug: its reasons may quote a disclosure.
#[derive(Clone, Default)]
pub struct NewProposal {
    /// What is proposed.
    pub outcome: Option<Verdict>,
    /// What an approval depends on.
    pub conditions: String,
    /// Last day the conditions cover, inclusive.
    pub conditions_until: Option<NaiveDate>,
    /// Why; of a deferral, what is waited for.
    pub reasons: String,
}

/// Whether another decision maker has to agree: a refusal, and an approval of somebody of whom anything is known.
pub fn needs_second(outcome: Verdict, has_trace: bool, was_unsuitable: bool) -> bool {
    match outcome {
        Verdict::Deferred => false,
        Verdict::Refused => true,
        Verdict::Approved | Verdict::ApprovedWithConditions => has_trace || was_unsuitable,
    }
}

/// Whether the last suitability decision about the person was a no.
pub(super) fn was_unsuitable(dossier: &Dossier) -> bool {
    latest_decision(dossier.decisions.iter()).is_some_and(|one| one.outcome == Outcome::Unsuitable)
}

/// Whether the case may be proposed upon as it stands: checked and nothing known, or interviewed and assessed about
/// what is known now. A case that came back, deferred or from an appeal, keeps its interview and its assessment.
///
/// # Errors
/// `Conflict` with what is to be done first.
pub fn ready(conn: &mut Conn, application: &Application, dossier: &Dossier) -> Result<()> {
    let state = application.state;
    if !matches!(state, ApplicationState::Checking | ApplicationState::Assessed) {
        let title = moves::title(state);
        return Err(Error::Conflict(format!("This application is {title}, so nothing can be proposed.")));
    }
    // One that was decided about is no news, whenever it was written down.
    let is_open = |one: &&Certificate| !dossier.decisions.iter().any(|made| made.certificate_id == Some(one.id));
    let live = dossier.certificates.iter().filter(|one| one.has_trace && one.retired_on.is_none());
    let newest = live.filter(is_open).map(|one| one.recorded_on).max();
    let assessed = assessment::latest(conn, application.id)?.filter(|_| application.interviewed_on.is_some());
    match assessed.map(|one| one.assessed_on) {
        _ if !application.has_trace => Ok(()),
        Some(day) if newest.is_none_or(|recorded| recorded <= day) => Ok(()),
        Some(_) => Err(Error::Conflict(
            "A certificate was recorded after the assessment. It has to be interviewed about and assessed first."
                .into(),
        )),
        None => Err(Error::Conflict("This has to be interviewed about and assessed first.".into())),
    }
}

/// Proposes an outcome. Where one person decides, it is decided at once.
///
/// # Errors
/// `NotFound`; `Forbidden` for whoever interviewed, sat on the appeal, or made the decision it sent back; `Conflict`
/// when the case is not ready; `Invalid` at `outcome`, `conditions`, `conditions_until` or `reasons`.
pub fn propose(tx: &mut Tx<'_>, who: &Who, id: ApplicationId, new: &NewProposal) -> Result<ProposalId> {
    let mut application = applications::held(tx, id)?;
    may(who, Act::Propose, Subject::Case(&case(tx, &application)?))?;
    let owner = application
        .person_id
        .ok_or_else(|| Error::Conflict("The application is not linked to a person of the register yet.".into()))?;
    let (dossier, today) = (person::dossier(tx, owner)?, tx.today);
    ready(tx, &application, &dossier)?;
    let policies = policy::published(tx)?;
    let policy_number = Policy::in_force(&policies, today).map_or(0, |policy| policy.number);
    let open = open_items(tx, &application, &dossier, today)?;
    let mut faults = faults(new, &open, today);
    let reasons = reason::in_full("reasons", &new.reasons, &mut faults);
    let Some(outcome) = new.outcome.filter(|_| faults.is_empty()) else { return Err(Error::Invalid(faults)) };
    let criteria = criteria::in_force(tx, today)?;
    let sealed =
        application.has_trace || was_unsuitable(&dossier) || matches!(outcome, Verdict::Refused | Verdict::Deferred);
    let note_id = if sealed { Some(vault::write(tx, id, NoteKind::Reasons, &reasons)?) } else { None };
    let conditional = outcome == Verdict::ApprovedWithConditions;
    let mut row = Proposal {
        id: ProposalId(0),
        application_id: id,
        person_id: owner,
        outcome,
        criteria_version: criteria.number,
        policy_number,
        has_trace: application.has_trace,
        conditions: if conditional { new.conditions.trim().to_owned() } else { String::new() },
        conditions_until: new.conditions_until.filter(|_| conditional),
        note_id,
        state: ProposalState::Open,
        proposed_by: who.user,
        proposed_at: tx.at,
        seconded_by: None,
        seconded_at: None,
        sent_back_reason: String::new(),
        decision_id: None,
        approval_id: None,
        decided_on: None,
        appeal_by: None,
    };
    row.id = store::insert(tx, &row)?;
    advance(tx, &mut application, Event::Propose, "")?;
    let value = json!({
        "outcome": outcome, "conditions": row.conditions, "conditions_until": row.conditions_until,
        "criteria": row.criteria_version, "policy": row.policy_number,
    });
    tx.trail(Entry::new("proposal.propose", "proposal", row.id.0).about(owner).new_value(&value));
    if !needs_second(outcome, row.has_trace, was_unsuitable(&dossier)) {
        let open_reasons = if sealed { "" } else { reasons.as_str() };
        conclude::conclude(tx, &mut application, &dossier, &row, (None, open_reasons))?;
    }
    Ok(row.id)
}

fn faults(new: &NewProposal, open: &Open, today: NaiveDate) -> Vec<Fault> {
    let mut faults = Vec::new();
    let conditions = new.conditions.trim();
    let mut refuse = |wrong: bool, field: &str, message: String| {
        if wrong {
            faults.push(Fault::new(field, message));
        }
    };
    let approves = matches!(new.outcome, Some(Verdict::Approved | Verdict::ApprovedWithConditions));
    let conditional = new.outcome == Some(Verdict::ApprovedWithConditions);
    refuse(new.outcome.is_none(), "outcome", "Select the outcome".into());
    let stopped = format!("They cannot be approved yet. Not met: {}", open.stopping.join(", "));
    refuse(approves && !open.stopping.is_empty(), "outcome", stopped);
    refuse(conditional && conditions.is_empty(), "conditions", "Enter the conditions".into());
    let long = conditions.chars().count() > LONGEST_CONDITIONS;
    refuse(long, "conditions", format!("The conditions must be {LONGEST_CONDITIONS} characters or fewer"));
    let until = new.conditions_until;
    refuse(conditional && until.is_none(), "conditions_until", "Enter the last day of the conditions".into());
    let past = conditional && until.is_some_and(|day| day < today);
    refuse(past, "conditions_until", "The last day of the conditions must be today or in the future".into());
    faults
}

/// An open paper, its case, and leave to second it.
fn seconding(tx: &mut Tx<'_>, who: &Who, id: ProposalId) -> Result<(Proposal, Application, Dossier)> {
    let paper = store::find(tx, id)?;
    let application = applications::held(tx, paper.application_id)?;
    may(who, Act::Second, Subject::Case(&case(tx, &application)?))?;
    // The case bars whoever proposed what waits; the paper is held to its own word besides.
    if paper.proposed_by == who.user {
        return Err(Error::Forbidden("You proposed this decision, so another decision maker has to agree it."));
    }
    let dossier = person::dossier(tx, paper.person_id)?;
    if paper.state != ProposalState::Open || application.state != ApplicationState::Proposed {
        return Err(Error::Conflict("This proposal has been agreed or sent back already.".into()));
    }
    Ok((paper, application, dossier))
}

/// What a second decision maker is told who has not read what the decision rests on.
const UNREAD: &str = "Read the notes of this case first: you have not opened them since the newest was written. The link is on the \
                      decision paper, “read them there”.";

/// Agrees a proposal: from now on it is decided, and the letters are on their way.
///
/// # Errors
/// `NotFound`; `Forbidden` for whoever proposed it, interviewed, or sat on the appeal; `Conflict` when it is not open, to
/// whoever has not read the notes, and when what an approval rests on has lapsed meanwhile.
pub fn agree(tx: &mut Tx<'_>, who: &Who, id: ProposalId) -> Result<()> {
    let (paper, mut application, dossier) = seconding(tx, who, id)?;
    if !vault::has_read(tx, application.id, who.user)? {
        return Err(Error::Conflict(UNREAD.into()));
    }
    if matches!(paper.outcome, Verdict::Approved | Verdict::ApprovedWithConditions) {
        let today = tx.today;
        let open = open_items(tx, &application, &dossier, today)?.stopping;
        if !open.is_empty() || paper.conditions_until.is_some_and(|day| day < today) {
            let what = if open.is_empty() { "the conditions’ last day is past".into() } else { open.join(", ") };
            let message = format!("This can no longer be agreed. Not met: {what}. Send it back.");
            return Err(Error::Conflict(message));
        }
    }
    conclude::conclude(tx, &mut application, &dossier, &paper, (Some(who.user), ""))
}

/// Sends a proposal back to be thought over.
///
/// # Errors
/// As [`agree`]; `Invalid` at `reason`.
pub fn send_back(tx: &mut Tx<'_>, who: &Who, id: ProposalId, why: &str) -> Result<()> {
    let (paper, mut application, _) = seconding(tx, who, id)?;
    let mut faults = Vec::new();
    let reason = reason::needed("reason", why, &mut faults);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let settled = Settled {
        state: Some(ProposalState::SentBack),
        seconded_by: Some(who.user),
        seconded_at: Some(tx.at),
        sent_back_reason: Some(reason.clone()),
        ..Settled::default()
    };
    settle(tx, id, &settled)?;
    let event = if paper.has_trace { Event::SendBackToAssessed } else { Event::SendBackToChecking };
    advance(tx, &mut application, event, "")?;
    tx.trail(Entry::new("proposal.send_back", "proposal", id.0).about(paper.person_id).reason(reason));
    Ok(())
}

fn settle(tx: &mut Tx<'_>, id: ProposalId, settled: &Settled) -> Result<()> {
    if store::settle(tx, id, settled)? {
        Ok(())
    } else {
        Err(Error::Conflict("This proposal has been agreed or sent back already.".into()))
    }
}

/// Closes the decided cases whose time to appeal is over, up to `limit`; says how many.
///
/// # Errors
/// The database's.
pub fn close_decided(tx: &mut Tx<'_>, limit: i64) -> Result<u64> {
    let (today, mut closed) = (tx.today, 0);
    for id in store::past_appeal(tx, today, limit)? {
        // After a remittal the paper that stands is a later one.
        if standing(tx, id)?.and_then(|paper| paper.appeal_by).is_none_or(|day| day >= today) {
            continue;
        }
        let mut application = applications::held(tx, id)?;
        advance(tx, &mut application, Event::Close, "")?;
        closed += 1;
    }
    Ok(closed)
}

/// The paper that stands: the newest one agreed that was no deferral.
///
/// # Errors
/// The database's.
pub fn standing(conn: &mut Conn, application: ApplicationId) -> Result<Option<Proposal>> {
    let papers = store::of_application(conn, application)?;
    let decided = |one: &Proposal| one.state == ProposalState::Agreed && one.outcome != Verdict::Deferred;
    Ok(papers.into_iter().rev().find(decided))
}

/// What pages call an outcome.
pub fn title(outcome: Verdict) -> &'static str {
    match outcome {
        Verdict::Approved => "Approved",
        Verdict::ApprovedWithConditions => "Approved with conditions",
        Verdict::Refused => "Refused",
        Verdict::Deferred => "Deferred",
    }
}

/// Who decided: whoever proposed, and whoever agreed.
pub fn deciders(paper: &Proposal) -> Vec<UserId> {
    [Some(paper.proposed_by), paper.seconded_by].into_iter().flatten().collect()
}
