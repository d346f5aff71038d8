//! Clearances as kept: rewritten with every write that could change them, and by the nightly sweep.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::conn::Conn;
use super::db::Tx;
use super::dialect::insert_all;
use super::schema::{clearance_items, clearances, people};
use crate::error::Result;
use crate::types::{AuthorityId, ItemState, Kind, PersonId, Status};

/// A person's kept standing in a role.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = crate::store::schema::clearances, treat_none_as_default_value = false)]
pub struct ClearanceRow {
    /// Whose it is.
    pub person_id: PersonId,
    /// Code of the role.
    pub role: String,
    /// Standing on `as_of`.
    pub status: Status,
    /// Last day on which nothing hard has failed; `None` unless cleared.
    pub valid_until: Option<NaiveDate>,
    /// Next day on which the passing of time may change anything.
    pub next_change_on: Option<NaiveDate>,
    /// Day it was computed for.
    pub as_of: NaiveDate,
    /// Version it was computed under.
    pub policy_number: i32,
    /// Folded surname and forename, for lists.
    pub sort_name: String,
    /// Licensing authority of the licence in use, for lists.
    pub authority_id: Option<AuthorityId>,
}

/// How one requirement stood in a kept clearance.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = crate::store::schema::clearance_items, treat_none_as_default_value = false)]
pub struct ItemRow {
    /// Whose it is.
    pub person_id: PersonId,
    /// Code of the role.
    pub role: String,
    /// Code of the requirement.
    pub requirement: String,
    /// Kind of requirement.
    pub kind: Kind,
    /// How it stood.
    pub state: ItemState,
    /// Last valid day, or the day it was first missing.
    pub due_on: Option<NaiveDate>,
    /// First day on which it stops the person; `None` for never.
    pub stops_on: Option<NaiveDate>,
    /// Smallest lead reached, in days.
    pub lead: Option<i32>,
    /// Why, in plain English.
    pub note: String,
    /// Row that meets it.
    pub evidence_id: Option<i64>,
}

/// What is kept of these people: their standings and how each requirement stood.
///
/// # Errors
/// The database's.
pub fn kept_of(conn: &mut Conn, people: &[PersonId]) -> Result<(Vec<ClearanceRow>, Vec<ItemRow>)> {
    Ok((
        clearances::table.filter(clearances::person_id.eq_any(people)).select(ClearanceRow::as_select()).load(conn)?,
        clearance_items::table
            .filter(clearance_items::person_id.eq_any(people))
            .select(ItemRow::as_select())
            .load(conn)?,
    ))
}

/// People with a standing that time may have changed by `today`, the longest due first.
///
/// # Errors
/// The database's.
pub fn stale(conn: &mut Conn, today: NaiveDate, limit: i64) -> Result<Vec<PersonId>> {
    let mut people: Vec<PersonId> = clearances::table
        .filter(clearances::next_change_on.le(today))
        .order((clearances::next_change_on, clearances::person_id))
        .limit(limit)
        .select(clearances::person_id)
        .load(conn)?;
    people.dedup();
    Ok(people)
}

/// The next people by id, for a walk through all of them.
///
/// # Errors
/// The database's.
pub fn people_after(conn: &mut Conn, after: PersonId, limit: i64) -> Result<Vec<PersonId>> {
    Ok(people::table.filter(people::id.gt(after)).order(people::id).limit(limit).select(people::id).load(conn)?)
}

/// Writes new standings and items.
///
/// # Errors
/// The database's.
pub fn insert(tx: &mut Tx<'_>, standings: &[ClearanceRow], items: &[ItemRow]) -> Result<()> {
    insert_all!(&mut **tx, clearances::table, standings, |row| row)?;
    insert_all!(&mut **tx, clearance_items::table, items, |row| row)?;
    Ok(())
}

/// Rewrites a standing.
///
/// # Errors
/// The database's.
pub fn update(tx: &mut Tx<'_>, row: &ClearanceRow) -> Result<()> {
    diesel::update(clearances::table.find((row.person_id, &row.role)))
        .set((
            clearances::status.eq(row.status),
            clearances::valid_until.eq(row.valid_until),
            clearances::next_change_on.eq(row.next_change_on),
            clearances::as_of.eq(row.as_of),
            clearances::policy_number.eq(row.policy_number),
            clearances::sort_name.eq(&row.sort_name),
            clearances::authority_id.eq(row.authority_id),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

/// Rewrites how one requirement stands.
///
/// # Errors
/// The database's.
pub fn update_item(tx: &mut Tx<'_>, row: &ItemRow) -> Result<()> {
    diesel::update(clearance_items::table.find((row.person_id, &row.role, &row.requirement)))
        .set((
            clearance_items::kind.eq(row.kind),
            clearance_items::state.eq(row.state),
            clearance_items::due_on.eq(row.due_on),
            clearance_items::stops_on.eq(row.stops_on),
            clearance_items::lead.eq(row.lead),
            clearance_items::note.eq(&row.note),
            clearance_items::evidence_id.eq(row.evidence_id),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

/// Drops a requirement that is no longer asked.
///
/// # Errors
/// The database's.
pub fn delete_item(tx: &mut Tx<'_>, row: &ItemRow) -> Result<()> {
    diesel::delete(clearance_items::table.find((row.person_id, &row.role, &row.requirement))).execute(&mut **tx)?;
    Ok(())
}
