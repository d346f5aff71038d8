//! Browsers' sign-ins, set-password links, failed attempts, and what hangs on a sign-in. Tokens are kept as their
//! SHA-256 alone; how long anything holds is the domain's to say.

use diesel::prelude::*;

use super::conn::Conn;
use super::db::Tx;
use super::schema::{password_links, searches, signin_limits, signins, submissions, users};
use super::user::User;
use crate::error::Result;
use crate::types::{At, SigninId, UserId};

/// A browser's sign-in.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = signins)]
pub struct Row {
    /// Row id.
    pub id: SigninId,
    /// Who signed in.
    pub user_id: UserId,
    /// When.
    pub started_at: At,
    /// The last request, to the minute.
    pub seen_at: At,
}

/// A link that lets a user set a password.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = password_links)]
pub struct Link {
    /// Row id.
    pub id: i64,
    /// Whose password.
    pub user_id: UserId,
    /// Dead from this moment.
    pub expires_at: At,
    /// When it was used; it works once.
    pub used_at: Option<At>,
}

/// The sign-in whose token hashes to this, and its user.
///
/// # Errors
/// The database's.
pub fn by_hash(conn: &mut Conn, hash: &str) -> Result<Option<(Row, User)>> {
    Ok(signins::table
        .inner_join(users::table)
        .filter(signins::token_hash.eq(hash))
        .select((Row::as_select(), User::as_select()))
        .first(conn)
        .optional()?)
}

/// Writes a sign-in that begins now.
///
/// # Errors
/// The database's.
pub fn insert(tx: &mut Tx<'_>, user: UserId, hash: &str) -> Result<SigninId> {
    let row = (
        signins::user_id.eq(user),
        signins::token_hash.eq(hash),
        signins::started_at.eq(tx.at),
        signins::seen_at.eq(tx.at),
    );
    Ok(diesel::insert_into(signins::table).values(row).returning(signins::id).get_result(&mut **tx)?)
}

/// Notes that the sign-in was used now.
///
/// # Errors
/// The database's.
pub fn see(tx: &mut Tx<'_>, id: SigninId) -> Result<()> {
    diesel::update(signins::table.find(id)).set(signins::seen_at.eq(tx.at)).execute(&mut **tx)?;
    Ok(())
}

/// Ends one sign-in.
///
/// # Errors
/// The database's.
pub fn end(tx: &mut Tx<'_>, id: SigninId) -> Result<()> {
    diesel::delete(signins::table.find(id)).execute(&mut **tx)?;
    Ok(())
}

/// Ends every sign-in of a user.
///
/// # Errors
/// The database's.
pub fn end_all(tx: &mut Tx<'_>, user: UserId) -> Result<()> {
    diesel::delete(signins::table.filter(signins::user_id.eq(user))).execute(&mut **tx)?;
    Ok(())
}

/// Clears away sign-ins last seen before `idle`, and failed attempts and form keys from before `old`.
///
/// # Errors
/// The database's.
pub fn sweep(tx: &mut Tx<'_>, idle: At, old: At) -> Result<()> {
    diesel::delete(signins::table.filter(signins::seen_at.lt(idle))).execute(&mut **tx)?;
    diesel::delete(submissions::table.filter(submissions::made_at.lt(old))).execute(&mut **tx)?;
    diesel::delete(signin_limits::table.filter(signin_limits::last_at.lt(old))).execute(&mut **tx)?;
    Ok(())
}

/// Writes a set-password link; the user's earlier ones are dead.
///
/// # Errors
/// The database's.
pub fn insert_link(tx: &mut Tx<'_>, user: UserId, hash: &str, expires_at: At) -> Result<()> {
    drop_links(tx, user)?;
    let row = (
        password_links::user_id.eq(user),
        password_links::token_hash.eq(hash),
        password_links::expires_at.eq(expires_at),
    );
    diesel::insert_into(password_links::table).values(row).execute(&mut **tx)?;
    Ok(())
}

