//! Badges: asked for, issued to whoever is cleared, replaced, stopped and given back (data.md §7). Whether a badge
//! authorises anybody is never written down: `clearance::is_authorised` says it, each time it is asked.

pub mod batch;
pub mod change;
pub mod chase;
pub mod expiry;
pub mod former;
pub mod issue;
mod merge;
pub mod photo;
pub mod print;
pub mod renewal;
pub mod request;
mod tell;

pub use merge::before_merge;

use chrono::NaiveDate;

use super::clearance::{Clearance, Dossier, is_authorised};
use crate::store::badge::Badge;
use crate::types::{BadgeCause, BadgeState};

/// Whether this badge lets its wearer work on `today`, given how they stand in its role.
pub fn authorises(badge: &Badge, found: &Clearance, dossier: &Dossier, today: NaiveDate) -> bool {
    let mut work =
        dossier.engagements.iter().filter(|one| one.contractor_id == badge.contractor_id && one.role == badge.role);
    work.any(|one| is_authorised(badge.state, badge.expires_on, found, one, today))
}

/// What pages call the cause of a request.
pub fn cause_title(cause: BadgeCause) -> &'static str {
    match cause {
        BadgeCause::New => "New badge",
        BadgeCause::Renewal => "Renewal",
        BadgeCause::Lost => "Lost or stolen",
        BadgeCause::Damaged => "Damaged",
        BadgeCause::ContractorChange => "Change of contractor",
    }
}

/// Whether a badge in this state may come to life again, or is dead for good.
pub fn is_dead(state: BadgeState) -> bool {
    !matches!(state, BadgeState::Live | BadgeState::Suspended)
}
