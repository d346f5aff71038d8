//! Gives the published bulletins to newcomers, and writes to firms whose people have not read them.

use super::cut_short;
use crate::domain::bulletin::chase::{self, Patience};
use crate::domain::{bulletin, command};
use crate::error::Result;
use crate::jobs::run::{Outcome, Shift};
use crate::jobs::spec::Bulletins;

pub(super) fn run(shift: &Shift<'_>, params: &Bulletins) -> Result<Outcome> {
    let office = shift.office;
    let spread = bulletin::spread_all(&office.db, &office.clock, || shift.goes_on())?;
    let patience = Patience { lead_days: params.lead_days, every_days: params.every_days };
    let chased = command::write_untrailed(&office.db, &office.clock, |tx| chase::chase(tx, patience))?;
    let mut detail = format!("{} people given a bulletin, {} letters to firms", spread.given, chased.letters);
    let failed = spread.failed + chased.failed.len() as u64;
    if spread.failed > 0 {
        detail.push_str(&format!("; {} people or bulletins that failed", spread.failed));
    }
    if !chased.failed.is_empty() {
        let ids: Vec<String> = chased.failed.iter().take(20).map(ToString::to_string).collect();
        detail.push_str(&format!("; contractors that failed: {}", ids.join(", ")));
    }
    let outcome = Outcome { done: spread.given + chased.letters, failed, red: failed > 0, detail };
    Ok(if spread.cut_short { cut_short(outcome) } else { outcome })
}
