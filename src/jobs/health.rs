//! Whether a job runs when its schedule says, for the weekly all-clear.

use super::span::Span;
use super::spec::JobSpec;
use crate::error::Result;
use crate::store::{Conn, job, migrate};
use crate::types::At;

/// A job is not overdue for the first quarter of an hour.
const GRACE: Span = Span::minutes(15);

/// Whether a run that was due before the job's own timeout, and a quarter of an hour, is still not done.
///
/// # Errors
/// The database's.
pub fn is_overdue(conn: &mut Conn, spec: &JobSpec, now: At) -> Result<bool> {
    let grace = spec.timeout.max(GRACE).delta();
    let Some(due) = spec.schedule.latest_due(now.plus(-grace)) else { return Ok(false) };
    if migrate::born(conn)?.is_none_or(|born| born > due) {
        return Ok(false);
    }
    Ok(job::last_done(conn, &spec.name)?.is_none_or(|run| run.due_at < due))
}