/// The link whose token hashes to this.
///
/// # Errors
/// The database's.
pub fn link(conn: &mut Conn, hash: &str) -> Result<Option<Link>> {
    Ok(password_links::table
        .filter(password_links::token_hash.eq(hash))
        .select(Link::as_select())
        .first(conn)
        .optional()?)
}

/// Takes an unused link; answers whether it was still there to take.
///
/// # Errors
/// The database's.
pub fn take_link(tx: &mut Tx<'_>, id: i64) -> Result<bool> {
    let unused = password_links::table.find(id).filter(password_links::used_at.is_null());
    let at = tx.at;
    Ok(diesel::update(unused).set(password_links::used_at.eq(at)).execute(&mut **tx)? == 1)
}

/// Kills a user's unused links.
///
/// # Errors
/// The database's.
pub fn drop_links(tx: &mut Tx<'_>, user: UserId) -> Result<()> {
    diesel::delete(password_links::table.filter(password_links::user_id.eq(user)))
        .filter(password_links::used_at.is_null())
        .execute(&mut **tx)?;
    Ok(())
}

/// Failed attempts in a bucket and the last one's time.
///
/// # Errors
/// The database's.
pub fn failures(conn: &mut Conn, bucket: &str) -> Result<Option<(i32, At)>> {
    let row = signin_limits::table.find(bucket).select((signin_limits::failures, signin_limits::last_at));
    Ok(row.first(conn).optional()?)
}

/// Failed attempts in a bucket and the last one's time, the row held until the transaction ends so that attempts
/// made at once are counted one after another.
///
/// # Errors
/// The database's.
pub fn hold_failures(tx: &mut Tx<'_>, bucket: &str) -> Result<(i32, At)> {
    if let Some(held) = hold(tx, bucket)? {
        return Ok(held);
    }
    let row = (signin_limits::bucket.eq(bucket), signin_limits::failures.eq(0), signin_limits::last_at.eq(tx.at));
    let added: Result<()> = tx.savepoint(|tx| {
        diesel::insert_into(signin_limits::table).values(row).execute(&mut **tx)?;
        Ok(())
    });
    // An attempt made at the same moment may have added it first.
    match hold(tx, bucket)? {
        Some(held) => Ok(held),
        None => added.map(|()| (0, tx.at)),
    }
}

fn hold(tx: &mut Tx<'_>, bucket: &str) -> Result<Option<(i32, At)>> {
    Ok(diesel::update(signin_limits::table.find(bucket))
        .set(signin_limits::bucket.eq(bucket))
        .returning((signin_limits::failures, signin_limits::last_at))
        .get_result(&mut **tx)
        .optional()?)
}

/// Sets a bucket's failed attempts as of now.
///
/// # Errors
/// The database's.
pub fn set_failures(tx: &mut Tx<'_>, bucket: &str, failures: i32) -> Result<()> {
    let at = tx.at;
    diesel::update(signin_limits::table.find(bucket))
        .set((signin_limits::failures.eq(failures), signin_limits::last_at.eq(at)))
        .execute(&mut **tx)?;
    Ok(())
}

/// Keeps a typed search term under an opaque key for as long as the sign-in lasts.
///
/// # Errors
/// The database's.
pub fn keep_search(tx: &mut Tx<'_>, signin: SigninId, key: &str, term: &str) -> Result<()> {
    let row =
        (searches::key.eq(key), searches::signin_id.eq(signin), searches::term.eq(term), searches::made_at.eq(tx.at));
    diesel::insert_into(searches::table).values(row).execute(&mut **tx)?;
    Ok(())
}

/// The term this sign-in searched for under `key`.
///
/// # Errors
/// The database's.
pub fn search(conn: &mut Conn, signin: SigninId, key: &str) -> Result<Option<String>> {
    Ok(searches::table
        .find(key)
        .filter(searches::signin_id.eq(signin))
        .select(searches::term)
        .first(conn)
        .optional()?)
}
