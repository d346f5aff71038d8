//! Badges: those imported, and our own.

mod list;

use chrono::NaiveDate;
use diesel::prelude::*;

use super::conn::Conn;
use super::db::Tx;
use super::dialect::each;
use super::schema::{badge_numbers, badges};
use crate::error::Result;
use crate::types::{BadgeId, BadgeState, ContractorId, Origin, PersonId, PhotoId, UserId};

pub use list::{Filter, Row, expiring, page, still_out, unreturned};

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

/// What only a badge of our own has.
#[derive(Debug, Clone, AsChangeset)]
#[diesel(table_name = badges)]
#[allow(missing_docs)]
pub struct OwnBadge {
    pub opaque: Option<String>,
    pub photo_id: Option<PhotoId>,
    pub issued_by: Option<UserId>,
    pub state_since: Option<NaiveDate>,
    pub replaces: Option<BadgeId>,
}

/// A badge.
///
/// # Errors
/// `NotFound`.
pub fn find(conn: &mut Conn, id: BadgeId) -> Result<Badge> {
    Ok(badges::table.find(id).select(Badge::as_select()).first(conn)?)
}

/// These badges, in the order of their ids.
///
/// # Errors
/// The database's.
pub fn by_ids(conn: &mut Conn, ids: &[BadgeId]) -> Result<Vec<Badge>> {
    let own = badges::table.filter(badges::id.eq_any(ids)).order(badges::id);
    Ok(own.select(Badge::as_select()).load(conn)?)
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

/// The badges of these people, each one's newest first.
///
/// # Errors
/// The database's.
pub fn of_people(conn: &mut Conn, people: &[PersonId]) -> Result<Vec<Badge>> {
    Ok(badges::table
        .filter(badges::person_id.eq_any(people))
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

/// Writes a badge of our own and says which it is.
///
/// # Errors
/// The database's, which refuses a second live one of one person, firm and role.
pub fn insert_own(tx: &mut Tx<'_>, new: &NewBadge, own: &OwnBadge) -> Result<BadgeId> {
    let id: BadgeId =
        each!(&mut **tx, |c| { diesel::insert_into(badges::table).values(new).returning(badges::id).get_result(c) })?;
    diesel::update(badges::table.find(id)).set(own).execute(&mut **tx)?;
    Ok(id)
}

/// The next number of our own counter; it is never given again.
///
/// # Errors
/// The database's.
pub fn next_number(tx: &mut Tx<'_>) -> Result<i64> {
    diesel::update(badge_numbers::table.find(1))
        .set(badge_numbers::next.eq(badge_numbers::next + 1))
        .execute(&mut **tx)?;
    let next: i64 = badge_numbers::table.find(1).select(badge_numbers::next).first(&mut **tx)?;
    Ok(next - 1)
}

/// Whether any badge bears this number.
///
/// # Errors
/// The database's.
pub fn is_taken(conn: &mut Conn, number: &str) -> Result<bool> {
    Ok(diesel::select(diesel::dsl::exists(badges::table.filter(badges::number.eq(number)))).get_result(conn)?)
}

/// Brings a badge into another state, when it is still in the one that was seen; says whether it was.
///
/// # Errors
/// The database's.
pub fn change(tx: &mut Tx<'_>, seen: &Badge, state: BadgeState, reason: &str) -> Result<bool> {
    let today = tx.today;
    let returned_on = if state == BadgeState::Returned { Some(today) } else { seen.returned_on };
    let same = badges::table.filter(badges::id.eq(seen.id)).filter(badges::state.eq(seen.state));
    let changed = diesel::update(same)
        .set((
            badges::state.eq(state),
            badges::state_since.eq(Some(today)),
            badges::state_reason.eq(reason),
            badges::returned_on.eq(returned_on),
        ))
        .execute(&mut **tx)?;
    Ok(changed == 1)
}

/// Notes that a badge that is dead already came back.
///
/// # Errors
/// The database's.
pub fn take_back(tx: &mut Tx<'_>, id: BadgeId) -> Result<bool> {
    let today = tx.today;
    let out = badges::table.filter(badges::id.eq(id)).filter(badges::returned_on.is_null());
    Ok(diesel::update(out).set(badges::returned_on.eq(Some(today))).execute(&mut **tx)? == 1)
}
