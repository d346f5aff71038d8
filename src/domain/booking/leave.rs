//! What becomes of bookings when somebody leaves, or turns out to be another.

use std::cmp::Reverse;

use serde_json::json;

use super::{give_up, told};
use crate::error::Result;
use crate::store::booking::{self as store, Booking};
use crate::store::session::{self, Session};
use crate::store::trail::Entry;
use crate::store::{Tx, engagement};
use crate::types::{BookingState, PersonId};

/// Cancels what somebody has booked for days on which they work for nobody any more.
///
/// # Errors
/// The database's.
pub fn after_departure(tx: &mut Tx<'_>, person: PersonId) -> Result<()> {
    let works = engagement::of_people(tx, &[person])?;
    let today = tx.today;
    for (booking, session) in store::open_of(tx, &[person])? {
        let works_then = works.iter().any(|work| work.ends_on.is_none_or(|end| end >= session.held_on));
        if session.held_on >= today && !works_then {
            let session = session::lock(tx, session.id)?;
            give_up(tx, &session, booking.id, "They no longer work on that day")?;
            told(tx, &session, booking.id)?;
        }
    }
    Ok(())
}

/// Before two rows become one: where both are booked for one session, the booking that says less is cancelled.
///
/// # Errors
/// The database's.
pub(in crate::domain) fn join(tx: &mut Tx<'_>, kept: PersonId, gone: PersonId) -> Result<()> {
    let worth = |row: &Booking| match row.state {
        BookingState::Passed => 5,
        BookingState::Failed => 4,
        BookingState::NoShow => 3,
        BookingState::Booked => 2,
        BookingState::Waiting => 1,
        BookingState::Cancelled => 0,
    };
    for (own, mut rows) in store::shared(tx, kept, gone)? {
        let session: Session = session::lock(tx, own)?;
        rows.sort_by_key(|row| (Reverse(worth(row)), row.id));
        for row in rows.into_iter().skip(1) {
            let reason = "The same person was booked twice";
            if matches!(row.state, BookingState::Booked | BookingState::Waiting) {
                give_up(tx, &session, row.id, reason)?;
                continue;
            }
            let was = row.state;
            let entry = Entry::new("booking.cancel", "booking", row.id.0).about(row.person_id);
            tx.trail(entry.old(&json!({ "state": was })).reason(reason));
            store::keep(tx, &Booking { state: BookingState::Cancelled, reason: reason.to_owned(), ..row })?;
            // Attended twice under two names: one seat was theirs all the same.
            session::free_seat(tx, session.id)?;
        }
    }
    Ok(())
}
