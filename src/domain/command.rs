//! The one way to write: who, when, what changed, what follows from it, and the trail, in one transaction.

use crate::clock::Clock;
use crate::domain::clearance::keep;
use crate::error::{Error, Result};
use crate::store::{Db, Tx, trail};
use crate::types::UserId;

/// Runs `work` as `actor`. Before it commits, the clearances of the people it touched are computed anew and its
/// trail is appended; a change without a trail row is refused.
///
/// # Errors
/// What `work` says; `Internal` when it wrote nothing to the trail.
pub fn run<T>(db: &Db, actor: UserId, clock: &Clock, work: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
    db.write(actor, clock.now(), clock.today(), |tx| {
        let value = work(tx)?;
        if !tx.has_trail() {
            return Err(Error::internal("a command ended without a row of the trail"));
        }
        finish(tx)?;
        Ok(value)
    })
}

/// As [`run`], for a command that may find nothing to do and then writes nothing.
///
/// # Errors
/// What `work` says.
pub fn run_if_needed<T>(
    db: &Db,
    actor: UserId,
    clock: &Clock,
    work: impl FnOnce(&mut Tx<'_>) -> Result<T>,
) -> Result<T> {
    db.write(actor, clock.now(), clock.today(), |tx| {
        let value = work(tx)?;
        finish(tx)?;
        Ok(value)
    })
}

/// Runs `work` without a trail: for what is no fact about anybody (reminder ledger, outbox, sign-ins, job runs).
///
/// # Errors
/// What `work` says; `Internal` when it touched a person.
pub fn write_untrailed<T>(db: &Db, clock: &Clock, work: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
    db.write(UserId::SYSTEM, clock.now(), clock.today(), |tx| {
        let value = work(tx)?;
        if tx.take_touched().is_empty() && !tx.has_trail() {
            Ok(value)
        } else {
            Err(Error::internal("an untrailed write touched a person"))
        }
    })
}

fn finish(tx: &mut Tx<'_>) -> Result<()> {
    let people = tx.take_touched();
    keep::recompute(tx, &people)?;
    trail::append(tx)
}
