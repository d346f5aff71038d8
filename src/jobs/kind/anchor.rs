//! Sends the trail's head to the auditor, so that a trail rewritten later can be shown to be so.

use super::put_once;
use crate::domain::letter::render::AnchorParams;
use crate::error::Result;
use crate::jobs::run::{Outcome, Shift};
use crate::jobs::spec::Desk;
use crate::store::trail;

pub(super) fn run(shift: &Shift<'_>, to: Desk) -> Result<Outcome> {
    let (seq, hash) = shift.office.db.read(trail::head)?;
    let params = AnchorParams { on: shift.today(), seq, hash };
    let put = put_once(shift, "trail_anchor", to, &params, |last| (last.on, last.seq) == (shift.today(), seq))?;
    Ok(Outcome { done: u64::from(put), detail: format!("the trail ends at entry {seq}"), ..Outcome::default() })
}
