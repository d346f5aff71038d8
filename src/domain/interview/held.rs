//! After the hour: it was held, by whom, and each member of the panel writes what was said; or nobody came.

use chrono::NaiveDate;
use serde_json::json;

use super::Sitting;
use crate::domain::application::moves::OPEN;
use crate::domain::application::{Event, advance};
use crate::domain::permission::{Act, Subject, Who, may};
use crate::domain::{reason, vault};
use crate::error::{Error, Fault, Result};
use crate::store::task::{self, NewTask};
use crate::store::{Tx, application, interview as store};
use crate::types::{InterviewId, InterviewState, NoteId, NoteKind, UserId, in_london};

/// Records that the interview was held, on which day and by whom; the application moves on. Whoever of the panel was
/// not there has not interviewed and is taken off it.
///
/// # Errors
/// `NotFound`; `Conflict` before its hour, and unless it is still arranged and due; `Invalid` at `on` or `attended`.
pub fn held(tx: &mut Tx<'_>, who: &Who, id: InterviewId, on: Option<NaiveDate>, attended: &[UserId]) -> Result<()> {
    let mut sitting = begun(tx, who, id)?;
    let mut faults = Vec::new();
    let arranged_for = in_london(sitting.interview.starts_at.utc());
    let on = on.filter(|on| (arranged_for..=tx.today).contains(on));
    if on.is_none() {
        faults
            .push(Fault::new("on", "Enter the day it was held: not before it was arranged for, and not in the future"));
    }
    let present: Vec<UserId> = sitting.panel.iter().copied().filter(|user| attended.contains(user)).collect();
    if present.len() < 2 || attended.iter().any(|user| !sitting.panel.contains(user)) {
        faults.push(Fault::new("attended", "Select who of the panel was there: two people or more"));
    }
    let Some(on) = on.filter(|_| faults.is_empty()) else { return Err(Error::Invalid(faults)) };
    (sitting.interview.state, sitting.interview.held_on) = (InterviewState::Held, Some(on));
    sitting.keep(tx)?;
    store::set_panel(tx, id, &present)?;
    tx.trail(sitting.entry("interview.hold").new_value(&json!({ "held_on": on, "panel": present })));
    let mut application = sitting.application;
    advance(tx, &mut application, Event::Interview, "")?;
    application.interviewed_on = Some(on);
    application::interviewed(tx, application.id, on)
}

/// Records that the person did not come; says how often that was now. An interview is still due; after the second
/// time the team has it as a task.
///
/// # Errors
/// `NotFound`; `Conflict` before its hour, and unless it is still arranged; `Invalid` at `reason`.
pub fn not_attended(tx: &mut Tx<'_>, who: &Who, id: InterviewId, why: &str) -> Result<usize> {
    let mut sitting = begun(tx, who, id)?;
    let mut faults = Vec::new();
    let reason = reason::needed("reason", why, &mut faults);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    sitting.interview.state = InterviewState::NotAttended;
    sitting.keep(tx)?;
    tx.trail(sitting.entry("interview.miss").reason(reason));
    let all = store::of_application(tx, sitting.application.id)?;
    let missed = all.iter().filter(|one| one.state == InterviewState::NotAttended).count();
    if let (2.., Some(owner)) = (missed, sitting.application.person_id) {
        let task = NewTask {
            kind: "missed_interviews",
            cause: &format!("missed_interviews:{id}"),
            subject_kind: "person",
            subject_id: owner.0,
            detail: "They have missed two interviews: ask whether they withdraw, or arrange another",
            due_on: tx.today,
        };
        task::open(tx, &task)?;
    }
    Ok(missed)
}

/// Seals a panel member's notes of an interview that was held.
///
/// # Errors
/// `NotFound`; `Forbidden` for whoever was not on the panel; `Conflict` before it is recorded as held, and once the
/// case is closed; `Invalid` at `note`.
pub fn write_notes(tx: &mut Tx<'_>, who: &Who, id: InterviewId, text: &str) -> Result<NoteId> {
    let sitting = Sitting::find(tx, who, id)?;
    may_write(who, &sitting)?;
    vault::write(tx, sitting.application.id, NoteKind::Interview, text)
}

/// Whether `who` may write notes of the interview now.
///
/// # Errors
/// As [`write_notes`].
pub fn may_write(who: &Who, sitting: &Sitting) -> Result<()> {
    if !sitting.panel.contains(&who.user) {
        return Err(Error::Forbidden("Only those who held the interview can write its notes."));
    }
    if sitting.interview.state != InterviewState::Held {
        return Err(Error::Conflict("Record that the interview was held first.".into()));
    }
    if !OPEN.contains(&sitting.application.state) {
        return Err(Error::Conflict("This case is decided, so nothing can be added to its interview.".into()));
    }
    Ok(())
}

/// The interview, for those who may record what became of it, once its hour has come.
fn begun(tx: &mut Tx<'_>, who: &Who, id: InterviewId) -> Result<Sitting> {
    let sitting = Sitting::find(tx, who, id)?;
    if !sitting.panel.contains(&who.user) {
        may(who, Act::CheckApplications, Subject::Case(&sitting.case))?;
    }
    sitting.still_arranged()?;
    if tx.at < sitting.interview.starts_at {
        return Err(Error::Conflict("This interview has not begun yet.".into()));
    }
    Ok(sitting)
}
