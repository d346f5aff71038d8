//! Asks the Update Service about whoever is due, and says when the watch stands still. First, whoever can still join
//! is told by when.

mod round;

use super::cut_short;
use crate::domain::status_check::may_reach;
use crate::domain::{circuit, command, declaration, join_window};
use crate::error::Result;
use crate::gateway::update_service::UpdateService;
use crate::jobs::run::{Outcome, Shift};
use crate::jobs::spec::StatusChecks;
use crate::store::{migrate, watch};
use crate::types::UserId;
use round::Round;

pub(super) fn run(shift: &Shift<'_>, params: &StatusChecks) -> Result<Outcome> {
    let office = shift.office;
    let (told, untold) = join_windows(shift)?;
    let url = office.config.update_service_url.as_str();
    let purpose = office.db.read(migrate::purpose)?;
    let mut stopped = false;
    let mut outcome = match may_reach(purpose, url) {
        Err(why) if purpose != migrate::Purpose::Live => {
            return Ok(Outcome { detail: why.into(), ..Outcome::default() });
        }
        Err(why) => Outcome { detail: why.into(), ..Outcome::default() },
        Ok(()) => match office.db.read(declaration::standing)?.into_iter().next() {
            None => {
                let detail = "Nobody in the team has made the legal declaration, so nothing is asked".into();
                Outcome { detail, ..Outcome::default() }
            }
            Some(checker) => {
                let patience = params.patience.delta().to_std().unwrap_or_default();
                let service = UpdateService::open(url)?.with_patience(patience);
                let mut round = Round::new(shift, params, &service, &checker);
                stopped = !round.go()?;
                round.outcome()
            }
        },
    };
    let longest = office.db.read(watch::longest_due)?;
    let late = command::run_if_needed(&office.db, UserId::SYSTEM, &office.clock, |tx| {
        circuit::watch_lateness(tx, &office.config.team_email, longest, params.late_days)
    })?;
    if late {
        outcome.detail.push_str("; checks are overdue");
    }
    if told > 0 {
        outcome.detail.push_str(&format!("; {told} told of the days left to join"));
    }
    outcome.failed += untold;
    outcome.red |= untold > 0;
    Ok(if stopped { cut_short(outcome) } else { outcome })
}

/// Tells what is owed of the days left to join; answers how many were told, and how many could not be.
fn join_windows(shift: &Shift<'_>) -> Result<(u64, u64)> {
    let office = shift.office;
    let (mut told, mut failed) = (0, 0);
    for owed in office.db.read(|conn| join_window::owed(conn, shift.today()))? {
        if !shift.goes_on()? {
            break;
        }
        let done = command::run_if_needed(&office.db, UserId::SYSTEM, &office.clock, |tx| join_window::tell(tx, &owed));
        match done {
            Ok(()) => told += 1,
            Err(error) => {
                tracing::error!(certificate = owed.certificate.0, %error, "the days left to join could not be told");
                failed += 1;
            }
        }
    }
    Ok((told, failed))
}
