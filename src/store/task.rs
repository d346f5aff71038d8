//! Tasks: what the team has to look at because a machine or a firm could not settle it. One per cause.

mod queue;

use chrono::NaiveDate;
use diesel::prelude::*;

pub use queue::{Queue, queues};

use super::conn::Conn;
use super::db::Tx;
use super::schema::tasks;
use crate::error::{Error, Result};
use crate::types::{At, TaskId, TaskState, UserId};

/// Something to look at.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = tasks)]
pub struct Task {
    /// Row id.
    pub id: TaskId,
    /// What kind: `escalation`, `bounced_letter`, `possible_duplicate`.
    pub kind: String,
    /// One task per cause.
    pub dedup_key: String,
    /// The kind of thing it is about.
    pub subject_kind: String,
    /// Which.
    pub subject_id: i64,
    /// What to do, without names.
    pub detail: String,
    /// By when.
    pub due_on: NaiveDate,
    /// Open or done.
    pub state: TaskState,
    /// Since when.
    pub opened_at: At,
    /// Whose it is.
    pub assigned_to: Option<UserId>,
    /// Who closed it.
    pub closed_by: Option<UserId>,
    /// When.
    pub closed_at: Option<At>,
    /// Why, or what was done.
    pub reason: Option<String>,
}

/// A task to be.
#[derive(Debug, Clone)]
pub struct NewTask<'a> {
    /// What kind.
    pub kind: &'static str,
    /// Its cause: a second one of the same cause is not opened.
    pub cause: &'a str,
    /// The kind of thing it is about.
    pub subject_kind: &'static str,
    /// Which.
    pub subject_id: i64,
    /// What to do, without names.
    pub detail: &'a str,
    /// By when.
    pub due_on: NaiveDate,
}

/// Opens a task unless its cause has one already; says whether it did.
///
/// # Errors
/// The database's.
pub fn open(tx: &mut Tx<'_>, new: &NewTask<'_>) -> Result<bool> {
    let known = tasks::table.filter(tasks::dedup_key.eq(new.cause));
    if diesel::select(diesel::dsl::exists(known)).get_result(&mut **tx)? {
        return Ok(false);
    }
    let now = tx.at;
    let inserted = tx.savepoint(|tx| {
        diesel::insert_into(tasks::table)
            .values((
                tasks::kind.eq(new.kind),
                tasks::dedup_key.eq(new.cause),
                tasks::subject_kind.eq(new.subject_kind),
                tasks::subject_id.eq(new.subject_id),
                tasks::detail.eq(new.detail),
                tasks::due_on.eq(new.due_on),
                tasks::state.eq(TaskState::Open),
                tasks::opened_at.eq(now),
            ))
            .execute(&mut **tx)
            .map(|_| true)
            .map_err(
                |error| if super::is_duplicate(&error) { Error::Conflict("open already".into()) } else { error.into() },
            )
    });
    match inserted {
        Err(Error::Conflict(_)) => Ok(false),
        other => other,
    }
}

/// Which of these causes have had a task, open or done.
///
/// # Errors
/// The database's.
pub fn known(conn: &mut Conn, causes: &[String]) -> Result<Vec<String>> {
    Ok(tasks::table.filter(tasks::dedup_key.eq_any(causes)).select(tasks::dedup_key).load(conn)?)
}

/// Whether a task of `kind` about this subject is open.
///
/// # Errors
/// The database's.
pub fn is_open(conn: &mut Conn, kind: &str, subject_kind: &str, subject_id: i64) -> Result<bool> {
    let open = tasks::table
        .filter(diesel::dsl::sql::<diesel::sql_types::Bool>("state = 'open'"))
        .filter(tasks::kind.eq(kind))
        .filter(tasks::subject_kind.eq(subject_kind))
        .filter(tasks::subject_id.eq(subject_id));
    Ok(diesel::select(diesel::dsl::exists(open)).get_result(conn)?)
}

