//! A person's training: what is booked, waited for and attended; for a firm what is for it, or of days they worked there.

use crate::domain::booking::concerns;
use crate::domain::permission::Who;
use crate::error::Result;
use crate::store::{Conn, booking, engagement};
use crate::types::{At, BookingState, PersonId, Reach, SessionId};

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
pub(super) fn training(conn: &mut Conn, who: &Who, person: PersonId) -> Result<Vec<Trained>> {
    let mut rows = booking::of_person(conn, person, SHOWN)?;
    rows.retain(|(booking, ..)| booking.state != BookingState::Cancelled);
    if who.reach() != Reach::Everyone {
        let works = engagement::of_people(conn, &[person])?;
        let firms = who.firms();
        rows.retain(|(booking, session, _)| concerns(&firms, booking, &works, session.held_on));
    }
    let lines = rows.into_iter().map(|(booking, session, course)| Trained {
        session: session.id,
        at: session.starts_at,
        course: course.title,
        state: booking.state,
    });
    Ok(lines.collect())
}
