//! Applications that nobody has moved for long, and people over whom something is to be decided.

use chrono::NaiveDate;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::Application;
use crate::error::Result;
use crate::store::Conn;
use crate::store::schema::{applications, clearance_items};
use crate::types::{ApplicationId, ApplicationState, PersonId};

/// Applications with their submitter since `before` or longer, in which nobody has answered anything since.
///
/// # Errors
/// The database's.
pub fn untouched(conn: &mut Conn, before: NaiveDate, after: ApplicationId, limit: i64) -> Result<Vec<Application>> {
    Ok(applications::table
        .filter(applications::state.eq_any([ApplicationState::Draft, ApplicationState::Returned]))
        .filter(applications::state_since.le(before))
        .filter(applications::edited_on.is_null().or(applications::edited_on.le(before)))
        .filter(applications::id.gt(after))
        .order(applications::id)
        .limit(limit)
        .select(Application::as_select())
        .load(conn)?)
}

/// Applications that their submitter has left alone since `before` or longer.
///
/// # Errors
/// The database's.
pub fn abandoned(conn: &mut Conn, before: NaiveDate, limit: i64) -> Result<Vec<Application>> {
    untouched(conn, before, ApplicationId(0), limit)
}

/// Applications that stand in one of `states` and came to it on `before` or earlier.
///
/// # Errors
/// The database's.
pub fn slow(
    conn: &mut Conn,
    states: &[ApplicationState],
    before: NaiveDate,
    after: ApplicationId,
    limit: i64,
) -> Result<Vec<Application>> {
    Ok(applications::table
        .filter(applications::state.eq_any(states))
        .filter(applications::state_since.le(before))
        .filter(applications::id.gt(after))
        .order(applications::id)
        .limit(limit)
        .select(Application::as_select())
        .load(conn)?)
}

/// People over whom something about a certificate is to be decided, or was decided against them.
///
/// # Errors
/// The database's.
pub fn undecided(conn: &mut Conn, after: PersonId, limit: i64) -> Result<Vec<PersonId>> {
    Ok(clearance_items::table
        // Written out, not bound: the partial index serves only a condition the planner can read.
        .filter(sql::<Bool>("kind = 'suitability' AND state = 'missing'"))
        .filter(clearance_items::person_id.gt(after))
        .order(clearance_items::person_id)
        .select(clearance_items::person_id)
        .distinct()
        .limit(limit)
        .load(conn)?)
}
