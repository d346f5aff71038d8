//! What stays open after its last reminder becomes the team's (interface.md §4).

use std::collections::{BTreeMap, BTreeSet, HashSet};

use chrono::NaiveDate;

use crate::domain::clearance::days_before;
use crate::domain::policy::{self, Policy};
use crate::error::Result;
use crate::store::task::{self, NewTask};
use crate::store::trail::Entry;
use crate::store::{Tx, reminder as store};
use crate::types::{ContractorId, PersonId, Strength};

const KIND: &str = "escalation";
/// Why the night closes a task.
const HEALED: &str = "No longer so: it was put right, changed, or something newer is open";

/// Opens a task for each firm with items told at lead 0 at least `after_days` ago and open still, and closes the tasks
/// of firms whose newest such item is another by now; answers how many it opened. What only the council can settle is
/// in its own queue already, and what never stops anybody is no task.
///
/// # Errors
/// The database's.
pub fn escalate(tx: &mut Tx<'_>, after_days: u32) -> Result<u64> {
    let today = tx.today;
    let policies = policy::published(tx)?;
    let stops: HashSet<&str> = Policy::in_force(&policies, today)
        .iter()
        .flat_map(|policy| &policy.requirements)
        .filter(|one| one.strength == Strength::Hard || one.grace_days.is_some())
        .map(|one| one.code.as_str())
        .collect();
    let mut firms: BTreeMap<ContractorId, BTreeSet<(NaiveDate, PersonId, String)>> = BTreeMap::new();
    for item in store::long_open(tx, today, days_before(today, after_days))? {
        if let Some(due_on) = item.day
            && stops.contains(item.requirement.as_str())
        {
            firms.entry(item.contractor_id).or_default().insert((due_on, item.person_id, item.requirement));
        }
    }
    let newest = |items: &BTreeSet<(NaiveDate, PersonId, String)>| items.last().map(|(due_on, _, _)| *due_on);
    let causes: BTreeMap<String, ContractorId> =
        firms.iter().filter_map(|(firm, items)| Some((format!("{KIND}:{firm}:{}", newest(items)?), *firm))).collect();
    for task in task::all_open(tx, KIND)?.iter().filter(|task| !causes.contains_key(&task.dedup_key)) {
        if task::settle(tx, task, HEALED)? {
            tx.trail(Entry::new("task.close", "task", task.id.0).reason(HEALED));
        }
    }
    let all: Vec<String> = causes.keys().cloned().collect();
    let known: HashSet<String> = task::known(tx, &all)?.into_iter().collect();
    let mut opened = 0;
    for (cause, firm) in causes.iter().filter(|(cause, _)| !known.contains(*cause)) {
        let items = firms.get(firm).map_or(0, BTreeSet::len);
        let people: HashSet<PersonId> = firms.get(firm).into_iter().flatten().map(|(_, person, _)| *person).collect();
        let task = NewTask {
            kind: KIND,
            cause,
            subject_kind: "contractor",
            subject_id: firm.0,
            detail: &format!(
                "Still open {after_days} days after the contractor was last told (people: {}; items: {items})",
                people.len()
            ),
            due_on: today,
        };
        opened += u64::from(task::open(tx, &task)?);
    }
    Ok(opened)
}
