//! What a public check of a badge reads, and which numbers are dead.

use chrono::NaiveDate;
use diesel::dsl::{exists, not};
use diesel::prelude::*;

use super::badge::Badge;
use super::conn::Conn;
use super::schema::{badges, clearances, engagements, photos};
use crate::error::Result;
use crate::types::{BadgeState, Origin, PhotoId, Status};

/// The badge of this random name.
///
/// # Errors
/// The database's.
pub fn by_opaque(conn: &mut Conn, opaque: &str) -> Result<Option<Badge>> {
    Ok(badges::table.filter(badges::opaque.eq(opaque)).select(Badge::as_select()).first(conn).optional()?)
}

/// The badge of our own with this number.
///
/// # Errors
/// The database's.
pub fn by_number(conn: &mut Conn, number: &str) -> Result<Option<Badge>> {
    Ok(badges::table
        .filter(badges::number.eq(number))
        .filter(badges::origin.eq(Origin::Recorded))
        .select(Badge::as_select())
        .first(conn)
        .optional()?)
}

/// A photograph, as base64; empty when it is gone.
///
/// # Errors
/// The database's.
pub fn photo(conn: &mut Conn, id: PhotoId) -> Result<String> {
    Ok(photos::table.find(id).select(photos::jpeg).first(conn).optional()?.unwrap_or_default())
}

/// The numbers of our own badges that authorise nobody on `today`, or will not on `last`, as far as what is kept tells.
///
/// # Errors
/// The database's.
pub fn dead_numbers(conn: &mut Conn, today: NaiveDate, last: NaiveDate) -> Result<Vec<String>> {
    let cleared = clearances::table
        .filter(clearances::person_id.eq(badges::person_id))
        .filter(clearances::role.eq(badges::role))
        .filter(clearances::status.eq_any([Status::Cleared, Status::ClearedWithConditions]))
        .filter(clearances::valid_until.ge(last));
    let work = engagements::table
        .filter(engagements::person_id.eq(badges::person_id))
        .filter(engagements::contractor_id.eq(badges::contractor_id))
        .filter(engagements::role.eq(badges::role))
        .filter(engagements::starts_on.le(today))
        .filter(engagements::ends_on.is_null().or(engagements::ends_on.ge(last)));
    Ok(badges::table
        .filter(badges::origin.eq(Origin::Recorded))
        .filter(
            badges::state
                .ne(BadgeState::Live)
                .or(badges::expires_on.lt(last))
                .or(not(exists(cleared)))
                .or(not(exists(work))),
        )
        .order(badges::id)
        .select(badges::number)
        .load(conn)?)
}
