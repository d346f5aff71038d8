//! Writes to firms whose people have not read a mandatory bulletin: how many, never who, and once a week at most.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::domain::clearance::{days_after, days_before};
use crate::error::Result;
use crate::store::Tx;
use crate::store::bulletin as store;
use crate::store::bulletin::reader::{self, Reader};
use crate::store::contractor::{self, Contractor};
use crate::store::outbox::{self, NewLetter};
use crate::types::{BulletinId, ContractorId, ContractorStatus};

/// The letter to a firm about bulletins its people have not read.
pub const CHASE: &str = "bulletin_chase";

/// When a firm is written to. Days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// So long before the day to read by, the first letter.
    pub lead_days: u32,
    /// And the next after so long.
    pub every_days: u32,
}

/// A bulletin a letter names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    /// Which.
    pub id: BulletinId,
    /// What it is called.
    pub title: String,
    /// By when it is to be read.
    pub read_by: NaiveDate,
    /// How many of the firm's people have not.
    pub people: usize,
}

/// Writes to each firm it is time to write to; says to how many.
///
/// # Errors
/// The database's.
pub fn chase(tx: &mut Tx<'_>, patience: Patience) -> Result<u64> {
    let today = tx.today;
    let mut firms: BTreeMap<ContractorId, Vec<(Unread, Vec<Reader>)>> = BTreeMap::new();
    for bulletin in store::published(tx)?.into_iter().filter(|one| one.mandatory) {
        let Some(read_by) = bulletin.read_by else { continue };
        if today < days_before(read_by, patience.lead_days) {
            continue;
        }
        let title = store::titles(tx, &[bulletin.id])?.pop().map(|(_, title)| title).unwrap_or_default();
        for tally in reader::tallies(tx, &bulletin, None, today, None, i64::MAX)? {
            if tally.read >= tally.given {
                continue;
            }
            let late = days_after(today, patience.lead_days);
            let mut unread = reader::unread_at(tx, &bulletin, tally.firm, today)?;
            unread.retain(|one| one.due_on <= late);
            if unread.is_empty() {
                continue;
            }
            let line = Unread { id: bulletin.id, title: title.clone(), read_by, people: unread.len() };
            firms.entry(tally.firm).or_default().push((line, unread));
        }
    }
    let ids: Vec<ContractorId> = firms.keys().copied().collect();
    let mut letters = 0;
    for firm in contractor::by_ids(tx, &ids)? {
        let Some(owed) = firms.remove(&firm.id) else { continue };
        let last = owed.iter().flat_map(|(_, readers)| readers).filter_map(|one| one.chased_on).max();
        let is_early = last.is_some_and(|day| today < days_after(day, patience.every_days));
        if is_early || firm.email.is_empty() || firm.status != ContractorStatus::Active {
            continue;
        }
        match tx.savepoint(|tx| write_to(tx, &firm, &owed)) {
            Ok(()) => letters += 1,
            Err(error) => tracing::error!(contractor = firm.id.0, %error, "a firm could not be written to"),
        }
    }
    Ok(letters)
}

fn write_to(tx: &mut Tx<'_>, firm: &Contractor, owed: &[(Unread, Vec<Reader>)]) -> Result<()> {
    let lines: Vec<&Unread> = owed.iter().map(|(line, _)| line).collect();
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
    for (_, readers) in owed {
        let ids: Vec<_> = readers.iter().map(|one| one.id).collect();
        reader::chased(tx, &ids)?;
    }
    Ok(())
}
