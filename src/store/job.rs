//! Job runs: a unique key per due instant decides which process runs it; a lease lets another take over.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::conn::Conn;
use super::db::Tx;
use super::schema::{job_requests, job_runs, jobs};
use crate::error::{Error, Result};
use crate::types::{At, JobRunId, RunState, UserId};

/// One run of a job.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = job_runs)]
pub struct Run {
    /// Row id.
    pub id: JobRunId,
    /// The job's name.
    pub job: String,
    /// The instant it was due.
    pub due_at: At,
    /// The London day it worked for.
    pub on_day: NaiveDate,
    /// Running, done or failed.
    pub state: RunState,
    /// 1, or more after a takeover.
    pub attempt: i32,
    /// Dead when past this and still running.
    pub lease_until: At,
    /// When it began.
    pub started_at: At,
    /// When it ended.
    pub finished_at: Option<At>,
    /// Items done.
    pub done: i64,
    /// Items that failed.
    pub failed: i64,
    /// What the operator should know; no personal data.
    pub detail: String,
}

/// What the loop last said of a job.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = jobs)]
pub struct Beat {
    /// The job's name.
    pub name: String,
    /// What it does, in plain words.
    pub about: String,
    /// When it runs next; nothing when disabled.
    pub next_run_at: Option<At>,
    /// When a worker last looked at it.
    pub seen_at: At,
}

/// Takes the run of `job` due at `due_at`, or takes over a dead one; nothing when another has or had it.
///
/// # Errors
/// The database's.
pub fn take(
    tx: &mut Tx<'_>,
    job: &str,
    due_at: At,
    on_day: NaiveDate,
    lease: At,
    max_attempts: i32,
) -> Result<Option<Run>> {
    let now = tx.at;
    let fresh = tx.savepoint(|tx| {
        diesel::insert_into(job_runs::table)
            .values((
                job_runs::job.eq(job),
                job_runs::due_at.eq(due_at),
                job_runs::on_day.eq(on_day),
                job_runs::state.eq(RunState::Running),
                job_runs::attempt.eq(1),
                job_runs::lease_until.eq(lease),
                job_runs::started_at.eq(now),
            ))
            .returning(job_runs::all_columns)
            .get_result::<Run>(&mut **tx)
            .map_err(known_already)
    });
    match fresh {
        Ok(run) => return Ok(Some(run)),
        Err(Error::Conflict(_)) => {}
        Err(error) => return Err(error),
    }
    let failed = job_runs::state.eq(RunState::Failed);
    let dead = job_runs::state.eq(RunState::Running).and(job_runs::lease_until.lt(now));
    Ok(diesel::update(
        job_runs::table
            .filter(job_runs::job.eq(job))
            .filter(job_runs::due_at.eq(due_at))
            .filter(job_runs::attempt.lt(max_attempts))
            .filter(failed.or(dead)),
    )
    .set((
        job_runs::state.eq(RunState::Running),
        job_runs::attempt.eq(job_runs::attempt + 1),
        job_runs::lease_until.eq(lease),
        job_runs::on_day.eq(on_day),
        job_runs::started_at.eq(now),
        job_runs::finished_at.eq(None::<At>),
    ))
    .returning(job_runs::all_columns)
    .get_result(&mut **tx)
    .optional()?)
}

/// A row that another process has written is an error within the savepoint, which must be undone for PostgreSQL to go
/// on, and none outside it.
fn known_already(error: diesel::result::Error) -> Error {
    if super::is_duplicate(&error) { Error::Conflict("another process has written it".into()) } else { error.into() }
}

/// Says that a long run is alive.
///
/// # Errors
/// The database's.
pub fn extend(tx: &mut Tx<'_>, run: &Run, lease: At) -> Result<()> {
    diesel::update(job_runs::table.find(run.id).filter(job_runs::attempt.eq(run.attempt)))
        .set(job_runs::lease_until.eq(lease))
        .execute(&mut **tx)?;
    Ok(())
}

