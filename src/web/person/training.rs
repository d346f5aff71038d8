//! A person's training: what is booked, waited for and attended.

use crate::error::Result;
use crate::store::{Conn, booking};
use crate::types::{At, BookingState, PersonId, SessionId};

/// Lines on the page: a career of training is some dozens.
const SHOWN: i64 = 50;

/// A line.
pub(super) struct Trained {
    pub session: SessionId,
    pub at: At,
    pub course: String,
    pub state: BookingState,
}

/// What the page lists, the latest first; what was cancelled is left out.
pub(super) fn training(conn: &mut Conn, person: PersonId) -> Result<Vec<Trained>> {
    let rows = booking::of_person(conn, person, SHOWN)?.into_iter();
    let rows = rows.filter(|(booking, ..)| booking.state != BookingState::Cancelled);
    let line =
        |(booking, session, course): (
            booking::Booking,
            crate::store::session::Session,
            crate::store::course::Course,
        )| Trained { session: session.id, at: session.starts_at, course: course.title, state: booking.state };
    Ok(rows.map(line).collect())
}
