//! Requests for a badge.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::conn::Conn;
use super::db::Tx;
use super::dialect::is_duplicate;
use super::schema::{badge_requests, contractors, people};
use crate::error::{Error, Result};
use crate::types::{BadgeCause, BadgeId, BadgeRequestId, BadgeRequestState, ContractorId, PersonId, Reach, UserId};

/// What a second request is told.
pub const ONE: &str = "A badge for this work has been asked for already.";

/// A request.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = badge_requests, treat_none_as_default_value = false)]
pub struct BadgeRequest {
    /// Row id; given by the database.
    #[diesel(skip_insertion)]
    pub id: BadgeRequestId,
    /// For whom.
    pub person_id: PersonId,
    /// At which firm.
    pub contractor_id: ContractorId,
    /// In which role.
    pub role: String,
    /// Why.
    pub cause: BadgeCause,
    /// What became of it.
    pub state: BadgeRequestState,
    /// Who asked.
    pub asked_by: UserId,
    /// When.
    pub asked_on: NaiveDate,
    /// The badge that was issued.
    pub badge_id: Option<BadgeId>,
    /// Why it was refused or cancelled.
    pub reason: String,
}

/// A request with the forename and surname of whom it is for, and the firm's name.
pub type Row = (BadgeRequest, String, String, String);

/// Writes a request.
///
/// # Errors
/// `Conflict` while one for the same work is open.
pub fn insert(tx: &mut Tx<'_>, row: &BadgeRequest) -> Result<BadgeRequestId> {
    tx.savepoint(|tx| {
        diesel::insert_into(badge_requests::table)
            .values(row)
            .returning(badge_requests::id)
            .get_result(&mut **tx)
            .map_err(|error| if is_duplicate(&error) { Error::Conflict(ONE.into()) } else { error.into() })
    })
}

/// A request.
///
/// # Errors
/// `NotFound`.
pub fn find(conn: &mut Conn, id: BadgeRequestId) -> Result<BadgeRequest> {
    Ok(badge_requests::table.find(id).select(BadgeRequest::as_select()).first(conn)?)
}

/// Ends an open request; says whether it was open.
///
/// # Errors
/// The database's.
pub fn settle(
    tx: &mut Tx<'_>,
    id: BadgeRequestId,
    state: BadgeRequestState,
    badge: Option<BadgeId>,
    reason: &str,
) -> Result<bool> {
    let open = badge_requests::table
        .filter(badge_requests::id.eq(id))
        .filter(badge_requests::state.eq(BadgeRequestState::Open));
    let settled = diesel::update(open)
        .set((badge_requests::state.eq(state), badge_requests::badge_id.eq(badge), badge_requests::reason.eq(reason)))
        .execute(&mut **tx)?;
    Ok(settled == 1)
}

/// Up to `limit` open requests within `reach`, the longest waiting first, after the one named.
///
/// # Errors
/// The database's.
pub fn open(conn: &mut Conn, reach: &Reach, after: Option<BadgeRequestId>, limit: i64) -> Result<Vec<Row>> {
    let mut query = badge_requests::table
        .inner_join(people::table)
        .inner_join(contractors::table)
        .filter(diesel::dsl::sql::<diesel::sql_types::Bool>("badge_requests.state = 'open'"))
        .order(badge_requests::id)
        .into_boxed();
    match reach {
        Reach::Everyone => {}
        Reach::Firms(firms) => query = query.filter(badge_requests::contractor_id.eq_any(firms.clone())),
        Reach::Nobody => return Ok(Vec::new()),
    }
    if let Some(after) = after {
        query = query.filter(badge_requests::id.gt(after));
    }
    let columns = (BadgeRequest::as_select(), people::forename, people::surname, contractors::name);
    Ok(query.limit(limit).select(columns).load(conn)?)
}

/// How many requests are open, counted no further than `most`, and since when the oldest is.
///
/// # Errors
/// The database's.
pub fn waiting(conn: &mut Conn, most: i64) -> Result<(usize, Option<NaiveDate>)> {
    let days: Vec<NaiveDate> = badge_requests::table
        .filter(diesel::dsl::sql::<diesel::sql_types::Bool>("state = 'open'"))
        .order(badge_requests::id)
        .limit(most)
        .select(badge_requests::asked_on)
        .load(conn)?;
    Ok((days.len(), days.into_iter().min()))
}

/// A person's requests, newest first.
///
/// # Errors
/// The database's.
pub fn of_person(conn: &mut Conn, person: PersonId) -> Result<Vec<BadgeRequest>> {
    let own = badge_requests::table.filter(badge_requests::person_id.eq(person)).order(badge_requests::id.desc());
    Ok(own.select(BadgeRequest::as_select()).load(conn)?)
}

/// A person's open requests.
///
/// # Errors
/// The database's.
pub fn open_of(conn: &mut Conn, person: PersonId) -> Result<Vec<BadgeRequest>> {
    let own = of_person(conn, person)?;
    Ok(own.into_iter().filter(|one| one.state == BadgeRequestState::Open).collect())
}
