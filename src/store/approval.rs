//! Approvals: a decision maker's yes to a person in a role.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::types::{ApprovalId, Origin, PersonId, UserId};

/// A person approved for a role by the council. Complete papers alone clear nobody.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = crate::store::schema::approvals, treat_none_as_default_value = false)]
pub struct Approval {
    /// Row id; given by the database.
    #[diesel(skip_insertion)]
    pub id: ApprovalId,
    /// Whose it is.
    pub person_id: PersonId,
    /// Code of the role.
    pub role: String,
    /// First day it holds.
    pub approved_on: NaiveDate,
    /// Version it was made under; `None` when imported.
    pub policy_number: Option<i32>,
    /// What the approval depends on; empty when nothing.
    pub conditions: String,
    /// Last day the conditions cover, inclusive.
    pub conditions_until: Option<NaiveDate>,
    /// First day on which it no longer holds.
    pub ended_on: Option<NaiveDate>,
    /// Imported from a legacy register, or recorded here.
    pub origin: Origin,
    /// Who approved.
    pub approved_by: UserId,
    /// Day it was written down.
    pub recorded_on: NaiveDate,
    /// Why, in the words of whoever recorded it.
    pub reason: String,
}

super::rows::dossier_rows!(approvals, Approval, ApprovalId);

/// Ends an approval; says whether it was in force.
///
/// # Errors
/// The database's.
pub fn end(tx: &mut super::Tx<'_>, approval: &Approval, on: NaiveDate) -> crate::error::Result<bool> {
    use super::schema::approvals;
    let changed =
        diesel::update(approvals::table.filter(approvals::id.eq(approval.id)).filter(approvals::ended_on.is_null()))
            .set(approvals::ended_on.eq(Some(on)))
            .execute(&mut **tx)?;
    tx.touch(approval.person_id);
    Ok(changed == 1)
}
