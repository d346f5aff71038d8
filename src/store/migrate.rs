//! Bringing a database to this program's tables, and saying what it is for.

use diesel::prelude::*;

use super::conn::Conn;
use super::db::{Db, Tx};
use super::dialect;
use super::schema::{settings, trail};
use crate::error::{Error, Result};
use crate::types::At;

/// What a database is for. Only a live register refuses a fixed day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A council's own.
    Live,
    /// Made by `demo`: served on loopback only.
    Demo,
    /// Made by `migrate --trial` or by a test.
    Trial,
}

/// Applies pending migrations and answers how many. One process at a time; the others wait and find none.
///
/// # Errors
/// The database's.
pub fn migrate(db: &Db) -> Result<usize> {
    db.read(|conn| {
        dialect::lock_schema(conn)?;
        let done = dialect::migrate(conn).map_err(Error::internal);
        dialect::unlock_schema(conn)?;
        done
    })
}

/// Takes every migration back.
///
/// # Errors
/// The database's.
pub fn unmigrate(db: &Db) -> Result<usize> {
    db.read(|conn| dialect::unmigrate(conn).map_err(Error::internal))
}

/// Whether this program's tables are newer than the database's.
///
/// # Errors
/// The database's.
pub fn is_behind(db: &Db) -> Result<bool> {
    db.read(|conn| dialect::is_behind(conn).map_err(Error::internal))
}

/// Checkpoints and analyses, after a great deal was written.
///
/// # Errors
/// The database's.
pub fn settle(db: &Db) -> Result<()> {
    db.read(|conn| Ok(dialect::settle(conn)?))
}

/// When this register began: its trail's first row; none while nothing was ever done.
///
/// # Errors
/// The database's.
pub fn born(conn: &mut Conn) -> Result<Option<At>> {
    Ok(trail::table.order(trail::seq).select(trail::at).first(conn).optional()?)
}

/// What this database was made for.
///
/// # Errors
/// The database's.
pub fn purpose(conn: &mut Conn) -> Result<Purpose> {
    let word: Option<String> = settings::table.find("purpose").select(settings::value).first(conn).optional()?;
    Ok(match word.as_deref() {
        Some("demo") => Purpose::Demo,
        Some("trial") => Purpose::Trial,
        _ => Purpose::Live,
    })
}

/// Says what this database is for; only while it holds nothing.
///
/// # Errors
/// `Conflict` when something was written already.
pub fn dedicate(tx: &mut Tx<'_>, purpose: Purpose) -> Result<()> {
    if !super::trail::is_empty(tx)? {
        return Err(Error::Conflict("this database is in use: make a new one".into()));
    }
    let word = match purpose {
        Purpose::Live => return Ok(()),
        Purpose::Demo => "demo",
        Purpose::Trial => "trial",
    };
    diesel::delete(settings::table.find("purpose")).execute(&mut **tx)?;
    diesel::insert_into(settings::table)
        .values((settings::name.eq("purpose"), settings::value.eq(word)))
        .execute(&mut **tx)?;
    Ok(())
}
