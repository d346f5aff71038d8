//! The Update Service: consent, a live subscription of the certificate in use, and a status check lately
//! (facts.md §2). Asked of approvals made under the policy; an imported approval owes it only once joined.

use super::{Asking, Finding, dbs_certificate};
use crate::domain::clearance::days_after;
use crate::domain::evidence::update_service::JOIN_DAYS;
use crate::store::dbs::Subscription;
use crate::types::long_date;

/// Due so many days after the last check that passed, or after joining while there was none.
pub(super) fn find(asking: &Asking<'_>) -> Finding {
    let Asking { dossier, today, .. } = *asking;
    let joined_any = dossier.subscriptions.iter().any(|subscription| subscription.ended_on.is_none());
    if is_exempt(asking) && !joined_any {
        return Finding::not_required();
    }
    let certificate = dbs_certificate::in_use(asking).map(|one| one.certificate);
    let Some(subscription) = certificate.and_then(|one| dbs_certificate::subscription(asking, one.id)) else {
        let ended = dossier.subscriptions.iter().filter_map(|subscription| subscription.ended_on);
        let missing = Finding::missing(asking.latest(ended));
        let of_volunteer = |one: &Subscription| one.ended_on.is_none() && one.volunteer;
        if dossier.subscriptions.iter().any(of_volunteer) {
            return missing.saying("The subscription is a volunteer's, which is no basis for paid work");
        }
        if joined_any {
            return missing.saying("The certificate joined to the Update Service is not one that serves this role");
        }
        let last = certificate.map(|one| days_after(one.issued_on, JOIN_DAYS)).filter(|last| today <= *last);
        let rejoins = dossier.subscriptions.iter().any(|one| certificate.is_some_and(|c| c.id == one.certificate_id));
        return match last.filter(|_| !rejoins) {
            Some(last) => Finding { changes: vec![days_after(last, 1)], ..missing }
                .saying(format!("Join the Update Service by {}", long_date(last))),
            None => missing.saying("Not joined to the Update Service"),
        };
    };
    if !dossier.consents.iter().any(|consent| consent.given_on <= today && consent.withdrawn_on.is_none()) {
        let withdrawn = dossier.consents.iter().filter_map(|consent| consent.withdrawn_on);
        return Finding::missing(asking.latest(withdrawn)).saying("Consent to status checks not recorded");
    }
    let last = dbs_certificate::checks(asking, subscription.certificate_id)
        .filter(|check| dbs_certificate::passes(check.result))
        .map(|check| check.checked_on)
        .max();
    let days = asking.requirement.params.overdue_days.unwrap_or(0);
    let due_on = days_after(last.unwrap_or(subscription.joined_on), days);
    Finding::held(Some(due_on), subscription.id.0)
}

/// Whether the approval in force was imported, or made under a version that did not ask for this yet.
fn is_exempt(asking: &Asking<'_>) -> bool {
    let first = asking.requirement.params.from_policy.unwrap_or(1);
    let approval = asking.dossier.approval(asking.role, asking.today);
    approval.is_some_and(|approval| approval.policy_number.is_none_or(|number| number < first))
}
