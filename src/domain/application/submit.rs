//! Sending an application in, again after it came back, and taking it back.

use super::answers::{Answers, Sworn};
use super::draft::{held, held_open, whole, wrong};
use super::questions::{By, asking};
use super::{Event, advance, after};
use crate::domain::permission::Who;
use crate::domain::{interview, own_link, reason, retention};
use crate::error::{Error, Fault, Result};
use crate::store::application as store;
use crate::store::{Tx, own_link as links};
use crate::types::ApplicationId;

/// The version of [`STATEMENT`].
pub const STATEMENT_VERSION: &str = "2026-11";
/// What whoever sends it in declares.
pub const STATEMENT: &str = "I have these answers from the person themselves, they know that this application is sent, and \
                             to the best of my knowledge the answers are true and complete.";
/// The field of the declaration.
pub const SWORN: &str = "sworn";

/// Sends it in: every group has to be right. The person is sent the link to their own part, unless it is done.
/// `based_on` is [`whole`] of what was shown.
///
/// # Errors
/// `NotFound`; `Conflict` when it was sent in or changed meanwhile; `Invalid` with a fault for each group that is not
/// right, at `put-right-` and the group, and at [`SWORN`].
pub fn submit(tx: &mut Tx<'_>, who: &Who, id: ApplicationId, sworn: bool, based_on: &str) -> Result<()> {
    let mut application = held_open(tx, who, id)?;
    let today = tx.today;
    let asking = asking(tx, &application, today)?;
    let mut answers = Answers::of(&application)?;
    if whole(&answers, &asking) != based_on {
        return Err(Error::Conflict("Somebody changed the answers after you opened the form.".into()));
    }
    let mut faults = Vec::new();
    for one in asking.groups_by(By::Submitter) {
        if let Some(first) = wrong(tx, &application, &answers, &asking, one.code)?.into_iter().next() {
            let field = format!("put-right-{}", one.code.as_str());
            faults.push(Fault::new(field, format!("{}: {}", one.title, first.message)));
        }
    }
    if !sworn {
        faults.push(Fault::new(SWORN, "Confirm that the answers are true and complete"));
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    answers.sworn = Some(Sworn { by: tx.actor, on: today, text: STATEMENT_VERSION.to_owned() });
    application.answers = answers.to_json()?;
    let first_on = *application.submitted_on.get_or_insert(today);
    application.returned_reason = String::new();
    store::keep_answers(tx, &application)?;
    store::sent_in(tx, id, first_on)?;
    advance(tx, &mut application, Event::Submit, "")?;
    own_link::send_if_needed(tx, &application, &answers, &asking)
}

/// Why nothing is withdrawn any more.
pub const OVER: &str = "This application is over, so it cannot be withdrawn.";

/// Takes it back, for good. The person's link is dead and what they declared is on its way out.
///
/// # Errors
/// `NotFound`; `Conflict` once it is decided; `Invalid` at `reason`.
pub fn withdraw(tx: &mut Tx<'_>, who: &Who, id: ApplicationId, why: &str) -> Result<()> {
    let mut application = held(tx, who, id)?;
    let mut faults = Vec::new();
    let reason = reason::needed("reason", why, &mut faults);
    let before = application.clone();
    // The same words for every way of being over: how it is over is not the submitter's to know.
    if after(application.state, Event::Withdraw).is_none() {
        return Err(Error::Conflict(OVER.into()));
    }
    // What may not be done is said before what is wrong with how it was asked.
    advance(tx, &mut application, Event::Withdraw, if before.person_id.is_some() { &reason } else { "" })?;
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let mut answers = Answers::of(&application)?;
    answers.withdrawn = reason;
    application.answers = answers.to_json()?;
    store::keep_answers(tx, &application)?;
    links::end_all(tx, id)?;
    interview::call_off(tx, &application)?;
    retention::light(tx, &application)
}
