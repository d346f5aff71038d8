//! Badges that run out, and badges of work that has ended: the one is asked anew, the other is wanted back.

use std::collections::{BTreeMap, HashSet};

use chrono::TimeDelta;
use serde_json::json;

use super::change::return_cause;
use super::request::{self, Work};
use crate::domain::clearance::{clearance, dossiers};
use crate::domain::policy;
use crate::error::{Error, Result};
use crate::store::badge as store;
use crate::store::outbox::{self, NewLetter};
use crate::store::task::{self, NewTask};
use crate::store::trail::Entry;
use crate::store::{Tx, badge_request, contractor, photo};
use crate::types::{BadgeCause, BadgeId, BadgeRequestState, ContractorId, ContractorStatus, PersonId};

/// The letter to a firm whose people's badges run out.
pub const LETTER: &str = "badge_renewal";

/// Asks for a new badge for up to `batch` people whose own runs out within `days`, when they are cleared and the new one
/// would last longer, and tells their firms; after the badge named. Answers how many, and where to go on.
///
/// # Errors
/// The database's.
pub fn propose(tx: &mut Tx<'_>, days: u32, after: BadgeId, batch: i64) -> Result<(u64, Option<BadgeId>)> {
    let today = tx.today;
    let to = today + TimeDelta::days(days.into());
    let found = store::expiring(tx, (today, to), after, batch)?;
    let next = found.last().map(|one| one.id).filter(|_| i64::try_from(found.len()).unwrap_or(0) == batch);
    let policies = policy::published(tx)?;
    let mut firms: BTreeMap<ContractorId, u64> = BTreeMap::new();
    let people: Vec<PersonId> = found.iter().map(|badge| badge.person_id).collect();
    let files = dossiers(tx, &people)?;
    let mut seen = HashSet::new();
    for badge in found {
        let Some(dossier) = files.iter().find(|file| file.person == badge.person_id) else { continue };
        // A number that was imported twice for the same work is asked for once.
        if !seen.insert((badge.person_id, badge.contractor_id, badge.role.clone())) {
            continue;
        }
        let standing = clearance(&policies, &badge.role, dossier, today);
        let longer = super::expiry::of_role(&policies, &badge.role, &standing, dossier, today);
        if !standing.is_cleared() || longer.is_none_or(|day| day <= badge.expires_on) {
            continue;
        }
        let work = Work { contractor: badge.contractor_id, role: badge.role.clone() };
        match tx.savepoint(|tx| request::open(tx, badge.person_id, &work, BadgeCause::Renewal)) {
            Ok(_) => {}
            // Somebody asked at this moment.
            Err(Error::Conflict(_)) => continue,
            Err(other) => return Err(other),
        }
        *firms.entry(badge.contractor_id).or_default() += 1;
    }
    let asked = firms.values().sum();
    tell(tx, &firms)?;
    Ok((asked, next))
}

/// One letter to each firm, however many badges.
fn tell(tx: &mut Tx<'_>, firms: &BTreeMap<ContractorId, u64>) -> Result<()> {
    let ids: Vec<ContractorId> = firms.keys().copied().collect();
    for firm in contractor::by_ids(tx, &ids)? {
        let count = firms.get(&firm.id).copied().unwrap_or(0);
        if firm.status != ContractorStatus::Active || firm.email.is_empty() {
            continue;
        }
        let letter = NewLetter {
            letter: LETTER,
            to: &firm.email,
            cc: "",
            contractor: Some(firm.id),
            user: None,
            person: None,
            params: json!({ "count": count }).to_string(),
        };
        outbox::put(tx, &letter)?;
    }
    Ok(())
}

/// Opens a task for up to `batch` badges that are still out though the work there has ended; after the badge named.
///
/// # Errors
/// The database's.
pub fn want_back(tx: &mut Tx<'_>, after: BadgeId, batch: i64) -> Result<(u64, Option<BadgeId>)> {
    let today = tx.today;
    let found = store::unreturned(tx, today, after, batch)?;
    let next = found.last().map(|one| one.id).filter(|_| i64::try_from(found.len()).unwrap_or(0) == batch);
    let mut opened = 0;
    for badge in found {
        let task = NewTask {
            kind: "badge_to_return",
            cause: &return_cause(badge.id),
            subject_kind: "person",
            subject_id: badge.person_id.0,
            detail: "Their work for a contractor has ended: get its badge back and record it as returned",
            due_on: today + TimeDelta::days(14),
        };
        opened += u64::from(task::open(tx, &task)?);
        for open in badge_request::open_of(tx, badge.person_id)? {
            if open.contractor_id == badge.contractor_id && open.role == badge.role {
                let why = "The work there has ended";
                if !badge_request::settle(tx, open.id, BadgeRequestState::Cancelled, None, why)? {
                    continue;
                }
                let entry = Entry::new("badge_request.cancel", "badge_request", open.id.0).about(open.person_id);
                tx.trail(entry.reason(why));
            }
        }
    }
    Ok((opened, next))
}

/// Destroys the cuts of photographs that nobody chose, of up to `batch` people; says of how many.
///
/// # Errors
/// The database's.
pub fn clear_cuts(tx: &mut Tx<'_>, batch: i64) -> Result<u64> {
    let today = tx.today;
    let people = photo::left_lying(tx, today, batch)?;
    for id in &people {
        photo::destroy_unused(tx, *id)?;
        tx.trail(Entry::new("photo.clear", "person", id.0).about(*id));
    }
    Ok(u64::try_from(people.len()).unwrap_or(0))
}
