//! One-use keys of forms. A key is taken in the transaction of what the form does, so a form sent twice does it once;
//! where it led is kept beside it.

use diesel::prelude::*;

use super::conn::Conn;
use super::db::Tx;
use super::dialect::is_duplicate;
use super::schema::submissions;
use crate::error::{Error, Result};
use crate::types::At;

/// Takes a key; says whether it was new. Another transaction taking the same key is waited for.
///
/// # Errors
/// The database's.
pub fn take(tx: &mut Tx<'_>, key: &str) -> Result<bool> {
    let taken = tx.savepoint(|tx| match insert(tx, key) {
        Err(error) if is_duplicate(&error) => Err(Error::Conflict("taken".into())),
        other => Ok(other?),
    });
    match taken {
        Ok(()) => Ok(true),
        Err(Error::Conflict(_)) => Ok(false),
        Err(other) => Err(other),
    }
}

/// Keeps where a taken key led.
///
/// # Errors
/// The database's.
pub fn keep(tx: &mut Tx<'_>, key: &str, led_to: &str) -> Result<()> {
    diesel::update(submissions::table.find(key)).set(submissions::led_to.eq(led_to)).execute(&mut **tx)?;
    Ok(())
}

/// Where a key led.
///
/// # Errors
/// The database's.
pub fn led_to(conn: &mut Conn, key: &str) -> Result<Option<String>> {
    let kept: Option<Option<String>> =
        submissions::table.find(key).select(submissions::led_to).first(conn).optional()?;
    Ok(kept.flatten())
}

/// Forgets keys taken before `limit`.
///
/// # Errors
/// The database's.
pub fn sweep(tx: &mut Tx<'_>, limit: At) -> Result<()> {
    diesel::delete(submissions::table.filter(submissions::made_at.lt(limit))).execute(&mut **tx)?;
    Ok(())
}

fn insert(tx: &mut Tx<'_>, key: &str) -> QueryResult<()> {
    let (user, now) = (tx.actor, tx.at);
    diesel::insert_into(submissions::table)
        .values((submissions::key.eq(key), submissions::user_id.eq(user), submissions::made_at.eq(now)))
        .execute(&mut **tx)
        .map(|_| ())
}
