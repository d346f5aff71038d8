//! Evidence with dates: identity, right to work, self-declaration, training, CPC and other documents. It serves
//! from `valid_from` through the earlier of its printed end and the policy's months (data.md §3).

use chrono::NaiveDate;

use super::{Asking, Finding};
use crate::store::evidence::Evidence;
use crate::types::{Kind, add_months};

/// The live row that serves longest.
pub(super) fn find(asking: &Asking<'_>) -> Finding {
    longest(asking, live(asking), |row| due_on(asking, row))
}

/// Of `rows`, the one with the latest due date by `due`, none being later than any; missing when there is no row.
pub(super) fn longest<'a>(
    asking: &Asking<'a>,
    rows: impl Iterator<Item = &'a Evidence>,
    due: impl Fn(&Evidence) -> Option<NaiveDate>,
) -> Finding {
    rows.map(|row| (due(row), row))
        .max_by_key(|(due, row)| (due.unwrap_or(NaiveDate::MAX), row.id))
        .map_or_else(|| Finding::missing(lost(asking)), |(due, row)| Finding::held(due, row.id.0))
}

/// Rows of the requirement, whether they serve or not. Courses and documents go by code, the rest by kind alone.
fn rows<'a>(asking: &Asking<'a>) -> impl Iterator<Item = &'a Evidence> {
    let requirement = asking.requirement;
    let by_code = matches!(requirement.kind, Kind::Training | Kind::Document);
    asking
        .dossier
        .evidence
        .iter()
        .filter(move |row| row.kind == requirement.kind && (!by_code || row.code == requirement.code))
}

/// Rows that are neither superseded nor set aside, and not dated ahead.
pub(super) fn live<'a>(asking: &Asking<'a>) -> impl Iterator<Item = &'a Evidence> {
    let today = asking.today;
    rows(asking).filter(move |row| {
        row.superseded_by.is_none() && row.retired_on.is_none() && row.valid_from.is_none_or(|day| day <= today)
    })
}

/// The day the last row was set aside.
pub(super) fn lost(asking: &Asking<'_>) -> Option<NaiveDate> {
    asking.latest(rows(asking).filter_map(|row| row.retired_on))
}

/// Last day `row` serves; `None` for ever.
pub(super) fn due_on(asking: &Asking<'_>, row: &Evidence) -> Option<NaiveDate> {
    let months = asking.requirement.validity_months;
    let policy_says = row.valid_from.zip(months).map(|(from, months)| add_months(from, months));
    row.expires_on.into_iter().chain(policy_says).min()
}
