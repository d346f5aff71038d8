//! Whether jobs run and letters leave, for whoever watches the service.

use chrono::TimeDelta;

use super::span::Span;
use super::spec::JobSpec;
use crate::error::Result;
use crate::store::{Conn, job, migrate, outbox, trail};
use crate::types::{At, RunState};

/// A job is not overdue for the first quarter of an hour.
const GRACE: Span = Span::minutes(15);

/// A letter that has waited so long has something in its way.
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(4);

/// What is wrong, a sentence each without personal data; empty when all is well.
///
/// # Errors
/// The database's, which is a fault in itself.
pub fn health(conn: &mut Conn, specs: &[JobSpec], now: At) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    for spec in specs.iter().filter(|spec| spec.enabled) {
        if is_overdue(conn, spec, now)? {
            wrong.push(format!("the job {} is overdue", spec.name));
        }
        if job::last(conn, &spec.name)?.is_some_and(|run| run.state == RunState::Failed) {
            wrong.push(format!("the last run of the job {} failed", spec.name));
        }
    }
    if outbox::oldest_pending(conn)?.is_some_and(|at| now.since(at) > LONGEST_WAIT) {
        wrong.push("a letter has waited for more than four hours".to_owned());
    }
    if !trail::ends_at_head(conn)? {
        wrong.push("the trail does not end where its head says".to_owned());
    }
    Ok(wrong)
}

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
