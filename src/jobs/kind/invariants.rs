//! Looks for states that should be impossible. Any found turns the run red and goes to the team.

use super::put_once;
use crate::domain::letter::render::AlarmParams;
use crate::error::{Error, Result};
use crate::jobs::run::{Outcome, Shift};
use crate::jobs::spec::Desk;
use crate::store::{invariant, trail};

pub(super) fn run(shift: &Shift<'_>, to: Desk) -> Result<Outcome> {
    let (office, on, at) = (shift.office, shift.today(), shift.office.clock.now());
    let broken = office.db.snapshot(|conn| invariant::broken(conn, on, at))?;
    let mut findings: Vec<(String, u64)> =
        broken.into_iter().map(|(rule, records)| (rule.to_owned(), records.unsigned_abs())).collect();
    match office.db.read(trail::verify) {
        Ok(_) => {}
        Err(Error::Conflict(why)) => findings.push((format!("The trail does not verify: {why}"), 1)),
        Err(other) => return Err(other),
    }
    if findings.is_empty() {
        return Ok(Outcome { detail: "every check holds".into(), ..Outcome::default() });
    }
    let failed = findings.len() as u64;
    let detail: Vec<String> = findings.iter().map(|(rule, records)| format!("{rule} ({records})")).collect();
    let params = AlarmParams { on, at, findings };
    put_once(shift, "invariant_alarm", to, &params, |last| (last.on, &last.findings) == (on, &params.findings))?;
    Ok(Outcome { done: 0, failed, detail: detail.join("; "), red: true })
}
