//! Works out again every clearance that the date may have changed, and trails what did. `remind` does so first too.

use std::collections::HashSet;

use super::cut_short;
use crate::domain::clearance::keep;
use crate::domain::command;
use crate::error::Result;
use crate::jobs::run::{Outcome, Shift};
use crate::store::clearance;
use crate::types::{PersonId, UserId};

/// What a sweep did.
#[derive(Default)]
pub(super) struct Swept {
    pub people: u64,
    pub changed: u64,
    pub failed: HashSet<PersonId>,
    pub cut_short: bool,
}

pub(super) fn run(shift: &Shift<'_>) -> Result<Outcome> {
    let swept = sweep(shift)?;
    let outcome = Outcome {
        done: swept.people,
        failed: swept.failed.len() as u64,
        detail: swept.detail(),
        red: !swept.failed.is_empty(),
    };
    Ok(if swept.cut_short { cut_short(outcome) } else { outcome })
}

/// Sweeps in batches, each its own transaction, until nobody is stale. When a batch fails its people are taken one
/// by one, so that somebody who cannot be computed costs only themselves.
pub(super) fn sweep(shift: &Shift<'_>) -> Result<Swept> {
    let (office, today) = (shift.office, shift.today());
    let mut swept = Swept::default();
    loop {
        if !shift.goes_on()? {
            swept.cut_short = true;
            return Ok(swept);
        }
        let room = i64::from(shift.spec.batch) + i64::try_from(swept.failed.len()).unwrap_or(i64::MAX);
        let mut people = office.db.read(|conn| clearance::stale(conn, today, room))?;
        people.retain(|person| !swept.failed.contains(person));
        if people.is_empty() {
            return Ok(swept);
        }
        match recompute(shift, &people) {
            Ok(changed) => swept.count(people.len(), changed),
            Err(error) => {
                tracing::warn!(%error, people = people.len(), "a batch could not be swept: one by one");
                for person in people {
                    match recompute(shift, &[person]) {
                        Ok(changed) => swept.count(1, changed),
                        Err(error) => {
                            tracing::error!(person = person.0, %error, "a clearance could not be computed");
                            swept.failed.insert(person);
                        }
                    }
                }
            }
        }
    }
}

fn recompute(shift: &Shift<'_>, people: &[PersonId]) -> Result<usize> {
    let office = shift.office;
    command::run_if_needed(&office.db, UserId::SYSTEM, &office.clock, |tx| Ok(keep::recompute(tx, people)?.len()))
}

impl Swept {
    fn count(&mut self, people: usize, changed: usize) {
        self.people += people as u64;
        self.changed += changed as u64;
    }

    pub(super) fn detail(&self) -> String {
        let mut text = format!("{} people computed, {} standings changed", self.people, self.changed);
        if !self.failed.is_empty() {
            let mut ids: Vec<String> = self.failed.iter().take(20).map(ToString::to_string).collect();
            ids.sort();
            text.push_str(&format!("; could not be computed: {}", ids.join(", ")));
        }
        text
    }
}
