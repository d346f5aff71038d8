//! Letters: to a person or to the firms they work for, tried again on somebody's word, and tried out.

mod private;

use serde_json::Value;

pub use private::private_mail;
pub(super) use private::write_to_person;

use crate::domain::letter::render::preview;
use crate::domain::letter::{Sender, holds_a_key};
use crate::domain::permission::{Act, Subject, Who, may};
use crate::error::{Error, Result};
use crate::store::outbox::{self as store, NewLetter};
use crate::store::task::{self, NewTask};
use crate::store::trail::Entry;
use crate::store::{Tx, contractor, user};
use crate::types::{ContractorId, ContractorStatus, OutboxId, PersonId};

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

/// A letter to firms about a person.
pub(super) struct ToFirms<'a> {
    /// Which letter.
    pub letter: &'static str,
    /// About whom.
    pub person: PersonId,
    /// What it is rendered from.
    pub params: &'a Value,
    /// What the team has to tell a firm that has no address.
    pub by_telephone: &'static str,
    /// What tells it from others of its kind about them on one day; empty where there is one a day.
    pub once: &'a str,
}

/// Writes it to each of `firms` that the council still works with; a firm without an address becomes a task.
///
/// # Errors
/// The database's.
pub(super) fn write_to_firms(tx: &mut Tx<'_>, new: &ToFirms<'_>, firms: &[ContractorId]) -> Result<()> {
    let ToFirms { letter, person, params, by_telephone, once } = *new;
    let today = tx.today;
    let firms = contractor::by_ids(tx, firms)?;
    for firm in firms.into_iter().filter(|firm| firm.status == ContractorStatus::Active) {
        if firm.email.is_empty() {
            let cause = format!("{letter}:{}:{person}:{today}{once}", firm.id);
            let task = NewTask {
                kind: "unwritten_letter",
                cause: &cause,
                subject_kind: "person",
                subject_id: person.0,
                detail: by_telephone,
                due_on: today,
            };
            task::open(tx, &task)?;
            continue;
        }
        let new = NewLetter {
            letter,
            to: &firm.email,
            cc: &firm.second_email,
            contractor: Some(firm.id),
            user: None,
            person: Some(person),
            params: params.to_string(),
        };
        store::put(tx, &new)?;
    }
    Ok(())
}
