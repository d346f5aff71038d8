//! Badges as they were imported; issuing our own comes with its own noun.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::conn::Conn;
use super::db::Tx;
use super::schema::badges;
use crate::error::Result;
use crate::types::{BadgeId, BadgeState, ContractorId, Origin, PersonId};

/// A badge: a number may serve a person at two firms.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = badges)]
#[allow(missing_docs)]
pub struct Badge {
    pub id: BadgeId,
    pub number: String,
    pub person_id: PersonId,
    pub contractor_id: ContractorId,
    pub role: String,
    pub issued_on: NaiveDate,
    /// As printed; whether it authorises is always derived.
    pub expires_on: NaiveDate,
    pub state: BadgeState,
    pub origin: Origin,
}

/// A badge to be.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = badges)]
#[allow(missing_docs)]
pub struct NewBadge {
    pub number: String,
    pub person_id: PersonId,
    pub contractor_id: ContractorId,
    pub role: String,
    pub issued_on: NaiveDate,
    pub expires_on: NaiveDate,
    pub state: BadgeState,
    pub origin: Origin,
}

/// A person's badges, newest first.
///
/// # Errors
/// The database's.
pub fn of_person(conn: &mut Conn, person: PersonId) -> Result<Vec<Badge>> {
    Ok(badges::table
        .filter(badges::person_id.eq(person))
        .order((badges::issued_on.desc(), badges::id.desc()))
        .select(Badge::as_select())
        .load(conn)?)
}

/// Writes a badge unless this number is known for the firm and role; says whether it did.
///
/// # Errors
/// The database's.
pub fn insert(tx: &mut Tx<'_>, new: &NewBadge) -> Result<bool> {
    let known = badges::table
        .filter(badges::number.eq(&new.number))
        .filter(badges::contractor_id.eq(new.contractor_id))
        .filter(badges::role.eq(&new.role));
    if diesel::select(diesel::dsl::exists(known)).get_result(&mut **tx)? {
        return Ok(false);
    }
    diesel::insert_into(badges::table).values(new).execute(&mut **tx)?;
    Ok(true)
}
