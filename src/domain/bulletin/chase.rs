//! Writes to firms whose people have not read a mandatory bulletin: how many, never who, and once a week at most.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::domain::clearance::{days_after, days_before};
use crate::error::Result;
use crate::store::Tx;
use crate::store::bulletin::reader::{self, Reader};
use crate::store::bulletin::{self as store, Bulletin};
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

/// What came of chasing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chased {
    /// Firms that will have a letter.
    pub letters: u64,
    /// Firms that failed, by id.
    pub failed: Vec<ContractorId>,
}

/// Writes to each firm it is time to write to, each under a savepoint: one that fails costs only itself.
///
/// # Errors
/// The database's.
pub fn chase(tx: &mut Tx<'_>, patience: Patience) -> Result<Chased> {
    let today = tx.today;
    let mut due = Vec::new();
    for bulletin in store::published(tx)?.into_iter().filter(|one| one.mandatory) {
        let Some(read_by) = bulletin.read_by else { continue };
        if today < days_before(read_by, patience.lead_days) {
            continue;
        }
        let title = store::titles(tx, &[bulletin.id])?.pop().map(|(_, title)| title).unwrap_or_default();
        due.push(Due { bulletin, title, read_by });
    }
    let mut firms: BTreeMap<ContractorId, Vec<&Due>> = BTreeMap::new();
    for one in &due {
        for tally in reader::tallies(tx, &one.bulletin, None, today, None, i64::MAX)? {
            if tally.read < tally.given {
                firms.entry(tally.firm).or_default().push(one);
            }
        }
    }
    let ids: Vec<ContractorId> = firms.keys().copied().collect();
    let mut chased = Chased::default();
    for firm in contractor::by_ids(tx, &ids)? {
        let unread = firms.remove(&firm.id).unwrap_or_default();
        match tx.savepoint(|tx| chase_firm(tx, &firm, &unread, patience)) {
            Ok(is_written) => chased.letters += u64::from(is_written),
            Err(error) => {
                tracing::error!(contractor = firm.id.0, %error, "a firm could not be written to");
                chased.failed.push(firm.id);
            }
        }
    }
    Ok(chased)
}

/// A bulletin whose day to read by is near or over.
struct Due {
    bulletin: Bulletin,
    title: String,
    read_by: NaiveDate,
}

/// Writes to a firm about these bulletins, when it is time to; says whether it did.
fn chase_firm(tx: &mut Tx<'_>, firm: &Contractor, due: &[&Due], patience: Patience) -> Result<bool> {
    if firm.email.is_empty() || firm.status != ContractorStatus::Active {
        return Ok(false);
    }
    let (today, late) = (tx.today, days_after(tx.today, patience.lead_days));
    let mut owed = Vec::new();
    for one in due {
        let mut unread = reader::unread_at(tx, &one.bulletin, firm.id, today)?;
        unread.retain(|reader| reader.due_on <= late);
        if !unread.is_empty() {
            let (title, read_by, people) = (one.title.clone(), one.read_by, unread.len());
            owed.push((Unread { id: one.bulletin.id, title, read_by, people }, unread));
        }
    }
    let last = owed.iter().flat_map(|(_, readers)| readers).filter_map(|one| one.chased_on).max();
    if owed.is_empty() || last.is_some_and(|day| today < days_after(day, patience.every_days)) {
        return Ok(false);
    }
    write_to(tx, firm, &owed)?;
    Ok(true)
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
