//! A badge's last day (data.md §7): so many months from its issue, and never past what caps it.

use chrono::NaiveDate;

use crate::domain::clearance::{Clearance, Dossier, Item};
use crate::domain::policy::{Policy, Requirement};
use crate::types::{CertificateId, ItemState, Kind, add_months};

/// The last day of a badge issued on `issued_on` for `months`, for somebody who stands so in its role.
pub fn expiry(
    issued_on: NaiveDate,
    months: u32,
    asked: &[&Requirement],
    found: &Clearance,
    dossier: &Dossier,
) -> NaiveDate {
    let caps = |item: &&Item| asked.iter().any(|one| one.code == item.code && one.caps_badge);
    let last_days = found.items.iter().filter(caps).filter_map(|item| last_day(item, dossier));
    last_days.fold(add_months(issued_on, months), NaiveDate::min)
}

/// The expiry of a badge of `role` issued on `today`; none when the role has no badge.
pub fn of_role(
    policies: &[Policy],
    role: &str,
    found: &Clearance,
    dossier: &Dossier,
    today: NaiveDate,
) -> Option<NaiveDate> {
    let policy = Policy::in_force(policies, today)?;
    let months = policy.role(role)?.badge_months?;
    Some(expiry(today, months, &policy.asked_of(role), found, dossier))
}

/// The last day up to which an item lets a badge run. A status check renews a subscribed certificate under a live badge;
/// what is missing and stops nobody caps nothing.
fn last_day(item: &Item, dossier: &Dossier) -> Option<NaiveDate> {
    match item.state {
        ItemState::NotRequired => None,
        ItemState::Waived => item.waived_until.or(item.due_on),
        ItemState::Met | ItemState::Due if is_subscribed(item, dossier) => None,
        ItemState::Met | ItemState::Due => item.due_on,
        ItemState::Missing | ItemState::Overdue | ItemState::Lapsed => item.stops_on.and_then(|day| day.pred_opt()),
    }
}

fn is_subscribed(item: &Item, dossier: &Dossier) -> bool {
    let Some(certificate) = item.evidence.filter(|_| item.kind == Kind::DbsCertificate).map(CertificateId) else {
        return false;
    };
    dossier
        .subscriptions
        .iter()
        .any(|one| one.certificate_id == certificate && one.ended_on.is_none() && !one.volunteer)
}

#[cfg(test)]
mod tests;
