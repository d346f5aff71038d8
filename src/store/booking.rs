//! Bookings: who has a place at a session, who waits for one, what came of it, and who was invited.

mod need;
mod notice;

use chrono::NaiveDate;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

pub use need::{Need, Span, Wanted, count_needs, needs, needs_in};
pub use notice::{invite, invited, mark_reminded, to_remind};

use super::conn::Conn;
use super::course::Course;
use super::db::Tx;
use super::dialect::{each, is_duplicate};
use super::schema::{bookings, contractors, courses, people, training_sessions};
use super::session::Session;
use crate::error::{Error, Result};
use crate::types::{
    At, BookingId, BookingState, ContractorId, EvidenceId, PersonId, Reach, SessionId, SessionState, UserId,
};

/// A place, or a place in the queue for one.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = bookings, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct Booking {
    /// Row id; given by the database.
    #[diesel(skip_insertion, skip_update)]
    pub id: BookingId,
    /// At which session.
    #[diesel(skip_update)]
    pub session_id: SessionId,
    /// Whose.
    #[diesel(skip_update)]
    pub person_id: PersonId,
    /// The firm it is for; none when they work for several, or none.
    pub contractor_id: Option<ContractorId>,
    /// How far it is.
    pub state: BookingState,
    /// Who booked it.
    #[diesel(skip_update)]
    pub booked_by: UserId,
    /// When.
    #[diesel(skip_update)]
    pub booked_at: At,
    /// When a place fell to them after they had waited.
    pub promoted_at: Option<At>,
    /// The day they were reminded.
    pub reminded_on: Option<NaiveDate>,
    /// Who recorded the result.
    pub marked_by: Option<UserId>,
    /// The day the result was recorded.
    pub marked_on: Option<NaiveDate>,
    /// Why it was cancelled, or the result corrected.
    pub reason: String,
    /// What a pass wrote.
    pub evidence_id: Option<EvidenceId>,
}

/// A line of a session's register.
#[derive(Debug, Clone, Queryable)]
pub struct Line {
    /// The booking.
    pub booking: Booking,
    /// Reference of whose it is.
    pub reference: String,
    /// Forename.
    pub forename: String,
    /// Surname.
    pub surname: String,
    /// Name of the firm it is for.
    pub firm: Option<String>,
}

impl Line {
    /// "Forename Surname".
    pub fn name(&self) -> String {
        format!("{} {}", self.forename, self.surname).trim().to_owned()
    }
}

/// What somebody who is booked already is told by.
pub const TWICE: &str = "This person has a place at this session, or waits for one, already.";

/// Writes a new booking; says which it is.
///
/// # Errors
/// `Conflict` when they have one for the session; the table itself refuses a second.
pub fn insert(tx: &mut Tx<'_>, row: &Booking) -> Result<BookingId> {
    let inserted =
        each!(&mut **tx, |c| diesel::insert_into(bookings::table).values(row).returning(bookings::id).get_result(c));
    inserted.map_err(|error| if is_duplicate(&error) { Error::Conflict(TWICE.into()) } else { error.into() })
}

/// Keeps what changed of a booking. The caller holds its session.
///
/// # Errors
/// The database's.
pub fn keep(tx: &mut Tx<'_>, row: &Booking) -> Result<()> {
    diesel::update(bookings::table.find(row.id)).set(row).execute(&mut **tx)?;
    Ok(())
}

/// One booking of a session.
///
/// # Errors
/// `NotFound`.
pub fn find(conn: &mut Conn, session: SessionId, id: BookingId) -> Result<Booking> {
    let own = bookings::table.find(id).filter(bookings::session_id.eq(session));
    Ok(own.select(Booking::as_select()).first(conn)?)
}

/// The booking a person has for a session that was not cancelled.
///
/// # Errors
/// The database's.
pub fn standing(conn: &mut Conn, session: SessionId, person: PersonId) -> Result<Option<Booking>> {
    Ok(bookings::table
        .filter(bookings::session_id.eq(session))
        .filter(bookings::person_id.eq(person))
        .filter(bookings::state.ne(BookingState::Cancelled))
        .select(Booking::as_select())
        .first(conn)
        .optional()?)
}

/// Whoever has waited longest for a place.
///
/// # Errors
/// The database's.
pub fn first_waiting(conn: &mut Conn, session: SessionId) -> Result<Option<Booking>> {
    Ok(bookings::table
        .filter(bookings::session_id.eq(session))
        .filter(sql::<Bool>("state = 'waiting'"))
        .order(bookings::id)
        .select(Booking::as_select())
        .first(conn)
        .optional()?)
}