/// Ends a run with its counts.
///
/// # Errors
/// The database's.
pub fn finish(tx: &mut Tx<'_>, run: &Run, state: RunState, done: i64, failed: i64, detail: &str) -> Result<()> {
    let now = tx.at;
    diesel::update(job_runs::table.find(run.id).filter(job_runs::attempt.eq(run.attempt)))
        .set((
            job_runs::state.eq(state),
            job_runs::finished_at.eq(Some(now)),
            job_runs::done.eq(done),
            job_runs::failed.eq(failed),
            job_runs::detail.eq(detail),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

/// Whether any job ever ran.
///
/// # Errors
/// The database's.
pub fn any(conn: &mut Conn) -> Result<bool> {
    Ok(diesel::select(diesel::dsl::exists(job_runs::table.select(job_runs::id))).get_result(conn)?)
}

/// The last run of a job, done or not.
///
/// # Errors
/// The database's.
pub fn last(conn: &mut Conn, job: &str) -> Result<Option<Run>> {
    Ok(job_runs::table
        .filter(job_runs::job.eq(job))
        .order(job_runs::due_at.desc())
        .select(Run::as_select())
        .first(conn)
        .optional()?)
}

/// The last run of a job that ended well.
///
/// # Errors
/// The database's.
pub fn last_done(conn: &mut Conn, job: &str) -> Result<Option<Run>> {
    Ok(job_runs::table
        .filter(job_runs::job.eq(job))
        .filter(job_runs::state.eq(RunState::Done))
        .order(job_runs::due_at.desc())
        .select(Run::as_select())
        .first(conn)
        .optional()?)
}

/// A page of runs, newest first; `job` empty means all.
///
/// # Errors
/// The database's.
pub fn history(conn: &mut Conn, job: &str, before: Option<JobRunId>, limit: i64) -> Result<Vec<Run>> {
    let mut query = job_runs::table.order(job_runs::id.desc()).limit(limit).select(Run::as_select()).into_boxed();
    if !job.is_empty() {
        query = query.filter(job_runs::job.eq(job.to_owned()));
    }
    if let Some(before) = before {
        query = query.filter(job_runs::id.lt(before));
    }
    Ok(query.load(conn)?)
}

/// What the loop last said of each job.
///
/// # Errors
/// The database's.
pub fn beats(conn: &mut Conn) -> Result<Vec<Beat>> {
    Ok(jobs::table.order(jobs::name).select(Beat::as_select()).load(conn)?)
}

/// Says what a job does and when it runs next.
///
/// # Errors
/// The database's.
pub fn beat(tx: &mut Tx<'_>, name: &str, about: &str, next: Option<At>) -> Result<()> {
    let now = tx.at;
    let told = diesel::update(jobs::table.find(name))
        .set((jobs::about.eq(about), jobs::next_run_at.eq(next), jobs::seen_at.eq(now)))
        .execute(&mut **tx)?;
    if told == 0 {
        let made = tx.savepoint(|tx| {
            diesel::insert_into(jobs::table)
                .values((jobs::name.eq(name), jobs::about.eq(about), jobs::next_run_at.eq(next), jobs::seen_at.eq(now)))
                .execute(&mut **tx)
                .map_err(known_already)
        });
        if let Err(error) = made
            && !matches!(error, Error::Conflict(_))
        {
            return Err(error);
        }
    }
    Ok(())
}

/// Forgets jobs that no file names any more.
///
/// # Errors
/// The database's.
pub fn forget_others(tx: &mut Tx<'_>, names: &[String]) -> Result<()> {
    diesel::delete(jobs::table.filter(jobs::name.ne_all(names.to_vec()))).execute(&mut **tx)?;
    Ok(())
}

/// Asks a worker to run a job now.
///
/// # Errors
/// The database's.
pub fn request(tx: &mut Tx<'_>, job: &str, by: UserId) -> Result<()> {
    let now = tx.at;
    diesel::insert_into(job_requests::table)
        .values((job_requests::job.eq(job), job_requests::requested_by.eq(by), job_requests::requested_at.eq(now)))
        .execute(&mut **tx)?;
    Ok(())
}

/// Takes every open request for `job`; says whether there was one.
///
/// # Errors
/// The database's.
pub fn take_requests(tx: &mut Tx<'_>, job: &str) -> Result<bool> {
    let now = tx.at;
    let taken =
        diesel::update(job_requests::table.filter(job_requests::job.eq(job)).filter(job_requests::taken_at.is_null()))
            .set(job_requests::taken_at.eq(Some(now)))
            .execute(&mut **tx)?;
    Ok(taken > 0)
}

/// The run of a job due at an instant, if anybody took it.
///
/// # Errors
/// The database's.
pub fn at(conn: &mut Conn, job: &str, due_at: At) -> Result<Option<Run>> {
    Ok(job_runs::table
        .filter(job_runs::job.eq(job))
        .filter(job_runs::due_at.eq(due_at))
        .select(Run::as_select())
        .first(conn)
        .optional()?)
}

/// Runs that failed since an instant.
///
/// # Errors
/// The database's.
pub fn failures(conn: &mut Conn, job: &str, since: At) -> Result<i64> {
    Ok(job_runs::table
        .filter(job_runs::job.eq(job))
        .filter(job_runs::state.eq(RunState::Failed))
        .filter(job_runs::started_at.ge(since))
        .count()
        .get_result(conn)?)
}

/// Whether anybody asks for a run of `job`.
///
/// # Errors
/// The database's.
pub fn is_requested(conn: &mut Conn, job: &str) -> Result<bool> {
    let open = job_requests::table.filter(job_requests::job.eq(job)).filter(job_requests::taken_at.is_null());
    Ok(diesel::select(diesel::dsl::exists(open)).get_result(conn)?)
}
