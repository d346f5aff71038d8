//! Retention: what quotes a disclosure is proposed for destruction six months after the decision, reviewed by a person,
//! and destroyed with proof; the decision and six facts of the certificate stay (facts.md §3).

mod review;
mod sweep;

use serde_json::json;

pub use review::{Destroyed, REVIEW_DAYS, delay, destroy, review};
pub use sweep::{Swept, sweep, wipe};

use super::letter::{APPEAL_LETTER, DECISION_LETTER};
use super::subject_access;
use crate::error::Result;
use crate::store::application::Application;
use crate::store::fuse::{self as store, Fuse};
use crate::store::trail::Entry;
use crate::store::{Conn, Tx, task, vault};
use crate::types::ApplicationState::{Closed, Decided, Withdrawn};
use crate::types::{ApplicationId, ApplicationState, FuseState, add_months};

/// How long the answers of an application are kept that was over before anybody said whose it is, in months (facts.md §3).
const UNLINKED_MONTHS: u32 = 6;
/// How long notes are kept after the decision, in months.
pub const MONTHS: u32 = 6;
/// The longest a review may put the destruction off, in months.
pub const DELAY_MONTHS: u32 = 3;
/// The letters whose words may quote a reason; a new one belongs here.
pub const QUOTING: &[&str] = &[DECISION_LETTER, APPEAL_LETTER];
/// The states in which nothing more is to be decided.
pub(super) const ENDED: &[ApplicationState] = &[Decided, Closed, Withdrawn];

/// The kind of the task to review a fuse, and of the one that it was not.
const REVIEW: &str = "retention_review";
const LATE: &str = "retention_late";

/// Starts the fuse of the application's vault from today, anew when it was burning or had burnt down; called when a
/// decision is agreed, when an appeal is decided or withdrawn, and on withdrawal. Without a vault there is no fuse.
///
/// # Errors
/// The database's.
pub fn light(tx: &mut Tx<'_>, application: &Application) -> Result<()> {
    light_from(tx, application, tx.today)
}

fn light_from(tx: &mut Tx<'_>, application: &Application, lit_on: chrono::NaiveDate) -> Result<()> {
    if vault::key(tx, application.id)?.is_none() {
        return Ok(());
    }
    let fuse = Fuse {
        application_id: application.id,
        lit_on,
        burns_on: add_months(lit_on, MONTHS),
        state: FuseState::Burning,
        delays: 0,
        delay_reason: String::new(),
        reviewed_by: None,
        destroyed_at: None,
        proof: String::new(),
    };
    store::keep(tx, &fuse)?;
    settle_tasks(tx, application.id, "The fuse was lit again")?;
    let burns = json!({ "lit_on": fuse.lit_on, "burns_on": fuse.burns_on });
    tx.trail(entry("fuse.light", application).new_value(&burns));
    Ok(())
}

/// What stops the notes from being destroyed, as a sentence; none when nothing does.
///
/// # Errors
/// The database's.
pub fn held_by(conn: &mut Conn, application: &Application) -> Result<Option<&'static str>> {
    if application.state == ApplicationState::Appealed || store::is_under_appeal(conn, application.id)? {
        return Ok(Some("An appeal is open, so the notes are held until it is decided."));
    }
    if !ENDED.contains(&application.state) {
        return Ok(Some("The case is open again, so the notes are held until it is decided."));
    }
    if let Some(person) = application.person_id
        && subject_access::standing(conn, person)?.is_some()
    {
        return Ok(Some("The person has asked to see what is held on them, so the notes are held until they have it."));
    }
    Ok(None)
}

fn entry(act: &'static str, application: &Application) -> Entry {
    let entry = Entry::new(act, "application", application.id.0);
    match application.person_id {
        Some(person) => entry.about(person),
        None => entry,
    }
}

/// Closes the tasks that wait for a review which is done.
fn settle_tasks(tx: &mut Tx<'_>, application: ApplicationId, reason: &str) -> Result<()> {
    for kind in [REVIEW, LATE] {
        for one in task::all_open(tx, kind)?.iter().filter(|one| one.subject_id == application.0) {
            task::settle(tx, one, reason)?;
        }
    }
    Ok(())
}
