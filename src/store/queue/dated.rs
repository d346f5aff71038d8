//! Queues that go by a day to come: interviews, appeals, and tasks about what does not fit.

use chrono::NaiveDate;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Date};

use super::{Line, Owned, Place, line, owned};
use crate::error::Result;
use crate::store::Conn;
use crate::store::schema::{appeals, applications, contractors, interviews, people, tasks};
use crate::store::task::Task;
use crate::types::{AppealId, AppealState, At, InterviewId, TaskId};

/// The day by which the next step of an appeal is due, as its index has it.
const DEADLINE: &str = "CASE WHEN appeals.acknowledged_on IS NULL THEN appeals.acknowledge_by \
     WHEN appeals.state = 'lodged' THEN appeals.hear_by ELSE COALESCE(appeals.decide_by, appeals.hear_by) END";
/// Written out, not bound: the partial indexes serve only a condition the planner can read.
const OPEN_APPEAL: &str = "appeals.state IN ('lodged', 'hearing_arranged')";
const ARRANGED: &str = "interviews.state = 'arranged'";

/// An interview to come, or one that nobody has said was held.
#[derive(Clone, PartialEq, Eq, Queryable)]
pub struct Coming {
    /// The interview.
    pub id: InterviewId,
    /// When.
    pub starts_at: At,
    /// Its application.
    pub line: Line,
}

/// An open appeal.
#[derive(Clone, PartialEq, Eq, Queryable)]
pub struct Pending {
    /// The appeal.
    pub id: AppealId,
    /// By when its next step is due.
    pub by: NaiveDate,
    /// How far it is.
    pub state: AppealState,
    /// When it was acknowledged.
    pub acknowledged_on: Option<NaiveDate>,
    /// Its application.
    pub line: Line,
}

/// A page of the arranged interviews, the next first, after the one named.
///
/// # Errors
/// The database's.
pub fn coming(conn: &mut Conn, owned: Owned, after: Option<InterviewId>, limit: i64) -> Result<Vec<Coming>> {
    let mut query = interviews::table
        .inner_join(applications::table.left_join(people::table).left_join(contractors::table))
        .filter(sql::<Bool>(ARRANGED))
        .order((interviews::starts_at, interviews::id))
        .limit(limit)
        .select((interviews::id, interviews::starts_at, line!()))
        .into_boxed();
    query = owned!(query, applications::owner, owned);
    if let Some(id) = after {
        let at: Option<At> = interviews::table.find(id).select(interviews::starts_at).first(conn).optional()?;
        if let Some(at) = at {
            let later = interviews::starts_at.gt(at).or(interviews::id.gt(id));
            query = query.filter(interviews::starts_at.ge(at)).filter(later);
        }
    }
    Ok(query.load(conn)?)
}

/// When each arranged interview begins, the next first; up to `limit`.
///
/// # Errors
/// The database's.
pub fn coming_at(conn: &mut Conn, limit: i64) -> Result<Vec<At>> {
    Ok(interviews::table
        .filter(sql::<Bool>(ARRANGED))
        .order((interviews::starts_at, interviews::id))
        .limit(limit)
        .select(interviews::starts_at)
        .load(conn)?)
}

/// A page of the open appeals, the nearest deadline first.
///
/// # Errors
/// The database's.
pub fn appeals(conn: &mut Conn, owned: Owned, after: Option<Place>, limit: i64) -> Result<Vec<Pending>> {
    let mut query = appeals::table
        .inner_join(applications::table.left_join(people::table).left_join(contractors::table))
        .filter(sql::<Bool>(OPEN_APPEAL))
        .order((sql::<Date>(DEADLINE), appeals::id))
        .limit(limit)
        .select((appeals::id, sql::<Date>(DEADLINE), appeals::state, appeals::acknowledged_on, line!()))
        .into_boxed();
    query = owned!(query, applications::owner, owned);
    if let Some(Place { day, id }) = after {
        let later = sql::<Date>(DEADLINE).gt(day).or(appeals::id.gt(AppealId(id)));
        query = query.filter(sql::<Date>(DEADLINE).ge(day)).filter(later);
    }
    Ok(query.load(conn)?)
}

/// By when each open appeal's next step is due, the nearest first; up to `limit`.
///
/// # Errors
/// The database's.
pub fn appeals_by(conn: &mut Conn, limit: i64) -> Result<Vec<NaiveDate>> {
    Ok(appeals::table
        .filter(sql::<Bool>(OPEN_APPEAL))
        .order((sql::<Date>(DEADLINE), appeals::id))
        .limit(limit)
        .select(sql::<Date>(DEADLINE))
        .load(conn)?)
}

/// A page of the open tasks of these kinds, the most urgent first.
///
/// # Errors
/// The database's.
pub fn exceptions(
    conn: &mut Conn,
    kinds: &[String],
    owned: Owned,
    after: Option<Place>,
    limit: i64,
) -> Result<Vec<Task>> {
    let mut found: Vec<Task> = Vec::new();
    for kind in kinds {
        let mut query = tasks::table
            .filter(sql::<Bool>("tasks.state = 'open'"))
            .filter(tasks::kind.eq(kind))
            .order((tasks::due_on, tasks::id))
            .limit(limit)
            .select(Task::as_select())
            .into_boxed();
        query = owned!(query, tasks::assigned_to, owned);
        if let Some(Place { day, id }) = after {
            let later = tasks::due_on.gt(day).or(tasks::id.gt(TaskId(id)));
            query = query.filter(tasks::due_on.ge(day)).filter(later);
        }
        found.extend(query.load::<Task>(conn)?);
    }
    found.sort_by_key(|task| (task.due_on, task.id));
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(found)
}
