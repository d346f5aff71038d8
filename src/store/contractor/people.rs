//! Who works for a firm and who signs in for it. The cost follows the firm's size, never the register's.

use chrono::NaiveDate;
use diesel::dsl::exists;
use diesel::prelude::*;

use crate::error::Result;
use crate::store::Conn;
use crate::store::schema::{accesses, clearance_items, clearances, engagements, people, users};
use crate::types::{AccessStatus, ContractorId, PersonId, Status, UserStatus};

/// A page of the people who work for the firm, or are about to, by name, after the one named.
///
/// # Errors
/// The database's.
pub fn at_firm(
    conn: &mut Conn,
    firm: ContractorId,
    today: NaiveDate,
    after: Option<PersonId>,
    limit: i64,
) -> Result<Vec<PersonId>> {
    let mut query = engagements::table
        .inner_join(people::table)
        .filter(engagements::contractor_id.eq(firm))
        .filter(engagements::ends_on.is_null().or(engagements::ends_on.ge(today)))
        .select((people::sort_name, people::id))
        .distinct()
        .order((people::sort_name, people::id))
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        // Somebody of another firm answers as nobody does: the place of their name in the list would tell of it.
        let theirs = engagements::table
            .filter(engagements::person_id.eq(after))
            .filter(engagements::contractor_id.eq(firm))
            .select(engagements::person_id);
        let row = people::table.filter(people::id.eq_any(theirs)).select(people::sort_name);
        let name: String = row.first(conn).optional()?.unwrap_or_default();
        query =
            query.filter(people::sort_name.gt(name.clone()).or(people::sort_name.eq(name).and(people::id.gt(after))));
    }
    let rows: Vec<(String, PersonId)> = query.load(conn)?;
    Ok(rows.into_iter().map(|(_, id)| id).collect())
}

/// The people who work for the firm today and may owe something: not cleared, with an open item, or not looked at
/// since time moved on. The engine has the last word.
///
/// # Errors
/// The database's.
pub fn in_need(conn: &mut Conn, firm: ContractorId, today: NaiveDate, limit: i64) -> Result<Vec<PersonId>> {
    let open = clearance_items::table
        .filter(clearance_items::person_id.eq(clearances::person_id))
        .filter(clearance_items::role.eq(clearances::role))
        .filter(clearance_items::lead.is_not_null());
    let standing = clearances::table
        .on(clearances::person_id.eq(engagements::person_id).and(clearances::role.eq(engagements::role)));
    Ok(engagements::table
        .inner_join(standing)
        .filter(engagements::contractor_id.eq(firm))
        .filter(engagements::starts_on.le(today))
        .filter(engagements::ends_on.is_null().or(engagements::ends_on.ge(today)))
        .filter(
            clearances::status
                .ne_all([Status::Cleared, Status::ClearedWithConditions])
                .or(clearances::next_change_on.le(today))
                .or(exists(open)),
        )
        .select(engagements::person_id)
        .distinct()
        .order(engagements::person_id)
        .limit(limit)
        .load(conn)?)
}

/// Names, addresses and standing of those who sign in for the firm.
///
/// # Errors
/// The database's.
pub fn users_of(conn: &mut Conn, firm: ContractorId) -> Result<Vec<(String, String, UserStatus)>> {
    Ok(accesses::table
        .inner_join(users::table)
        .filter(accesses::contractor_id.eq(firm))
        .filter(accesses::status.ne(AccessStatus::Ended))
        .order((users::name, users::id))
        .limit(200)
        .select((users::name, users::email, users::status))
        .load(conn)?)
}
