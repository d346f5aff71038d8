//! Clearances as kept: rewritten with every write that could change them, and by the nightly sweep.

use chrono::NaiveDate;
use diesel::prelude::*;

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
