//! Badges as they were imported; issuing our own comes with its own noun.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::conn::Conn;
use super::db::Tx;
use super::dialect::each;
use super::schema::badges;
use crate::error::Result;
use crate::types::{BadgeId, BadgeState, ContractorId, Origin, PersonId, PhotoId, UserId};

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
    /// What its token and its code are made of; none of an imported badge.
    pub opaque: Option<String>,
    pub photo_id: Option<PhotoId>,
    pub issued_by: Option<UserId>,
    /// Since when it is in its state.
    pub state_since: Option<NaiveDate>,
    pub state_reason: String,
    /// The badge it stands in for.
    pub replaces: Option<BadgeId>,
    pub returned_on: Option<NaiveDate>,
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

/// What makes a badge one of its own: number, firm and role.
pub type Key = (String, ContractorId, String);

/// The badges that bear any of these numbers.
///
/// # Errors
/// The database's.
pub fn known(conn: &mut Conn, numbers: &[String]) -> Result<Vec<Key>> {
    Ok(badges::table
        .filter(badges::number.eq_any(numbers))
        .select((badges::number, badges::contractor_id, badges::role))
        .load(conn)?)
}

/// Writes a badge.
///
/// # Errors
/// The database's, which refuses a second badge of the same [`Key`].
pub fn insert(tx: &mut Tx<'_>, new: &NewBadge) -> Result<()> {
    each!(&mut **tx, |c| diesel::insert_into(badges::table).values(new).execute(c))?;
    Ok(())
}
