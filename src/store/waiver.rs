//! Waivers: who may work for a while without what, and on what conditions.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::types::{Origin, PersonId, UserId, WaiverId};

/// One requirement of one role set aside for a while.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = crate::store::schema::waivers, treat_none_as_default_value = false)]
pub struct Waiver {
    /// Row id; given by the database.
    #[diesel(skip_insertion)]
    pub id: WaiverId,
    /// Whose it is.
    pub person_id: PersonId,
    /// Code of the role.
    pub role: String,
    /// Code of the requirement.
    pub requirement: String,
    /// First day it holds.
    pub starts_on: NaiveDate,
    /// Last day it holds, inclusive.
    pub ends_on: NaiveDate,
    /// What it depends on, such as a checked second adult.
    pub conditions: String,
    /// Why, in the words of whoever recorded it.
    pub reason: String,
    /// Imported from a legacy register, or recorded here.
    pub origin: Origin,
    /// Who granted it.
    pub granted_by: UserId,
    /// Day it was written down.
    pub recorded_on: NaiveDate,
    /// Day it was withdrawn; a withdrawn waiver holds on no day.
    pub withdrawn_on: Option<NaiveDate>,
    /// Why it was withdrawn.
    pub withdrawn_reason: Option<String>,
}

super::rows::dossier_rows!(waivers, Waiver, WaiverId);

/// Withdraws a waiver; says whether it was in force.
///
/// # Errors
/// The database's.
pub fn withdraw(tx: &mut super::Tx<'_>, waiver: &Waiver, reason: &str) -> crate::error::Result<bool> {
    use super::schema::waivers;
    let today = tx.today;
    let changed =
        diesel::update(waivers::table.filter(waivers::id.eq(waiver.id)).filter(waivers::withdrawn_on.is_null()))
            .set((waivers::withdrawn_on.eq(Some(today)), waivers::withdrawn_reason.eq(Some(reason))))
            .execute(&mut **tx)?;
    tx.touch(waiver.person_id);
    Ok(changed == 1)
}
