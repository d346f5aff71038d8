//! The clearance engine: whether a person is cleared for a role on a day, and what that hangs on (data.md §1).
//! Pure: a policy, a dossier and a date in, a clearance out. It approves nobody and refuses nobody.

mod authorised;
mod calendar;
mod current;
mod dossier;
mod item;
pub mod keep;
mod load;
mod outward;

use chrono::NaiveDate;

use crate::domain::policy::Policy;
use crate::domain::requirement::{self, Asking};
use crate::store::decision::Decision;
use crate::types::{ItemState, Kind, Outcome, Status};

pub use authorised::is_authorised;
pub(crate) use calendar::{days_after, days_before, holds_on};
pub use current::current;
pub use dossier::Dossier;
pub use load::dossiers;
pub use outward::{Outward, OutwardItem, Standing, outward};

/// The `valid_until` of somebody whom nothing on file will ever stop: 31 December 9999.
pub const FOREVER: NaiveDate = match NaiveDate::from_ymd_opt(9999, 12, 31) {
    Some(day) => day,
    None => NaiveDate::MAX,
};

/// A person's standing in a role on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clearance {
    /// The standing itself.
    pub status: Status,
    /// How each requirement stands, in the policy's order; empty for somebody who has left.
    pub items: Vec<Item>,
    /// Last day, inclusive, on which nothing will have stopped the person if nothing new is recorded;
    /// [`FOREVER`] when nothing will; `None` unless cleared.
    pub valid_until: Option<NaiveDate>,
    /// The next day on which the mere passing of time may change any of this. Never too late.
    pub next_change_on: Option<NaiveDate>,
    /// Version it was computed under; 0 before the first took effect.
    pub policy_number: i32,
}

/// How one requirement stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Code of the requirement.
    pub code: String,
    /// Its kind.
    pub kind: Kind,
    /// Its name.
    pub title: String,
    /// How it stands.
    pub state: ItemState,
    /// Last valid day, inclusive; the day it was first missing; or the waiver's last day.
    pub due_on: Option<NaiveDate>,
    /// First day on which it stops the person; `None` for never.
    pub stops_on: Option<NaiveDate>,
    /// Smallest lead reached, in days; only of what is due, overdue, lapsed or missing.
    pub lead: Option<u32>,
    /// Why, in plain English. Never what a certificate shows.
    pub note: String,
    /// Id of the row it was read from, in the table its kind is kept in.
    pub evidence: Option<i64>,
    /// The waiver's last day, when it is waived; due then, once its leads are reached.
    pub waived_until: Option<NaiveDate>,
}

impl Clearance {
    /// Whether the person may be authorised: cleared, with conditions or without.
    pub fn is_cleared(&self) -> bool {
        matches!(self.status, Status::Cleared | Status::ClearedWithConditions)
    }
}

impl Item {
    /// Whether it stops the person on `today`.
    pub fn stops(&self, today: NaiveDate) -> bool {
        self.stops_on.is_some_and(|day| day <= today)
    }
}

/// What `dossier` makes of `role` on `today`, under the version of `policies` in force.
///
/// A person is in the role while an engagement in it is current or to come; anybody else has left. Precedence:
/// left, unsuitable, suspended, in progress (no approval), lapsed, cleared.
pub fn clearance(policies: &[Policy], role: &str, dossier: &Dossier, today: NaiveDate) -> Clearance {
    let policy = Policy::in_force(policies, today);
    let policy_number = policy.map_or(0, |policy| policy.number);
    if !dossier.is_engaged(role, today) {
        let status = Status::Left;
        return Clearance { status, items: Vec::new(), valid_until: None, next_change_on: None, policy_number };
    }
    let mut changes = calendar::days_of(policies, role, dossier);
    let mut items = Vec::new();
    if let Some(policy) = policy {
        let asked = policy.asked_of(role);
        for requirement in asked.iter().copied() {
            let policy_from = policy.effective_from;
            let asking = Asking { policy_from, asked: &asked, requirement, role, dossier, today };
            items.push(item::item(&asking, requirement::find(&asking), &mut changes));
        }
    }
    let status = status(role, dossier, &items, today);
    let cleared = matches!(status, Status::Cleared | Status::ClearedWithConditions);
    Clearance {
        status,
        valid_until: cleared.then(|| valid_until(role, dossier, &items, today)),
        next_change_on: changes.into_iter().filter(|day| *day > today && *day < FOREVER).min(),
        items,
        policy_number,
    }
}

fn status(role: &str, dossier: &Dossier, items: &[Item], today: NaiveDate) -> Status {
    let last = latest_decision(dossier.decisions.iter().filter(|decision| decision.decided_on <= today));
    let approved = items.iter().any(|item| item.kind == Kind::Approval && item.state != ItemState::Missing);
    if last.is_some_and(|decision| decision.outcome == Outcome::Unsuitable) {
        Status::Unsuitable
    } else if dossier.holds.iter().any(|hold| calendar::holds_on(hold, today)) {
        Status::Suspended
    } else if !approved {
        Status::InProgress
    } else if items.iter().any(|item| item.stops(today)) {
        Status::Lapsed
    } else if dossier.approval(role, today).is_some_and(|approval| !approval.conditions.trim().is_empty()) {
        Status::ClearedWithConditions
    } else {
        Status::Cleared
    }
}

/// The latest of some decisions, by day and then by id.
pub(crate) fn latest_decision<'a>(decisions: impl Iterator<Item = &'a Decision>) -> Option<&'a Decision> {
    decisions.max_by_key(|decision| (decision.decided_on, decision.id))
}

fn valid_until(role: &str, dossier: &Dossier, items: &[Item], today: NaiveDate) -> NaiveDate {
    let stops = items.iter().filter_map(|item| item.stops_on);
    let holds = dossier.holds.iter().filter(|hold| calendar::will_hold(hold, today)).map(|hold| hold.starts_on);
    let day_before = |day: NaiveDate| calendar::days_before(day, 1);
    stops.chain(holds).map(day_before).chain(dossier.last_day(role, today)).fold(FOREVER, NaiveDate::min)
}

#[cfg(test)]
mod properties;
#[cfg(test)]
pub(crate) mod support;
#[cfg(test)]
mod tests;
