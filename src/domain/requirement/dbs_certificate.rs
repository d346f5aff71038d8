//! The DBS certificate: of a level, workforce and lists that serve, and not past its review (facts.md §1, §2).
//! Whether it shows a trace is `suitability`'s business, so that nothing here tells one.

use chrono::NaiveDate;

use super::{Asking, Finding, Found};
use crate::domain::policy::{Params, Requirement};
use crate::store::dbs::{Certificate, StatusCheck, Subscription};
use crate::types::{BarredLists, CertificateId, DbsLevel, Kind, StatusResult, Workforce, add_months};

/// A certificate that serves, and how long.
pub(super) struct InUse<'a> {
    pub certificate: &'a Certificate,
    due_on: Option<NaiveDate>,
    struck_on: Option<NaiveDate>,
    lost_on: Option<NaiveDate>,
}

/// Whether `new` stands in the place of `old`, so that nobody need look at or ask about the old one again: issued later,
/// still on file, and no less than it.
pub fn stands_in_for(new: &Certificate, old: &Certificate) -> bool {
    let covers_workforce = new.workforce == old.workforce
        || old.workforce == Workforce::None
        || (new.workforce == Workforce::ChildAndAdult && old.workforce != Workforce::Other);
    let covers_lists = new.barred_lists == old.barred_lists
        || old.barred_lists == BarredLists::None
        || new.barred_lists == BarredLists::ChildAndAdult;
    new.retired_on.is_none()
        && new.issued_on > old.issued_on
        && new.level >= old.level
        && covers_workforce
        && covers_lists
}

/// The certificate in use, struck down from the day of a status check that found new information, or from the day its
/// subscription was lost where the role asks for one: it cannot be rejoined (facts.md §8.8).
pub(super) fn find(asking: &Asking<'_>) -> Finding {
    let Some(best) = in_use(asking) else {
        let retired = asking.dossier.certificates.iter().filter_map(|certificate| certificate.retired_on);
        let missing = Finding::missing(asking.latest(retired));
        let last = live(asking).max_by_key(|certificate| (certificate.issued_on, certificate.id));
        return match last.and_then(|certificate| refusal(&asking.requirement.params, certificate)) {
            Some(note) => missing.saying(note),
            None => missing,
        };
    };
    let held = Finding::held(best.due_on, best.certificate.id.0);
    let failed = |since, note: &str| Finding { found: Found::Failed { since }, ..held.clone() }.saying(note);
    match (best.struck_on, best.lost_on) {
        (Some(since), _) => failed(since, "The certificate is no longer current: a new check is needed"),
        (None, Some(since)) => failed(since, "The Update Service subscription is lost: a new check is needed"),
        (None, None) => held,
    }
}

/// Of the certificates that pass, the one with the latest due date, by the role's own `dbs_certificate` requirement.
pub(super) fn in_use<'a>(asking: &Asking<'a>) -> Option<InUse<'a>> {
    let requirement = asking.asked.iter().copied().find(|requirement| requirement.kind == Kind::DbsCertificate)?;
    live(asking)
        .filter(|certificate| refusal(&requirement.params, certificate).is_none())
        .map(|certificate| judged(asking, requirement, certificate))
        .max_by_key(|one| {
            let due = one.struck_on.or(one.lost_on).or(one.due_on).unwrap_or(NaiveDate::MAX);
            (due, one.certificate.issued_on, one.certificate.id)
        })
}

/// Certificates neither set aside nor dated ahead.
pub(super) fn live<'a>(asking: &Asking<'a>) -> impl Iterator<Item = &'a Certificate> {
    let today = asking.today;
    asking.dossier.certificates.iter().filter(move |c| c.retired_on.is_none() && c.issued_on <= today)
}

/// The person's live subscription of `certificate` that serves paid work (facts.md §8.30).
pub(super) fn subscription<'a>(asking: &Asking<'a>, certificate: CertificateId) -> Option<&'a Subscription> {
    asking
        .dossier
        .subscriptions
        .iter()
        .filter(|s| s.certificate_id == certificate && s.ended_on.is_none() && !s.volunteer)
        .max_by_key(|s| (s.joined_on, s.id))
}

