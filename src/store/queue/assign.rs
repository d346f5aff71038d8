//! Whose work it is: the team, and giving an application or a task to one of them.

use std::collections::HashMap;

use diesel::dsl::exists;
use diesel::prelude::*;

use crate::error::Result;
use crate::store::schema::{accesses, applications, tasks, users};
use crate::store::{Conn, Tx};
use crate::types::{Access, AccessStatus, ApplicationId, TaskId, UserId, UserStatus};

/// Whose accesses make them one of the team.
const TEAM: [Access; 2] = [Access::Officer, Access::DecisionMaker];

/// Whether a user works in the team at this moment.
macro_rules! works {
    () => {
        exists(
            accesses::table
                .filter(accesses::user_id.eq(users::id))
                .filter(accesses::access.eq_any(TEAM))
                .filter(accesses::status.eq(AccessStatus::Active)),
        )
    };
}

/// The team, by name; a council's has a few dozen.
///
/// # Errors
/// The database's.
pub fn team(conn: &mut Conn) -> Result<Vec<(UserId, String)>> {
    Ok(users::table
        .filter(users::status.eq(UserStatus::Active))
        .filter(works!())
        .order((users::name, users::id))
        .limit(500)
        .select((users::id, users::name))
        .load(conn)?)
}

/// Whether work may be given to this user.
///
/// # Errors
/// The database's.
pub fn is_of_team(conn: &mut Conn, user: UserId) -> Result<bool> {
    let one = users::table.filter(users::id.eq(user)).filter(users::status.eq(UserStatus::Active)).filter(works!());
    Ok(diesel::select(exists(one)).get_result(conn)?)
}

/// The names of these users, whether or not they still work here.
///
/// # Errors
/// The database's.
pub fn names(conn: &mut Conn, ids: &[UserId]) -> Result<HashMap<UserId, String>> {
    let rows: Vec<(UserId, String)> =
        users::table.filter(users::id.eq_any(ids)).select((users::id, users::name)).load(conn)?;
    Ok(rows.into_iter().collect())
}

/// Gives an application to `to` if it is still whose it was; says whether it was.
///
/// # Errors
/// The database's.
pub fn assign(tx: &mut Tx<'_>, id: ApplicationId, seen: Option<UserId>, to: Option<UserId>) -> Result<bool> {
    let row = applications::table.filter(applications::id.eq(id));
    let changed = match seen {
        Some(seen) => diesel::update(row.filter(applications::owner.eq(seen)))
            .set(applications::owner.eq(to))
            .execute(&mut **tx)?,
        None => diesel::update(row.filter(applications::owner.is_null()))
            .set(applications::owner.eq(to))
            .execute(&mut **tx)?,
    };
    Ok(changed == 1)
}

/// Gives an open task to `to` if it is still whose it was; says whether it was.
///
/// # Errors
/// The database's.
pub fn assign_task(tx: &mut Tx<'_>, id: TaskId, seen: Option<UserId>, to: Option<UserId>) -> Result<bool> {
    let row = tasks::table.filter(tasks::id.eq(id)).filter(tasks::state.eq(crate::types::TaskState::Open));
    let changed = match seen {
        Some(seen) => {
            diesel::update(row.filter(tasks::assigned_to.eq(seen))).set(tasks::assigned_to.eq(to)).execute(&mut **tx)?
        }
        None => diesel::update(row.filter(tasks::assigned_to.is_null()))
            .set(tasks::assigned_to.eq(to))
            .execute(&mut **tx)?,
    };
    Ok(changed == 1)
}
