//! Reminds people of the training they have a place at, each once; a session that moves is reminded of anew.

use super::cut_short;
use crate::domain::{booking, command};
use crate::error::Result;
use crate::jobs::run::{Outcome, Shift};
use crate::jobs::spec::SessionReminders;

pub(super) fn run(shift: &Shift<'_>, params: &SessionReminders) -> Result<Outcome> {
    let office = shift.office;
    let (mut done, mut goes_on) = (0, true);
    while goes_on {
        if !shift.goes_on()? {
            let outcome = Outcome { done, detail: format!("{done} people reminded"), ..Outcome::default() };
            return Ok(cut_short(outcome));
        }
        let some = command::write_untrailed(&office.db, &office.clock, |tx| {
            booking::remind(tx, params.lead_days, shift.spec.batch.into())
        })?;
        done += some as u64;
        goes_on = some > 0;
    }
    Ok(Outcome { done, detail: format!("{done} people reminded"), ..Outcome::default() })
}
