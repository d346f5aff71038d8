//! The vault: what quotes a disclosure, sealed under a key of its case that stands in a table of its own, and the list
//! of who has read it. This room sees sealed text only.

use diesel::prelude::*;

use super::conn::Conn;
use super::db::Tx;
use super::dialect::each;
use super::schema::{users, vault_keys, vault_notes, vault_readings};
use crate::error::Result;
use crate::types::{ApplicationId, At, NoteId, NoteKind, PersonId, UserId};

/// A note as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = vault_notes)]
pub struct Note {
    /// Row id; given by the database.
    #[diesel(skip_insertion)]
    pub id: NoteId,
    /// Of which case.
    pub application_id: ApplicationId,
    /// What it is.
    pub kind: NoteKind,
    /// The sealed text.
    pub sealed: String,
    /// Who wrote it.
    pub written_by: UserId,
    /// When.
    pub written_at: At,
}

/// One reading of a case's notes.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Reading {
    /// Row id.
    pub id: i64,
    /// Of which case.
    pub application_id: ApplicationId,
    /// Who read; the name as it is now.
    pub read_by: String,
    /// When.
    pub read_at: At,
    /// What: a kind of note, or `all`.
    pub what: String,
    /// Why, in the reader's words.
    pub reason: String,
    /// Whether the reader had no part in the case.
    pub is_outside: bool,
}

/// The sealed key of the case, while there is one.
///
/// # Errors
/// The database's.
pub fn key(conn: &mut Conn, application: ApplicationId) -> Result<Option<String>> {
    Ok(vault_keys::table.find(application).select(vault_keys::sealed_key).first(conn).optional()?)
}

/// Keeps the sealed key of a case that had none. Another transaction doing the same is refused by the table.
///
/// # Errors
/// The database's.
pub fn put_key(tx: &mut Tx<'_>, application: ApplicationId, sealed: &str) -> Result<()> {
    diesel::insert_into(vault_keys::table)
        .values((vault_keys::application_id.eq(application), vault_keys::sealed_key.eq(sealed)))
        .execute(&mut **tx)?;
    Ok(())
}

/// Writes a sealed note.
///
/// # Errors
/// The database's.
pub fn insert(tx: &mut Tx<'_>, note: &Note) -> Result<NoteId> {
    Ok(each!(&mut **tx, |c| {
        diesel::insert_into(vault_notes::table).values(note).returning(vault_notes::id).get_result(c)
    })?)
}

/// The notes of a case, of one kind or all, oldest first.
///
/// # Errors
/// The database's.
pub fn notes(conn: &mut Conn, application: ApplicationId, kind: Option<NoteKind>) -> Result<Vec<Note>> {
    let own = vault_notes::table.filter(vault_notes::application_id.eq(application)).order(vault_notes::id);
    let own = own.select(Note::as_select()).into_boxed();
    Ok(match kind {
        Some(kind) => own.filter(vault_notes::kind.eq(kind)).load(conn)?,
        None => own.load(conn)?,
    })
}

/// Who has written notes of a kind about the case.
///
/// # Errors
/// The database's.
pub fn authors(conn: &mut Conn, application: ApplicationId, kind: NoteKind) -> Result<Vec<UserId>> {
    let own = vault_notes::table.filter(vault_notes::application_id.eq(application));
    Ok(own.filter(vault_notes::kind.eq(kind)).select(vault_notes::written_by).distinct().load(conn)?)
}

/// Keeps who has read what of a case, and why.
///
/// # Errors
/// The database's.
pub fn log(
    tx: &mut Tx<'_>,
    (application, person): (ApplicationId, Option<PersonId>),
    (reader, what, reason): (UserId, &str, &str),
    is_outside: bool,
) -> Result<()> {
    diesel::insert_into(vault_readings::table)
        .values((
            vault_readings::application_id.eq(application),
            vault_readings::person_id.eq(person),
            vault_readings::read_by.eq(reader),
            vault_readings::read_at.eq(tx.at),
            vault_readings::what.eq(what),
            vault_readings::reason.eq(reason),
            vault_readings::is_outside.eq(is_outside),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

/// What one user has read of a case, and when.
///
/// # Errors
/// The database's.
pub fn readings_by(conn: &mut Conn, application: ApplicationId, reader: UserId) -> Result<Vec<(String, At)>> {
    let own = vault_readings::table.filter(vault_readings::application_id.eq(application));
    let own = own.filter(vault_readings::read_by.eq(reader));
    Ok(own.select((vault_readings::what, vault_readings::read_at)).load(conn)?)
}

/// Up to `limit` readings of what a person disclosed, newest first, older than `before` when given.
///
/// # Errors
/// The database's.
pub fn readings(conn: &mut Conn, person: PersonId, before: Option<i64>, limit: i64) -> Result<Vec<Reading>> {
    Ok(vault_readings::table
        .inner_join(users::table)
        .filter(vault_readings::person_id.eq(person))
        .filter(vault_readings::id.lt(before.unwrap_or(i64::MAX)))
        .order(vault_readings::id.desc())
        .limit(limit)
        .select((
            vault_readings::id,
            vault_readings::application_id,
            users::name,
            vault_readings::read_at,
            vault_readings::what,
            vault_readings::reason,
            vault_readings::is_outside,
        ))
        .load(conn)?)
}

/// Readings of one case's notes, newest first.
///
/// # Errors
/// The database's.
pub fn readings_of_case(conn: &mut Conn, application: ApplicationId) -> Result<Vec<Reading>> {
    Ok(vault_readings::table
        .inner_join(users::table)
        .filter(vault_readings::application_id.eq(application))
        .order(vault_readings::id.desc())
        .select((
            vault_readings::id,
            vault_readings::application_id,
            users::name,
            vault_readings::read_at,
            vault_readings::what,
            vault_readings::reason,
            vault_readings::is_outside,
        ))
        .load(conn)?)
}

/// Keeps everybody else away from the vault until the transaction ends; before [`destroy`], and before anything is read
/// for it: two at once would wait for each other.
///
/// # Errors
/// The database's.
pub fn lock(tx: &mut Tx<'_>) -> Result<()> {
    Ok(super::dialect::lock_vault(tx)?)
}

/// Takes the case's key and notes out of the tables, which are written anew; says how many notes those were.
///
/// # Errors
/// The database's.
pub fn destroy(tx: &mut Tx<'_>, application: ApplicationId) -> Result<usize> {
    let notes = diesel::delete(vault_notes::table.filter(vault_notes::application_id.eq(application)));
    let notes = notes.execute(&mut **tx)?;
    diesel::delete(vault_keys::table.find(application)).execute(&mut **tx)?;
    super::dialect::rewrite_vault(tx)?;
    Ok(notes)
}
