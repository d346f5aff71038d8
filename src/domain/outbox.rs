//! Letters: tried again on somebody's word.

use crate::domain::permission::{Act, Subject, Who, may};
use crate::error::{Error, Result};
use crate::store::Tx;
use crate::store::outbox as store;
use crate::store::trail::Entry;
use crate::types::OutboxId;

/// Puts a letter that was given up back in the queue; the bytes stay as they were written.
///
/// # Errors
/// `Conflict` when it has not failed.
pub fn retry(tx: &mut Tx<'_>, who: &Who, id: OutboxId) -> Result<()> {
    may(who, Act::ViewOutbox, Subject::Register)?;
    store::find(tx, id)?;
    if !store::retry(tx, id)? {
        return Err(Error::Conflict("Only a letter that could not be sent can be tried again.".into()));
    }
    tx.trail(Entry::new("outbox.retry", "outbox", id.0));
    Ok(())
}
