//! Leaving altogether: every engagement ends, consent to status checks ends with it, and what was open about the person
//! is closed. A new engagement undoes it.

use chrono::NaiveDate;
use serde_json::json;

use super::permission::{Act, Subject, Who, may};
use super::{booking, engagement, outbox, person, reason, subject_access};
use crate::error::{Error, Fault, Result};
use crate::store::engagement as works;
use crate::store::leaving::{self as store, Leaving};
use crate::store::trail::Entry;
use crate::store::{Tx, dbs, session, task};
use crate::types::{LeavingCause, LeavingId, PersonId, long_date};

/// A leaving to be.
#[derive(Debug, Clone, Default)]
pub struct NewLeaving {
    /// The last day, inclusive.
    pub last_day: Option<NaiveDate>,
    /// Why, as a word.
    pub cause: Option<LeavingCause>,
    /// Why, in words.
    pub reason: String,
}

/// Records that somebody has left. Each firm they worked for has a letter, and they have one unless they died.
///
/// # Errors
/// `NotFound`; `Forbidden`; `Conflict` when they have left; `Invalid` at `last_day`, `cause` or `reason`.
pub fn leave(tx: &mut Tx<'_>, who: &Who, id: PersonId, new: &NewLeaving) -> Result<LeavingId> {
    may(who, Act::RecordEvidence, Subject::Register)?;
    session::lock_of(tx, &[id])?;
    let (dossier, today) = (person::dossier(tx, id)?, tx.today);
    if store::standing(tx, id)?.is_some() {
        return Err(Error::Conflict("This person has left already.".into()));
    }
    let mut faults = Vec::new();
    let begun = dossier.engagements.iter().filter(|work| work.starts_on <= today && is_open(work, today));
    let first = begun.map(|work| work.starts_on).max();
    match new.last_day {
        None => faults.push(Fault::new("last_day", "Enter the last day")),
        Some(day) if day > today => faults.push(Fault::new("last_day", "The last day must be today or in the past")),
        Some(day) => {
            if let Some(first) = first.filter(|first| day < *first) {
                let message = format!("The last day must be {} or later: an engagement began then", long_date(first));
                faults.push(Fault::new("last_day", message));
            }
        }
    }
    if new.cause.is_none() {
        faults.push(Fault::new("cause", "Select why they left"));
    }
    let why = reason::needed("reason", &new.reason, &mut faults);
    let (Some(left_on), Some(cause), true) = (new.last_day, new.cause, faults.is_empty()) else {
        return Err(Error::Invalid(faults));
    };
    for work in dossier.engagements.iter().filter(|work| is_open(work, today)) {
        works::end_at(tx, work, left_on)?;
        let old = json!({ "contractor": work.contractor_id, "role": work.role, "ends_on": work.ends_on });
        let entry = Entry::new("engagement.end", "engagement", work.id.0).about(id);
        tx.trail(entry.old(&old).new_value(&json!({ "ends_on": left_on })));
        engagement::tell_departure(tx, id, work, left_on)?;
    }
    booking::after_departure(tx, id)?;
    for consent in dossier.consents.iter().filter(|consent| consent.withdrawn_on.is_none()) {
        dbs::consent::withdraw(tx, consent, today)?;
        let entry = Entry::new("consent.withdraw", "consent", consent.id.0).about(id);
        tx.trail(entry.old(&json!({ "given_on": consent.given_on })).new_value(&json!({ "withdrawn_on": today })));
    }
    for open in task::all_about(tx, "person", id.0)? {
        // What is still owed to somebody who left.
        let stays = ["unwritten_letter", subject_access::TASK].contains(&open.kind.as_str());
        if !stays && task::close(tx, open.id, "They left the register")? {
            tx.trail(Entry::new("task.close", "task", open.id.0).about(id).reason("They left the register"));
        }
    }
    let row = Leaving {
        id: LeavingId(0),
        person_id: id,
        left_on,
        cause,
        reason: why.clone(),
        recorded_by: tx.actor,
        recorded_on: today,
        undone_on: None,
    };
    let leaving = store::insert(tx, &row)?;
    let value = json!({ "left_on": left_on, "cause": cause });
    tx.trail(Entry::new("leaving.record", "leaving", leaving.0).about(id).new_value(&value).reason(why));
    outbox::write_to_person(tx, id, "leaving", json!({ "on": left_on }).to_string())?;
    Ok(leaving)
}

fn is_open(work: &works::Engagement, today: NaiveDate) -> bool {
    work.ends_on.is_none_or(|end| end >= today)
}

/// What pages call a cause.
pub fn title(cause: LeavingCause) -> &'static str {
    match cause {
        LeavingCause::OwnWish => "They chose to leave",
        LeavingCause::ContractEnded => "Their contractor no longer works for us",
        LeavingCause::Dismissed => "Their contractor dismissed them",
        LeavingCause::Deceased => "They have died",
        LeavingCause::Other => "Another reason",
    }
}
