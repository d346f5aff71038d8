//! Closes decided cases once nobody can appeal in time any more.

use super::cut_short;
use crate::domain::{command, proposal};
use crate::error::Result;
use crate::jobs::run::{Outcome, Shift};
use crate::types::UserId;

pub(super) fn run(shift: &Shift<'_>) -> Result<Outcome> {
    let (office, limit) = (shift.office, i64::from(shift.spec.batch));
    let mut done = 0;
    loop {
        let outcome = Outcome { done, detail: format!("{done} closed"), ..Outcome::default() };
        if !shift.goes_on()? {
            return Ok(cut_short(outcome));
        }
        let closed =
            command::run_if_needed(&office.db, UserId::SYSTEM, &office.clock, |tx| proposal::close_decided(tx, limit))?;
        if closed == 0 {
            return Ok(outcome);
        }
        done += closed;
    }
}
