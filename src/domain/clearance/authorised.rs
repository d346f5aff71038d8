//! The one answer, everywhere, to whether somebody may work today (data.md §1, §7).

use chrono::NaiveDate;

use super::Clearance;
use crate::store::engagement::Engagement;
use crate::types::BadgeState;

/// Whether the bearer of a badge may work on `today`: the badge live and within its printed date, the person
/// cleared, and the engagement with the badge's contractor in the badge's role running.
pub fn is_authorised(
    badge: BadgeState,
    expires_on: NaiveDate,
    clearance: &Clearance,
    engagement: &Engagement,
    today: NaiveDate,
) -> bool {
    badge == BadgeState::Live
        && expires_on >= today
        && clearance.is_cleared()
        && clearance.valid_until.is_some_and(|day| day >= today)
        && engagement.starts_on <= today
        && engagement.ends_on.is_none_or(|end| end >= today)
}
