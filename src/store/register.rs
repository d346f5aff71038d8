//! The register as lists: who stands how, by name or by what falls due, narrowed to what the reader may see. Kept
//! rows may be a night old, so a list reads Cleared as "cleared and still valid today".

use chrono::NaiveDate;
use diesel::dsl::exists;
use diesel::prelude::*;

use super::conn::Conn;
use super::schema::{clearance_items, clearances, engagements};
use crate::error::Result;
use crate::types::{AuthorityId, ContractorId, Kind, PersonId, Reach, Status};

pub use line::{Line, NextDue, Titles, lines, staff_names, standings_of, titles};
pub use search::{exactly, search};

/// What bounds every list: whose people, on which day, and whether requirements that tell of a trace count.
#[derive(Debug, Clone)]
pub struct Scope {
    /// Whose people.
    pub reach: Reach,
    /// The day the list is read.
    pub today: NaiveDate,
    /// Whether the suitability requirement may be told of.
    pub sees_trace: bool,
}

/// What a list is narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Code of a role.
    pub role: Option<String>,
    /// A firm that employs them now.
    pub contractor: Option<ContractorId>,
    /// Authority of the licence in use.
    pub authority: Option<AuthorityId>,
    /// Standing as it reads today.
    pub status: Option<Status>,
    /// Something open falls due by this day, inclusive, or fell due before.
    pub due_within: Option<NaiveDate>,
}

/// The order of a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    /// By folded surname and forename.
    #[default]
    Name,
    /// By the earliest open item; who has none is not listed.
    Due,
}

/// A row of a list, by which the next page is found; its name, and its day where none is given, are looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// The person.
    pub person: PersonId,
    /// The role.
    pub role: String,
    /// The day it stood at in a list by what falls due: the item may have been settled since.
    pub due_on: Option<NaiveDate>,
    /// Whether the rows before it are wanted.
    pub back: bool,
}

/// A standing found, as it reads today.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Found {
    /// Whose.
    pub person: PersonId,
    /// In which role.
    pub role: String,
    /// The standing.
    pub status: Status,
    /// Last day on which nothing stops them; `None` unless cleared.
    pub valid_until: Option<NaiveDate>,
    sort_name: String,
}

/// One index walk of a list by name.
#[derive(Clone, Copy)]
enum Walk {
    Any,
    Is(Status),
    /// Kept as cleared and no longer so: met by `next_change_on`, which never comes too late.
    Stale,
}

impl Scope {
    /// The firms that bound a list; `None` for no bound.
    fn firms(&self, chosen: Option<ContractorId>) -> Option<Vec<ContractorId>> {
        match &self.reach {
            Reach::Everyone => chosen.map(|firm| vec![firm]),
            Reach::Firms(own) => {
                Some(own.iter().copied().filter(|firm| chosen.is_none_or(|chosen| chosen == *firm)).collect())
            }
            Reach::Nobody => Some(Vec::new()),
        }
    }

    fn hidden(&self) -> Vec<Kind> {
        if self.sees_trace { Vec::new() } else { vec![Kind::Suitability] }
    }
}

impl Found {
    fn today(mut self, today: NaiveDate) -> Found {
        if is_cleared(self.status) && self.valid_until.is_none_or(|day| day < today) {
            (self.status, self.valid_until) = (Status::Lapsed, None);
        }
        self
    }

    fn key(&self) -> (&str, PersonId, &str) {
        (&self.sort_name, self.person, &self.role)
    }
}

fn is_cleared(status: Status) -> bool {
    matches!(status, Status::Cleared | Status::ClearedWithConditions)
}

macro_rules! columns {
    () => {
        (clearances::person_id, clearances::role, clearances::status, clearances::valid_until, clearances::sort_name)
    };
}

macro_rules! running {
    ($today:expr) => {
        engagements::ends_on.is_null().or(engagements::ends_on.ge($today))
    };
}

macro_rules! narrowed {
    ($query:expr, $scope:expr, $filter:expr) => {{
        let mut query = $query;
        if let Some(role) = $filter.role.clone() {
            query = query.filter(clearances::role.eq(role));
        }
        if let Some(authority) = $filter.authority {
            query = query.filter(clearances::authority_id.eq(authority));
        }
        if let Some(firms) = $scope.firms($filter.contractor) {
            let theirs = engagements::table
                .filter(engagements::contractor_id.eq_any(firms.clone()))
                .filter(running!($scope.today))
                .select(engagements::person_id);
            let in_role = engagements::table
                .filter(engagements::person_id.eq(clearances::person_id))
                .filter(engagements::role.eq(clearances::role))
                .filter(engagements::contractor_id.eq_any(firms))
                .filter(running!($scope.today));
            query = query.filter(clearances::person_id.eq_any(theirs)).filter(exists(in_role));
        }
        query
    }};
}

