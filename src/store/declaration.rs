//! Officers' acceptances of the Update Service's legal declaration: who may be named as the checker.

use diesel::prelude::*;

use super::conn::Conn;
use super::db::Tx;
use super::schema::{accesses, check_declarations as declarations, users};
use crate::error::Result;
use crate::types::{Access, AccessStatus, At, DeclarationId, UserId, UserStatus};

/// One acceptance.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = declarations)]
pub struct Declaration {
    /// Row id.
    pub id: DeclarationId,
    /// Who accepted.
    pub user_id: UserId,
    /// The checker's forename, as they confirmed it.
    pub forename: String,
    /// The checker's surname.
    pub surname: String,
    /// Version of the words accepted.
    pub text_version: String,
    /// When.
    pub accepted_at: At,
    /// When it was taken back.
    pub withdrawn_at: Option<At>,
}

/// The user's own, while it stands.
///
/// # Errors
/// The database's.
pub fn of_user(conn: &mut Conn, user: UserId) -> Result<Option<Declaration>> {
    Ok(declarations::table
        .filter(declarations::user_id.eq(user))
        .filter(declarations::withdrawn_at.is_null())
        .select(Declaration::as_select())
        .first(conn)
        .optional()?)
}

/// Those of this version that stand, of users who are of the transport team today, the latest first.
///
/// # Errors
/// The database's.
pub fn standing(conn: &mut Conn, version: &str) -> Result<Vec<Declaration>> {
    let team = accesses::table
        .filter(accesses::user_id.eq(declarations::user_id))
        .filter(accesses::status.eq(AccessStatus::Active))
        .filter(accesses::access.eq_any([Access::Officer, Access::DecisionMaker]));
    Ok(declarations::table
        .inner_join(users::table)
        .filter(declarations::withdrawn_at.is_null())
        .filter(declarations::text_version.eq(version))
        .filter(users::status.eq(UserStatus::Active))
        .filter(diesel::dsl::exists(team))
        .order((declarations::accepted_at.desc(), declarations::id.desc()))
        .select(Declaration::as_select())
        .load(conn)?)
}

/// Writes that the actor accepts, now.
///
/// # Errors
/// The database's.
pub fn insert(tx: &mut Tx<'_>, forename: &str, surname: &str, version: &str) -> Result<DeclarationId> {
    let (user, now) = (tx.actor, tx.at);
    Ok(diesel::insert_into(declarations::table)
        .values((
            declarations::user_id.eq(user),
            declarations::forename.eq(forename),
            declarations::surname.eq(surname),
            declarations::text_version.eq(version),
            declarations::accepted_at.eq(now),
        ))
        .returning(declarations::id)
        .get_result(&mut **tx)?)
}

/// Takes an acceptance back, now; says whether it stood.
///
/// # Errors
/// The database's.
pub fn withdraw(tx: &mut Tx<'_>, id: DeclarationId) -> Result<bool> {
    let now = tx.at;
    let live = declarations::table.filter(declarations::id.eq(id)).filter(declarations::withdrawn_at.is_null());
    Ok(diesel::update(live).set(declarations::withdrawn_at.eq(Some(now))).execute(&mut **tx)? == 1)
}
