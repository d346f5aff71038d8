//! Cards that should have come back: their badge was revoked, or a new one stands in for it, and two weeks have passed.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use serde_json::json;

use super::change::return_cause;
use crate::domain::letter::{BADGE_RETURN, BadgeReturnParams};
use crate::error::Result;
use crate::store::outbox::{self, NewLetter};
use crate::store::task::{self, NewTask};
use crate::store::{Tx, badge as store, contractor};
use crate::types::{BadgeId, ContractorId, ContractorStatus};

/// How long a firm has to send a card back before it is asked for it, and then before the team's task is due.
const DAYS: i64 = 14;

/// Opens a task for each of up to `batch` cards that are out though their badge is dead, and asks their firms for them in
/// one letter each; after the badge named. Each card once. Answers how many, and where to go on.
///
/// # Errors
/// The database's.
pub fn cards(tx: &mut Tx<'_>, after: BadgeId, batch: i64) -> Result<(u64, Option<BadgeId>)> {
    let today = tx.today;
    let found = store::still_out(tx, (today - TimeDelta::days(DAYS), today), after, batch)?;
    let next = found.last().map(|one| one.id).filter(|_| i64::try_from(found.len()).unwrap_or(0) == batch);
    let causes: Vec<String> = found.iter().map(|one| return_cause(one.id)).collect();
    let known = task::known(tx, &causes)?;
    let mut firms: BTreeMap<ContractorId, Vec<BadgeId>> = BTreeMap::new();
    for (badge, cause) in found.into_iter().zip(causes).filter(|(_, cause)| !known.contains(cause)) {
        let task = NewTask {
            kind: "badge_to_return",
            cause: &cause,
            subject_kind: "person",
            subject_id: badge.person_id.0,
            detail: "A badge of theirs was revoked or replaced: get its card back and record it as returned",
            due_on: today + TimeDelta::days(DAYS),
        };
        if task::open(tx, &task)? {
            firms.entry(badge.contractor_id).or_default().push(badge.id);
        }
    }
    let asked: usize = firms.values().map(Vec::len).sum();
    ask(tx, firms)?;
    Ok((u64::try_from(asked).unwrap_or(0), next))
}

/// A firm without an address is rung by whoever takes the task.
fn ask(tx: &mut Tx<'_>, mut firms: BTreeMap<ContractorId, Vec<BadgeId>>) -> Result<()> {
    let ids: Vec<ContractorId> = firms.keys().copied().collect();
    for firm in contractor::by_ids(tx, &ids)? {
        let badges = firms.remove(&firm.id).unwrap_or_default();
        if firm.status != ContractorStatus::Active || firm.email.is_empty() {
            continue;
        }
        let letter = NewLetter {
            letter: BADGE_RETURN,
            to: &firm.email,
            cc: "",
            contractor: Some(firm.id),
            user: None,
            person: None,
            params: json!(BadgeReturnParams { badges }).to_string(),
        };
        outbox::put(tx, &letter)?;
    }
    Ok(())
}
