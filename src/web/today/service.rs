//! Whether the service itself does its work: jobs on time, and the weekly all-clear.

use chrono::TimeDelta;

use crate::error::Result;
use crate::store::{Conn, job};
use crate::types::At;

/// A job is not called overdue for so long.
const GRACE: TimeDelta = TimeDelta::minutes(15);
/// The job whose letter is the all-clear.
const ALL_CLEAR: &str = "digest";

/// What an officer should know of it.
pub struct Service {
    /// Jobs that should have run and did not.
    pub overdue: Vec<String>,
    /// Whether any worker ever looked at the jobs.
    pub ever: bool,
    /// When the last all-clear was written.
    pub all_clear: Option<At>,
    /// Whether the reader may look at the jobs.
    pub sees_jobs: bool,
}

/// Whether a job should have run by `now` and did not, or nobody looks at it any more.
pub fn is_overdue(beat: &job::Beat, now: At) -> bool {
    beat.next_run_at.is_some_and(|next| now.since(next) > GRACE || now.since(beat.seen_at) > GRACE)
}

/// How the service does at `now`.
///
/// # Errors
/// The database's.
pub fn read(conn: &mut Conn, now: At, sees_jobs: bool) -> Result<Service> {
    let beats = job::beats(conn)?;
    let overdue = beats.iter().filter(|beat| is_overdue(beat, now)).map(|beat| beat.name.clone()).collect();
    let all_clear = job::last_done(conn, ALL_CLEAR)?.and_then(|run| run.finished_at);
    Ok(Service { overdue, ever: !beats.is_empty(), all_clear, sees_jobs })
}
