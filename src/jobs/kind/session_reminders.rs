//! Reminds people of the training they have a place at, each once; a session that moves is reminded of anew.

use super::cut_short;
use crate::domain::{booking, command};
use crate::error::Result;
use crate::jobs::run::{Outcome, Shift};
use crate::jobs::spec::SessionReminders;

pub(super) fn run(shift: &Shift<'_>, params: &SessionReminders) -> Result<Outcome> {
    let office = shift.office;
    let (mut whole, mut after, mut goes_on) = (Outcome::default(), None, true);
    while goes_on {
        if !shift.goes_on()? {
            return Ok(cut_short(said(whole)));
        }
        let some = command::write_untrailed(&office.db, &office.clock, |tx| {
            booking::remind(tx, params.lead_days, after, shift.spec.batch.into())
        })?;
        whole.done += some.reminded;
        whole.failed += some.failed;
        after = some.last;
        goes_on = some.last.is_some();
    }
    Ok(said(whole))
}

fn said(whole: Outcome) -> Outcome {
    Outcome { detail: format!("{} people reminded, {} failed", whole.done, whole.failed), ..whole }
}
