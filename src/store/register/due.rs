//! The register by what falls due: each standing once, at its earliest open item, read in the order of the index
//! of open items.

use chrono::NaiveDate;
use diesel::dsl::{exists, not};
use diesel::prelude::*;

use super::{Cursor, Filter, Found, Scope, is_cleared};
use crate::error::Result;
use crate::store::conn::Conn;
use crate::store::schema::{clearance_items, clearances, engagements};
use crate::types::{PersonId, Status};

diesel::alias!(clearance_items as earlier: Earlier);

/// Open items that are the first of their standing, joined to it.
macro_rules! firsts {
    ($scope:expr, $filter:expr) => {{
        use clearance_items as item;
        let sooner = earlier.field(item::due_on).lt(item::due_on.nullable());
        let alike = earlier.field(item::due_on).eq(item::due_on.nullable());
        let before = earlier
            .filter(earlier.field(item::person_id).eq(item::person_id))
            .filter(earlier.field(item::role).eq(item::role))
            .filter(earlier.field(item::lead).is_not_null())
            .filter(earlier.field(item::kind).ne_all($scope.hidden()))
            .filter(sooner.or(alike.and(earlier.field(item::requirement).lt(item::requirement))));
        let standing = clearances::person_id.eq(item::person_id).and(clearances::role.eq(item::role));
        let query = item::table
            .inner_join(clearances::table.on(standing))
            .filter(item::lead.is_not_null())
            .filter(item::kind.ne_all($scope.hidden()))
            .filter(not(exists(before)))
            .into_boxed();
        let query = narrowed!(query, $scope, $filter);
        let query = match $filter.due_within {
            Some(day) => query.filter(item::due_on.le(day)),
            None => query,
        };
        let valid = clearances::valid_until.ge($scope.today);
        let cleared = clearances::status.eq_any([Status::Cleared, Status::ClearedWithConditions]);
        let stale = cleared.and(clearances::valid_until.lt($scope.today));
        match $filter.status {
            None => query,
            Some(Status::Lapsed) => query.filter(clearances::status.eq(Status::Lapsed).or(stale.assume_not_null())),
            Some(status) if is_cleared(status) => query.filter(clearances::status.eq(status)).filter(valid),
            Some(status) => query.filter(clearances::status.eq(status)),
        }
    }};
}

/// As [`super::page`], by the earliest open item.
pub(super) fn page(
    conn: &mut Conn,
    scope: &Scope,
    filter: &Filter,
    cursor: Option<&Cursor>,
    limit: i64,
) -> Result<Vec<Found>> {
    let from: Option<(Option<NaiveDate>, &Cursor)> = match cursor {
        None => None,
        Some(cursor) if cursor.due_on.is_some() => Some((cursor.due_on, cursor)),
        Some(cursor) => firsts!(scope, Filter::default())
            .filter(clearance_items::person_id.eq(cursor.person))
            .filter(clearance_items::role.eq(cursor.role.clone()))
            .select(clearance_items::due_on)
            .first(conn)
            .optional()?
            .map(|due| (due, cursor)),
    };
    let back = from.as_ref().is_some_and(|(_, cursor)| cursor.back);
    let mut query = firsts!(scope, filter).select(columns!()).limit(limit);
    let (due, person) = (clearance_items::due_on, clearance_items::person_id);
    let (role, code) = (clearance_items::role, clearance_items::requirement);
    if let Some((Some(day), at)) = from {
        let (at, of) = (at.person, at.role.clone());
        query = if back {
            let tie = due.eq(day).and(person.lt(at).or(person.eq(at).and(role.lt(of))));
            query.filter(due.le(day)).filter(due.lt(day).or(tie))
        } else {
            let tie = due.eq(day).and(person.gt(at).or(person.eq(at).and(role.gt(of))));
            query.filter(due.ge(day)).filter(due.gt(day).or(tie))
        };
    }
    query = if back {
        query.order((due.desc(), person.desc(), role.desc(), code.desc()))
    } else {
        query.order((due.asc(), person.asc(), role.asc(), code.asc()))
    };
    let mut found: Vec<Found> = query.load(conn)?;
    if back {
        found.reverse();
    }
    Ok(found)
}

/// As [`super::count`]. Unless something else narrows the list, the index of open items alone answers.
pub(super) fn count(conn: &mut Conn, scope: &Scope, filter: &Filter, most: i64) -> Result<i64> {
    let by_day = Filter { due_within: filter.due_within, ..Filter::default() };
    let found = if *filter == by_day && scope.firms(None).is_none() && scope.hidden().is_empty() {
        use clearance_items as item;
        let mut open = item::table.filter(item::lead.is_not_null()).select((item::person_id, item::role)).into_boxed();
        if let Some(day) = filter.due_within {
            open = open.filter(item::due_on.le(day));
        }
        open.distinct().limit(most).load::<(PersonId, String)>(conn)?.len()
    } else {
        firsts!(scope, filter).select(clearances::person_id).limit(most).load::<PersonId>(conn)?.len()
    };
    Ok(i64::try_from(found).unwrap_or(i64::MAX))
}
