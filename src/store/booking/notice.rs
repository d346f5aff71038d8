//! Who is to be reminded of a place, and who was invited to a session.

use std::collections::HashSet;

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::error::Result;
use crate::store::schema::{bookings, course_invitations, training_sessions};
use crate::store::{Conn, Tx};
use crate::types::{BookingId, BookingState, PersonId, SessionId, SessionState};

/// Places at sessions from `from` to `to` whose people were not reminded, in order of id after the one named.
///
/// # Errors
/// The database's.
pub fn to_remind(
    conn: &mut Conn,
    (from, to): (NaiveDate, NaiveDate),
    after: Option<BookingId>,
    limit: i64,
) -> Result<Vec<(SessionId, BookingId)>> {
    Ok(bookings::table
        .inner_join(training_sessions::table)
        .filter(training_sessions::held_on.between(from, to))
        .filter(training_sessions::state.eq(SessionState::Planned))
        .filter(bookings::state.eq(BookingState::Booked))
        .filter(bookings::reminded_on.is_null())
        .filter(bookings::id.gt(after.unwrap_or(BookingId(0))))
        .order(bookings::id)
        .limit(limit)
        .select((bookings::session_id, bookings::id))
        .load(conn)?)
}

/// Notes that somebody is reminded today; says whether they still have the place and were not reminded before.
///
/// # Errors
/// The database's.
pub fn mark_reminded(tx: &mut Tx<'_>, id: BookingId) -> Result<bool> {
    let open = bookings::table
        .filter(bookings::id.eq(id))
        .filter(bookings::state.eq(BookingState::Booked))
        .filter(bookings::reminded_on.is_null());
    let today = tx.today;
    Ok(diesel::update(open).set(bookings::reminded_on.eq(today)).execute(&mut **tx)? == 1)
}

/// Who was invited to a session.
///
/// # Errors
/// The database's.
pub fn invited(conn: &mut Conn, session: SessionId) -> Result<HashSet<PersonId>> {
    let own = course_invitations::table.filter(course_invitations::session_id.eq(session));
    Ok(own.select(course_invitations::person_id).load(conn)?.into_iter().collect())
}

/// Notes that somebody was invited; says whether they were not before. The caller holds the session.
///
/// # Errors
/// The database's.
pub fn invite(tx: &mut Tx<'_>, session: SessionId, person: PersonId) -> Result<bool> {
    let own = course_invitations::table.find((session, person)).select(course_invitations::person_id);
    if own.first::<PersonId>(&mut **tx).optional()?.is_some() {
        return Ok(false);
    }
    let row = (
        course_invitations::session_id.eq(session),
        course_invitations::person_id.eq(person),
        course_invitations::invited_on.eq(tx.today),
    );
    diesel::insert_into(course_invitations::table).values(row).execute(&mut **tx)?;
    Ok(true)
}
