//! Bookings: a place at a session, or a place in the queue for one. An officer books anybody, a firm its own people. A
//! place given up falls to whoever has waited longest.

mod certificate;
mod completions;
mod invite;
mod leave;
mod result;
pub(super) mod tell;

use chrono::NaiveDate;
use serde_json::json;

pub use certificate::{Certificate, certificate};
pub use completions::{BadRow, Completions, MAX_BYTES, complete};
pub use invite::{invite, to_invite};
pub use leave::after_departure;
pub(super) use leave::join;
pub use result::{needs_reason, record};
pub use tell::remind;

use super::clearance::dossiers;
use super::letter::PlaceNews;
use super::permission::{Act, Subject, Who, may};
use super::{person, reason};
use crate::error::{Error, Result};
use crate::store::booking::{self as store, Booking};
use crate::store::session::{self, Session};
use crate::store::trail::Entry;
use crate::store::{Conn, Tx, course, engagement, leaving};
use crate::types::{BookingId, BookingState, ContractorId, PersonId, Reach, SessionId, SessionState};

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
/// `NotFound`, also for another firm's people; `Conflict` for somebody who has left or is booked already, and for a
/// session that is cancelled or over.
pub fn book(tx: &mut Tx<'_>, who: &Who, id: SessionId, person: PersonId) -> Result<Booked> {
    let firm = firm_for(tx, who, person)?;
    let session = session::lock(tx, id)?;
    takes_bookings(tx, &session)?;
    if store::standing(tx, id, person)?.is_some() {
        return Err(Error::Conflict(store::TWICE.into()));
    }
    let waits = !session::take_seat(tx, id)?;
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
    tell::tell(tx, &row, &session, &course, if waits { PlaceNews::Waiting } else { PlaceNews::Booked })?;
    Ok(Booked { id: booking, waits })
}

/// For which firm somebody is booked: the booker's own, or the only one they work for.
fn firm_for(tx: &mut Tx<'_>, who: &Who, person: PersonId) -> Result<Option<ContractorId>> {
    let today = tx.today;
    let dossier = dossiers(tx, &[person])?.pop().ok_or(Error::NotFound)?;
    let firms = dossier.firms(today);
    may(who, Act::BookTraining, Subject::Person(&firms))?;
    person::live(tx, person)?;
    let is_gone = firms.is_empty() && !dossier.engagements.is_empty() && !dossier.is_applying;
    if is_gone || leaving::standing(tx, person)?.is_some() {
        return Err(Error::Conflict("This person has left, so they cannot be booked.".into()));
    }
    let own = firms.iter().copied().find(|firm| who.firms().contains(firm));
    let single = if let [only] = firms.as_slice() { Some(*only) } else { None };
    Ok(own.or(single))
}

/// That a session still takes bookings: it is to come or is today, and was not cancelled.
fn takes_bookings(tx: &Tx<'_>, session: &Session) -> Result<()> {
    if session.state == SessionState::Cancelled {
        return Err(Error::Conflict("This session is cancelled.".into()));
    }
    if session.held_on < tx.today {
        return Err(Error::Conflict("The day of this session is over.".into()));
    }
    Ok(())
}

/// Whether `who` may book or cancel for the person of this booking: the team, and the firm it is for, or any of the
/// person's when it is for none in particular.
///
/// # Errors
/// `NotFound`.
pub fn may_cancel(conn: &mut Conn, who: &Who, booking: &Booking) -> Result<()> {
    let firms = match booking.contractor_id {
        Some(firm) => vec![firm],
        None => {
            let held_on = session::find(conn, booking.session_id)?.held_on;
            let works = engagement::of_people(conn, &[booking.person_id])?;
            works.iter().filter(|work| works_on(work, held_on)).map(|work| work.contractor_id).collect()
        }
    };
    may(who, Act::BookTraining, Subject::Person(&firms))
}

/// Cancels a booking, on the day of the session at the latest. The place falls to whoever has waited longest.
///
/// # Errors
/// `NotFound`, also for another firm's; `Conflict` for one that was cancelled or has its result, and for a session that
/// is over; `Invalid` at `reason`.
pub fn cancel(tx: &mut Tx<'_>, who: &Who, id: SessionId, booking: BookingId, why: &str) -> Result<()> {
    let found = store::find(tx, id, booking)?;
    may_cancel(tx, who, &found)?;
    let session = session::lock(tx, id)?;
    takes_bookings(tx, &session)?;
    let mut faults = Vec::new();
    let reason = reason::needed("reason", why, &mut faults);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    give_up(tx, &session, booking, &reason)?;
    told(tx, &session, booking)
}

/// Tells that a place was cancelled.
fn told(tx: &mut Tx<'_>, session: &Session, id: BookingId) -> Result<()> {
    let row = store::find(tx, session.id, id)?;
    let course = course::find(tx, session.course_id)?;
    tell::tell(tx, &row, session, &course, PlaceNews::Cancelled)
}

/// Takes a place or a place in the queue away and promotes. The caller holds the session.
fn give_up(tx: &mut Tx<'_>, session: &Session, id: BookingId, reason: &str) -> Result<()> {
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
    Ok(())
}

/// Gives free seats to those who wait, the longest first. The caller holds the session.
pub(super) fn promote(tx: &mut Tx<'_>, session: &Session) -> Result<()> {
    if session.held_on < tx.today || session.state == SessionState::Cancelled {
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
        tell::tell(tx, &first, session, &course, PlaceNews::Promoted)?;
    }
    Ok(())
}

/// The lines of a session's register that `who` may see: the team all, a firm its own people's.
///
/// # Errors
/// The database's.
pub fn register(conn: &mut Conn, who: &Who, id: SessionId) -> Result<Vec<store::Line>> {
    let lines = store::register(conn, id)?;
    if may(who, Act::RunTraining, Subject::Register).is_ok() {
        return Ok(lines);
    }
    let firms = who.firms();
    let people: Vec<PersonId> = lines.iter().map(|line| line.booking.person_id).collect();
    let works = engagement::of_people(conn, &people)?;
    let held_on = session::find(conn, id)?.held_on;
    // A firm they have left learns nothing of what comes after.
    let own = |booking: &Booking| {
        booking.contractor_id.is_some_and(|firm| firms.contains(&firm))
            || works.iter().any(|one| {
                one.person_id == booking.person_id && firms.contains(&one.contractor_id) && works_on(one, held_on)
            })
    };
    Ok(lines.into_iter().filter(|line| own(&line.booking)).collect())
}

/// Whether the work has not ended by `day`.
fn works_on(work: &engagement::Engagement, day: NaiveDate) -> bool {
    work.ends_on.is_none_or(|end| end >= day)
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
