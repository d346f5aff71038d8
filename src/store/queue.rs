//! The team's queues of applications. Each read is a bounded piece of an index, the longest waiting first.

mod assign;
mod dated;

use chrono::NaiveDate;
use diesel::dsl::{exists, not, sql};
use diesel::prelude::*;
use diesel::sql_types::Bool;

pub use assign::{assign, assign_task, is_of_team, names, team};
pub use dated::{Coming, Pending, appeals, appeals_by, coming, coming_at, exceptions};

use super::conn::Conn;
use super::schema::{applications, contractors, interviews, people};
use crate::error::Result;
use crate::types::{ApplicationId, ApplicationState, UserId};

/// Whose work is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Owned {
    /// Everybody's.
    #[default]
    Anybody,
    /// What nobody has taken.
    Nobody,
    /// This officer's.
    By(UserId),
}

/// Where a page ends: the day it is sorted by, and the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The day the row is sorted by.
    pub day: NaiveDate,
    /// The row.
    pub id: i64,
}

/// An application in a queue. Names somebody, so no Debug.
#[derive(Clone, PartialEq, Eq, Queryable)]
pub struct Line {
    /// The application.
    pub id: ApplicationId,
    /// What people call it.
    pub reference: String,
    /// Forename and surname, once the person is known.
    pub name: Option<(String, String)>,
    /// What was typed, by question group, as JSON.
    pub answers: String,
    /// Code of the role.
    pub role: String,
    /// The firm's name.
    pub firm: Option<String>,
    /// How far it is.
    pub state: ApplicationState,
    /// Since when.
    pub since: NaiveDate,
    /// Whose it is.
    pub owner: Option<UserId>,
}

/// The name among what was typed.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct Typed {
    forename: String,
    surname: String,
}

impl Line {
    /// Full name, or the name as typed while nobody has said who it is.
    pub fn full_name(&self) -> String {
        let typed: Typed = serde_json::from_str(&self.answers).unwrap_or_default();
        let (forename, surname) = match &self.name {
            Some((forename, surname)) => (forename, surname),
            None => (&typed.forename, &typed.surname),
        };
        format!("{forename} {surname}").trim().to_owned()
    }
}

/// What [`Line`] is read from, with people and contractors joined.
macro_rules! line {
    () => {
        (
            applications::id,
            applications::reference,
            (people::forename, people::surname).nullable(),
            applications::answers,
            applications::role,
            contractors::name.nullable(),
            applications::state,
            applications::state_since,
            applications::owner,
        )
    };
}
use line;

/// Narrows a boxed query to `$column`'s owner.
macro_rules! owned {
    ($query:expr, $column:expr, $owned:expr) => {
        match $owned {
            Owned::Anybody => $query,
            Owned::Nobody => $query.filter($column.is_null()),
            Owned::By(user) => $query.filter($column.eq(user)),
        }
    };
}
use owned;

/// Whether no interview of the application is arranged.
macro_rules! unarranged {
    () => {
        not(exists(
            interviews::table
                .filter(interviews::application_id.eq(applications::id))
                .filter(sql::<Bool>("interviews.state = 'arranged'")),
        ))
    };
}

/// A page of the applications in one of these states, the longest waiting first; `to_arrange` leaves out those whose
/// interview is arranged. Each state is its own walk along the index.
///
/// # Errors
/// The database's.
pub fn waiting(
    conn: &mut Conn,
    states: &[ApplicationState],
    to_arrange: bool,
    owned: Owned,
    after: Option<Place>,
    limit: i64,
) -> Result<Vec<Line>> {
    let mut found: Vec<Line> = Vec::new();
    for state in states {
        let mut query = applications::table
            .left_join(people::table)
            .left_join(contractors::table)
            .filter(applications::state.eq(*state))
            .order((applications::state_since, applications::id))
            .limit(limit)
            .select(line!())
            .into_boxed();
        query = owned!(query, applications::owner, owned);
        if to_arrange {
            query = query.filter(unarranged!());
        }
        if let Some(Place { day, id }) = after {
            let later = applications::state_since.gt(day).or(applications::id.gt(ApplicationId(id)));
            query = query.filter(applications::state_since.ge(day)).filter(later);
        }
        found.extend(query.load::<Line>(conn)?);
    }
    found.sort_by_key(|line| (line.since, line.id));
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(found)
}

/// These applications, by id.
///
/// # Errors
/// The database's.
pub fn by_ids(conn: &mut Conn, ids: &[ApplicationId]) -> Result<Vec<Line>> {
    Ok(applications::table
        .left_join(people::table)
        .left_join(contractors::table)
        .filter(applications::id.eq_any(ids))
        .select(line!())
        .load(conn)?)
}

/// Since when each waits, the longest first; no more than `limit`, which is one more than is counted.
///
/// # Errors
/// The database's.
pub fn since(conn: &mut Conn, states: &[ApplicationState], to_arrange: bool, limit: i64) -> Result<Vec<NaiveDate>> {
    let mut found: Vec<NaiveDate> = Vec::new();
    for state in states {
        let mut query = applications::table
            .filter(applications::state.eq(*state))
            .order((applications::state_since, applications::id))
            .limit(limit)
            .select(applications::state_since)
            .into_boxed();
        if to_arrange {
            query = query.filter(unarranged!());
        }
        found.extend(query.load::<NaiveDate>(conn)?);
    }
    found.sort_unstable();
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(found)
}
