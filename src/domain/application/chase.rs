//! Applications that nobody moves: their submitter is written to, an abandoned one is closed, one that is long with
//! the council becomes a task; and whoever is approved over an undecided trace gets a review.

use std::collections::BTreeMap;

use chrono::{Months, NaiveDate};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Event, advance, moves, trace};
use crate::domain::clearance::{days_after, days_before};
use crate::domain::{interview, retention};
use crate::error::Result;
use crate::store::application::{self as store, Application};
use crate::store::outbox::{self, NewLetter};
use crate::store::task::{self, NewTask};
use crate::store::{Tx, contractor, own_link};
use crate::types::{ApplicationId, ApplicationState, ContractorId, ContractorStatus, PersonId};

/// The letter to a firm about applications that wait for it.
pub const CHASE: &str = "application_chase";

/// How long is too long. Days, and months for the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Untouched for so long: the first letter.
    pub first_days: u32,
    /// And the second.
    pub second_days: u32,
    /// With the council for so long, at one step: a task.
    pub council_days: u32,
    /// Untouched for so long: closed (facts.md §3, abandoned applications).
    pub abandon_months: u32,
}

/// What was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Chased {
    /// Letters written.
    pub letters: u64,
    /// Applications closed as abandoned.
    pub closed: u64,
    /// Tasks opened.
    pub tasks: u64,
    /// Reviews opened.
    pub reviews: u64,
}

/// An application a letter names, by its reference alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// What it is called.
    pub reference: String,
    /// Whether it was returned; a draft otherwise.
    pub returned: bool,
    /// Since when it waits.
    pub since: NaiveDate,
    /// The day it is closed unless somebody sends it in.
    pub closes_on: NaiveDate,
}

/// Closes what was abandoned.
///
/// # Errors
/// The database's.
pub fn close_abandoned(tx: &mut Tx<'_>, patience: Patience, batch: i64) -> Result<u64> {
    let before = tx.today.checked_sub_months(Months::new(patience.abandon_months)).unwrap_or(NaiveDate::MIN);
    let mut count = 0;
    for one in store::abandoned(tx, before, batch)? {
        let mut application = store::held(tx, one.id)?;
        // Somebody came back to it at this very moment.
        if !is_left(&application, before) {
            continue;
        }
        count += 1;
        // A draft that was never sent in leaves nothing of whoever it was about.
        if application.submitted_on.is_none() {
            store::forget(tx, application.id)?;
        }
        advance(tx, &mut application, Event::Withdraw, "Abandoned: nobody touched it for too long")?;
        own_link::end_all(tx, application.id)?;
        interview::call_off(tx, &application)?;
        retention::light(tx, &application)?;
    }
    Ok(count)
}

/// Writes to each firm about what waits for it, once at each mark; and says after which application to go on.
///
/// # Errors
/// The database's.
pub fn chase(
    tx: &mut Tx<'_>,
    patience: Patience,
    after: ApplicationId,
    batch: i64,
) -> Result<(Chased, Option<ApplicationId>)> {
    let today = tx.today;
    let waiting = store::untouched(tx, days_before(today, patience.first_days), after, batch)?;
    let next = waiting.last().map(|one| one.id);
    let owed = waiting.into_iter().filter(|one| is_owed(one, patience, today));
    let mut firms: BTreeMap<ContractorId, Vec<Application>> = BTreeMap::new();
    for application in owed {
        if let Some(firm) = application.contractor_id {
            firms.entry(firm).or_default().push(application);
        }
    }
    let mut chased = Chased::default();
    let ids: Vec<ContractorId> = firms.keys().copied().collect();
    for firm in contractor::by_ids(tx, &ids)? {
        let Some(owed) = firms.remove(&firm.id).filter(|_| firm.status == ContractorStatus::Active) else { continue };
        if firm.email.is_empty() {
            continue;
        }
        let months = patience.abandon_months;
        let lines: Vec<Waiting> = owed.iter().map(|one| waiting_of(one, months)).collect();
        let letter = NewLetter {
            letter: CHASE,
            to: &firm.email,
            cc: "",
            contractor: Some(firm.id),
            user: None,
            person: None,
            params: json!({ "lines": lines }).to_string(),
        };
        outbox::put(tx, &letter)?;
        chased.letters += 1;
        for application in owed {
            store::chased(tx, application.id)?;
        }
    }
    Ok((chased, next))
}

/// The last day on which somebody moved it or answered anything.
fn touched(application: &Application) -> NaiveDate {
    application.edited_on.map_or(application.state_since, |edited| edited.max(application.state_since))
}

fn is_left(application: &Application, before: NaiveDate) -> bool {
    let waits = matches!(application.state, ApplicationState::Draft | ApplicationState::Returned);
    waits && touched(application) <= before
}

/// Whether a mark has come since the application was last chased.
fn is_owed(application: &Application, patience: Patience, today: NaiveDate) -> bool {
    let marks = [patience.first_days, patience.second_days].map(|days| days_after(touched(application), days));
    let last = marks.into_iter().filter(|mark| *mark <= today).max();
    last.is_some_and(|mark| application.chased_on.is_none_or(|chased| chased < mark))
}

fn waiting_of(application: &Application, months: u32) -> Waiting {
    Waiting {
        reference: application.reference.clone(),
        returned: application.state == ApplicationState::Returned,
        since: touched(application),
        closes_on: crate::types::add_months(touched(application), months),
    }
}

/// Opens a task for each application that is at one step with the council for too long.
///
/// # Errors
/// The database's.
pub fn flag_slow(
    tx: &mut Tx<'_>,
    patience: Patience,
    after: ApplicationId,
    batch: i64,
) -> Result<(u64, Option<ApplicationId>)> {
    let before = days_before(tx.today, patience.council_days);
    let slow = store::slow(tx, moves::OPEN, before, after, batch)?;
    let mut opened = 0;
    for application in &slow {
        let cause = format!("slow_application:{}:{}:{}", application.id, application.state, application.state_since);
        let detail = format!("This application is {} for too long", moves::title(application.state));
        let task = NewTask {
            kind: "slow_application",
            cause: &cause,
            subject_kind: "application",
            subject_id: application.id.0,
            detail: &detail,
            due_on: tx.today,
        };
        opened += u64::from(task::open(tx, &task)?);
    }
    Ok((opened, slow.last().map(|one| one.id)))
}

/// Looks again at everybody over whom a trace stands undecided: an import brings them without anybody noticing
/// (facts.md §8.9). Says how many reviews were opened, and after whom to go on.
///
/// # Errors
/// The database's.
pub fn review_undecided(tx: &mut Tx<'_>, after: PersonId, batch: i64) -> Result<(u64, Option<PersonId>)> {
    let people = store::undecided(tx, after, batch)?;
    let mut opened = 0;
    for person in &people {
        opened += u64::from(trace::look(tx, *person)?);
    }
    Ok((opened, people.last().copied()))
}
