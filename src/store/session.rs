//! Training sessions: when and where a course is given, and how many seats are taken. A seat is taken by
//! compare-and-set, so nobody gets the seat too many whoever asks at once.

use chrono::{NaiveDate, TimeDelta};
use diesel::prelude::*;

use super::conn::Conn;
use super::db::Tx;
use super::dialect::each;
use super::schema::{bookings, courses, training_sessions};
use crate::error::Result;
use crate::store::course::Course;
use crate::types::{At, BookingState, CourseId, CourseMode, PersonId, SessionId, SessionState, UserId};

/// A session.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = training_sessions)]
pub struct Session {
    /// Row id; given by the database.
    #[diesel(skip_insertion)]
    pub id: SessionId,
    /// Of which course.
    pub course_id: CourseId,
    /// The day in London.
    pub held_on: NaiveDate,
    /// When it begins.
    pub starts_at: At,
    /// How long it takes.
    pub minutes: i32,
    /// The room, as people call it.
    pub venue: String,
    /// Its address.
    pub address: String,
    /// Who gives it.
    pub trainer: String,
    /// Seats.
    pub capacity: i32,
    /// Seats taken.
    pub taken: i32,
    /// What became of it.
    pub state: SessionState,
    /// Why it was moved or cancelled.
    pub reason: String,
    /// How often people were told something new about it.
    pub moves: i32,
    /// Who arranged it.
    pub arranged_by: UserId,
}

impl Session {
    /// Seats that nobody has.
    pub fn free(&self) -> i32 {
        (self.capacity - self.taken).max(0)
    }

    /// When it is to end.
    pub fn ends_at(&self) -> At {
        self.starts_at.plus(TimeDelta::minutes(self.minutes.into()))
    }

    /// The venue with its address, on one line.
    pub fn place(&self) -> String {
        if self.address.is_empty() { self.venue.clone() } else { format!("{}, {}", self.venue, self.address) }
    }
}

/// Which sessions a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum When {
    /// Those of today and later, the first to come first.
    #[default]
    Coming,
    /// Those before today, the latest first.
    Past,
    /// Those whose register has somebody without a result, the oldest first.
    Unmarked,
}

/// What narrows a list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of one course.
    pub course: Option<CourseId>,
    /// Before or after today.
    pub when: When,
    /// Only with free seats.
    pub free: bool,
    /// Without cancelled ones.
    pub standing: bool,
}

/// Writes a new session; says which it is.
///
/// # Errors
/// The database's.
pub fn insert(tx: &mut Tx<'_>, row: &Session) -> Result<SessionId> {
    Ok(each!(&mut **tx, |c| {
        diesel::insert_into(training_sessions::table).values(row).returning(training_sessions::id).get_result(c)
    })?)
}

/// One session.
///
/// # Errors
/// `NotFound`.
pub fn find(conn: &mut Conn, id: SessionId) -> Result<Session> {
    Ok(training_sessions::table.find(id).select(Session::as_select()).first(conn)?)
}

/// One session, held so that no other transaction changes it or its bookings before this one ends.
///
/// # Errors
/// `NotFound`.
pub fn lock(tx: &mut Tx<'_>, id: SessionId) -> Result<Session> {
    // An update that changes nothing takes the row's lock on either database.
    diesel::update(training_sessions::table.find(id))
        .set(training_sessions::moves.eq(training_sessions::moves))
        .execute(&mut **tx)?;
    find(tx, id)
}

/// Takes a seat; says whether there was one.
///
/// # Errors
/// The database's.
pub fn take_seat(tx: &mut Tx<'_>, id: SessionId) -> Result<bool> {
    let free = training_sessions::table
        .filter(training_sessions::id.eq(id))
        .filter(training_sessions::state.ne(SessionState::Cancelled))
        .filter(training_sessions::taken.lt(training_sessions::capacity));
    let taken =
        diesel::update(free).set(training_sessions::taken.eq(training_sessions::taken + 1)).execute(&mut **tx)?;
    Ok(taken == 1)
}

/// Gives a seat back.
///
/// # Errors
/// The database's.
pub fn free_seat(tx: &mut Tx<'_>, id: SessionId) -> Result<()> {
    diesel::update(training_sessions::table.find(id))
        .set(training_sessions::taken.eq(training_sessions::taken - 1))
        .execute(&mut **tx)?;
    Ok(())
}

