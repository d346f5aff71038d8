//! The badges a new one stands in for: those of the same work, and after a change of contractor those of the work that
//! has ended.

use chrono::NaiveDate;

use crate::domain::clearance::Dossier;
use crate::store::badge::Badge;
use crate::store::badge_request::BadgeRequest;
use crate::types::{BadgeCause, BadgeState};

/// Whether the badge is of the work a new one is asked for.
pub fn is_same_work(request: &BadgeRequest, badge: &Badge) -> bool {
    badge.contractor_id == request.contractor_id && badge.role == request.role
}

/// Whether the badge is of the firm a change of contractor leaves behind, and still about.
pub fn is_other_firms(request: &BadgeRequest, badge: &Badge) -> bool {
    request.cause == BadgeCause::ContractorChange
        && badge.contractor_id != request.contractor_id
        && badge.role == request.role
        && !super::is_dead(badge.state)
}

/// Whether the badge is of such a firm, and the work there has ended before `today`.
pub fn is_left(request: &BadgeRequest, badge: &Badge, dossier: &Dossier, today: NaiveDate) -> bool {
    let runs = dossier.engagements.iter().any(|one| {
        one.contractor_id == badge.contractor_id && one.role == badge.role && one.ends_on.is_none_or(|end| end >= today)
    });
    is_other_firms(request, badge) && !runs
}

/// Whether the issue of the new badge ends this one.
pub fn ends(request: &BadgeRequest, badge: &Badge, dossier: &Dossier, today: NaiveDate) -> bool {
    !super::is_dead(badge.state) && (is_same_work(request, badge) || is_left(request, badge, dossier, today))
}

/// Whether the new badge would undo a suspension or a revocation, given all the person's badges, newest first.
pub fn stops(request: &BadgeRequest, worn: &[&Badge], dossier: &Dossier, today: NaiveDate) -> bool {
    let latest = worn.iter().find(|one| is_same_work(request, one));
    latest.is_some_and(|one| one.state == BadgeState::Revoked)
        || worn.iter().any(|one| one.state == BadgeState::Suspended && ends(request, one, dossier, today))
}
