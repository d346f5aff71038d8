//! Training sessions: arranged, changed and cancelled. Whoever has a place is told of each change in a letter.

mod plan;

use serde_json::json;

pub use plan::Plan;

use super::booking::{self, tell};
use super::letter::PlaceNews;
use super::permission::{Act, Subject, Who, may};
use super::reason;
use crate::error::{Error, Fault, Result};
use crate::store::booking as places;
use crate::store::session::{self as store, Session};
use crate::store::trail::Entry;
use crate::store::{Tx, course};
use crate::types::{BookingState, CourseId, CourseMode, CourseState, SessionId, SessionState};

/// Arranges a session of a course that is given in a room.
///
/// # Errors
/// `NotFound`; `Conflict` for a course that has ended or is taken at a screen; `Invalid` at the field.
pub fn arrange(tx: &mut Tx<'_>, who: &Who, of: CourseId, plan: &Plan) -> Result<SessionId> {
    may(who, Act::RunTraining, Subject::Register)?;
    let course = course::find(tx, of)?;
    if course.state == CourseState::Ended {
        return Err(Error::Conflict("This course has ended, so it has no more sessions.".into()));
    }
    if course.mode == CourseMode::Elearning {
        return Err(Error::Conflict("This course is taken at a screen, so it has no sessions.".into()));
    }
    let found = plan.check(tx.at, tx.today)?;
    let row = Session {
        id: SessionId(0),
        course_id: of,
        held_on: found.held_on,
        starts_at: found.starts_at,
        minutes: found.minutes,
        venue: found.venue,
        address: found.address,
        trainer: found.trainer,
        capacity: found.capacity,
        taken: 0,
        state: SessionState::Planned,
        reason: String::new(),
        moves: 0,
        arranged_by: tx.actor,
    };
    let id = store::insert(tx, &row)?;
    tx.trail(Entry::new("session.arrange", "session", id.0).new_value(&told(&row)));
    Ok(id)
}

/// Changes a session; says whether people were written to. When the day, the hour or the place changes, everybody with
/// a place or in the queue is. More seats go to those who wait.
///
/// # Errors
/// `NotFound`; `Conflict` unless it is still to come; `Invalid` at the field, and at `reason` when people are told.
pub fn change(tx: &mut Tx<'_>, who: &Who, id: SessionId, plan: &Plan, why: &str) -> Result<bool> {
    may(who, Act::RunTraining, Subject::Register)?;
    let old = store::lock(tx, id)?;
    to_come(tx, &old)?;
    let (mut faults, found) = match plan.check(tx.at, tx.today) {
        Ok(found) => (Vec::new(), Some(found)),
        Err(Error::Invalid(faults)) => (faults, None),
        Err(other) => return Err(other),
    };
    if found.as_ref().is_some_and(|found| found.capacity < old.taken) {
        let message = format!("{} people have a place. Cancel some of their bookings first", old.taken);
        faults.push(Fault::new("capacity", message));
    }
    let when_where = (old.starts_at, old.minutes, &old.venue, &old.address);
    let concerns_them =
        found.as_ref().is_some_and(|new| when_where != (new.starts_at, new.minutes, &new.venue, &new.address));
    let reason = if concerns_them { reason::needed("reason", why, &mut faults) } else { why.trim().to_owned() };
    let Some(found) = found.filter(|_| faults.is_empty()) else { return Err(Error::Invalid(faults)) };
    let new = Session {
        held_on: found.held_on,
        starts_at: found.starts_at,
        minutes: found.minutes,
        venue: found.venue,
        address: found.address,
        trainer: found.trainer,
        capacity: found.capacity,
        reason: if concerns_them { reason.clone() } else { old.reason.clone() },
        moves: old.moves + i32::from(concerns_them),
        ..old.clone()
    };
    store::keep(tx, &new)?;
    let entry = Entry::new("session.change", "session", id.0).old(&told(&old)).new_value(&told(&new));
    tx.trail(if reason.is_empty() { entry } else { entry.reason(reason) });
    if concerns_them {
        let course = course::find(tx, new.course_id)?;
        for mut place in places::in_state(tx, id, &[BookingState::Booked, BookingState::Waiting])? {
            place.reminded_on = None;
            places::keep(tx, &place)?;
            let waits = place.state == BookingState::Waiting;
            tell::tell(tx, &place, &new, &course, PlaceNews::Moved, waits)?;
        }
    }
    if new.capacity > old.capacity {
        booking::promote(tx, &new)?;
    }
    Ok(concerns_them)
}

/// Cancels a session: everybody with a place or in the queue loses it, and reads why.
///
/// # Errors
/// `NotFound`; `Conflict` unless it is still to come; `Invalid` at `reason`.
pub fn cancel(tx: &mut Tx<'_>, who: &Who, id: SessionId, why: &str) -> Result<usize> {
    may(who, Act::RunTraining, Subject::Register)?;
    let old = store::lock(tx, id)?;
    to_come(tx, &old)?;
    let mut faults = Vec::new();
    let reason = reason::needed("reason", why, &mut faults);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let new = Session { state: SessionState::Cancelled, reason: reason.clone(), moves: old.moves + 1, ..old.clone() };
    store::keep(tx, &new)?;
    tx.trail(Entry::new("session.cancel", "session", id.0).old(&told(&old)).reason(reason));
    let course = course::find(tx, new.course_id)?;
    let open = places::in_state(tx, id, &[BookingState::Booked, BookingState::Waiting])?;
    let many = open.len();
    for mut place in open {
        if place.state == BookingState::Booked {
            store::free_seat(tx, id)?;
        }
        let was = place.state;
        place.state = BookingState::Cancelled;
        place.reason = "The session was cancelled".to_owned();
        places::keep(tx, &place)?;
        let entry = Entry::new("booking.cancel", "booking", place.id.0).about(place.person_id);
        tx.trail(entry.old(&json!({ "state": was })).reason(place.reason.clone()));
        tell::tell(tx, &place, &new, &course, PlaceNews::SessionCancelled, was == BookingState::Waiting)?;
    }
    Ok(many)
}

/// That a session is still to come, or is today, and nobody's result is recorded.
///
/// # Errors
/// `Conflict` with the sentence.
pub fn to_come(tx: &Tx<'_>, session: &Session) -> Result<()> {
    match session.state {
        SessionState::Cancelled => Err(Error::Conflict("This session is cancelled.".into())),
        SessionState::Held => Err(Error::Conflict("This session was held.".into())),
        SessionState::Planned if session.held_on < tx.today => {
            Err(Error::Conflict("The day of this session is over.".into()))
        }
        SessionState::Planned => Ok(()),
    }
}

/// What the trail is told of a session.
fn told(row: &Session) -> serde_json::Value {
    json!({
        "course": row.course_id, "starts_at": row.starts_at, "minutes": row.minutes, "venue": row.venue,
        "address": row.address, "trainer": row.trainer, "capacity": row.capacity,
    })
}

/// What pages call the state of a session.
pub fn title(session: &Session, today: chrono::NaiveDate) -> &'static str {
    match session.state {
        SessionState::Cancelled => "Cancelled",
        SessionState::Held => "Held",
        SessionState::Planned if session.held_on < today => "To be recorded",
        SessionState::Planned if session.free() == 0 => "Full",
        SessionState::Planned => "Places free",
    }
}