mod due;
mod line;
mod search;

/// Up to `limit` standings in the order of `sort`, from `cursor` on, or back from it; always in list order.
///
/// # Errors
/// The database's.
pub fn page(
    conn: &mut Conn,
    scope: &Scope,
    filter: &Filter,
    sort: Sort,
    cursor: Option<&Cursor>,
    limit: i64,
) -> Result<Vec<Found>> {
    let found = match sort {
        Sort::Name => by_name(conn, scope, filter, cursor, limit)?,
        Sort::Due => due::page(conn, scope, filter, cursor, limit)?,
    };
    Ok(found.into_iter().map(|one| one.today(scope.today)).collect())
}

/// How many standings there are, counted no further than `most`.
///
/// # Errors
/// The database's.
pub fn count(conn: &mut Conn, scope: &Scope, filter: &Filter, sort: Sort, most: i64) -> Result<i64> {
    let mut count = 0;
    match sort {
        Sort::Name => {
            for walk in walks(filter.status) {
                let ids: Vec<PersonId> =
                    named(scope, filter, walk).select(clearances::person_id).limit(most).load(conn)?;
                count += i64::try_from(ids.len()).unwrap_or(i64::MAX);
            }
        }
        Sort::Due => count = due::count(conn, scope, filter, most)?,
    }
    Ok(count.min(most))
}

fn walks(status: Option<Status>) -> Vec<Walk> {
    match status {
        None => vec![Walk::Any],
        Some(Status::Lapsed) => vec![Walk::Is(Status::Lapsed), Walk::Stale],
        Some(other) => vec![Walk::Is(other)],
    }
}

fn named(
    scope: &Scope,
    filter: &Filter,
    walk: Walk,
) -> clearances::BoxedQuery<'static, <Conn as diesel::Connection>::Backend> {
    let mut query = narrowed!(clearances::table.into_boxed(), scope, filter);
    query = match walk {
        Walk::Any => query,
        Walk::Is(status) if is_cleared(status) => {
            query.filter(clearances::status.eq(status)).filter(clearances::valid_until.ge(scope.today))
        }
        Walk::Is(status) => query.filter(clearances::status.eq(status)),
        Walk::Stale => query
            .filter(clearances::next_change_on.le(scope.today))
            .filter(clearances::status.eq_any([Status::Cleared, Status::ClearedWithConditions]))
            .filter(clearances::valid_until.lt(scope.today)),
    };
    if let Some(day) = filter.due_within {
        let open = clearance_items::table
            .filter(clearance_items::person_id.eq(clearances::person_id))
            .filter(clearance_items::role.eq(clearances::role))
            .filter(clearance_items::lead.is_not_null())
            .filter(clearance_items::due_on.le(day))
            .filter(clearance_items::kind.ne_all(scope.hidden()));
        query = query.filter(exists(open));
    }
    query
}

fn by_name(conn: &mut Conn, scope: &Scope, filter: &Filter, cursor: Option<&Cursor>, limit: i64) -> Result<Vec<Found>> {
    let from: Option<(String, &Cursor)> = match cursor {
        None => None,
        Some(cursor) => named(scope, &Filter::default(), Walk::Any)
            .filter(clearances::person_id.eq(cursor.person))
            .filter(clearances::role.eq(cursor.role.clone()))
            .select(clearances::sort_name)
            .first(conn)
            .optional()?
            .map(|name| (name, cursor)),
    };
    let back = from.as_ref().is_some_and(|(_, cursor)| cursor.back);
    let mut found = Vec::new();
    for walk in walks(filter.status) {
        let mut query = named(scope, filter, walk).select(columns!()).limit(limit);
        let (name, person, role) = (clearances::sort_name, clearances::person_id, clearances::role);
        if let Some((key, at)) = &from {
            let (key, at, of) = (key.clone(), at.person, at.role.clone());
            query = if back {
                let tie = name.eq(key.clone()).and(person.lt(at).or(person.eq(at).and(role.lt(of))));
                query.filter(name.le(key.clone())).filter(name.lt(key).or(tie))
            } else {
                let tie = name.eq(key.clone()).and(person.gt(at).or(person.eq(at).and(role.gt(of))));
                query.filter(name.ge(key.clone())).filter(name.gt(key).or(tie))
            };
        }
        query = if back {
            query.order((name.desc(), person.desc(), role.desc()))
        } else {
            query.order((name.asc(), person.asc(), role.asc()))
        };
        found.extend(query.load::<Found>(conn)?);
    }
    found.sort_by(|a, b| if back { b.key().cmp(&a.key()) } else { a.key().cmp(&b.key()) });
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    if back {
        found.reverse();
    }
    Ok(found)
}
