//! Bookings: a place at a session, or a place in the queue for one. An officer books anybody, a firm its own people. A
//! place given up falls to whoever has waited longest.

mod certificate;
mod completions;
mod invite;
mod leave;
mod result;
mod seen;
pub(super) mod tell;

use chrono::NaiveDate;
use serde_json::json;

pub use certificate::{Certificate, certificate};
pub use completions::{BadRow, Completions, MAX_BYTES, complete};
pub use invite::{invite, to_invite};
pub use leave::after_departure;
pub(super) use leave::join;
pub use result::{needs_reason, record};
pub(super) use seen::firms_of;
pub use seen::{concerns, may_cancel, register};
pub use tell::{Reminding, remind};

use super::clearance::dossiers;
use super::letter::PlaceNews;
use super::permission::{Act, Subject, Who, may};
use super::{person, reason};
use crate::error::{Error, Result};
use crate::store::booking::{self as store, Booking};
use crate::store::session::{self, Session};
use crate::store::trail::Entry;
use crate::store::{Conn, Tx, course, leaving, lock_people};
use crate::types::{At, BookingId, BookingState, ContractorId, PersonId, Reach, SessionId, SessionState, long_date};

/// What came of booking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Booked {
    /// Which booking.
    pub id: BookingId,
    /// Whether every place was taken, so that they wait for one.
    pub waits: bool,
}

/// Books a place for somebody; when none is free, a place in the queue. They and their firm have a letter.
///
/// # Errors
/// `NotFound`, also for another firm's people; `Conflict` for somebody who has left, is booked already, or has a place
/// at that time or at another session of the course, and for a session that is cancelled, over or under way.
pub fn book(tx: &mut Tx<'_>, who: &Who, id: SessionId, person: PersonId) -> Result<Booked> {
    let session = session::lock(tx, id)?;
    let firm = firm_for(tx, who, person, session.held_on)?;
    takes_bookings(&session, who, tx.at, tx.today)?;
    if store::standing(tx, id, person)?.is_some() {
        return Err(Error::Conflict(store::TWICE.into()));
    }
    clashes(tx, person, &session)?;
    let has_begun = session.starts_at <= tx.at;
    let waits = !session::take_seat(tx, id)?;
    if waits && has_begun {
        return Err(Error::Conflict("This session has begun, and every place is taken.".into()));
    }
    let row = Booking {
        id: BookingId(0),
        session_id: id,
        person_id: person,
        contractor_id: firm,
        state: if waits { BookingState::Waiting } else { BookingState::Booked },
        booked_by: tx.actor,
        booked_at: tx.at,
        promoted_at: None,
        reminded_on: None,
        marked_by: None,
        marked_on: None,
        reason: String::new(),
        evidence_id: None,
    };
    let booking = store::insert(tx, &row)?;
    let row = Booking { id: booking, ..row };
    let value = json!({ "session": id, "state": row.state, "contractor": firm });
    tx.trail(Entry::new("booking.book", "booking", booking.0).about(person).new_value(&value));
    let course = course::find(tx, session.course_id)?;
    // Who is written down at the door needs no letter.
    if !has_begun {
        let news = if waits { PlaceNews::Waiting } else { PlaceNews::Booked };
        tell::tell(tx, &row, &session, &course, news, waits)?;
    }
    Ok(Booked { id: booking, waits })
}

/// For which firm somebody is booked: the booker's own, or the only one they work for by then.
fn firm_for(tx: &mut Tx<'_>, who: &Who, person: PersonId, held_on: NaiveDate) -> Result<Option<ContractorId>> {
    lock_people(tx, &[person])?;
    let dossier = dossiers(tx, &[person])?.pop().ok_or(Error::NotFound)?;
    may(who, Act::BookTraining, Subject::Person(&dossier.firms(tx.today)))?;
    person::live(tx, person)?;
    let has_left = || Err(Error::Conflict("This person has left by then, so they cannot be booked.".into()));
    let firms = dossier.firms(held_on);
    let is_gone = firms.is_empty() && !dossier.engagements.is_empty() && !dossier.is_applying;
    if is_gone || leaving::standing(tx, person)?.is_some() {
        return has_left();
    }
    let own = firms.iter().copied().find(|firm| who.firms().contains(firm));
    if own.is_none() && may(who, Act::RunTraining, Subject::Register).is_err() {
        return has_left();
    }
    let single = if let [only] = firms.as_slice() { Some(*only) } else { None };
    Ok(own.or(single))
}

/// That a session still takes bookings of `who`: it was not cancelled and has not begun. The team writes people down on
/// its day too, who come unannounced.
///
/// # Errors
/// `Conflict` with the sentence.
pub fn takes_bookings(session: &Session, who: &Who, now: At, today: NaiveDate) -> Result<()> {
    let runs = may(who, Act::RunTraining, Subject::Register).is_ok();
    if runs && session.held_on == today && session.state != SessionState::Cancelled {
        return Ok(());
    }
    to_begin(session, now, today)
}

