//! From what a requirement finds to how it stands: due dates, leads, grace and waivers (data.md §1).

use chrono::NaiveDate;

use super::Item;
use super::calendar::{days_after, days_before};
use crate::domain::policy::{Requirement, may_be_waived};
use crate::domain::requirement::{Asking, Finding, Found};
use crate::store::waiver::Waiver;
use crate::types::{ItemState, Strength, long_date};

/// How the requirement stands, given what was found; adds to `changes` each day on which that moves by itself.
pub(super) fn item(asking: &Asking<'_>, finding: Finding, changes: &mut Vec<NaiveDate>) -> Item {
    let (requirement, today) = (asking.requirement, asking.today);
    // What is missing, or failed at once, stands as it is whatever day it is: it moves only when it stops the person.
    let moves = matches!(finding.found, Found::Held { .. });
    let uncovered = uncovered(asking);
    let (state, due_on, stops_on) = match finding.found {
        Found::NotRequired => (ItemState::NotRequired, None, None),
        Found::Missing { since } => {
            let since = asking.missing_since(since);
            let told = uncovered.map_or(since, |first| since.max(first));
            (ItemState::Missing, Some(told), stops_after(requirement, since, since))
        }
        Found::Failed { since } => (ItemState::Lapsed, Some(since), Some(since)),
        Found::Held { due_on, gone_on } => {
            let after_due = due_on.and_then(|due| stops_after(requirement, due, days_after(due, 1)));
            let after_end = gone_on.and_then(|gone| stops_after(requirement, gone, gone));
            let stops_on = after_due.into_iter().chain(after_end).min();
            (held_state(requirement, due_on, after_due, today), due_on, stops_on)
        }
    };
    // Nobody was stopped while a waiver held, so nobody has been since before it ended.
    let stops_on = stops_on.map(|day| uncovered.map_or(day, |first| day.max(first)));
    if let Some(due) = due_on.filter(|_| moves) {
        changes.extend(requirement.lead_days.iter().map(|lead| days_before(due, *lead)));
        changes.extend([due, days_after(due, 1)]);
    }
    changes.extend(stops_on);
    changes.extend(finding.changes);
    let item = Item {
        code: requirement.code.clone(),
        kind: requirement.kind,
        title: requirement.title.clone(),
        state,
        due_on,
        stops_on,
        lead: due_on.and_then(|due| lead(requirement, state, due, today)),
        note: finding.note.unwrap_or_else(|| note(state, due_on)),
        evidence: finding.evidence,
        waived_until: None,
    };
    match waiver(asking) {
        Some(waiver) => {
            let item = waive(asking, item, waiver);
            if let Some(last) = item.waived_until.filter(|_| item.stops_on.is_some()) {
                changes.extend(requirement.lead_days.iter().map(|lead| days_before(last, *lead)));
                changes.push(last);
            }
            changes.extend(item.stops_on);
            item
        }
        None => item,
    }
}

/// First day stopped, when `day` is what is told and `from` the first day not met.
fn stops_after(requirement: &Requirement, day: NaiveDate, from: NaiveDate) -> Option<NaiveDate> {
    match requirement.strength {
        Strength::Hard => Some(from),
        Strength::Soft => requirement.grace_days.map(|grace| days_after(days_after(day, grace), 1)),
    }
}

fn held_state(
    requirement: &Requirement,
    due_on: Option<NaiveDate>,
    stops_on: Option<NaiveDate>,
    today: NaiveDate,
) -> ItemState {
    let notice = requirement.lead_days.iter().copied().max().unwrap_or(0);
    match due_on {
        Some(due) if today > due && stops_on.is_some_and(|day| day <= today) => ItemState::Lapsed,
        Some(due) if today > due => ItemState::Overdue,
        Some(due) if today >= days_before(due, notice) => ItemState::Due,
        _ => ItemState::Met,
    }
}

/// The smallest lead reached, 0 always among them.
fn lead(requirement: &Requirement, state: ItemState, due: NaiveDate, today: NaiveDate) -> Option<u32> {
    let told = matches!(state, ItemState::Due | ItemState::Overdue | ItemState::Lapsed | ItemState::Missing);
    let leads = requirement.lead_days.iter().copied().chain([0]);
    if told { leads.filter(|lead| days_before(due, *lead) <= today).min() } else { None }
}

fn note(state: ItemState, due_on: Option<NaiveDate>) -> String {
    match (state, due_on) {
        (ItemState::Missing, _) => "Nothing on file".to_owned(),
        (ItemState::Due, Some(due)) => format!("Due by {}", long_date(due)),
        (ItemState::Overdue, Some(due)) => format!("Was due by {}", long_date(due)),
        (ItemState::Lapsed, Some(due)) => format!("Ran out on {}", long_date(due)),
        _ => String::new(),
    }
}

/// The waivers of this requirement, where it may be waived at all.
fn waivers<'a>(asking: &Asking<'a>) -> impl Iterator<Item = &'a Waiver> {
    let Asking { requirement, dossier, role, .. } = *asking;
    let may_be = requirement.waivable && may_be_waived(requirement.kind);
    let of_this = move |w: &&Waiver| may_be && w.role == role && w.requirement == requirement.code;
    dossier.waivers.iter().filter(of_this)
}

/// The waiver that holds today, the longest if there are several.
fn waiver<'a>(asking: &Asking<'a>) -> Option<&'a Waiver> {
    let today = asking.today;
    waivers(asking)
        .filter(|w| w.withdrawn_on.is_none() && w.starts_on <= today && today <= w.ends_on)
        .max_by_key(|w| (w.ends_on, w.id))
}

/// The first day, past or today, that no waiver covered after one had.
fn uncovered(asking: &Asking<'_>) -> Option<NaiveDate> {
    let today = asking.today;
    let end = |w: &Waiver| {
        let end = days_after(w.ends_on, 1);
        w.withdrawn_on.map_or(end, |day| day.min(end))
    };
    waivers(asking).filter(|w| w.starts_on < end(w)).map(end).filter(|day| *day <= today).max()
}

/// A waiver puts off the day an item stops the person, whatever its state; it shows once there is a failing to waive.
/// Its last day is then a day due like any other, where what it waives stops people.
fn waive(asking: &Asking<'_>, item: Item, waiver: &Waiver) -> Item {
    let (requirement, today, last) = (asking.requirement, asking.today, waiver.ends_on);
    let stops_on = item.stops_on.map(|day| day.max(days_after(last, 1)));
    let failing = matches!(item.state, ItemState::Missing | ItemState::Overdue | ItemState::Lapsed);
    if !failing {
        return Item { stops_on, ..item };
    }
    let conditions = waiver.conditions.trim();
    let until = long_date(last);
    let nears = stops_on.is_some() && held_state(requirement, Some(last), stops_on, today) == ItemState::Due;
    let state = if nears { ItemState::Due } else { ItemState::Waived };
    Item {
        state,
        due_on: Some(last),
        stops_on,
        lead: lead(requirement, state, last, today),
        note: if conditions.is_empty() {
            format!("Waived until {until}")
        } else {
            format!("Waived until {until}: {conditions}")
        },
        waived_until: Some(last),
        ..item
    }
}
