//! Imports of legacy registers: how far each is, and what is wrong with which row.

pub mod waiting;

use diesel::prelude::*;

use super::conn::Conn;
use super::db::Tx;
use super::dialect::each;
use super::schema::{import_problems, imports};
use crate::error::Result;
use crate::types::{At, ImportId, ImportState, Severity, UserId};

/// One import of a file.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = imports, treat_none_as_default_value = false)]
pub struct Import {
    /// Row id; given by the database.
    #[diesel(skip_insertion)]
    pub id: ImportId,
    /// The file's name.
    pub file_name: String,
    /// Its header row, as one CSV line.
    pub header: String,
    /// Running, done or failed.
    pub state: ImportState,
    /// Whether nothing was to be written.
    pub dry_run: bool,
    /// Who started it.
    pub started_by: UserId,
    /// When.
    pub started_at: At,
    /// When it last moved.
    pub seen_at: At,
    /// When it ended.
    pub finished_at: Option<At>,
    /// Rows in the file.
    pub rows_total: i64,
    /// Rows worked through so far.
    pub rows_seen: i64,
    /// Rows taken that changed something.
    pub taken: i64,
    /// Rows that say what is known.
    pub unchanged: i64,
    /// Rows taken with a warning.
    pub warned: i64,
    /// Rows rejected.
    pub rejected: i64,
    /// Why it failed.
    pub detail: String,
}

/// Something the officer should know of one row.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = import_problems)]
pub struct RowProblem {
    /// Row id; given by the database.
    #[diesel(skip_insertion)]
    pub id: i64,
    /// Which import.
    pub import_id: ImportId,
    /// Line of the file.
    pub line: i64,
    /// Whether the row was taken all the same.
    pub severity: Severity,
    /// The column as the file heads it.
    pub column_name: String,
    /// What is wrong.
    pub message: String,
    /// The row's own cells as one CSV line, to be mended and imported again.
    pub row_text: String,
}

/// Writes a new import.
///
/// # Errors
/// The database's.
pub fn insert(tx: &mut Tx<'_>, import: &Import) -> Result<ImportId> {
    Ok(diesel::insert_into(imports::table).values(import).returning(imports::id).get_result(&mut **tx)?)
}

/// Rewrites how far an import is, now.
///
/// # Errors
/// The database's.
pub fn update(tx: &mut Tx<'_>, import: &Import) -> Result<()> {
    let now = tx.at;
    diesel::update(imports::table.find(import.id))
        .set((
            imports::state.eq(import.state),
            imports::seen_at.eq(now),
            imports::finished_at.eq(import.finished_at),
            imports::rows_seen.eq(import.rows_seen),
            imports::taken.eq(import.taken),
            imports::unchanged.eq(import.unchanged),
            imports::warned.eq(import.warned),
            imports::rejected.eq(import.rejected),
            imports::detail.eq(&import.detail),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

/// Ends the imports of a file of this name that have not moved since `limit`.
///
/// # Errors
/// The database's.
pub fn end_stopped(tx: &mut Tx<'_>, file_name: &str, limit: At, detail: &str) -> Result<()> {
    let stopped = imports::table
        .filter(imports::state.eq(ImportState::Running))
        .filter(imports::file_name.eq(file_name))
        .filter(imports::seen_at.lt(limit));
    diesel::update(stopped)
        .set((imports::state.eq(ImportState::Failed), imports::finished_at.eq(Some(tx.at)), imports::detail.eq(detail)))
        .execute(&mut **tx)?;
    Ok(())
}

/// Writes problems.
///
/// # Errors
/// The database's.
pub fn insert_problems(tx: &mut Tx<'_>, problems: &[RowProblem]) -> Result<()> {
    for chunk in problems.chunks(1000) {
        each!(&mut **tx, |c| diesel::insert_into(import_problems::table).values(chunk).execute(c))?;
    }
    Ok(())
}

/// One import.
///
/// # Errors
/// `NotFound`.
pub fn find(conn: &mut Conn, id: ImportId) -> Result<Import> {
    Ok(imports::table.find(id).select(Import::as_select()).first(conn)?)
}

/// A page of imports, newest first.
///
/// # Errors
/// The database's.
pub fn list(conn: &mut Conn, before: Option<ImportId>, limit: i64) -> Result<Vec<Import>> {
    Ok(imports::table
        .filter(imports::id.lt(before.unwrap_or(ImportId(i64::MAX))))
        .order(imports::id.desc())
        .limit(limit)
        .select(Import::as_select())
        .load(conn)?)
}

/// A page of an import's problems, in the order they were found.
///
/// # Errors
/// The database's.
pub fn problems(conn: &mut Conn, import: ImportId, after: i64, limit: i64) -> Result<Vec<RowProblem>> {
    Ok(import_problems::table
        .filter(import_problems::import_id.eq(import))
        .filter(import_problems::id.gt(after))
        .order(import_problems::id)
        .limit(limit)
        .select(RowProblem::as_select())
        .load(conn)?)
}