/// That a session is still to begin.
fn to_begin(session: &Session, now: At, today: NaiveDate) -> Result<()> {
    let why = if session.state == SessionState::Cancelled {
        "This session is cancelled."
    } else if session.held_on < today {
        "The day of this session is over."
    } else if session.starts_at <= now {
        "This session has begun."
    } else {
        return Ok(());
    };
    Err(Error::Conflict(why.into()))
}

/// That nobody is in two places at once, or takes two places for one course.
fn clashes(tx: &mut Tx<'_>, person: PersonId, session: &Session) -> Result<()> {
    for (_, other) in store::open_of(tx, &[person])? {
        let day = long_date(other.held_on);
        if other.starts_at < session.ends_at() && session.starts_at < other.ends_at() {
            let why = format!("This person has a place, or waits for one, at another session at that time on {day}.");
            return Err(Error::Conflict(why));
        }
        if other.course_id == session.course_id && other.starts_at > tx.at {
            let why = format!(
                "This person has a place at this course on {day}, or waits for one. Cancel that booking first."
            );
            return Err(Error::Conflict(why));
        }
    }
    Ok(())
}

/// Cancels a booking, before the session begins: after that there is a result to record. The place falls to whoever has
/// waited longest.
///
/// # Errors
/// `NotFound`, also for another firm's; `Conflict` for one that was cancelled or has its result, and for a session that
/// has begun; `Invalid` at `reason`.
pub fn cancel(tx: &mut Tx<'_>, who: &Who, id: SessionId, booking: BookingId, why: &str) -> Result<()> {
    let session = session::lock(tx, id)?;
    let found = store::find(tx, id, booking)?;
    may_cancel(tx, who, &found)?;
    to_begin(&session, tx.at, tx.today)?;
    let mut faults = Vec::new();
    let reason = reason::needed("reason", why, &mut faults);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let was = give_up(tx, &session, booking, &reason)?;
    told(tx, &session, booking, was)
}

/// Tells that a place, or the waiting for one, was cancelled.
fn told(tx: &mut Tx<'_>, session: &Session, id: BookingId, was: BookingState) -> Result<()> {
    let row = store::find(tx, session.id, id)?;
    let course = course::find(tx, session.course_id)?;
    tell::tell(tx, &row, session, &course, PlaceNews::Cancelled, was == BookingState::Waiting)
}

/// Takes a place or a place in the queue away and promotes; says which it was. The caller holds the session.
fn give_up(tx: &mut Tx<'_>, session: &Session, id: BookingId, reason: &str) -> Result<BookingState> {
    let mut row = store::find(tx, session.id, id)?;
    let had_seat = match row.state {
        BookingState::Booked => true,
        BookingState::Waiting => false,
        BookingState::Cancelled => return Err(Error::Conflict("This booking is cancelled already.".into())),
        _ => return Err(Error::Conflict("The result of this booking is recorded.".into())),
    };
    let was = row.state;
    (row.state, row.reason) = (BookingState::Cancelled, reason.to_owned());
    store::keep(tx, &row)?;
    let entry = Entry::new("booking.cancel", "booking", id.0).about(row.person_id);
    tx.trail(entry.old(&json!({ "state": was })).reason(reason));
    if had_seat {
        session::free_seat(tx, session.id)?;
        promote(tx, session)?;
    }
    Ok(was)
}

/// Gives free seats to those who wait, the longest first, until the session begins. The caller holds the session.
pub(super) fn promote(tx: &mut Tx<'_>, session: &Session) -> Result<()> {
    if session.starts_at <= tx.at || session.state == SessionState::Cancelled {
        return Ok(());
    }
    let course = course::find(tx, session.course_id)?;
    while let Some(mut first) = store::first_waiting(tx, session.id)? {
        if !session::take_seat(tx, session.id)? {
            break;
        }
        (first.state, first.promoted_at) = (BookingState::Booked, Some(tx.at));
        store::keep(tx, &first)?;
        let value = json!({ "session": session.id, "state": first.state });
        tx.trail(Entry::new("booking.promote", "booking", first.id.0).about(first.person_id).new_value(&value));
        tell::tell(tx, &first, session, &course, PlaceNews::Promoted, false)?;
    }
    Ok(())
}

/// The person of this reference, as far as `reach` sees.
///
/// # Errors
/// `Invalid` at `reference`.
pub fn by_reference(conn: &mut Conn, reach: &Reach, reference: &str) -> Result<PersonId> {
    let reference = reference.trim().to_uppercase();
    let found = crate::store::person::by_reference(conn, &reference)?;
    let nobody = || Error::invalid("reference", "Nobody has this reference");
    let found = found.map(|one| one.merged_into.unwrap_or(one.id)).ok_or_else(nobody)?;
    if store::is_seen(conn, found, reach)? { Ok(found) } else { Err(nobody()) }
}

/// What pages call the state of a booking.
pub fn title(state: BookingState) -> &'static str {
    match state {
        BookingState::Booked => "Booked",
        BookingState::Waiting => "Waiting",
        BookingState::Cancelled => "Cancelled",
        BookingState::Passed => "Passed",
        BookingState::Failed => "Failed",
        BookingState::NoShow => "Did not attend",
    }
}
