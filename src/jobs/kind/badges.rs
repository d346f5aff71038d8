//! Asks for badges that run out, wants back the cards of those that are dead, and works off orders of many badges.

use super::cut_short;
use crate::domain::badge::{batch, chase, renewal};
use crate::domain::command;
use crate::error::Result;
use crate::jobs::run::{Outcome, Shift};
use crate::jobs::spec::Badges;
use crate::store::{Tx, badge_batch};
use crate::types::{BadgeId, UserId};

pub(super) fn run(shift: &Shift<'_>, params: &Badges) -> Result<Outcome> {
    let batch = i64::from(shift.spec.batch);
    let (mut asked, mut wanted) = (0, 0);
    let mut after = Some(BadgeId(0));
    while let Some(from) = after
        && shift.goes_on()?
    {
        let (count, next) = act(shift, |tx| renewal::propose(tx, params.renew_days, from, batch))?;
        (asked, after) = (asked + count, next);
    }
    let mut stopped = after.is_some();
    after = Some(BadgeId(0));
    while let Some(from) = after
        && shift.goes_on()?
    {
        let (count, next) = act(shift, |tx| renewal::want_back(tx, from, batch))?;
        (wanted, after) = (wanted + count, next);
    }
    stopped |= after.is_some();
    after = Some(BadgeId(0));
    while let Some(from) = after
        && shift.goes_on()?
    {
        let (count, next) = act(shift, |tx| chase::cards(tx, from, batch))?;
        (wanted, after) = (wanted + count, next);
    }
    stopped |= after.is_some();
    let cleared = act(shift, |tx| renewal::clear_cuts(tx, batch))?;
    let detail = format!("{asked} renewals asked for, {wanted} badges wanted back, photos of {cleared} people cleared");
    let outcome = Outcome { done: asked + wanted + cleared, detail, ..Outcome::default() };
    Ok(if stopped { cut_short(outcome) } else { outcome })
}

pub(super) fn issue(shift: &Shift<'_>) -> Result<Outcome> {
    let office = shift.office;
    let (mut done, mut orders) = (0, 0);
    for id in office.db.read(badge_batch::unfinished)? {
        done += batch::work(&office.db, &office.clock, id, || shift.goes_on())?;
        orders += 1;
        if !shift.goes_on()? {
            break;
        }
    }
    Ok(Outcome { done, detail: format!("{done} badges issued of {orders} orders"), ..Outcome::default() })
}

fn act<T>(shift: &Shift<'_>, work: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
    let office = shift.office;
    command::run_if_needed(&office.db, UserId::SYSTEM, &office.clock, work)
}
