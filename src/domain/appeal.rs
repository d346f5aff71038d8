//! Appeals: lodged in time or late, heard by three people who had no part in the decision, and settled by them. The
//! person stays off meanwhile, and both decisions are kept (facts.md §5.3).

pub mod bundle;
mod decide;
mod hearing;
mod restore;

use chrono::NaiveDate;
use serde_json::json;

use super::application::{Event, advance, case};
use super::permission::{Act, Case, Subject, Who, may};
use super::proposal::letters::{AppealStep, tell_appellant};
use super::{calendar, criteria, person, proposal, reason, vault};
use crate::error::{Error, Fault, Result};
use crate::store::Tx;
use crate::store::appeal::{self as store, Appeal};
use crate::store::application::{self as applications, Application};
use crate::store::proposal::Proposal;
use crate::store::trail::Entry;
use crate::types::{
    AppealId, AppealOutcome, AppealState, ApplicationId, ApplicationState, NoteKind, Verdict, long_date,
};

pub(crate) use decide::is_chair;
pub use decide::{NewOutcome, decide};
pub(crate) use hearing::is_barred;
pub use hearing::{NewHearing, PANEL, arrange};

/// What the panel's note in the vault begins with.
pub(super) const REASONS_HEADING: &str = "Reasons of the appeal panel";

/// An appeal as it reached the council. No Debug: its grounds may quote a disclosure.
#[derive(Clone, Default)]
pub struct NewAppeal {
    /// Day it came.
    pub received_on: Option<NaiveDate>,
    /// Day it was posted, where that is known.
    pub posted_on: Option<NaiveDate>,
    /// Why the person appeals.
    pub grounds: String,
}

/// The decision that an application's person may appeal against now.
///
/// # Errors
/// `Conflict` when there is none, or it was appealed against.
pub fn appealable(conn: &mut crate::store::Conn, application: &Application) -> Result<Proposal> {
    let paper = proposal::standing(conn, application.id)?;
    let is_over = matches!(application.state, ApplicationState::Decided | ApplicationState::Closed);
    let may_be = |paper: &Proposal| matches!(paper.outcome, Verdict::Refused | Verdict::ApprovedWithConditions);
    let Some(paper) = paper.filter(|paper| is_over && may_be(paper)) else {
        return Err(Error::Conflict("There is no decision to appeal against.".into()));
    };
    let earlier = store::of_application(conn, application.id)?;
    if earlier.iter().any(|one| one.proposal_id == paper.id) {
        return Err(Error::Conflict("There was an appeal against this decision already.".into()));
    }
    Ok(paper)
}

