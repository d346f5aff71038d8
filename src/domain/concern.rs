//! Concerns of the public about a badge or its wearer: taken from anybody, for a live badge as for a dead one, and handed
//! to the team.

use chrono::TimeDelta;
use serde_json::json;

use crate::domain::badge_check::{By, find, plain};
use crate::domain::permission::{Act, Subject, Who, may};
use crate::domain::reason;
use crate::domain::signin::{count, network};
use crate::error::{Error, Fault, Result};
use crate::store::concern::{self as store, NewConcern};
use crate::store::outbox::{self, NewLetter};
use crate::store::task::{self, NewTask};
use crate::store::trail::Entry;
use crate::store::{Tx, badge_check, signin};
use crate::types::ConcernId;

/// The letter to the team.
pub const CONCERN_NOTICE: &str = "concern_notice";
/// The kind of the task to look at one.
const TASK: &str = "concern";
/// Concerns from one network that cost no wait.
const FREE: i32 = 10;
/// So many within [`HOUR`] are a flood: each is kept, but the team is written to once an hour and asked to do nothing more.
const FLOOD: i64 = 30;
const HOUR: TimeDelta = TimeDelta::hours(1);

/// What somebody wrote.
#[derive(Clone, Default)]
pub struct Report {
    /// The token of the page they came from, when it was a badge's.
    pub token: Option<String>,
    /// The number they typed otherwise; may be empty.
    pub number: String,
    /// What they are concerned about.
    pub words: String,
    /// Who they are; may be empty.
    pub name: String,
    /// How to reach them; may be empty.
    pub contact: String,
}

/// Takes a concern and tells the team; says whether it was taken, or there were too many from the network.
///
/// # Errors
/// `Invalid` at the fields.
pub fn report(tx: &mut Tx<'_>, report: &Report, address: &str, team: &str) -> Result<bool> {
    let mut faults = Vec::new();
    let long = |text: &str, most: usize| text.chars().count() > most;
    if report.words.trim().is_empty() {
        faults.push(Fault::new("words", "Say what you are concerned about"));
    }
    for (field, text, most) in [
        ("words", &report.words, 4000),
        ("number", &report.number, 40),
        ("name", &report.name, 120),
        ("contact", &report.contact, 200),
    ] {
        if long(text, most) {
            faults.push(Fault::new(field, format!("This must be {most} characters or fewer")));
        }
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let seal = tx.seal();
    let from = seal.fingerprint("concern address", &network(address));
    if count(tx, [(&from, FREE)])?.is_some() {
        return Ok(false);
    }
    let now = tx.at;
    let is_flood = store::received_before(tx, FLOOD)?.is_some_and(|at| now.since(at) < HOUR);
    let badge = match &report.token {
        Some(token) => find(tx, &seal, &By::Token(token.clone()))?,
        None => badge_check::by_number(tx, &plain(&report.number))?,
    };
    let about = badge.map(|badge| (badge.id, badge.person_id));
    let id = store::insert(
        tx,
        &NewConcern {
            about,
            typed: report.number.trim(),
            words: report.words.trim(),
            name: report.name.trim(),
            contact: report.contact.trim(),
        },
    )?;
    tell(tx, id, team, is_flood)?;
    let entry = Entry::new("concern.receive", "concern", id.0);
    tx.trail(match about {
        Some((_, person)) => entry.about(person),
        None => entry,
    });
    Ok(true)
}

/// Writes to the team and asks it to look; in a flood the first of these alone, and once an hour.
fn tell(tx: &mut Tx<'_>, id: ConcernId, team: &str, is_flood: bool) -> Result<()> {
    let mailed = tx.seal().fingerprint("concern address", "when the team was written to");
    let (letters, last) = signin::hold_failures(tx, &mailed)?;
    if !is_flood || letters == 0 || tx.at.since(last) >= HOUR {
        let (contractor, user, person) = (None, None, None);
        let params = json!({ "id": id }).to_string();
        outbox::put(tx, &NewLetter { letter: CONCERN_NOTICE, to: team, cc: "", contractor, user, person, params })?;
        signin::set_failures(tx, &mailed, 1)?;
    }
    if is_flood {
        return Ok(());
    }
    let cause = format!("concern:{id}");
    let task = NewTask {
        kind: TASK,
        cause: &cause,
        subject_kind: "concern",
        subject_id: id.0,
        detail: "Somebody of the public is concerned about a badge or its wearer: read what they wrote",
        due_on: tx.today,
    };
    task::open(tx, &task)?;
    Ok(())
}

/// Says that somebody of the team has looked at a concern, and what comes of it.
///
/// # Errors
/// `Invalid` without a note; `Conflict` when somebody has already.
pub fn see(tx: &mut Tx<'_>, who: &Who, id: ConcernId, note: &str) -> Result<()> {
    may(who, Act::WorkQueues, Subject::Register)?;
    let mut faults = Vec::new();
    let note = reason::needed("note", note, &mut faults);
    if !faults.is_empty() {
        return Err(Error::invalid("note", "Enter what was done about it"));
    }
    let row = store::find(tx, id)?;
    if !store::see(tx, id, &note)? {
        return Err(Error::Conflict("Somebody has looked at this concern already.".into()));
    }
    for open in task::open_about(tx, TASK, "concern", id.0)? {
        task::close(tx, open.id, "Somebody looked at the concern")?;
    }
    let entry = Entry::new("concern.see", "concern", id.0).reason(note);
    tx.trail(match row.person_id {
        Some(person) => entry.about(person),
        None => entry,
    });
    Ok(())
}
