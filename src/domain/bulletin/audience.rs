//! Whom a bulletin is for: those who work now for a firm of it in a role of it.

use chrono::NaiveDate;

use crate::store::engagement::Engagement;
use crate::types::ContractorId;

/// Whether a bulletin for these roles and firms, none of either for all, is for this work on `today`.
pub fn is_for(roles: &[String], firms: &[ContractorId], work: &Engagement, today: NaiveDate) -> bool {
    let at_work = work.starts_on <= today && work.ends_on.is_none_or(|end| end >= today);
    at_work && reaches(firms, work.contractor_id) && (roles.is_empty() || roles.contains(&work.role))
}

/// Whether a bulletin for these firms, none for all, is for people of this firm at all.
pub fn reaches(firms: &[ContractorId], firm: ContractorId) -> bool {
    firms.is_empty() || firms.contains(&firm)
}
