//! Users: whoever signs in, and the system's own row. A password's hash leaves this room only for the check.

use diesel::dsl::exists;
use diesel::prelude::*;

use super::conn::Conn;
use super::db::Tx;
use super::dialect::is_duplicate;
use super::schema::{accesses, users};
use crate::error::{Error, Result};
use crate::types::{Access, AccessStatus, At, Secret, UserId, UserStatus};

/// An account.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = users)]
pub struct User {
    /// Row id.
    pub id: UserId,
    /// What they sign in with: lower case, unique.
    pub email: String,
    /// Their name as they write it.
    pub name: String,
    /// The account's standing.
    pub status: UserStatus,
    /// When they were invited.
    pub created_at: At,
}

/// What a sign-in is checked against.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// Whose.
    pub user: UserId,
    /// The account's standing.
    pub status: UserStatus,
    /// argon2id in PHC form; none before the first password.
    pub password_hash: Option<Secret>,
}

/// Which users a list shows; the empty filter shows all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of this standing.
    pub status: Option<UserStatus>,
    /// Holding this access now or once they set a password.
    pub access: Option<Access>,
}

/// The user; never the system's own row.
///
/// # Errors
/// `NotFound`.
pub fn find(conn: &mut Conn, id: UserId) -> Result<User> {
    Ok(users::table.find(id).filter(users::status.ne(UserStatus::System)).select(User::as_select()).first(conn)?)
}

/// The user of this mail address, in lower case.
///
/// # Errors
/// The database's.
pub fn by_email(conn: &mut Conn, email: &str) -> Result<Option<User>> {
    Ok(users::table.filter(users::email.eq(email)).select(User::as_select()).first(conn).optional()?)
}

/// What the sign-in of this mail address is checked against.
///
/// # Errors
/// The database's.
pub fn credentials(conn: &mut Conn, email: &str) -> Result<Option<Credentials>> {
    let row: Option<(UserId, UserStatus, Option<String>)> = users::table
        .filter(users::email.eq(email))
        .select((users::id, users::status, users::password_hash))
        .first(conn)
        .optional()?;
    Ok(row.map(|(user, status, hash)| Credentials { user, status, password_hash: hash.map(Secret::new) }))
}

/// Whether the user ever set a password.
///
/// # Errors
/// `NotFound`.
pub fn has_password(conn: &mut Conn, id: UserId) -> Result<bool> {
    Ok(users::table.find(id).select(users::password_hash.is_not_null()).first(conn)?)
}

/// A page of users by mail address, after the one named.
///
/// # Errors
/// The database's.
pub fn page(conn: &mut Conn, filter: Filter, after: Option<UserId>, limit: i64) -> Result<Vec<User>> {
    let mut query = users::table
        .filter(users::status.ne(UserStatus::System))
        .order(users::email)
        .limit(limit)
        .select(User::as_select())
        .into_boxed();
    if let Some(status) = filter.status {
        query = query.filter(users::status.eq(status));
    }
    if let Some(access) = filter.access {
        query = query.filter(exists(
            accesses::table
                .filter(accesses::user_id.eq(users::id))
                .filter(accesses::access.eq(access))
                .filter(accesses::status.eq_any([AccessStatus::Active, AccessStatus::Invited])),
        ));
    }
    if let Some(after) = after {
        let email: Option<String> = users::table.find(after).select(users::email).first(conn).optional()?;
        query = query.filter(users::email.gt(email.unwrap_or_default()));
    }
    Ok(query.load(conn)?)
}

/// Lets one transaction at a time change accounts, so that two admins cannot take each other's access away at once.
///
/// # Errors
/// The database's.
pub fn lock(tx: &mut Tx<'_>) -> Result<()> {
    diesel::update(users::table.find(UserId::SYSTEM)).set(users::status.eq(UserStatus::System)).execute(&mut **tx)?;
    Ok(())
}

/// Writes a new user, invited and without a password.
///
/// # Errors
/// `Invalid` at `email` when the address is taken.
pub fn insert(tx: &mut Tx<'_>, email: &str, name: &str) -> Result<UserId> {
    let row = (
        users::email.eq(email),
        users::name.eq(name),
        users::status.eq(UserStatus::Invited),
        users::created_at.eq(tx.at),
    );
    let inserted = diesel::insert_into(users::table).values(row).returning(users::id).get_result(&mut **tx);
    inserted.map_err(|error| match is_duplicate(&error) {
        true => Error::invalid("email", "There is already a user with this email address"),
        false => error.into(),
    })
}

/// Sets the account's standing.
///
/// # Errors
/// The database's.
pub fn set_status(tx: &mut Tx<'_>, id: UserId, status: UserStatus) -> Result<()> {
    diesel::update(users::table.find(id)).set(users::status.eq(status)).execute(&mut **tx)?;
    Ok(())
}

/// Sets the hash of a password.
///
/// # Errors
/// The database's.
pub fn set_password_hash(tx: &mut Tx<'_>, id: UserId, hash: &Secret) -> Result<()> {
    diesel::update(users::table.find(id)).set(users::password_hash.eq(hash.reveal())).execute(&mut **tx)?;
    Ok(())
}

/// Active officers and decision makers, by name.
///
/// # Errors
/// The database's.
pub fn officers(conn: &mut Conn) -> Result<Vec<(UserId, String)>> {
    use super::schema::accesses;
    use crate::types::{Access, AccessStatus};
    let team = accesses::table
        .filter(accesses::access.eq_any([Access::Officer, Access::DecisionMaker]))
        .filter(accesses::status.eq(AccessStatus::Active))
        .select(accesses::user_id);
    Ok(users::table
        .filter(users::id.eq_any(team))
        .filter(users::status.eq(UserStatus::Active))
        .order((users::name, users::id))
        .limit(500)
        .select((users::id, users::name))
        .load(conn)?)
}