/// Keeps what changed of a session, but for the seats taken, which are counted by [`take_seat`] and [`free_seat`].
///
/// # Errors
/// The database's.
pub fn keep(tx: &mut Tx<'_>, row: &Session) -> Result<()> {
    diesel::update(training_sessions::table.find(row.id))
        .set((
            training_sessions::held_on.eq(row.held_on),
            training_sessions::starts_at.eq(row.starts_at),
            training_sessions::minutes.eq(row.minutes),
            training_sessions::venue.eq(&row.venue),
            training_sessions::address.eq(&row.address),
            training_sessions::trainer.eq(&row.trainer),
            training_sessions::capacity.eq(row.capacity),
            training_sessions::state.eq(row.state),
            training_sessions::reason.eq(&row.reason),
            training_sessions::moves.eq(row.moves),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

/// A page of sessions with their courses, after the one named.
///
/// # Errors
/// `NotFound` when there is no such session to go on from.
pub fn list(
    conn: &mut Conn,
    filter: &Filter,
    today: NaiveDate,
    after: Option<SessionId>,
    limit: i64,
) -> Result<Vec<(Session, Course)>> {
    let mut query = training_sessions::table.inner_join(courses::table).limit(limit).into_boxed();
    query = match filter.when {
        When::Coming => query
            .filter(training_sessions::held_on.ge(today))
            .order((training_sessions::held_on, training_sessions::id)),
        When::Past => query
            .filter(training_sessions::held_on.lt(today))
            .order((training_sessions::held_on.desc(), training_sessions::id.desc())),
        When::Unmarked => query
            .filter(training_sessions::held_on.lt(today))
            .filter(training_sessions::id.eq_any(unmarked()))
            .order((training_sessions::held_on, training_sessions::id)),
    };
    if let Some(course) = filter.course {
        query = query.filter(training_sessions::course_id.eq(course));
    }
    if filter.free {
        query = query.filter(training_sessions::taken.lt(training_sessions::capacity));
    }
    if filter.standing {
        query = query.filter(training_sessions::state.ne(SessionState::Cancelled));
    }
    if let Some(after) = after {
        let last = find(conn, after)?;
        let (day, id) = (last.held_on, last.id);
        let same_day = training_sessions::held_on.eq(day);
        query = if filter.when == When::Past {
            query.filter(training_sessions::held_on.lt(day).or(same_day.and(training_sessions::id.lt(id))))
        } else {
            query.filter(training_sessions::held_on.gt(day).or(same_day.and(training_sessions::id.gt(id))))
        };
    }
    Ok(query.select((Session::as_select(), Course::as_select())).load(conn)?)
}

#[diesel::dsl::auto_type(no_type_alias)]
fn unmarked() -> _ {
    let booked: BookingState = BookingState::Booked;
    bookings::table.filter(bookings::state.eq(booked)).select(bookings::session_id)
}

/// The days of sessions before today whose register has somebody without a result, oldest first; no more than `limit`.
///
/// # Errors
/// The database's.
pub fn to_mark(conn: &mut Conn, today: NaiveDate, limit: i64) -> Result<Vec<NaiveDate>> {
    Ok(training_sessions::table
        .filter(training_sessions::held_on.lt(today))
        .filter(training_sessions::id.eq_any(unmarked()))
        .order((training_sessions::held_on, training_sessions::id))
        .limit(limit)
        .select(training_sessions::held_on)
        .load(conn)?)
}

/// The planned sessions in a room from `from` on, with the requirement each serves: a year has some hundreds.
///
/// # Errors
/// The database's.
pub fn planned(conn: &mut Conn, from: NaiveDate) -> Result<Vec<(Session, String)>> {
    Ok(training_sessions::table
        .inner_join(courses::table)
        .filter(training_sessions::held_on.ge(from))
        .filter(training_sessions::state.eq(SessionState::Planned))
        .filter(courses::mode.eq(CourseMode::Class))
        .order((training_sessions::held_on, training_sessions::id))
        .limit(5_000)
        .select((Session::as_select(), courses::requirement))
        .load(conn)?)
}

/// The capacities of the latest sessions of each requirement, the latest first.
///
/// # Errors
/// The database's.
pub fn capacities(conn: &mut Conn) -> Result<Vec<(String, i32)>> {
    Ok(training_sessions::table
        .inner_join(courses::table)
        .filter(training_sessions::state.ne(SessionState::Cancelled))
        .order((training_sessions::held_on.desc(), training_sessions::id.desc()))
        .limit(500)
        .select((courses::requirement, training_sessions::capacity))
        .load(conn)?)
}

/// Holds every session these people have a place or wait at, lowest id first. Sessions are held before people,
/// everywhere: two who took them in other orders would wait for each other for ever.
///
/// # Errors
/// The database's.
pub fn lock_of(tx: &mut Tx<'_>, people: &[PersonId]) -> Result<()> {
    let mut ids: Vec<SessionId> = bookings::table
        .filter(bookings::person_id.eq_any(people))
        .filter(bookings::state.eq_any([BookingState::Booked, BookingState::Waiting]))
        .select(bookings::session_id)
        .load(&mut **tx)?;
    ids.sort_unstable();
    ids.dedup();
    ids.into_iter().try_for_each(|id| lock(tx, id).map(drop))
}
