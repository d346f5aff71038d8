//! Whom a booking concerns: the team every one, a firm those of its own people on the day of the session. A firm they
//! have left learns nothing of what comes after.

use chrono::NaiveDate;

use crate::domain::permission::{Act, Subject, Who, may};
use crate::error::Result;
use crate::store::booking::{self as store, Booking};
use crate::store::engagement::{self, Engagement};
use crate::store::{Conn, session};
use crate::types::{ContractorId, PersonId, SessionId};

/// The firms a booking is for: its own, unless the work there ends before the session; where it is for none in
/// particular, every firm they work for on the day.
pub(in crate::domain) fn firms_of(booking: &Booking, works: &[Engagement], held_on: NaiveDate) -> Vec<ContractorId> {
    let own = works.iter().filter(|work| work.person_id == booking.person_id);
    let mut firms: Vec<ContractorId> = match booking.contractor_id {
        // A firm trains people before their first day too.
        Some(firm) => own.filter(|work| work.contractor_id == firm && lasts(work, held_on)).map(|_| firm).collect(),
        None => own.filter(|work| works_on(work, held_on)).map(|work| work.contractor_id).collect(),
    };
    firms.sort_unstable();
    firms.dedup();
    firms
}

/// Whether one of `firms` may know of a booking: it is for it, or the person works there on the day.
pub fn concerns(firms: &[ContractorId], booking: &Booking, works: &[Engagement], held_on: NaiveDate) -> bool {
    firms_of(booking, works, held_on).iter().any(|firm| firms.contains(firm))
        || works.iter().any(|work| {
            work.person_id == booking.person_id && firms.contains(&work.contractor_id) && works_on(work, held_on)
        })
}

/// Whether `who` may book or cancel for the person of this booking: the team, and a firm it is for.
///
/// # Errors
/// `NotFound`.
pub fn may_cancel(conn: &mut Conn, who: &Who, booking: &Booking) -> Result<()> {
    let held_on = session::find(conn, booking.session_id)?.held_on;
    let works = engagement::of_people(conn, &[booking.person_id])?;
    may(who, Act::BookTraining, Subject::Person(&firms_of(booking, &works, held_on)))
}

/// The lines of a session's register that `who` may see: the team all, a firm its own people's.
///
/// # Errors
/// The database's.
pub fn register(conn: &mut Conn, who: &Who, id: SessionId) -> Result<Vec<store::Line>> {
    let mut lines = store::register(conn, id)?;
    if may(who, Act::RunTraining, Subject::Register).is_ok() {
        return Ok(lines);
    }
    let firms = who.firms();
    let people: Vec<PersonId> = lines.iter().map(|line| line.booking.person_id).collect();
    let works = engagement::of_people(conn, &people)?;
    let held_on = session::find(conn, id)?.held_on;
    lines.retain(|line| concerns(&firms, &line.booking, &works, held_on));
    Ok(lines)
}

/// Whether the work has not ended by `day`.
pub(super) fn lasts(work: &Engagement, day: NaiveDate) -> bool {
    work.ends_on.is_none_or(|end| end >= day)
}

fn works_on(work: &Engagement, day: NaiveDate) -> bool {
    work.starts_on <= day && lasts(work, day)
}
