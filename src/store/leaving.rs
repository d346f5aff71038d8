//! Who left altogether, when and why. A new engagement undoes it.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::conn::Conn;
use super::db::Tx;
use super::schema::leavings;
use crate::error::Result;
use crate::types::{LeavingCause, LeavingId, PersonId, UserId};

/// A person's leaving.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = leavings, treat_none_as_default_value = false)]
pub struct Leaving {
    /// Row id; given by the database.
    #[diesel(skip_insertion)]
    pub id: LeavingId,
    /// Who left.
    pub person_id: PersonId,
    /// Their last day.
    pub left_on: NaiveDate,
    /// Why, as a word.
    pub cause: LeavingCause,
    /// Why, in the words of whoever recorded it.
    pub reason: String,
    /// Who wrote it down.
    pub recorded_by: UserId,
    /// Day it was written down.
    pub recorded_on: NaiveDate,
    /// Day a new engagement undid it.
    pub undone_on: Option<NaiveDate>,
}

super::rows::dossier_rows!(leavings, Leaving, LeavingId);

/// The leaving that stands.
///
/// # Errors
/// The database's.
pub fn standing(conn: &mut Conn, person: PersonId) -> Result<Option<Leaving>> {
    Ok(leavings::table
        .filter(leavings::person_id.eq(person))
        .filter(leavings::undone_on.is_null())
        .order(leavings::id.desc())
        .select(Leaving::as_select())
        .first(conn)
        .optional()?)
}

/// The person is back; says whether they had left.
///
/// # Errors
/// The database's.
pub fn undo(tx: &mut Tx<'_>, person: PersonId) -> Result<bool> {
    let today = tx.today;
    let gone = leavings::table.filter(leavings::person_id.eq(person)).filter(leavings::undone_on.is_null());
    Ok(diesel::update(gone).set(leavings::undone_on.eq(Some(today))).execute(&mut **tx)? > 0)
}
