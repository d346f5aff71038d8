//! What each kind of job does. A job takes no input but the day, and may run twice without harm.

mod anchor;
mod badges;
mod bulletins;
mod chase;
mod close_decided;
mod deliver;
mod digest;
mod invariants;
mod lapse;
mod remind;
mod retention;
mod session_reminders;
mod status_checks;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::run::{Outcome, Shift};
use super::spec::{Desk, Kind};
use crate::domain::command;
use crate::error::Result;
use crate::store::outbox::{self, NewLetter};

/// Does what the job's file says.
pub(super) fn dispatch(shift: &Shift<'_>) -> Result<Outcome> {
    match &shift.spec.kind {
        Kind::Lapse(_) => lapse::run(shift),
        Kind::StatusChecks(params) => status_checks::run(shift, params),
        Kind::Remind(params) => remind::run(shift, params),
        Kind::Deliver(params) => deliver::run(shift, params),
        Kind::Digest(params) => digest::run(shift, params.to),
        Kind::Invariants(params) => invariants::run(shift, params.to),
        Kind::CloseDecided(_) => close_decided::run(shift),
        Kind::Anchor(params) => anchor::run(shift, params.to),
        Kind::Retention(params) => retention::run(shift, params.to),
        Kind::Chase(params) => chase::run(shift, params),
        Kind::Badges(params) => badges::run(shift, params),
        Kind::IssueBadges(_) => badges::issue(shift),
        Kind::SessionReminders(params) => session_reminders::run(shift, params),
        Kind::Bulletins(params) => bulletins::run(shift, params),
    }
}

/// What a run says that the program's end cut short; it goes on when the program is back.
fn cut_short(outcome: Outcome) -> Outcome {
    let detail = format!("{}; stopped with the program, goes on at the next start", outcome.detail);
    Outcome { detail, red: true, ..outcome }
}

/// Puts a letter to one of the council's own desks, unless the last one was the same one; says whether it did.
fn put_once<T: Serialize + DeserializeOwned>(
    shift: &Shift<'_>,
    letter: &'static str,
    to: Desk,
    params: &T,
    is_same: impl FnOnce(&T) -> bool,
) -> Result<bool> {
    let config = &shift.office.config;
    let to = match to {
        Desk::Team => &config.team_email,
        Desk::Auditor => &config.auditor_email,
    };
    let params = serde_json::to_string(params)?;
    command::write_untrailed(&shift.office.db, &shift.office.clock, |tx| {
        let last = outbox::newest(tx, letter)?.and_then(|row| serde_json::from_str(&row.params).ok());
        if last.as_ref().is_some_and(is_same) {
            return Ok(false);
        }
        outbox::put(tx, &NewLetter { letter, to, cc: "", contractor: None, user: None, person: None, params })?;
        Ok(true)
    })
}
