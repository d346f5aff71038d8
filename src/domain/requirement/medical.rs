//! Group 2 medical: good to 45, then for five years at a time, from 65 for one (facts.md §4.3, S83). The due day
//! at an age is the birthday itself.

use chrono::NaiveDate;

use super::{Asking, Finding, dated};
use crate::store::evidence::Evidence;
use crate::types::add_months;

const MIDDLE: u32 = 45;
const LATER: u32 = 65;
const MIDDLE_MONTHS: u32 = 60;
const LATER_MONTHS: u32 = 12;

/// The longest-serving medical, by the age rule where the policy asks for it.
pub(super) fn find(asking: &Asking<'_>) -> Finding {
    let by_age = asking.requirement.params.age_rule == Some(true);
    dated::longest(asking, dated::live(asking), |row| {
        let plain = dated::due_on(asking, row);
        let aged = if by_age { age_limit(asking, row) } else { None };
        plain.into_iter().chain(aged).min()
    })
}

/// The day the person's age sets, counted from the examination; of a printed end only the birthdays cap it.
fn age_limit(asking: &Asking<'_>, row: &Evidence) -> Option<NaiveDate> {
    let (middle, later) = asking.birthday(MIDDLE).zip(asking.birthday(LATER))?;
    if row.expires_on.is_some() {
        let examined = row.valid_from.or(row.seen_on).unwrap_or(row.recorded_on);
        return [middle, later].into_iter().find(|birthday| *birthday > examined);
    }
    let examined = row.valid_from?;
    Some(if examined < middle {
        middle
    } else if examined < later {
        add_months(examined, MIDDLE_MONTHS).min(later)
    } else {
        add_months(examined, LATER_MONTHS)
    })
}
