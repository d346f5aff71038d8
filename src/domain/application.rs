//! Applications: one table of moves says what may become of one, and who may do it (data.md §6).

pub mod answers;
pub mod applicant;
mod case;
pub mod chase;
pub mod checking;
pub mod checklist;
pub mod draft;
pub mod faults;
pub mod identity;
pub mod link;
pub mod moves;
pub mod overseas;
pub mod questions;
pub mod review;
pub mod submit;
pub mod trace;

use serde_json::json;

pub use case::case;
pub use moves::{Event, MOVES, Move, Party, after};

use crate::domain::person;
use crate::error::{Error, Result};
use crate::store::application::{self as store, Application};
use crate::store::engagement::Engagement;
use crate::store::task::{self, NewTask};
use crate::store::trail::Entry;
use crate::store::{Tx, contractor};
use crate::types::{ApplicationState, ContractorId, Verdict};

/// Moves an application on, in the database and in hand, and says so to the trail. Who may is the caller's to ask.
///
/// # Errors
/// `Conflict` when the event does not lead on from the state, or somebody else moved it first.
pub fn advance(tx: &mut Tx<'_>, application: &mut Application, event: Event, reason: &str) -> Result<()> {
    let from = application.state;
    let Some(to) = after(from, event) else {
        return Err(Error::Conflict(format!("This application is {}, so that cannot be done.", moves::title(from))));
    };
    if !store::move_to(tx, application.id, from, to)? {
        return Err(Error::Conflict("Somebody else has moved this application on.".into()));
    }
    (application.state, application.state_since) = (to, tx.today);
    // Whoever has something before the council is watched, and nobody for its sake when it is over.
    if let Some(person) = application.person_id.filter(|_| moves::OPEN.contains(&from) != moves::OPEN.contains(&to)) {
        tx.touch(person);
    }
    let mut entry = Entry::new(event.act(), "application", application.id.0)
        .old(&json!({ "state": from }))
        .new_value(&json!({ "state": to }))
        .reason(reason);
    if let Some(person) = application.person_id {
        entry = entry.about(person);
    }
    tx.trail(entry);
    if to == ApplicationState::Closed && application.outcome == Some(Verdict::Refused) {
        still_engaged(tx, application)?;
    }
    Ok(())
}

/// Somebody refused for good may still be engaged for that work: the team ends it with the firm.
fn still_engaged(tx: &mut Tx<'_>, application: &Application) -> Result<()> {
    let Some(person) = application.person_id else { return Ok(()) };
    let (dossier, role, today) = (person::dossier(tx, person)?, application.role.as_str(), tx.today);
    let works = |one: &&Engagement| one.role == role && one.ends_on.is_none_or(|day| day >= today);
    let firms: Vec<ContractorId> = dossier.engagements.iter().filter(works).map(|one| one.contractor_id).collect();
    if firms.is_empty() || dossier.approval(role, today).is_some() {
        return Ok(());
    }
    let names: Vec<String> = contractor::names(tx, &firms)?.into_iter().map(|(_, name)| name).collect();
    let cause = format!("refused_at_work:{}", application.id);
    let detail = format!(
        "Refused for good ({}), and still has an engagement with {}: end it",
        application.reference,
        names.join(" and ")
    );
    let task = NewTask {
        kind: "refused_at_work",
        cause: &cause,
        subject_kind: "person",
        subject_id: person.0,
        detail: &detail,
        due_on: today,
    };
    task::open(tx, &task)?;
    Ok(())
}
