//! What stays open after its last reminder becomes the team's (interface.md §4).

use std::collections::{BTreeMap, HashSet};

use crate::domain::clearance::days_before;
use crate::domain::policy::{self, Policy};
use crate::error::Result;
use crate::store::task::{self, NewTask};
use crate::store::trail::Entry;
use crate::store::{Tx, reminder as store};
use crate::types::{PersonId, Strength};

const KIND: &str = "escalation";
/// Why the night closes a task.
const HEALED: &str = "No longer open: it was renewed, changed or is asked no more";

/// Opens a task for each item told at lead 0 at least `after_days` ago and open still, and closes the tasks of items
/// that no longer are; answers how many it opened. What only the council can settle is in its own queue already, and
/// what never stops anybody is no task.
///
/// # Errors
/// The database's.
pub fn escalate(tx: &mut Tx<'_>, after_days: u32) -> Result<u64> {
    let today = tx.today;
    let policies = policy::published(tx)?;
    let policy = Policy::in_force(&policies, today);
    let stops: HashSet<&str> = policy
        .iter()
        .flat_map(|policy| &policy.requirements)
        .filter(|one| one.strength == Strength::Hard || one.grace_days.is_some())
        .map(|one| one.code.as_str())
        .collect();
    let mut causes = BTreeMap::new();
    for item in store::long_open(tx, today, days_before(today, after_days))? {
        if let Some(due_on) = item.day
            && stops.contains(item.requirement.as_str())
        {
            causes.insert(format!("escalation:{}:{}:{due_on}", item.person_id, item.requirement), item);
        }
    }
    for task in task::all_open(tx, KIND)?.iter().filter(|task| !causes.contains_key(&task.dedup_key)) {
        if task::settle(tx, task, HEALED)? {
            let entry = Entry::new("task.close", "task", task.id.0).reason(HEALED);
            tx.trail(entry.about(PersonId(task.subject_id)));
        }
    }
    let all: Vec<String> = causes.keys().cloned().collect();
    let mut known = HashSet::new();
    for chunk in all.chunks(1000) {
        known.extend(task::known(tx, chunk)?);
    }
    let mut opened = 0;
    for (cause, item) in causes.iter().filter(|(cause, _)| !known.contains(*cause)) {
        let asked = policy.and_then(|policy| policy.requirements.iter().find(|one| one.code == item.requirement));
        let title = asked.map_or(item.requirement.as_str(), |one| one.title.as_str());
        let task = NewTask {
            kind: KIND,
            cause,
            subject_kind: "person",
            subject_id: item.person_id.0,
            detail: &format!("{title}: still open {after_days} days after the contractor was last told"),
            due_on: today,
        };
        opened += u64::from(task::open(tx, &task)?);
    }
    Ok(opened)
}
