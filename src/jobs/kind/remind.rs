//! Writes to each contractor that newly owes something, and passes to the team what stays open.

use std::collections::BTreeMap;

use super::{cut_short, lapse};
use crate::domain::{command, reminder};
use crate::error::Result;
use crate::jobs::run::{Outcome, Shift};
use crate::jobs::spec::Remind;
use crate::types::UserId;

pub(super) fn run(shift: &Shift<'_>, params: &Remind) -> Result<Outcome> {
    let office = shift.office;
    let swept = lapse::sweep(shift)?;
    let mut outcome = Outcome { failed: swept.failed.len() as u64, ..Outcome::default() };
    let mut owed =
        if swept.cut_short { BTreeMap::new() } else { office.db.read(|c| reminder::owed(c, shift.today()))? };
    let (mut without_address, mut put_off, mut failed) = (0, 0, Vec::new());
    let mut stopped = swept.cut_short;
    while !owed.is_empty() && !stopped {
        let mut firms = BTreeMap::new();
        while firms.len() < shift.spec.batch as usize
            && let Some((firm, keys)) = owed.pop_first()
        {
            firms.insert(firm, keys);
        }
        let owing = command::write_untrailed(&office.db, &office.clock, |tx| {
            reminder::owe(tx, &firms, params.copy_second_contact)
        })?;
        outcome.done += owing.letters;
        without_address += owing.without_address;
        put_off += owing.put_off;
        failed.extend(owing.failed);
        stopped = !shift.goes_on()?;
    }
    let tasks = if stopped {
        0
    } else {
        command::run_if_needed(&office.db, UserId::SYSTEM, &office.clock, |tx| {
            reminder::escalate(tx, params.escalate_after_days)
        })?
    };
    outcome.detail = format!(
        "{} contractors owed a letter, {without_address} without an address, {put_off} had today's already, {tasks} \
         passed to the team; {}",
        outcome.done,
        swept.detail()
    );
    if !failed.is_empty() {
        outcome.failed += failed.len() as u64;
        let ids: Vec<String> = failed.iter().take(20).map(ToString::to_string).collect();
        outcome.detail.push_str(&format!("; contractors that failed: {}", ids.join(", ")));
    }
    outcome.red = outcome.failed > 0;
    Ok(if stopped { cut_short(outcome) } else { outcome })
}