/// Lodges an appeal that came in. In time, it is acknowledged at once; late, it waits for a decision maker.
///
/// # Errors
/// `NotFound`; `Forbidden`; `Conflict` when there is nothing to appeal against; `Invalid` at `received_on`, `posted_on`
/// or `grounds`.
pub fn lodge(tx: &mut Tx<'_>, who: &Who, id: ApplicationId, new: &NewAppeal) -> Result<AppealId> {
    let mut application = applications::held(tx, id)?;
    may(who, Act::CheckApplications, Subject::Case(&case(tx, &application)?))?;
    let owner = application.person_id.ok_or(Error::NotFound)?;
    person::dossier(tx, owner)?;
    let paper = appealable(tx, &application)?;
    let today = tx.today;
    let mut faults = Vec::new();
    let decided = paper.decided_on.unwrap_or(today);
    match new.received_on {
        None => faults.push(Fault::new("received_on", "Enter the day the appeal came")),
        Some(day) if day > today => faults.push(Fault::new("received_on", "The day must be today or in the past")),
        Some(day) if day < decided => {
            let message = format!("The decision was made on {}: enter a later day", long_date(decided));
            faults.push(Fault::new("received_on", message));
        }
        Some(_) => {}
    }
    if new.posted_on.is_some_and(|day| new.received_on.is_some_and(|came| day > came) || day < decided) {
        let message = "The day it was posted must lie between the decision and the day it came";
        faults.push(Fault::new("posted_on", message));
    }
    let grounds = new.grounds.trim();
    if grounds.is_empty() {
        faults.push(Fault::new("grounds", "Enter the grounds of the appeal"));
    } else if grounds.chars().count() > reason::LONGEST {
        faults.push(Fault::new("grounds", format!("The grounds must be {} characters or fewer", reason::LONGEST)));
    }
    let Some(received) = new.received_on.filter(|_| faults.is_empty()) else { return Err(Error::Invalid(faults)) };
    let rules = criteria::version(tx, paper.criteria_version)?.rules;
    let last = paper.appeal_by.unwrap_or(decided);
    // What was posted in time is in time, whenever the post came.
    let lodged_on = new.posted_on.filter(|day| *day <= last).unwrap_or(received);
    let note = vault::write(tx, id, NoteKind::Appeal, &format!("Grounds of the appeal\n\n{grounds}"))?;
    let row = Appeal {
        id: AppealId(0),
        application_id: id,
        proposal_id: paper.id,
        person_id: owner,
        lodged_on,
        is_late: lodged_on > last,
        late_reason: String::new(),
        state: AppealState::Lodged,
        acknowledge_by: calendar::working_days_after(received, rules.acknowledge_working_days),
        acknowledged_on: None,
        hear_by: calendar::working_days_after(received, rules.hear_working_days),
        hearing_at: None,
        place: String::new(),
        decide_by: None,
        outcome: None,
        note_id: Some(note),
        decision_id: None,
        approval_id: None,
        decided_on: None,
        decided_by: None,
        appellant_attended: None,
        absent_why: String::new(),
    };
    let appeal = Appeal { id: store::insert(tx, &row)?, ..row };
    let value = json!({
        "lodged_on": lodged_on, "received_on": received, "posted_on": new.posted_on, "is_late": appeal.is_late,
    });
    tx.trail(Entry::new("appeal.lodge", "appeal", appeal.id.0).about(owner).new_value(&value));
    let appeal_id = appeal.id;
    if !appeal.is_late {
        take_up(tx, &mut application, appeal)?;
    }
    Ok(appeal_id)
}

/// The appeal goes its way: acknowledged, and the case under appeal.
fn take_up(tx: &mut Tx<'_>, application: &mut Application, mut appeal: Appeal) -> Result<()> {
    appeal.acknowledged_on = Some(tx.today);
    keep(tx, &appeal, AppealState::Lodged)?;
    application.appealed_on = Some(appeal.lodged_on);
    applications::appealed(tx, application.id, appeal.lodged_on)?;
    advance(tx, application, Event::Appeal, "")?;
    tell_appellant(tx, appeal.person_id, appeal.id, AppealStep::Received)
}

fn keep(tx: &mut Tx<'_>, appeal: &Appeal, from: AppealState) -> Result<()> {
    if store::keep(tx, appeal, from)? {
        Ok(())
    } else {
        Err(Error::Conflict("Somebody else has moved this appeal on.".into()))
    }
}

/// An appeal with its case, held so that nobody else changes either meanwhile.
fn open(tx: &mut Tx<'_>, id: AppealId) -> Result<(Appeal, Application, Case)> {
    let appeal = store::find(tx, id)?;
    person::dossier(tx, appeal.person_id)?;
    let appeal = store::find(tx, appeal.id)?;
    let application = applications::held(tx, appeal.application_id)?;
    let case = case(tx, &application)?;
    Ok((appeal, application, case))
}

/// Whether an appeal waits for somebody to say if it is heard although it came late.
pub fn waits_as_late(appeal: &Appeal) -> bool {
    appeal.is_late && appeal.state == AppealState::Lodged && appeal.late_reason.is_empty()
}

