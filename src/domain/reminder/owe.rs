//! Ledger and letter together: one digest for each firm with something newly owed, one a day at most.

use std::collections::{BTreeMap, HashSet};

use super::{Key, Owed};
use crate::error::Result;
use crate::store::contractor::{self, Contractor};
use crate::store::outbox::{self, NewLetter};
use crate::store::reminder::{self as store, Reminder};
use crate::store::task::{self, NewTask};
use crate::store::{Tx, lock_contractor};
use crate::types::{ContractorId, OutboxId, OutboxState, PersonId};

/// The letter's name: a folder of `templates/mail`.
pub const DIGEST: &str = "contractor_digest";

/// What a digest is rendered from; all else is read when it is rendered.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct DigestParams {
    /// The firm.
    pub contractor: ContractorId,
    /// The day it was owed.
    pub on: chrono::NaiveDate,
}

/// What became of some firms.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Owing {
    /// Firms that will have a letter.
    pub letters: u64,
    /// Firms without an address: tasks instead.
    pub without_address: u64,
    /// Firms that had their letter of the day already: they are owed another tomorrow.
    pub put_off: u64,
    /// Firms that failed, by id.
    pub failed: Vec<ContractorId>,
}

/// Owes these firms their letters, each under a savepoint: one that fails costs only itself.
pub fn owe(tx: &mut Tx<'_>, firms: &BTreeMap<ContractorId, Vec<Owed>>, copy_second: bool) -> Result<Owing> {
    let ids: Vec<ContractorId> = firms.keys().copied().collect();
    let mut found: Vec<Contractor> = contractor::by_ids(tx, &ids)?;
    // Two processes lock the firms in the same order.
    found.sort_by_key(|firm| firm.id);
    let mut owing = Owing::default();
    for firm in &found {
        let owed = firms.get(&firm.id).map(Vec::as_slice).unwrap_or_default();
        match tx.savepoint(|tx| owe_firm(tx, firm, owed, copy_second)) {
            Ok(Done::Letter) => owing.letters += 1,
            Ok(Done::NoAddress) => owing.without_address += 1,
            Ok(Done::PutOff) => owing.put_off += 1,
            Ok(Done::Nothing) => {}
            Err(error) => {
                tracing::error!(contractor = firm.id.0, %error, "a firm could not be owed its letter");
                owing.failed.push(firm.id);
            }
        }
    }
    Ok(owing)
}

enum Done {
    Letter,
    NoAddress,
    PutOff,
    Nothing,
}

fn owe_firm(tx: &mut Tx<'_>, firm: &Contractor, owed: &[Owed], copy_second: bool) -> Result<Done> {
    lock_contractor(tx, firm.id)?;
    let owed = untold(tx, firm.id, owed)?;
    if owed.is_empty() {
        return Ok(Done::Nothing);
    }
    let (to, cc) = addresses(firm, copy_second && owed.iter().any(|one| one.last_call));
    let (letter, done) = if to.is_empty() {
        open_task(tx, firm.id)?;
        (None, Done::NoAddress)
    } else {
        match digest(tx, firm.id, to, cc)? {
            Some(letter) => (Some(letter), Done::Letter),
            None => return Ok(Done::PutOff),
        }
    };
    let (owed_on, contractor_id) = (tx.today, firm.id);
    let rows: Vec<Reminder> = owed
        .into_iter()
        .map(|Owed { key, .. }| Reminder {
            person_id: key.person,
            requirement: key.requirement,
            due_on: key.due_on,
            lead: key.lead,
            contractor_id,
            owed_on,
            outbox_id: letter,
        })
        .collect();
    store::insert(tx, &rows)?;
    Ok(done)
}

/// What another process has not told the firm of since it was read.
fn untold(tx: &mut Tx<'_>, firm: ContractorId, owed: &[Owed]) -> Result<Vec<Owed>> {
    let mut people: Vec<PersonId> = owed.iter().map(|one| one.key.person).collect();
    people.dedup();
    let mut told: HashSet<Key> = HashSet::new();
    for chunk in people.chunks(1000) {
        told.extend(store::told_to(tx, firm, chunk)?.into_iter().map(|row| Key {
            person: row.person_id,
            requirement: row.requirement,
            due_on: row.due_on,
            lead: row.lead,
        }));
    }
    Ok(owed.iter().filter(|one| !told.contains(&one.key)).cloned().collect())
}

/// To whom, and to whom a copy goes.
fn addresses(firm: &Contractor, last_call: bool) -> (&str, &str) {
    let (first, second) = (firm.email.trim(), firm.second_email.trim());
    match (first.is_empty(), last_call && !second.eq_ignore_ascii_case(first)) {
        (true, _) => (second, ""),
        (false, true) => (first, second),
        (false, false) => (first, ""),
    }
}

/// The firm's digest that is not rendered yet, or a new one; none when it has had today's. A letter that waits will
/// tell how things stand when it goes, so it serves for what is owed today too.
fn digest(tx: &mut Tx<'_>, firm: ContractorId, to: &str, cc: &str) -> Result<Option<OutboxId>> {
    let params = DigestParams { contractor: firm, on: tx.today };
    let recent = outbox::latest_to(tx, firm, DIGEST, 20)?;
    let waits = |letter: &&outbox::Letter| letter.state == OutboxState::Pending && letter.body_text.is_none();
    if let Some(waiting) = recent.iter().find(waits) {
        if waiting.cc_email.is_empty() && !cc.is_empty() {
            outbox::copy_to(tx, waiting.id, cc)?;
        }
        return Ok(Some(waiting.id));
    }
    let written: Option<DigestParams> = recent.first().and_then(|letter| serde_json::from_str(&letter.params).ok());
    if written.is_some_and(|had| had.on == params.on) {
        return Ok(None);
    }
    let params = serde_json::to_string(&params)?;
    let letter = NewLetter { letter: DIGEST, to, cc, contractor: Some(firm), user: None, person: None, params };
    outbox::put(tx, &letter).map(Some)
}

fn open_task(tx: &mut Tx<'_>, firm: ContractorId) -> Result<()> {
    if task::is_open(tx, "no_address", "contractor", firm.0)? {
        return Ok(());
    }
    let due_on = tx.today;
    let task = NewTask {
        kind: "no_address",
        cause: &format!("no_address:{firm}:{due_on}"),
        subject_kind: "contractor",
        subject_id: firm.0,
        detail: "A reminder is owed and the contractor has no email address: record one, or tell them another way",
        due_on,
    };
    task::open(tx, &task).map(drop)
}
