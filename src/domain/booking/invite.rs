//! Invitations: those who need a course most are asked to come to one of its sessions, each once.

use chrono::{Months, NaiveDate};
use serde_json::json;

use super::tell;
use crate::domain::permission::{Act, Subject, Who, may};
use crate::domain::session as sessions;
use crate::error::{Error, Result};
use crate::store::booking::{self as store, Need, Wanted};
use crate::store::course;
use crate::store::session::{self, Session};
use crate::store::trail::Entry;
use crate::store::{Conn, Tx};
use crate::types::{Reach, SessionId};

/// How far ahead somebody's need may lie.
const AHEAD: Months = Months::new(12);

/// Who would be invited to a session, in order of need: people without a place in time at any session of what it teaches, not
/// invited to it yet, no more than there are seats free.
///
/// # Errors
/// The database's.
pub fn to_invite(conn: &mut Conn, session: &Session, today: NaiveDate) -> Result<Vec<Need>> {
    let course = course::find(conn, session.course_id)?;
    let until = today.checked_add_months(AHEAD).unwrap_or(today);
    let wanted = Wanted {
        requirement: Some(&course.requirement),
        today,
        until,
        beside: Some(session.id),
        uninvited: true,
        limit: Some(usize::try_from(session.free()).unwrap_or(0)),
    };
    store::needs(conn, &Reach::Everyone, &wanted)
}

/// Invites them; says how many.
///
/// # Errors
/// `NotFound`; `Conflict` unless the session is to come, and when nobody is left to invite.
pub fn invite(tx: &mut Tx<'_>, who: &Who, id: SessionId) -> Result<usize> {
    may(who, Act::RunTraining, Subject::Register)?;
    let session = session::lock(tx, id)?;
    sessions::to_come(tx, &session)?;
    let today = tx.today;
    let course = course::find(tx, session.course_id)?;
    let mut many = 0;
    for need in to_invite(tx, &session, today)? {
        if store::invite(tx, id, need.person)? {
            let entry = Entry::new("booking.invite", "session", id.0).about(need.person);
            tx.trail(entry.new_value(&json!({ "session": id, "due_on": need.due_on })));
            tell::invite(tx, need.person, &session, &course, need.due_on)?;
            many += 1;
        }
    }
    if many == 0 {
        return Err(Error::Conflict("There is nobody left to invite, or no place is free.".into()));
    }
    Ok(many)
}
