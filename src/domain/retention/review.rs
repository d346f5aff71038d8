//! The review of a fuse whose day has come: a decision maker destroys the notes, or puts it off and says why.

use chrono::NaiveDate;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{DELAY_MONTHS, QUOTING, entry, held_by, settle_tasks};
use crate::domain::permission::{Act, Subject, Who, may};
use crate::domain::reason;
use crate::error::{Error, Fault, Result};
use crate::store::application::{self, Application};
use crate::store::fuse::{self as store, Fuse};
use crate::store::{Conn, Tx, vault};
use crate::types::{ApplicationId, FuseState, Reach, add_months, long_date};

/// A review that waits longer than this, in days, is late, and the team has it as a task. Nothing is ever destroyed
/// because nobody looked.
pub const REVIEW_DAYS: i64 = 14;

/// What a destruction left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destroyed {
    /// How many notes there were.
    pub notes: usize,
    /// How many letters were emptied.
    pub letters: usize,
    /// The proof.
    pub proof: String,
}

/// The fuse and its application, for whoever reviews.
///
/// # Errors
/// `NotFound`; `Forbidden` for an officer; `Conflict` when the notes are destroyed.
pub fn review(conn: &mut Conn, who: &Who, id: ApplicationId) -> Result<(Fuse, Application)> {
    may(who, Act::ReviewRetention, Subject::Register)?;
    let fuse = store::find(conn, id)?.ok_or(Error::NotFound)?;
    if fuse.state == FuseState::Destroyed {
        return Err(Error::Conflict("These notes have been destroyed already.".into()));
    }
    Ok((fuse, application::find(conn, id, &Reach::Everyone)?))
}

/// Destroys the case's key and notes and the words of the letters that quote them. What is left is the proof: a hash
/// over what there was. The file itself is wiped after the commit, by [`super::wipe`].
///
/// # Errors
/// `NotFound`; `Forbidden`; `Invalid` at `confirm`; `Conflict` before its day, when it is done, and while it is held.
pub fn destroy(tx: &mut Tx<'_>, who: &Who, id: ApplicationId, confirmed: bool) -> Result<Destroyed> {
    // Whoever lodges an appeal or asks to see the notes holds the case: what they have done is seen, or they come after.
    application::held(tx, id)?;
    vault::lock(tx)?;
    let (mut fuse, application) = review(tx, who, id)?;
    if fuse.burns_on > tx.today {
        let day = long_date(fuse.burns_on);
        return Err(Error::Conflict(format!("These notes are kept until {day}, in case of an appeal or a question.")));
    }
    if let Some(why) = held_by(tx, &application)? {
        return Err(Error::Conflict(why.into()));
    }
    if !confirmed {
        return Err(Error::invalid("confirm", "Confirm that the notes are to be destroyed"));
    }
    let ids: Vec<i64> = vault::notes(tx, id, None)?.into_iter().map(|note| note.id.0).collect();
    // The sealed form says which key it was; the key itself is nowhere else.
    let key = vault::key(tx, id)?.map(|sealed| hex::encode(Sha256::digest(sealed.as_bytes()))).unwrap_or_default();
    let notes = vault::destroy(tx, id)?;
    let said = format!("Destroyed under retention on {}.", long_date(tx.today));
    let letters = match application.person_id {
        Some(person) => store::empty_letters(tx, (person, id), QUOTING, fuse.lit_on, &said)?,
        None => Vec::new(),
    };
    let record = json!({
        "application": id, "notes": ids, "key": key, "letters": letters, "at": tx.at.to_string(), "by": tx.actor,
    });
    let proof = hex::encode(Sha256::digest(record.to_string().as_bytes()));
    (fuse.state, fuse.reviewed_by) = (FuseState::Destroyed, Some(tx.actor));
    (fuse.destroyed_at, fuse.proof) = (Some(tx.at), proof.clone());
    store::keep(tx, &fuse)?;
    settle_tasks(tx, id, "The notes were destroyed")?;
    tx.trail(entry("fuse.destroy", &application).new_value(&json!({ "record": record, "proof": proof })));
    Ok(Destroyed { notes, letters: letters.len(), proof })
}

/// Puts the destruction off until a day at most three months ahead. Counted, and asked again on that day.
///
/// # Errors
/// `NotFound`; `Forbidden`; `Conflict` when the notes are destroyed; `Invalid` at `until` or `reason`.
pub fn delay(tx: &mut Tx<'_>, who: &Who, id: ApplicationId, until: Option<NaiveDate>, why: &str) -> Result<()> {
    let (mut fuse, application) = review(tx, who, id)?;
    let mut faults = Vec::new();
    let latest = add_months(tx.today, DELAY_MONTHS);
    let until = until.filter(|until| *until > tx.today && *until > fuse.burns_on && *until <= latest);
    if until.is_none() {
        let message =
            format!("Enter a day after today and after the day it is due, {} at the latest", long_date(latest));
        faults.push(Fault::new("until", message));
    }
    let reason = reason::needed("reason", why, &mut faults);
    let Some(until) = until.filter(|_| faults.is_empty()) else { return Err(Error::Invalid(faults)) };
    let old = json!({ "burns_on": fuse.burns_on, "delays": fuse.delays });
    (fuse.burns_on, fuse.state, fuse.delays) = (until, FuseState::Burning, fuse.delays + 1);
    (fuse.delay_reason, fuse.reviewed_by) = (reason.clone(), Some(tx.actor));
    store::keep(tx, &fuse)?;
    settle_tasks(tx, id, "The destruction was put off")?;
    let new = json!({ "burns_on": fuse.burns_on, "delays": fuse.delays });
    tx.trail(entry("fuse.delay", &application).old(&old).new_value(&new).reason(reason));
    Ok(())
}
