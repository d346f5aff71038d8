//! Gives the published bulletins to newcomers, and writes to firms whose people have not read them.

use super::cut_short;
use crate::domain::bulletin::chase::{self, Patience};
use crate::domain::{bulletin, command};
use crate::error::Result;
use crate::jobs::run::{Outcome, Shift};
use crate::jobs::spec::Bulletins;

pub(super) fn run(shift: &Shift<'_>, params: &Bulletins) -> Result<Outcome> {
    let office = shift.office;
    let (given, all) = bulletin::spread_all(&office.db, &office.clock, || shift.goes_on())?;
    let patience = Patience { lead_days: params.lead_days, every_days: params.every_days };
    let letters = command::write_untrailed(&office.db, &office.clock, |tx| chase::chase(tx, patience))?;
    let detail = format!("{given} people given a bulletin, {letters} letters to firms");
    let outcome = Outcome { done: given + letters, detail, ..Outcome::default() };
    Ok(if all { outcome } else { cut_short(outcome) })
}
