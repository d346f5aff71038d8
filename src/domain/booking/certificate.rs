//! What the certificate of a pass says.

use chrono::NaiveDate;

use super::may_cancel;
use super::result::number;
use crate::domain::permission::Who;
use crate::domain::policy::{self, Policy};
use crate::error::{Error, Result};
use crate::store::{Conn, booking as store, course, person, session};
use crate::types::{BookingId, BookingState, Kind, Reach, SessionId, add_months};

/// The certificate of a pass.
pub struct Certificate {
    /// Its number.
    pub number: String,
    /// Whose.
    pub name: String,
    /// Of which course.
    pub course: String,
    /// Who gave it.
    pub provider: String,
    /// Whether a body accredits it.
    pub accredited: bool,
    /// Who taught it.
    pub trainer: String,
    /// Where.
    pub venue: String,
    /// When.
    pub passed_on: NaiveDate,
    /// The last day it serves by the policy of that day; none for ever.
    pub serves_until: Option<NaiveDate>,
}

/// The certificate of a passed booking, for the team and for the firm it was for.
///
/// # Errors
/// `NotFound`, also for another firm's; `Conflict` unless it was passed.
pub fn certificate(conn: &mut Conn, who: &Who, id: SessionId, booking: BookingId) -> Result<Certificate> {
    let row = store::find(conn, id, booking)?;
    may_cancel(conn, who, &row)?;
    if row.state != BookingState::Passed {
        return Err(Error::Conflict("There is a certificate once the course is passed.".into()));
    }
    let session = session::find(conn, id)?;
    let course = course::find(conn, session.course_id)?;
    let person = person::find(conn, row.person_id, &Reach::Everyone)?;
    let policies = policy::published(conn)?;
    let asked = Policy::in_force(&policies, session.held_on).or(policies.first()).and_then(|policy| {
        let training = policy.requirements.iter().filter(|one| one.kind == Kind::Training);
        training.filter(|one| one.code == course.requirement).min_by_key(|one| one.validity_months.unwrap_or(u32::MAX))
    });
    Ok(Certificate {
        number: number(booking),
        name: person.full_name(),
        course: course.title,
        provider: course.provider,
        accredited: course.accredited,
        trainer: session.trainer,
        venue: session.venue,
        passed_on: session.held_on,
        serves_until: asked.and_then(|one| one.validity_months).map(|months| add_months(session.held_on, months)),
    })
}
