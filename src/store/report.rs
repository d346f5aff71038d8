//! The funnel's counts, and the applications behind each. Every read stays within one index until it has its rows.

use chrono::NaiveDate;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Untyped};

use super::conn::Conn;
use super::dialect::month_of;
use super::queue::Place;
use super::schema::{applications, contractors, people};
use crate::error::Result;
use crate::types::{AppealOutcome, ApplicationId, ApplicationState, AuthorityId, ContractorId, Verdict};

/// What a funnel is split by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Split {
    /// Not at all.
    Whole,
    /// The role applied for.
    Role,
    /// The firm.
    Contractor,
    /// The licensing authority.
    Authority,
    /// The month of submission.
    Month,
}

/// Which applications are counted; the default counts all. `Some(None)` is "not recorded".
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Sent in on this day or later.
    pub from: Option<NaiveDate>,
    /// Sent in on this day or earlier.
    pub to: Option<NaiveDate>,
    /// Code of the role.
    pub role: Option<String>,
    /// The firm.
    pub contractor: Option<Option<ContractorId>>,
    /// The licensing authority.
    pub authority: Option<Option<AuthorityId>>,
}

/// How far down the funnel an application has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Sent in.
    Applied,
    /// Something on the certificate, or declared.
    Trace,
    /// Interviewed.
    Interviewed,
    /// Refused at the first decision, whatever an appeal made of it.
    Unsuitable,
    /// An appeal was lodged.
    Appealed,
    /// The appeal changed the decision.
    Upheld,
}

/// How many applications are alike in all that the funnel looks at.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Tally {
    /// What the funnel is split by, as text; `None` when not recorded, or not split.
    pub key: Option<String>,
    /// A trace.
    pub has_trace: bool,
    /// An interview was held.
    pub was_interviewed: bool,
    /// Refused by a decision, though an appeal may have undone it.
    pub was_refused: bool,
    /// An appeal was lodged.
    pub was_appealed: bool,
    /// What became of it.
    pub appeal_outcome: Option<AppealOutcome>,
    /// How many.
    pub count: i64,
}

/// An application behind a number. Names somebody, so no Debug.
#[derive(Clone, PartialEq, Eq, Queryable)]
pub struct Row {
    /// The application.
    pub id: ApplicationId,
    /// What people call it.
    pub reference: String,
    /// Forename and surname, once the person is known.
    pub name: Option<(String, String)>,
    /// The name as typed, folded.
    pub sort_name: String,
    /// Code of the role.
    pub role: String,
    /// The firm's name.
    pub firm: Option<String>,
    /// When it was sent in.
    pub submitted_on: Option<NaiveDate>,
    /// How far it is.
    pub state: ApplicationState,
    /// What was decided.
    pub outcome: Option<Verdict>,
    /// What became of an appeal.
    pub appeal_outcome: Option<AppealOutcome>,
}

/// A case that the council opens itself is no application.
const APPLIED: &str = "applications.submitted_on IS NOT NULL AND applications.kind <> 'review'";
const INTERVIEWED: &str = "applications.interviewed_on IS NOT NULL";
const APPEALED: &str = "applications.appealed_on IS NOT NULL";
/// The outcome is kept as an appeal left it, so after an appeal the papers say what was decided first.
const REFUSED: &str = "CASE WHEN applications.appeal_outcome IS NULL THEN COALESCE(applications.outcome = 'refused', FALSE) \
     ELSE COALESCE(applications.outcome = 'refused', FALSE) OR EXISTS (SELECT 1 FROM proposals \
     WHERE proposals.application_id = applications.id AND proposals.state = 'agreed' AND proposals.outcome = 'refused') END";

macro_rules! narrowed {
    ($query:expr, $filter:expr) => {{
        let mut query = $query;
        if let Some(from) = $filter.from {
            query = query.filter(applications::submitted_on.ge(from));
        }
        if let Some(to) = $filter.to {
            query = query.filter(applications::submitted_on.le(to));
        }
        if let Some(role) = &$filter.role {
            query = query.filter(applications::role.eq(role.clone()));
        }
        match $filter.contractor {
            Some(Some(firm)) => query = query.filter(applications::contractor_id.eq(firm)),
            Some(None) => query = query.filter(applications::contractor_id.is_null()),
            None => {}
        }
        match $filter.authority {
            Some(Some(authority)) => query = query.filter(applications::authority_id.eq(authority)),
            Some(None) => query = query.filter(applications::authority_id.is_null()),
            None => {}
        }
        query
    }};
}

/// What was sent in, counted by all that the funnel looks at.
///
/// # Errors
/// The database's.
pub fn tallies(conn: &mut Conn, split: Split, filter: &Filter) -> Result<Vec<Tally>> {
    let key = match split {
        Split::Whole => "CAST(NULL AS TEXT)".to_owned(),
        Split::Role => "applications.role".to_owned(),
        Split::Contractor => "CAST(applications.contractor_id AS TEXT)".to_owned(),
        Split::Authority => "CAST(applications.authority_id AS TEXT)".to_owned(),
        Split::Month => month_of(conn, "applications.submitted_on"),
    };
    let query = applications::table
        .group_by(sql::<Untyped>("1, 2, 3, 4, 5, 6"))
        .select((
            sql::<Nullable<Text>>(&key),
            sql::<Bool>("applications.has_trace"),
            sql::<Bool>(INTERVIEWED),
            sql::<Bool>(REFUSED),
            sql::<Bool>(APPEALED),
            sql::<Nullable<Text>>("applications.appeal_outcome"),
            sql::<BigInt>("COUNT(*)"),
        ))
        .filter(sql::<Bool>(APPLIED))
        .into_boxed();
    Ok(narrowed!(query, filter).load(conn)?)
}

/// A page of the applications behind a number, the last sent in first.
///
/// # Errors
/// The database's.
pub fn rows(conn: &mut Conn, stage: Stage, filter: &Filter, after: Option<Place>, limit: i64) -> Result<Vec<Row>> {
    let mut query = applications::table
        .left_join(people::table)
        .left_join(contractors::table)
        .filter(sql::<Bool>(APPLIED))
        .filter(sql::<Bool>(condition(stage)))
        .order((applications::submitted_on.desc(), applications::id.desc()))
        .limit(limit)
        .select((
            applications::id,
            applications::reference,
            (people::forename, people::surname).nullable(),
            applications::sort_name,
            applications::role,
            contractors::name.nullable(),
            applications::submitted_on,
            applications::state,
            applications::outcome,
            applications::appeal_outcome,
        ))
        .into_boxed();
    if let Some(Place { day, id }) = after {
        let earlier = applications::submitted_on.lt(day).or(applications::id.lt(ApplicationId(id)));
        query = query.filter(applications::submitted_on.le(day)).filter(earlier);
    }
    Ok(narrowed!(query, filter).load(conn)?)
}

fn condition(stage: Stage) -> &'static str {
    match stage {
        Stage::Applied => "applications.kind <> 'review'",
        Stage::Trace => "applications.has_trace",
        Stage::Interviewed => INTERVIEWED,
        Stage::Unsuitable => REFUSED,
        Stage::Appealed => APPEALED,
        Stage::Upheld => "applications.appeal_outcome IN ('upheld', 'varied')",
    }
}
