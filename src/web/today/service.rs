//! Whether the service itself does its work: jobs on time, and the weekly all-clear.

use crate::domain::job::{health, troubles};
use crate::error::Result;
use crate::store::{Conn, job};
use crate::types::At;

/// The job whose letter is the all-clear.
const ALL_CLEAR: &str = "digest";

/// What an officer should know of it.
pub struct Service {
    /// Jobs that should have run and did not, or failed.
    pub overdue: Vec<String>,
    /// What else is wrong with it.
    pub troubles: Vec<&'static str>,
    /// Whether any job ever ran.
    pub ever: bool,
    /// When the last all-clear was written.
    pub all_clear: Option<At>,
    /// Whether the reader may look at the jobs.
    pub sees_jobs: bool,
}

/// How the service does at `now`.
///
/// # Errors
/// The database's.
pub fn read(conn: &mut Conn, now: At, sees_jobs: bool) -> Result<Service> {
    let jobs = health(conn, now)?;
    let overdue = jobs.iter().filter(|job| job.is_red()).map(|job| job.beat.name.clone()).collect();
    let all_clear = job::last_done(conn, ALL_CLEAR)?.and_then(|run| run.finished_at);
    Ok(Service { overdue, troubles: troubles(conn, now)?, ever: job::any(conn)?, all_clear, sees_jobs })
}
