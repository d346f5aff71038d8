//! Jobs as the pages see them: how each does, and asking for a run now.

use chrono::TimeDelta;

use crate::domain::permission::{Act, Subject, Who, may};
use crate::error::{Error, Result};
use crate::store::job::{self as store, Beat, Run};
use crate::store::trail::Entry;
use crate::store::{Conn, Tx, outbox, trail};
use crate::types::{At, RunState};

/// A job is not called overdue for so long.
const GRACE: TimeDelta = TimeDelta::minutes(15);

/// A letter that has waited so long has something in its way.
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(4);

/// How one job does.
#[derive(Debug, Clone)]
pub struct JobHealth {
    /// What the loop last said of it.
    pub beat: Beat,
    /// Its last run.
    pub last: Option<Run>,
    /// Whether it should have run and did not, or no worker looks at it any more.
    pub overdue: bool,
    /// Whether its last run died and nobody took it over.
    pub dead: bool,
}

impl JobHealth {
    /// Whether somebody has to look at it.
    pub fn is_red(&self) -> bool {
        self.overdue || self.dead || self.last.as_ref().is_some_and(|run| run.state == RunState::Failed)
    }
}

/// How every job does at `now`; there are a handful.
///
/// # Errors
/// The database's.
pub fn health(conn: &mut Conn, now: At) -> Result<Vec<JobHealth>> {
    let mut found = Vec::new();
    for beat in store::beats(conn)? {
        let last = store::last(conn, &beat.name)?;
        let overdue = is_overdue(&beat, last.as_ref(), now);
        let dead = last.as_ref().is_some_and(|run| run.state == RunState::Running && late(run.lease_until, now));
        found.push(JobHealth { beat, last, overdue, dead });
    }
    Ok(found)
}

/// What else is wrong with the service, a sentence each without personal data; empty when all is well.
///
/// # Errors
/// The database's.
pub fn troubles(conn: &mut Conn, now: At) -> Result<Vec<&'static str>> {
    let mut wrong = Vec::new();
    if outbox::oldest_pending(conn)?.is_some_and(|at| now.since(at) > LONGEST_WAIT) {
        wrong.push("a letter has waited for more than four hours");
    }
    if !trail::ends_at_head(conn)? {
        wrong.push("the trail does not end where its head says");
    }
    Ok(wrong)
}

fn late(at: At, now: At) -> bool {
    now.since(at) > GRACE
}

/// A worker that is in the middle of a run says nothing until it ends, but prolongs its lease.
fn is_overdue(beat: &Beat, last: Option<&Run>, now: At) -> bool {
    let alive = last.is_some_and(|run| run.state == RunState::Running && run.lease_until >= now);
    !alive && beat.next_run_at.is_some_and(|next| late(next, now) || late(beat.seen_at, now))
}

/// Asks for a run now; says whether nobody had asked before.
///
/// # Errors
/// `NotFound` for no job of ours; `Conflict` for one that is switched off.
pub fn request(tx: &mut Tx<'_>, who: &Who, name: &str) -> Result<bool> {
    may(who, Act::RunJob, Subject::Register)?;
    let beat = store::beats(tx)?.into_iter().find(|beat| beat.name == name).ok_or(Error::NotFound)?;
    if beat.next_run_at.is_none() {
        return Err(Error::Conflict("This job is switched off, so no worker would run it.".into()));
    }
    if store::is_requested(tx, name)? {
        return Ok(false);
    }
    let by = tx.actor;
    store::request(tx, name, by)?;
    tx.trail(Entry::new("job.request", "job", 0).new_value(&name));
    Ok(true)
}
