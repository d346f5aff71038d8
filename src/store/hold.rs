//! Holds on people.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::types::{At, HoldCode, HoldId, PersonId, UserId};

/// A stop put on a person by somebody, or by the system for new information. A lapse is not a hold.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = crate::store::schema::holds, treat_none_as_default_value = false)]
pub struct Hold {
    /// Row id; given by the database.
    #[diesel(skip_insertion)]
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

super::rows::dossier_rows!(holds, Hold, HoldId);

/// One hold.
///
/// # Errors
/// `NotFound`.
pub fn find(conn: &mut super::Conn, id: HoldId) -> crate::error::Result<Hold> {
    use super::schema::holds;
    Ok(holds::table.find(id).select(Hold::as_select()).first(conn)?)
}

/// Lifts a hold that is still in place; says whether it was.
///
/// # Errors
/// The database's; the table itself refuses that whoever placed it lifts it.
pub fn lift(tx: &mut super::Tx<'_>, hold: &Hold, reason: &str) -> crate::error::Result<bool> {
    use super::schema::holds;
    let (by, today) = (tx.actor, tx.today);
    let changed = diesel::update(holds::table.filter(holds::id.eq(hold.id)).filter(holds::lifted_on.is_null()))
        .set((holds::lifted_on.eq(Some(today)), holds::lifted_by.eq(Some(by)), holds::lift_reason.eq(Some(reason))))
        .execute(&mut **tx)?;
    tx.touch(hold.person_id);
    Ok(changed == 1)
}
