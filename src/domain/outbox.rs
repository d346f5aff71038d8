//! Letters: tried again on somebody's word, and tried out.

use crate::domain::letter::render::preview;
use crate::domain::letter::{Sender, holds_a_key};
use crate::domain::permission::{Act, Subject, Who, may};
use crate::error::{Error, Result};
use crate::store::Tx;
use crate::store::outbox::{self as store, NewLetter};
use crate::store::trail::Entry;
use crate::store::user;
use crate::types::{ContractorId, OutboxId};

/// Puts a letter that was given up back in the queue; the bytes stay as they were written.
///
/// # Errors
/// `Conflict` when it has not failed.
pub fn retry(tx: &mut Tx<'_>, who: &Who, id: OutboxId) -> Result<()> {
    may(who, Act::ViewOutbox, Subject::Register)?;
    if holds_a_key(&store::find(tx, id)?.letter) {
        return Err(Error::Conflict("The link of this letter is gone. Send a new link instead.".into()));
    }
    if !store::retry(tx, id)? {
        return Err(Error::Conflict("Only a letter that could not be sent can be tried again.".into()));
    }
    tx.trail(Entry::new("outbox.retry", "outbox", id.0));
    Ok(())
}

/// The letter that is sent for a look: rendered already, to the reader's own address, and to no firm.
pub const TEST: &str = "digest_test";

/// Sends the digest that `firm` would get today to the user's own address.
///
/// # Errors
/// `Conflict` when there is nothing to tell.
pub fn send_test(tx: &mut Tx<'_>, who: &Who, sender: &Sender, firm: ContractorId) -> Result<OutboxId> {
    may(who, Act::ViewOutbox, Subject::Register)?;
    let (today, actor) = (tx.today, tx.actor);
    let Some(letter) = preview(tx, sender, firm, today)? else {
        return Err(Error::Conflict("There is nothing to tell this contractor, so there is no letter.".into()));
    };
    let to = user::find(tx, actor)?.email;
    let (user, params) = (Some(actor), "{}".to_owned());
    let new = NewLetter { letter: TEST, to: &to, cc: "", contractor: None, user, person: None, params };
    let id = store::put(tx, &new)?;
    store::keep_text(tx, id, &format!("Test: {}", letter.subject), &letter.text, &letter.html)?;
    tx.trail(Entry::new("outbox.test", "contractor", firm.0).new_value(&id.0));
    Ok(id)
}
