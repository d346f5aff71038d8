//! Proposes what has been kept long enough for destruction. It destroys nothing: a person does.

use super::put_once;
use crate::domain::letter::RetentionParams;
use crate::domain::retention::sweep;
use crate::error::Result;
use crate::jobs::run::{Outcome, Shift};
use crate::jobs::spec::Desk;

pub(super) fn run(shift: &Shift<'_>, to: Desk) -> Result<Outcome> {
    let swept = sweep(&shift.office.db, &shift.office.clock)?;
    if swept.proposed + swept.late > 0 {
        let params = RetentionParams { on: shift.today(), waiting: swept.waiting, late: swept.late };
        put_once(shift, "retention_due", to, &params, |last| last.on == params.on)?;
    }
    let mut detail = format!(
        "{} proposed, {} held, {} waiting, {} late, {} lit",
        swept.proposed, swept.held, swept.waiting, swept.late, swept.lit
    );
    if swept.forgotten > 0 {
        detail.push_str(&format!("; {} applications of nobody emptied", swept.forgotten));
    }
    if !swept.wiped {
        detail.push_str("; what was destroyed could not be wiped from the files yet");
    }
    Ok(Outcome {
        done: swept.proposed + swept.lit + swept.forgotten,
        failed: u64::from(!swept.wiped),
        detail,
        red: false,
    })
}