/// Status checks of `certificate` made by today.
pub(super) fn checks<'a>(asking: &Asking<'a>, certificate: CertificateId) -> impl Iterator<Item = &'a StatusCheck> {
    let today = asking.today;
    asking.dossier.checks.iter().filter(move |c| c.certificate_id == certificate && c.checked_on <= today)
}

/// Whether the service last said that `certificate` shows something, whatever is on file.
pub(super) fn shows_trace(asking: &Asking<'_>, certificate: CertificateId) -> bool {
    let last = checks(asking, certificate).filter(|c| passes(c.result)).max_by_key(|c| (c.checked_on, c.id));
    last.is_some_and(|check| check.result == StatusResult::NonBlankNoNewInfo)
}

/// Whether a status check passes here, with a trace or without.
pub(super) fn passes(result: StatusResult) -> bool {
    matches!(result, StatusResult::BlankNoNewInfo | StatusResult::NonBlankNoNewInfo)
}

fn judged<'a>(asking: &Asking<'a>, requirement: &Requirement, certificate: &'a Certificate) -> InUse<'a> {
    // What was not found says nothing of the certificate: it neither undoes the last answer nor stands in for one.
    let known = checks(asking, certificate.id).filter(|check| check.result != StatusResult::NoMatchFound);
    let last = known.max_by_key(|check| (check.checked_on, check.id));
    let subscribed = subscription(asking, certificate.id).is_some();
    let checked = last
        .filter(|check| subscribed && passes(check.result))
        .zip(requirement.params.subscribed_check_months)
        .map(|(check, months)| add_months(check.checked_on, months));
    let review = requirement.validity_months.map(|months| add_months(certificate.issued_on, months));
    let struck_on = last.filter(|check| check.result == StatusResult::NewInfo).map(|check| check.checked_on);
    // No review period at all leaves nothing for a check to extend.
    let due_on = review.map(|review| checked.map_or(review, |checked| review.max(checked)));
    let lost = asking.dossier.subscriptions.iter().filter(|s| s.certificate_id == certificate.id && s.lost);
    let asks = asking.asked.iter().any(|requirement| requirement.kind == Kind::UpdateService);
    let lost_on = asking.latest(lost.filter(|_| asks && !subscribed).filter_map(|s| s.ended_on));
    InUse { certificate, due_on, struck_on, lost_on }
}

/// Why `certificate` does not serve, as a sentence that tells nothing of what it shows.
pub(crate) fn refusal(params: &Params, certificate: &Certificate) -> Option<String> {
    let level = params.level.unwrap_or(DbsLevel::Basic);
    if certificate.level < level {
        let (held, article) = (certificate.level, if level == DbsLevel::Enhanced { "an" } else { "a" });
        return Some(format!("The certificate on file is {held}; this role needs {article} {level} one"));
    }
    let lists = params.lists.unwrap_or(BarredLists::None);
    if !includes(certificate.barred_lists, lists) {
        return Some(format!("The certificate on file was not checked against {}", say_lists(lists)));
    }
    let switched = params.other_with_both_lists == Some(true)
        && certificate.workforce == Workforce::Other
        && certificate.barred_lists == BarredLists::ChildAndAdult;
    let serves = params.workforces.is_empty() || params.workforces.contains(&certificate.workforce) || switched;
    (!serves)
        .then(|| "The certificate on file is for another workforce; this role needs the child workforce".to_owned())
}

fn includes(held: BarredLists, asked: BarredLists) -> bool {
    match asked {
        BarredLists::None => true,
        BarredLists::Child => matches!(held, BarredLists::Child | BarredLists::ChildAndAdult),
        BarredLists::Adult => matches!(held, BarredLists::Adult | BarredLists::ChildAndAdult),
        BarredLists::ChildAndAdult => held == BarredLists::ChildAndAdult,
    }
}

fn say_lists(lists: BarredLists) -> &'static str {
    match lists {
        BarredLists::Adult => "the adults' barred list",
        BarredLists::ChildAndAdult => "both barred lists",
        _ => "the children's barred list",
    }
}
