//! Each day: fuses that should burn are lit, those whose day has come are proposed to a person, reviews that wait too long
//! are said to be late, and what was destroyed is wiped from the files again.

use chrono::{Months, NaiveDate, TimeDelta};
use serde_json::json;

use super::{ENDED, LATE, REVIEW, REVIEW_DAYS, UNLINKED_MONTHS, entry, held_by, light_from};
use crate::clock::Clock;
use crate::domain::command;
use crate::error::Result;
use crate::store::task::{self, NewTask};
use crate::store::trail::Entry;
use crate::store::{Db, application, fuse as store};
use crate::types::{ApplicationId, FuseState, Reach, UserId, in_london};

/// The most applications that one night empties.
const MOST: i64 = 1000;

/// What a day's sweep did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Fuses that nobody had lit.
    pub lit: u64,
    /// Applications of nobody whose answers were emptied.
    pub forgotten: u64,
    /// Newly proposed for destruction.
    pub proposed: u64,
    /// Due and held by an appeal, an open case or a request to see them.
    pub held: u64,
    /// Reviews that became late today.
    pub late: u64,
    /// All that wait for a review now.
    pub waiting: u64,
    /// Whether the files are free of what was destroyed.
    pub wiped: bool,
}

/// The day's work, each fuse in a transaction of its own. Done twice, it does nothing more.
///
/// # Errors
/// The database's.
pub fn sweep(db: &Db, clock: &Clock) -> Result<Swept> {
    let mut swept = Swept::default();
    for id in db.read(|conn| store::unlit(conn, ENDED))? {
        command::run_if_needed(db, UserId::SYSTEM, clock, |tx| {
            let application = application::find(tx, id, &Reach::Everyone)?;
            light_from(tx, &application, application.decided_on.unwrap_or(application.state_since))
        })?;
        swept.lit += 1;
    }
    swept.forgotten = forget(db, clock)?;
    for id in db.read(|conn| store::due(conn, clock.today()))? {
        if propose(db, clock, id)? {
            swept.proposed += 1;
        } else {
            swept.held += 1;
        }
    }
    let limit = clock.today() - TimeDelta::days(REVIEW_DAYS);
    let waiting = db.read(|conn| task::all_open(conn, REVIEW))?;
    swept.waiting = waiting.len() as u64;
    for one in waiting.iter().filter(|one| in_london(one.opened_at.utc()) < limit) {
        let new = NewTask {
            kind: LATE,
            cause: &format!("retention_late:{}", one.id),
            subject_kind: "fuse",
            subject_id: one.subject_id,
            detail: "The review of notes that are due to be destroyed is late: a decision maker must destroy or delay",
            due_on: clock.today(),
        };
        swept.late += u64::from(command::write_untrailed(db, clock, |tx| task::open(tx, &new))?);
    }
    swept.wiped = again(db, clock)?;
    Ok(swept)
}

/// Empties what was typed in applications that were over before anybody said whose they are; says how many.
fn forget(db: &Db, clock: &Clock) -> Result<u64> {
    let before = clock.today().checked_sub_months(Months::new(UNLINKED_MONTHS)).unwrap_or(NaiveDate::MIN);
    let mut forgotten = 0;
    for id in db.read(|conn| application::forgettable(conn, before, MOST))? {
        command::run_if_needed(db, UserId::SYSTEM, clock, |tx| {
            application::held(tx, id)?;
            application::forget(tx, id)?;
            tx.trail(Entry::new("application.forget", "application", id.0));
            Ok(())
        })?;
        forgotten += 1;
    }
    Ok(forgotten)
}

/// Proposes the destruction to a person; says whether nothing holds it.
fn propose(db: &Db, clock: &Clock, id: ApplicationId) -> Result<bool> {
    command::run_if_needed(db, UserId::SYSTEM, clock, |tx| {
        let Some(mut fuse) = store::find(tx, id)? else { return Ok(false) };
        let application = application::find(tx, id, &Reach::Everyone)?;
        if held_by(tx, &application)?.is_some() {
            return Ok(false);
        }
        fuse.state = FuseState::Proposed;
        store::keep(tx, &fuse)?;
        let new = NewTask {
            kind: REVIEW,
            cause: &format!("retention_review:{id}:{}", fuse.burns_on),
            subject_kind: "fuse",
            subject_id: id.0,
            detail: "Notes of a case are due to be destroyed: a decision maker reviews them",
            due_on: tx.today + TimeDelta::days(REVIEW_DAYS),
        };
        task::open(tx, &new)?;
        tx.trail(entry("fuse.propose", &application).new_value(&json!({ "burns_on": fuse.burns_on })));
        Ok(true)
    })
}

/// Wipes what was just destroyed from the database's files; says whether all of it is gone. If not, the night's sweep
/// does it again.
pub fn wipe(db: &Db) -> bool {
    db.wipe(false).unwrap_or_else(|error| {
        tracing::error!(%error, "what was destroyed could not be wiped from the files yet");
        false
    })
}

/// The night's wiping, which writes whole files anew: only when something was destroyed in the last two days.
fn again(db: &Db, clock: &Clock) -> Result<bool> {
    let since = clock.now().plus(-TimeDelta::days(2));
    if !db.read(|conn| store::destroyed_since(conn, since))? {
        return Ok(true);
    }
    db.wipe(true)
}