/// The open tasks of `kind` about this subject.
///
/// # Errors
/// The database's.
pub fn open_about(conn: &mut Conn, kind: &str, subject_kind: &str, subject_id: i64) -> Result<Vec<Task>> {
    Ok(tasks::table
        .filter(diesel::dsl::sql::<diesel::sql_types::Bool>("state = 'open'"))
        .filter(tasks::kind.eq(kind))
        .filter(tasks::subject_kind.eq(subject_kind))
        .filter(tasks::subject_id.eq(subject_id))
        .select(Task::as_select())
        .load(conn)?)
}

/// The open tasks about a subject.
///
/// # Errors
/// The database's.
pub fn all_about(conn: &mut Conn, subject_kind: &str, subject_id: i64) -> Result<Vec<Task>> {
    Ok(tasks::table
        .filter(diesel::dsl::sql::<diesel::sql_types::Bool>("state = 'open'"))
        .filter(tasks::subject_kind.eq(subject_kind))
        .filter(tasks::subject_id.eq(subject_id))
        .order(tasks::id)
        .select(Task::as_select())
        .load(conn)?)
}

/// The open tasks of these causes.
///
/// # Errors
/// The database's.
pub fn open_of(conn: &mut Conn, causes: &[String]) -> Result<Vec<Task>> {
    Ok(tasks::table
        .filter(tasks::dedup_key.eq_any(causes))
        .filter(tasks::state.eq(TaskState::Open))
        .select(Task::as_select())
        .load(conn)?)
}

/// Closes an open task; says whether it was open.
///
/// # Errors
/// The database's.
pub fn close(tx: &mut Tx<'_>, id: TaskId, reason: &str) -> Result<bool> {
    let (by, at) = (tx.actor, tx.at);
    let changed = diesel::update(tasks::table.filter(tasks::id.eq(id)).filter(tasks::state.eq(TaskState::Open)))
        .set((
            tasks::state.eq(TaskState::Done),
            tasks::closed_by.eq(Some(by)),
            tasks::closed_at.eq(Some(at)),
            tasks::reason.eq(Some(reason)),
        ))
        .execute(&mut **tx)?;
    Ok(changed == 1)
}

/// Closes a task whose cause went away, so that the same cause may open another; says whether it was open.
///
/// # Errors
/// The database's.
pub fn settle(tx: &mut Tx<'_>, task: &Task, reason: &str) -> Result<bool> {
    let closed = close(tx, task.id, reason)?;
    if closed {
        diesel::update(tasks::table.find(task.id))
            .set(tasks::dedup_key.eq(format!("{}:settled:{}", task.dedup_key, task.id)))
            .execute(&mut **tx)?;
    }
    Ok(closed)
}

/// One task.
///
/// # Errors
/// `NotFound`.
pub fn find(conn: &mut Conn, id: TaskId) -> Result<Task> {
    Ok(tasks::table.find(id).select(Task::as_select()).first(conn)?)
}

/// Every open task of a kind, in the order they were opened.
///
/// # Errors
/// The database's.
pub fn all_open(conn: &mut Conn, kind: &str) -> Result<Vec<Task>> {
    Ok(tasks::table
        .filter(diesel::dsl::sql::<diesel::sql_types::Bool>("state = 'open'"))
        .filter(tasks::kind.eq(kind))
        .order(tasks::id)
        .select(Task::as_select())
        .load(conn)?)
}

/// A page of open tasks of a kind (or all), the most urgent first.
///
/// # Errors
/// The database's.
pub fn open_ones(
    conn: &mut Conn,
    kind: Option<&str>,
    after: Option<(NaiveDate, TaskId)>,
    limit: i64,
) -> Result<Vec<Task>> {
    let mut query = tasks::table
        .filter(diesel::dsl::sql::<diesel::sql_types::Bool>("state = 'open'"))
        .order((tasks::due_on, tasks::id))
        .limit(limit)
        .select(Task::as_select())
        .into_boxed();
    if let Some(kind) = kind {
        query = query.filter(tasks::kind.eq(kind.to_owned()));
    }
    if let Some((due_on, id)) = after {
        query = query.filter(tasks::due_on.gt(due_on).or(tasks::due_on.eq(due_on).and(tasks::id.gt(id))));
    }
    Ok(query.load(conn)?)
}