/// Accepts a late appeal for a good reason, or does not. Nobody who took part in the decision says.
///
/// # Errors
/// `NotFound`; `Forbidden`; `Conflict` unless it is late and waits; `Invalid` at `reason`.
pub fn judge_late(tx: &mut Tx<'_>, who: &Who, id: AppealId, accept: bool, why: &str) -> Result<()> {
    let (mut appeal, mut application, case) = open(tx, id)?;
    may(who, Act::Decide, Subject::Case(&case))?;
    if case.involved.contains(&who.user) || case.interviewers.contains(&who.user) {
        return Err(Error::Forbidden("You took part in the decision, so somebody else has to say."));
    }
    if !waits_as_late(&appeal) {
        return Err(Error::Conflict("This appeal does not wait to be accepted.".into()));
    }
    let mut faults = Vec::new();
    let reason = reason::needed("reason", why, &mut faults);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    appeal.late_reason.clone_from(&reason);
    let act = if accept { "appeal.accept_late" } else { "appeal.refuse_late" };
    tx.trail(Entry::new(act, "appeal", id.0).about(appeal.person_id).reason(reason));
    if accept {
        return take_up(tx, &mut application, appeal);
    }
    (appeal.state, appeal.decided_on, appeal.decided_by) = (AppealState::Decided, Some(tx.today), Some(who.user));
    keep(tx, &appeal, AppealState::Lodged)?;
    tell_appellant(tx, appeal.person_id, id, AppealStep::Late)
}

/// The appellant takes the appeal back: the decision stands.
///
/// # Errors
/// `NotFound`; `Forbidden`; `Conflict` when it is over; `Invalid` at `reason`.
pub fn withdraw(tx: &mut Tx<'_>, who: &Who, id: AppealId, why: &str) -> Result<()> {
    let (mut appeal, mut application, case) = open(tx, id)?;
    may(who, Act::CheckApplications, Subject::Case(&case))?;
    let from = appeal.state;
    if !is_open(&appeal) {
        return Err(Error::Conflict("This appeal is over.".into()));
    }
    let mut faults = Vec::new();
    let reason = reason::needed("reason", why, &mut faults);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let was_taken_up = !waits_as_late(&appeal);
    appeal.state = AppealState::Withdrawn;
    keep(tx, &appeal, from)?;
    tx.trail(Entry::new("appeal.withdraw", "appeal", id.0).about(appeal.person_id).reason(reason));
    if was_taken_up {
        application.appeal_outcome = Some(AppealOutcome::Withdrawn);
        applications::appeal_settled(tx, application.id, AppealOutcome::Withdrawn)?;
        advance(tx, &mut application, Event::SettleAppeal, "")?;
    }
    tell_appellant(tx, appeal.person_id, id, AppealStep::Withdrawn)
}

/// Whether the appeal is still to be settled.
pub fn is_open(appeal: &Appeal) -> bool {
    matches!(appeal.state, AppealState::Lodged | AppealState::HearingArranged)
}

/// What pages call how an appeal stands.
pub fn standing(appeal: &Appeal) -> &'static str {
    match (appeal.state, appeal.outcome) {
        (AppealState::Lodged, _) if waits_as_late(appeal) => "Late: waiting to be accepted or not",
        (AppealState::Lodged, _) => "Waiting for a hearing",
        (AppealState::HearingArranged, _) => "Hearing arranged",
        (AppealState::Withdrawn, _) => "Withdrawn",
        (AppealState::Decided, None) => "Not accepted: late",
        (AppealState::Decided, Some(outcome)) => title(outcome),
    }
}

/// Whether the appellant was at the hearing, as pages say it; empty until it is known.
pub fn appellant(appeal: &Appeal) -> &'static str {
    match appeal.appellant_attended {
        Some(true) => "Yes",
        Some(false) => "No",
        None => "",
    }
}

/// What pages add to the name of somebody on the panel.
pub fn part(one: &store::Sitting) -> &'static str {
    match (one.is_chair, one.attended) {
        (true, None) => ", chair",
        (true, Some(true)) => ", chair: took part",
        (true, Some(false)) => ", chair: did not take part",
        (false, None) => "",
        (false, Some(true)) => ": took part",
        (false, Some(false)) => ": did not take part",
    }
}

/// What pages call an outcome.
pub fn title(outcome: AppealOutcome) -> &'static str {
    match outcome {
        AppealOutcome::Upheld => "Upheld",
        AppealOutcome::Varied => "Varied",
        AppealOutcome::Dismissed => "Dismissed",
        AppealOutcome::Remitted => "Sent back to be decided anew",
        AppealOutcome::Withdrawn => "Withdrawn",
    }
}
