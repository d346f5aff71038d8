//! Published suitability criteria. Never edited once published.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::schema::{criteria, criteria_versions};
use super::{Conn, Tx};
use crate::error::Result;
use crate::types::{At, CriterionKind, UserId};

/// A published version.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = criteria_versions)]
pub struct VersionRow {
    /// Version number.
    pub number: i32,
    /// Plain-English name.
    pub title: String,
    /// First day it is in force.
    pub effective_from: NaiveDate,
    /// Who published it.
    pub published_by: UserId,
    /// When.
    pub published_at: At,
    /// SHA-256 of its JSON, in hex.
    pub digest: String,
    /// The times it sets, as JSON.
    pub rules: String,
}

/// One criterion of a version.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = criteria, treat_none_as_default_value = false)]
pub struct CriterionRow {
    /// The version.
    pub version: i32,
    /// Its code.
    pub code: String,
    /// Guideline or factor.
    pub kind: CriterionKind,
    /// Its name.
    pub title: String,
    /// Months of a guideline.
    pub months: Option<i32>,
    /// Whether time alone never meets it.
    pub is_never: bool,
    /// What it says.
    pub guidance: String,
    /// Place in lists.
    pub position: i32,
    /// Where it comes from.
    pub source: String,
}

/// Every version, oldest first, and the criteria of all of them, in order.
///
/// # Errors
/// The database's.
pub fn all(conn: &mut Conn) -> Result<(Vec<VersionRow>, Vec<CriterionRow>)> {
    Ok((
        criteria_versions::table.order(criteria_versions::number).select(VersionRow::as_select()).load(conn)?,
        criteria::table.order((criteria::version, criteria::position)).select(CriterionRow::as_select()).load(conn)?,
    ))
}

/// The highest number published, 0 when none.
///
/// # Errors
/// The database's.
pub fn last_number(conn: &mut Conn) -> Result<i32> {
    let last = criteria_versions::table.select(diesel::dsl::max(criteria_versions::number));
    Ok(last.first::<Option<i32>>(conn)?.unwrap_or(0))
}

/// Writes a version and its criteria.
///
/// # Errors
/// The database's.
pub fn insert(tx: &mut Tx<'_>, version: &VersionRow, rows: &[CriterionRow]) -> Result<()> {
    diesel::insert_into(criteria_versions::table).values(version).execute(&mut **tx)?;
    for row in rows {
        diesel::insert_into(criteria::table).values(row).execute(&mut **tx)?;
    }
    Ok(())
}
