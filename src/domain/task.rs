//! Tasks: closed by the team, with what was done.

use crate::domain::permission::{Act, Subject, Who, may};
use crate::error::{Error, Result};
use crate::store::Tx;
use crate::store::task as store;
use crate::store::trail::Entry;
use crate::types::{PersonId, TaskId};

/// Closes an open task.
///
/// # Errors
/// `Invalid` without a reason; `Conflict` when it is closed already.
pub fn close(tx: &mut Tx<'_>, who: &Who, id: TaskId, reason: &str) -> Result<()> {
    may(who, Act::WorkQueues, Subject::Register)?;
    let task = store::find(tx, id)?;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Error::invalid("reason", "Enter what was done"));
    }
    if reason.chars().count() > 2000 {
        return Err(Error::invalid("reason", "What was done must be 2,000 characters or fewer"));
    }
    if !store::close(tx, id, reason)? {
        return Err(Error::Conflict("The task is closed already.".into()));
    }
    let entry = Entry::new("task.close", "task", id.0).reason(reason);
    tx.trail(if task.subject_kind == "person" { entry.about(PersonId(task.subject_id)) } else { entry });
    Ok(())
}
