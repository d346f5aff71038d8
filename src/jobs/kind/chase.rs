//! Chases applications that stand still, and opens reviews for people approved over an undecided trace.

use super::cut_short;
use crate::domain::application::chase::{self, Chased, Patience};
use crate::domain::command;
use crate::error::Result;
use crate::jobs::run::{Outcome, Shift};
use crate::jobs::spec::Chase;
use crate::store::Tx;
use crate::types::{ApplicationId, PersonId, UserId};

pub(super) fn run(shift: &Shift<'_>, params: &Chase) -> Result<Outcome> {
    let patience = Patience {
        first_days: params.first_days,
        second_days: params.second_days,
        council_days: params.council_days,
        abandon_months: params.abandon_months,
    };
    let batch = i64::from(shift.spec.batch);
    let mut sum = Chased::default();
    let mut goes_on = true;
    while goes_on {
        let closed = act(shift, |tx| chase::close_abandoned(tx, patience, batch))?;
        sum.closed += closed;
        goes_on = closed > 0 && shift.goes_on()?;
    }
    let mut after = Some(ApplicationId(0));
    while let Some(from) = after {
        if !shift.goes_on()? {
            break;
        }
        let (chased, next) = act(shift, |tx| chase::chase(tx, patience, from, batch))?;
        sum.letters += chased.letters;
        after = next;
    }
    let mut after = Some(ApplicationId(0));
    while let Some(from) = after {
        if !shift.goes_on()? {
            break;
        }
        let (tasks, next) = act(shift, |tx| chase::flag_slow(tx, patience, from, batch))?;
        sum.tasks += tasks;
        after = next;
    }
    let mut after = Some(PersonId(0));
    while let Some(from) = after {
        if !shift.goes_on()? {
            break;
        }
        let (reviews, next) = act(shift, |tx| chase::review_undecided(tx, from, batch))?;
        sum.reviews += reviews;
        after = next;
    }
    let detail = format!(
        "{} letters to firms, {} abandoned applications closed, {} tasks, {} reviews",
        sum.letters, sum.closed, sum.tasks, sum.reviews
    );
    let outcome = Outcome { done: sum.letters + sum.closed + sum.tasks + sum.reviews, detail, ..Outcome::default() };
    Ok(if after.is_some() { cut_short(outcome) } else { outcome })
}

fn act<T>(shift: &Shift<'_>, work: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
    let office = shift.office;
    command::run_if_needed(&office.db, UserId::SYSTEM, &office.clock, work)
}