/// Bookings of a session in a state, oldest first.
///
/// # Errors
/// The database's.
pub fn in_state(conn: &mut Conn, session: SessionId, states: &[BookingState]) -> Result<Vec<Booking>> {
    Ok(bookings::table
        .filter(bookings::session_id.eq(session))
        .filter(bookings::state.eq_any(states))
        .order(bookings::id)
        .select(Booking::as_select())
        .load(conn)?)
}

/// A session's register: everybody but those cancelled, those with places by name and then those who wait in turn. A
/// firm sees those it has people booked for, and its own people.
///
/// # Errors
/// The database's.
pub fn register(conn: &mut Conn, session: SessionId) -> Result<Vec<Line>> {
    let mut lines: Vec<Line> = bookings::table
        .inner_join(people::table)
        .left_join(contractors::table)
        .filter(bookings::session_id.eq(session))
        .filter(bookings::state.ne(BookingState::Cancelled))
        .order((people::sort_name, bookings::id))
        .select((
            Booking::as_select(),
            people::reference,
            people::forename,
            people::surname,
            contractors::name.nullable(),
        ))
        .load(conn)?;
    let waits = |line: &Line| line.booking.state == BookingState::Waiting;
    lines.sort_by_key(|line| if waits(line) { (true, line.booking.id.0) } else { (false, 0) });
    Ok(lines)
}

/// How many wait for a place at each of these sessions.
///
/// # Errors
/// The database's.
pub fn waiting(conn: &mut Conn, sessions: &[SessionId]) -> Result<Vec<(SessionId, i64)>> {
    Ok(bookings::table
        .filter(bookings::session_id.eq_any(sessions))
        .filter(sql::<Bool>("state = 'waiting'"))
        .group_by(bookings::session_id)
        .select((bookings::session_id, diesel::dsl::count(bookings::id)))
        .load(conn)?)
}

/// A person's training, the latest session first.
///
/// # Errors
/// The database's.
pub fn of_person(conn: &mut Conn, person: PersonId, limit: i64) -> Result<Vec<(Booking, Session, Course)>> {
    Ok(bookings::table
        .inner_join(training_sessions::table.inner_join(courses::table))
        .filter(bookings::person_id.eq(person))
        .order((training_sessions::held_on.desc(), bookings::id.desc()))
        .limit(limit)
        .select((Booking::as_select(), Session::as_select(), Course::as_select()))
        .load(conn)?)
}

/// What these people have booked or wait for at sessions that were not cancelled.
///
/// # Errors
/// The database's.
pub fn open_of(conn: &mut Conn, people: &[PersonId]) -> Result<Vec<(Booking, Session)>> {
    Ok(bookings::table
        .inner_join(training_sessions::table)
        .filter(bookings::person_id.eq_any(people))
        .filter(bookings::state.eq_any([BookingState::Booked, BookingState::Waiting]))
        .filter(training_sessions::state.ne(SessionState::Cancelled))
        .order(bookings::id)
        .select((Booking::as_select(), Session::as_select()))
        .load(conn)?)
}

/// The sessions at which both people have a booking that was not cancelled, with those bookings.
///
/// # Errors
/// The database's.
pub fn shared(conn: &mut Conn, one: PersonId, other: PersonId) -> Result<Vec<(SessionId, Vec<Booking>)>> {
    let rows: Vec<Booking> = bookings::table
        .filter(bookings::person_id.eq_any([one, other]))
        .filter(bookings::state.ne(BookingState::Cancelled))
        .order((bookings::session_id, bookings::id))
        .select(Booking::as_select())
        .load(conn)?;
    let mut sessions: Vec<(SessionId, Vec<Booking>)> = Vec::new();
    for row in rows {
        match sessions.last_mut().filter(|(id, _)| *id == row.session_id) {
            Some((_, rows)) => rows.push(row),
            None => sessions.push((row.session_id, vec![row])),
        }
    }
    sessions.retain(|(_, rows)| rows.len() > 1);
    Ok(sessions)
}

/// Whether any of these firms has, or had, this person: as [`super::person::find`] sees it.
///
/// # Errors
/// The database's.
pub fn is_seen(conn: &mut Conn, person: PersonId, reach: &Reach) -> Result<bool> {
    match super::person::find(conn, person, reach) {
        Ok(_) => Ok(true),
        Err(Error::NotFound) => Ok(false),
        Err(other) => Err(other),
    }
}
