//! What becomes of bookings when somebody leaves, or turns out to be another.

use std::cmp::Reverse;

use serde_json::json;

use super::seen::lasts;
use super::{give_up, told};
use crate::error::Result;
use crate::store::booking::{self as store, Booking};
use crate::store::session::{self, Session};
use crate::store::trail::Entry;
use crate::store::{Tx, engagement};
use crate::types::{BookingId, BookingState, ContractorId, PersonId, SessionId};

/// Cancels what somebody has booked for days on which they work for nobody any more. What is kept is for the one firm
/// they still work for, or for none in particular, so that the firm they leave reads it no more. The caller holds the
/// sessions.
///
/// # Errors
/// The database's.
pub fn after_departure(tx: &mut Tx<'_>, person: PersonId) -> Result<()> {
    let works = engagement::of_people(tx, &[person])?;
    for (booking, session) in store::open_of(tx, &[person])? {
        if session.starts_at <= tx.at {
            continue;
        }
        let then = works.iter().filter(|work| lasts(work, session.held_on));
        let mut firms: Vec<ContractorId> = then.map(|work| work.contractor_id).collect();
        firms.sort_unstable();
        firms.dedup();
        if firms.is_empty() {
            let session = session::lock(tx, session.id)?;
            let was = give_up(tx, &session, booking.id, "They no longer work on that day")?;
            told(tx, &session, booking.id, was)?;
        } else if booking.contractor_id.is_none_or(|firm| !firms.contains(&firm)) {
            let single = if let [only] = firms.as_slice() { Some(*only) } else { None };
            if single != booking.contractor_id {
                hand_over(tx, session.id, booking.id, single)?;
            }
        }
    }
    Ok(())
}

fn hand_over(tx: &mut Tx<'_>, session: SessionId, id: BookingId, firm: Option<ContractorId>) -> Result<()> {
    session::lock(tx, session)?;
    let row = store::find(tx, session, id)?;
    let entry = Entry::new("booking.hand_over", "booking", id.0).about(row.person_id);
    tx.trail(entry.old(&json!({ "contractor": row.contractor_id })).new_value(&json!({ "contractor": firm })));
    store::keep(tx, &Booking { contractor_id: firm, ..row })
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
