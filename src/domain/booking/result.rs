//! What came of a place: passed, failed or not come. A pass writes evidence, so that the clearance is computed anew at
//! once; a correction takes back what a mistaken pass wrote.

use serde_json::json;

use crate::domain::evidence::Answers;
use crate::domain::letter::PlaceNews;
use crate::domain::permission::{Act, Subject, Who, may};
use crate::domain::{person, reason};
use crate::error::{Error, Result};
use crate::store::Tx;
use crate::store::booking::{self as store, Booking};
use crate::store::course::{self, Course};
use crate::store::evidence::{self, Evidence};
use crate::store::session::{self, Session};
use crate::store::trail::Entry;
use crate::types::{BookingId, BookingState, EvidenceId, Kind, Origin, SessionId, SessionState};

use super::tell;

/// The results that may be recorded.
pub const RESULTS: [BookingState; 3] = [BookingState::Passed, BookingState::Failed, BookingState::NoShow];

/// Whether changing the result takes a reason: a tap is undone on its own day, and corrected in words after.
pub fn needs_reason(booking: &Booking, today: chrono::NaiveDate) -> bool {
    booking.marked_on.is_some_and(|day| day < today)
}

/// Records a result, or with `Booked` takes it back. Says whether anything changed.
///
/// # Errors
/// `NotFound`; `Conflict` before the session begins, and for a booking without a seat; `Invalid` at `reason` when an
/// earlier day's result is corrected without one.
pub fn record(
    tx: &mut Tx<'_>,
    who: &Who,
    id: SessionId,
    booking: BookingId,
    result: BookingState,
    why: &str,
) -> Result<bool> {
    may(who, Act::RunTraining, Subject::Register)?;
    let session = session::lock(tx, id)?;
    if session.state == SessionState::Cancelled {
        return Err(Error::Conflict("This session is cancelled.".into()));
    }
    if tx.at < session.starts_at {
        return Err(Error::Conflict("This session has not begun yet.".into()));
    }
    let mut row = store::find(tx, id, booking)?;
    if matches!(row.state, BookingState::Waiting | BookingState::Cancelled) {
        return Err(Error::Conflict("This person has no place at the session.".into()));
    }
    if result != BookingState::Booked && !RESULTS.contains(&result) {
        return Err(Error::Conflict("This is no result.".into()));
    }
    if row.state == result {
        return Ok(false);
    }
    let mut faults = Vec::new();
    let reason = match needs_reason(&row, tx.today) {
        true => reason::needed("reason", why, &mut faults),
        false => why.trim().to_owned(),
    };
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let was = row.state;
    if let Some(wrong) = row.evidence_id.take() {
        withdraw(tx, &row, wrong, if reason.is_empty() { "The result was recorded by mistake" } else { &reason })?;
    }
    let course = course::find(tx, session.course_id)?;
    if result == BookingState::Passed {
        row.evidence_id = Some(write(tx, &row, &session, &course)?);
    }
    let is_marked = result != BookingState::Booked;
    row.state = result;
    row.marked_by = is_marked.then_some(tx.actor);
    row.marked_on = is_marked.then_some(tx.today);
    row.reason.clone_from(&reason);
    store::keep(tx, &row)?;
    let entry = Entry::new("booking.mark", "booking", booking.0).about(row.person_id);
    let entry = entry.old(&json!({ "state": was })).new_value(&json!({ "state": result, "evidence": row.evidence_id }));
    tx.trail(if reason.is_empty() { entry } else { entry.reason(reason) });
    let any = !store::in_state(tx, id, &RESULTS)?.is_empty();
    let state = if any { SessionState::Held } else { SessionState::Planned };
    if state != session.state {
        session::keep(tx, &Session { state, ..session.clone() })?;
    }
    if result == BookingState::NoShow {
        tell::tell(tx, &row, &session, &course, PlaceNews::NoShow, false)?;
    }
    Ok(true)
}

/// Writes what a pass is worth; what it renews is superseded.
fn write(tx: &mut Tx<'_>, booking: &Booking, session: &Session, course: &Course) -> Result<EvidenceId> {
    let dossier = person::dossier(tx, booking.person_id)?;
    let facts = Answers::default().with("provider", &course.provider);
    let row = Evidence {
        id: EvidenceId(0),
        person_id: booking.person_id,
        kind: Kind::Training,
        code: course.requirement.clone(),
        valid_from: Some(session.held_on),
        expires_on: None,
        reference: number(booking.id),
        facts: serde_json::to_string(&facts)?,
        original: Some(true),
        seen_by: session.trainer.clone(),
        seen_on: Some(session.held_on),
        origin: Origin::Recorded,
        recorded_by: tx.actor,
        recorded_on: tx.today,
        superseded_by: None,
        retired_on: None,
        reason: String::new(),
    };
    let id = evidence::insert(tx, &row)?;
    let older = dossier.evidence.iter().filter(|old| {
        old.kind == row.kind
            && old.code == row.code
            && old.superseded_by.is_none()
            && old.retired_on.is_none()
            && old.valid_from.is_none_or(|day| day <= session.held_on)
    });
    let mut renews = false;
    for old in older {
        evidence::supersede(tx, old, id, None)?;
        renews = true;
    }
    let act = if renews { "evidence.renew" } else { "evidence.record" };
    let value = json!({ "requirement": row.code, "valid_from": row.valid_from, "booking": booking.id });
    tx.trail(Entry::new(act, "evidence", id.0).about(booking.person_id).new_value(&value));
    Ok(id)
}

/// Sets aside what a mistaken pass wrote; what it had renewed serves again.
fn withdraw(tx: &mut Tx<'_>, booking: &Booking, wrong: EvidenceId, reason: &str) -> Result<()> {
    let dossier = person::dossier(tx, booking.person_id)?;
    let Some(row) = dossier.evidence.iter().find(|row| row.id == wrong && row.retired_on.is_none()) else {
        return Ok(());
    };
    let today = tx.today;
    evidence::retire(tx, row, today, reason)?;
    evidence::revive(tx, row)?;
    let entry = Entry::new("evidence.retire", "evidence", wrong.0).about(booking.person_id);
    let old = json!({ "requirement": row.code, "valid_from": row.valid_from });
    tx.trail(entry.old(&old).new_value(&json!({ "retired_on": today })).reason(reason));
    Ok(())
}

/// The number on the certificate of a pass.
pub(super) fn number(booking: BookingId) -> String {
    format!("T{:06}", booking.0)
}
