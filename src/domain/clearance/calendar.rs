//! Days on which a dossier changes by itself: what starts, ends, or was dated ahead. A day too many costs one
//! needless look; a day too few would leave a stale clearance standing.

use chrono::{Days, NaiveDate};

use super::Dossier;
use crate::domain::policy::Policy;
use crate::store::hold::Hold;

/// `count` days after `day`, no later than the calendar goes.
pub(crate) fn days_after(day: NaiveDate, count: u32) -> NaiveDate {
    day.checked_add_days(Days::new(count.into())).unwrap_or(NaiveDate::MAX)
}

/// `count` days before `day`, no earlier than the calendar goes.
pub(crate) fn days_before(day: NaiveDate, count: u32) -> NaiveDate {
    day.checked_sub_days(Days::new(count.into())).unwrap_or(NaiveDate::MIN)
}

/// Whether `hold` holds on `today`.
pub(crate) fn holds_on(hold: &Hold, today: NaiveDate) -> bool {
    hold.starts_on <= today && lasts_beyond(hold, today)
}

/// Whether `hold` is dated ahead and will hold on its first day.
pub(crate) fn will_hold(hold: &Hold, today: NaiveDate) -> bool {
    hold.starts_on > today && lasts_beyond(hold, hold.starts_on)
}

fn lasts_beyond(hold: &Hold, day: NaiveDate) -> bool {
    hold.lifted_on.is_none_or(|lifted| lifted > day) && hold.until.is_none_or(|until| until >= day)
}

/// The days, past and to come, on which anything of `dossier` that bears on `role` starts or ends by its own date.
/// What follows from a requirement's due date is added by the requirement.
pub(super) fn days_of(policies: &[Policy], role: &str, dossier: &Dossier) -> Vec<NaiveDate> {
    let next = |day: NaiveDate| days_after(day, 1);
    let mut days: Vec<NaiveDate> = policies.iter().map(|policy| policy.effective_from).collect();
    for engagement in dossier.engagements.iter().filter(|engagement| engagement.role == role) {
        days.extend([engagement.starts_on, engagement.recorded_on]);
        days.extend(engagement.ends_on.map(next));
    }
    for row in &dossier.evidence {
        days.extend(row.valid_from.into_iter().chain(row.retired_on));
    }
    for certificate in &dossier.certificates {
        days.extend(Some(certificate.issued_on).into_iter().chain(certificate.retired_on));
    }
    for licence in &dossier.licences {
        days.extend(licence.valid_from.into_iter().chain(licence.ended_on).chain(licence.retired_on));
    }
    for approval in dossier.approvals.iter().filter(|approval| approval.role == role) {
        days.extend(Some(approval.approved_on).into_iter().chain(approval.ended_on));
    }
    for waiver in dossier.waivers.iter().filter(|waiver| waiver.role == role) {
        days.extend([waiver.starts_on, next(waiver.ends_on)]);
    }
    for hold in &dossier.holds {
        days.extend(Some(hold.starts_on).into_iter().chain(hold.until.map(next)).chain(hold.lifted_on));
    }
    days.extend(dossier.consents.iter().flat_map(|row| Some(row.given_on).into_iter().chain(row.withdrawn_on)));
    days.extend(dossier.subscriptions.iter().filter_map(|row| row.ended_on));
    days.extend(dossier.checks.iter().map(|row| row.checked_on));
    days.extend(dossier.decisions.iter().map(|row| row.decided_on));
    days
}
