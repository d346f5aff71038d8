//! Safeguarding bulletins: written by the team, published to an audience, read by each person for themselves. What was
//! published is never edited; it is withdrawn, with a reason.

mod audience;
pub mod chase;
pub mod link;
mod send;
mod translation;
pub mod words;

use chrono::NaiveDate;
use serde_json::json;

use crate::domain::permission::{Act, Subject, Who, may};
use crate::domain::submission::{fingerprint, unmoved};
use crate::domain::{policy, reason};
use crate::error::{Error, Fault, Result};
use crate::store::bulletin::{self as store, Bulletin, MAIN, Text, reader};
use crate::store::trail::Entry;
use crate::store::{Tx, contractor};
use crate::types::{BulletinId, BulletinState, ContractorId, long_date};

pub use audience::{is_for, reaches};
pub use send::{Printed, Spread, may_send, print, renew, spread, spread_all};
pub use translation::{check, drop_language, is_behind, mark, translate};
pub use words::{LANGUAGES, Words, is_right_to_left, language, language_in_english};

/// A draft as it is typed.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// What it says in English.
    pub words: Words,
    /// Whether it has to be read.
    pub mandatory: bool,
    /// Codes of the roles it is for; none for all.
    pub roles: Vec<String>,
    /// The firms it is for; none for all.
    pub contractors: Vec<ContractorId>,
    /// The last day on which it may be read in time.
    pub read_by: Option<NaiveDate>,
}

/// What pages call a state.
pub fn title(state: BulletinState) -> &'static str {
    match state {
        BulletinState::Draft => "Draft",
        BulletinState::Published => "Published",
        BulletinState::Withdrawn => "Withdrawn",
    }
}

/// Writes a draft.
///
/// # Errors
/// `Invalid` at the fields of the form.
pub fn create(tx: &mut Tx<'_>, who: &Who, draft: &Draft) -> Result<BulletinId> {
    may(who, Act::WriteBulletins, Subject::Register)?;
    let (mut row, text) = checked(tx, draft)?;
    row.id = store::insert(tx, &row)?;
    store::write_text(tx, row.id, &text)?;
    tx.trail(Entry::new("bulletin.write", "bulletin", row.id.0).new_value(&told(&row, &text)));
    Ok(row.id)
}

/// Changes a draft. When its English words change its translations wait to be checked against them.
///
/// # Errors
/// `Invalid` at the fields; `Conflict` once it is published, or when somebody changed it meanwhile.
pub fn change(tx: &mut Tx<'_>, who: &Who, id: BulletinId, draft: &Draft, based_on: &str) -> Result<()> {
    may(who, Act::WriteBulletins, Subject::Register)?;
    let (old, old_text) = (store::lock(tx, id)?, main(tx, id)?);
    let (mut row, text) = checked(tx, draft)?;
    row.id = id;
    unmoved(&told(&old, &old_text), based_on)?;
    if !store::keep_draft(tx, &row)? {
        return Err(Error::Conflict("A bulletin is not edited once it is published. Withdraw it instead.".into()));
    }
    store::write_text(tx, id, &text)?;
    let entry = Entry::new("bulletin.change", "bulletin", id.0);
    tx.trail(entry.old(&told(&old, &old_text)).new_value(&told(&row, &text)));
    Ok(())
}

/// What the form of a draft carries, to say which draft it was made from.
pub fn based_on(row: &Bulletin, text: &Text) -> String {
    fingerprint(&told(row, text))
}

/// Publishes a draft. Whoever is to read it is found by [`spread`].
///
/// # Errors
/// `Conflict` when it is no draft, or has no day to be read by, or that day is over; `Invalid` at each translation that
/// waits to be checked.
pub fn publish(tx: &mut Tx<'_>, who: &Who, id: BulletinId) -> Result<()> {
    may(who, Act::WriteBulletins, Subject::Register)?;
    let row = store::lock(tx, id)?;
    match row.read_by {
        None => return Err(Error::Conflict("Say first by which day it is to be read.".into())),
        Some(day) if day < tx.today => {
            let day = long_date(day);
            return Err(Error::Conflict(format!("The day to read it by, {day}, is over. Change it first.")));
        }
        Some(_) => {}
    }
    translation::all_checked(&store::texts(tx, id)?)?;
    if !store::advance(tx, id, BulletinState::Draft, BulletinState::Published, "")? {
        return Err(Error::Conflict("This bulletin was published already.".into()));
    }
    tx.trail(Entry::new("bulletin.publish", "bulletin", id.0).new_value(&json!({ "read_by": row.read_by })));
    Ok(())
}

/// Withdraws a published bulletin: its links open nothing and nobody owes it any more.
///
/// # Errors
/// `Invalid` without a reason; `Conflict` when it is not published.
pub fn withdraw(tx: &mut Tx<'_>, who: &Who, id: BulletinId, why: &str) -> Result<()> {
    may(who, Act::WriteBulletins, Subject::Register)?;
    let mut faults = Vec::new();
    let why = reason::needed("reason", why, &mut faults);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let row = store::find(tx, id)?;
    if !store::advance(tx, id, BulletinState::Published, BulletinState::Withdrawn, &why)? {
        return Err(Error::Conflict("Only a published bulletin can be withdrawn.".into()));
    }
    if row.mandatory {
        for person in reader::people(tx, id)? {
            tx.touch(person);
        }
    }
    tx.trail(Entry::new("bulletin.withdraw", "bulletin", id.0).reason(why));
    Ok(())
}

/// The bulletin's words in English.
///
/// # Errors
/// `NotFound`.
pub fn main(conn: &mut crate::store::Conn, id: BulletinId) -> Result<Text> {
    store::texts(conn, id)?.into_iter().find(|text| text.language == MAIN).ok_or(Error::NotFound)
}

fn told(row: &Bulletin, text: &Text) -> serde_json::Value {
    json!({
        "title": text.title, "body": text.body, "questions": text.questions, "mandatory": row.mandatory,
        "roles": row.roles, "contractors": row.contractors, "read_by": row.read_by,
    })
}

fn checked(tx: &mut Tx<'_>, draft: &Draft) -> Result<(Bulletin, Text)> {
    let mut faults = Vec::new();
    let text = draft.words.as_main(&mut faults);
    let policies = policy::published(tx)?;
    let known = policy::Policy::in_force(&policies, tx.today);
    if draft.roles.iter().any(|role| known.is_none_or(|policy| policy.role(role).is_none())) {
        faults.push(Fault::new("roles", "Choose roles from the list"));
    }
    if contractor::by_ids(tx, &draft.contractors)?.len() != draft.contractors.len() {
        faults.push(Fault::new("contractors", "Choose contractors from the list"));
    }
    if draft.read_by.is_some_and(|day| day < tx.today) {
        faults.push(Fault::new("read_by", "The day to read it by must be today or later"));
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let row = Bulletin {
        id: BulletinId(0),
        mandatory: draft.mandatory,
        state: BulletinState::Draft,
        roles: draft.roles.clone(),
        contractors: draft.contractors.clone(),
        written_by: tx.actor,
        written_on: tx.today,
        published_on: None,
        read_by: draft.read_by,
        reason: String::new(),
    };
    Ok((row, text))
}
