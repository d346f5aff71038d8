//! Accesses: what a user may do, a contractor's bound to a firm. Ended ones stay as rows.

use std::collections::HashMap;

use diesel::prelude::*;

use super::conn::Conn;
use super::db::Tx;
use super::schema::{accesses, contractors, users};
use crate::error::Result;
use crate::types::{Access, AccessId, AccessStatus, At, ContractorId, ContractorStatus, UserId, UserStatus};

/// One access of a user.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = accesses)]
pub struct Row {
    /// Row id.
    pub id: AccessId,
    /// Whose.
    pub user_id: UserId,
    /// What it lets them do.
    pub access: Access,
    /// The firm, when it is a contractor's.
    pub contractor_id: Option<ContractorId>,
    /// Its standing; only an active one counts.
    pub status: AccessStatus,
    /// When it was last granted.
    pub granted_at: At,
}

/// An access with the name of its firm, for a page.
#[derive(Debug, Clone, PartialEq)]
pub struct Named {
    /// What it lets them do.
    pub access: Access,
    /// The firm's id and name, when it is a contractor's.
    pub firm: Option<(ContractorId, String)>,
    /// Its standing.
    pub status: AccessStatus,
}

/// Every access the user holds or held, oldest first.
///
/// # Errors
/// The database's.
pub fn of_user(conn: &mut Conn, user: UserId) -> Result<Vec<Row>> {
    Ok(accesses::table.filter(accesses::user_id.eq(user)).order(accesses::id).select(Row::as_select()).load(conn)?)
}

/// What counts at this moment: the active accesses of an active user, a contractor's only while the council works
/// with the firm.
///
/// # Errors
/// The database's.
pub fn in_force(conn: &mut Conn, user: UserId) -> Result<Vec<(Access, Option<ContractorId>)>> {
    let rows: Vec<(Access, Option<ContractorId>, Option<ContractorStatus>)> = accesses::table
        .inner_join(users::table)
        .left_join(contractors::table)
        .filter(accesses::user_id.eq(user))
        .filter(accesses::status.eq(AccessStatus::Active))
        .filter(users::status.eq(UserStatus::Active))
        .order(accesses::id)
        .select((accesses::access, accesses::contractor_id, contractors::status.nullable()))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .filter(|(_, _, firm)| *firm != Some(ContractorStatus::Ended))
        .map(|(access, firm, _)| (access, firm))
        .collect())
}

/// The accesses of these users that have not ended, with the firms' names.
///
/// # Errors
/// The database's.
pub fn named(conn: &mut Conn, of: &[UserId]) -> Result<HashMap<UserId, Vec<Named>>> {
    type Held = (UserId, Access, AccessStatus, Option<(ContractorId, String)>);
    let rows: Vec<Held> = accesses::table
        .left_join(contractors::table)
        .filter(accesses::user_id.eq_any(of))
        .filter(accesses::status.ne(AccessStatus::Ended))
        .order((accesses::user_id, accesses::id))
        .select((
            accesses::user_id,
            accesses::access,
            accesses::status,
            (contractors::id, contractors::name).nullable(),
        ))
        .load(conn)?;
    let mut found: HashMap<UserId, Vec<Named>> = HashMap::new();
    for (user, access, status, firm) in rows {
        found.entry(user).or_default().push(Named { access, firm, status });
    }
    Ok(found)
}

/// How many active users hold the admin access.
///
/// # Errors
/// The database's.
pub fn active_admins(conn: &mut Conn) -> Result<i64> {
    Ok(accesses::table
        .inner_join(users::table)
        .filter(accesses::access.eq(Access::Admin))
        .filter(accesses::status.eq(AccessStatus::Active))
        .filter(users::status.eq(UserStatus::Active))
        .count()
        .get_result(conn)?)
}

/// Whether there is such a firm and the council works with it.
///
/// # Errors
/// The database's.
pub fn may_name(conn: &mut Conn, firm: ContractorId) -> Result<bool> {
    let status: Option<ContractorStatus> =
        contractors::table.find(firm).select(contractors::status).first(conn).optional()?;
    Ok(status == Some(ContractorStatus::Active))
}

/// Grants an access, or again one that had ended.
///
/// # Errors
/// The database's.
pub fn grant(
    tx: &mut Tx<'_>,
    user: UserId,
    access: Access,
    firm: Option<ContractorId>,
    status: AccessStatus,
) -> Result<()> {
    let at = tx.at;
    let held = of_user(tx, user)?.into_iter().find(|row| row.access == access && row.contractor_id == firm);
    match held {
        Some(row) => diesel::update(accesses::table.find(row.id))
            .set((accesses::status.eq(status), accesses::granted_at.eq(at)))
            .execute(&mut **tx)?,
        None => diesel::insert_into(accesses::table)
            .values((
                accesses::user_id.eq(user),
                accesses::access.eq(access),
                accesses::contractor_id.eq(firm),
                accesses::status.eq(status),
                accesses::granted_at.eq(at),
            ))
            .execute(&mut **tx)?,
    };
    Ok(())
}

/// Ends an access; the row stays.
///
/// # Errors
/// The database's.
pub fn end(tx: &mut Tx<'_>, id: AccessId) -> Result<()> {
    diesel::update(accesses::table.find(id)).set(accesses::status.eq(AccessStatus::Ended)).execute(&mut **tx)?;
    Ok(())
}

/// Makes the accesses a user was invited to active.
///
/// # Errors
/// The database's.
pub fn activate(tx: &mut Tx<'_>, user: UserId) -> Result<()> {
    diesel::update(accesses::table.filter(accesses::user_id.eq(user)))
        .filter(accesses::status.eq(AccessStatus::Invited))
        .set(accesses::status.eq(AccessStatus::Active))
        .execute(&mut **tx)?;
    Ok(())
}
