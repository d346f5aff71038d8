//! Holds on people.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::types::{At, HoldCode, HoldId, PersonId, UserId};

/// A stop put on a person by somebody, or by the system for new information. A lapse is not a hold.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = crate::store::schema::holds, treat_none_as_default_value = false)]
pub struct Hold {
    /// Row id.
    pub id: HoldId,
    /// Whose it is.
    pub person_id: PersonId,
    /// Why, as a word.
    pub code: HoldCode,
    /// First day it holds.
    pub starts_on: NaiveDate,
    /// Last day it holds, inclusive; `None` until lifted.
    pub until: Option<NaiveDate>,
    /// Why, in the words of whoever recorded it.
    pub reason: String,
    /// Who placed it.
    pub placed_by: UserId,
    /// When it was placed.
    pub placed_at: At,
    /// First day on which it no longer holds.
    pub lifted_on: Option<NaiveDate>,
    /// Who lifted it; never who placed it.
    pub lifted_by: Option<UserId>,
    /// Why it was lifted.
    pub lift_reason: Option<String>,
}
