//! The weekly all-clear, sent even when there is nothing to say.

use chrono::TimeDelta;

use super::put_once;
use crate::domain::letter::render::AllClearParams;
use crate::domain::reminder::DIGEST;
use crate::error::Result;
use crate::jobs::health;
use crate::jobs::run::{Outcome, Shift};
use crate::jobs::spec::{Desk, JobSpec};
use crate::store::{Conn, invariant, job, outbox};
use crate::types::{At, OutboxState};

pub(super) fn run(shift: &Shift<'_>, to: Desk) -> Result<Outcome> {
    let (office, on, at) = (shift.office, shift.today(), shift.office.clock.now());
    let params = office.db.read(|conn| {
        let since = at.plus(-TimeDelta::days(7));
        let end = at.plus(TimeDelta::seconds(1));
        let mut jobs = Vec::new();
        for spec in office.specs.iter().filter(|spec| spec.enabled && spec.name != shift.spec.name) {
            jobs.push(line(conn, spec, since, at)?);
        }
        Ok(AllClearParams {
            from: on - TimeDelta::days(6),
            on,
            at,
            stopped: invariant::count_stopped(conn, on)?.unsigned_abs(),
            due: invariant::count_due(conn, on)?.unsigned_abs(),
            sent: outbox::counted(conn, Some(DIGEST), OutboxState::Sent, since, end)?.unsigned_abs(),
            failed: outbox::counted(conn, None, OutboxState::Failed, since, end)?.unsigned_abs(),
            jobs,
        })
    })?;
    let detail = format!("{} cannot work, {} due", params.stopped, params.due);
    let put = put_once(shift, "all_clear", to, &params, |last| last.on == on)?;
    Ok(Outcome { done: u64::from(put), detail, ..Outcome::default() })
}

fn line(conn: &mut Conn, spec: &JobSpec, since: At, now: At) -> Result<(String, Option<At>, u64, bool)> {
    let last = job::last_done(conn, &spec.name)?.and_then(|run| run.finished_at);
    let failures = job::failures(conn, &spec.name, since)?.unsigned_abs();
    Ok((spec.name.clone(), last, failures, health::is_overdue(conn, spec, now)?))
}
