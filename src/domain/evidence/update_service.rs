//! The Update Service: consent, joining, and what a status check answered (facts.md §2). No consent, no check. New
//! information stops the person in the same transaction; the same answer again says nothing new.

use serde_json::json;

use super::{Filing, Recorded};
use crate::domain::clearance::days_after;
use crate::domain::dbs_request::{Early, early};
use crate::domain::status_check;
use crate::error::{Error, Result};
use crate::store::dbs::{self, Certificate, Consent, StatusCheck, Subscription};
use crate::store::trail::Entry;
use crate::store::{Tx, dbs_request};
use crate::types::{ConsentId, Origin, StatusCheckId, StatusResult, SubscriptionId, long_date};

/// Days after the day of issue within which a certificate may be joined, inclusive (facts.md §2.1).
pub(in crate::domain) const JOIN_DAYS: u32 = 30;

/// The last day on which a certificate of this day of issue may be joined.
pub fn join_by(issued_on: chrono::NaiveDate) -> chrono::NaiveDate {
    days_after(issued_on, JOIN_DAYS)
}

/// Records any of a consent, a subscription and a status check, all about one certificate.
pub(super) fn record(tx: &mut Tx<'_>, filing: &mut Filing<'_>) -> Result<Recorded> {
    let answers = filing.answers;
    let certificate = certificate(filing);
    let some = ["consent_on", "joined_on", "result"].iter().any(|field| answers.has(field));
    // A form without the consent's fields has no place for a fault of theirs.
    let stands = filing.dossier.consents.iter().any(|one| one.withdrawn_on.is_none());
    let first = if stands { "joined_on" } else { "consent_on" };
    let message = if stands {
        "Enter a date of joining or a status check"
    } else {
        "Enter a consent, a date of joining or a status check"
    };
    filing.refuse(!some, first, message);
    let consenting = answers.has("consent_on") || answers.has("consent_text");
    filing.refuse(consenting && !answers.has("consent_on"), "consent_on", "Enter the date of consent");
    let message = "Enter the version of the consent wording";
    filing.refuse(consenting && !answers.has("consent_text"), "consent_text", message);
    let checking = ["result", "checked_on", "checker"].iter().any(|field| answers.has(field));
    filing.refuse(checking && !answers.has("result"), "result", "Select the result of the status check");
    filing.refuse(checking && !answers.has("checked_on"), "checked_on", "Enter the date of the status check");
    filing.refuse(checking && !answers.has("checker"), "checker", "Enter the name of who made the status check");
    if let Some(certificate) = certificate {
        joining_rules(filing, certificate);
        early_join(tx, filing, certificate)?;
        if checking {
            checking_rules(filing, certificate);
        }
    }
    filing.settle()?;
    let certificate = certificate.ok_or_else(|| Error::internal("no certificate passed the checks"))?;
    consent(tx, filing)?;
    join(tx, filing, certificate)?;
    if checking {
        check(tx, filing, certificate)?;
    }
    Ok(Recorded::default())
}

/// Records the right answer of a status check in place of a wrong one; both stay.
pub(super) fn replace(tx: &mut Tx<'_>, filing: &mut Filing<'_>, wrong: &StatusCheck, reason: &str) -> Result<()> {
    let certificate = certificate(filing);
    for field in ["result", "checked_on", "checker"] {
        filing.refuse(!filing.answers.has(field), field, "Enter what the status check answered, when, and who made it");
    }
    let earlier = filing.answers.day("checked_on").is_some_and(|day| day < wrong.checked_on);
    let message = format!(
        "The status check must be dated {} or later: an earlier one would not count before the one you correct",
        long_date(wrong.checked_on)
    );
    filing.refuse(earlier, "checked_on", message);
    if let Some(certificate) = certificate {
        checking_rules(filing, certificate);
    }
    filing.settle()?;
    let certificate = certificate.ok_or_else(|| Error::internal("no certificate passed the checks"))?;
    let old = json!({ "result": wrong.result, "checked_on": wrong.checked_on });
    let entry = Entry::new("status_check.correct", "status_check", wrong.id.0).about(wrong.person_id);
    tx.trail(entry.old(&old).new_value(filing.answers).reason(reason));
    check(tx, filing, certificate)
}

fn certificate<'a>(filing: &Filing<'a>) -> Option<&'a Certificate> {
    let chosen = filing.answers.text("certificate");
    filing.dossier.certificates.iter().find(|one| one.retired_on.is_none() && one.id.to_string() == chosen)
}

fn joining_rules(filing: &mut Filing<'_>, certificate: &Certificate) {
    let Some(joined_on) = filing.answers.day("joined_on") else { return };
    let last = join_by(certificate.issued_on);
    let message = format!(
        "This certificate could be joined until {}, {JOIN_DAYS} days after its issue. After that a new check is needed",
        long_date(last)
    );
    filing.refuse(joined_on > last, "joined_on", message);
    let mut live = filing.dossier.subscriptions.iter().filter(|one| one.ended_on.is_none());
    let joined = live.any(|one| one.certificate_id == certificate.id);
    filing.refuse(joined, "joined_on", "This certificate is joined already");
}

/// One joined before its issue went by the form's reference: it stands only when the DBS had the application in time
/// (facts.md §8.2).
fn early_join(tx: &mut Tx<'_>, filing: &mut Filing<'_>, certificate: &Certificate) -> Result<()> {
    let Some(joined_on) = filing.answers.day("joined_on").filter(|day| *day < certificate.issued_on) else {
        return Ok(());
    };
    let requests = dbs_request::of_person(tx, filing.dossier.person)?;
    let ours =
        requests.into_iter().find(|one| one.joined_on == Some(joined_on) && one.sent_on <= certificate.issued_on);
    if let Some(Early::Lost(day)) = ours.map(|one| early(&one, tx.today)) {
        let message = format!(
            "There is no subscription, whatever they were told: the DBS did not have the application by {}. They must \
             join again with the certificate's number",
            long_date(day)
        );
        filing.refuse(true, "joined_on", message);
    }
    Ok(())
}

fn checking_rules(filing: &mut Filing<'_>, certificate: &Certificate) {
    let answers = filing.answers;
    let Some(checked_on) = answers.day("checked_on") else { return };
    let message = "The status check must be on or after the day the certificate was issued";
    filing.refuse(checked_on < certificate.issued_on, "checked_on", message);
    let given = |one: &Consent| one.given_on <= checked_on && one.withdrawn_on.is_none_or(|day| day > checked_on);
    let consented =
        filing.dossier.consents.iter().any(given) || answers.day("consent_on").is_some_and(|day| day <= checked_on);
    let message = "There was no consent to a status check on that day. Record the consent, or place a hold";
    filing.refuse(!consented, "result", message);
    let contradicted = match answers.text("result").parse() {
        Ok(StatusResult::BlankNoNewInfo) => certificate.has_trace,
        Ok(StatusResult::NonBlankNoNewInfo) => !certificate.has_trace,
        _ => false,
    };
    let message = "This result and the certificate on file disagree on whether it shows any information. Look at the \
                   certificate again and correct what is wrong first";
    filing.refuse(contradicted, "result", message);
}

fn consent(tx: &mut Tx<'_>, filing: &Filing<'_>) -> Result<()> {
    let Some(given_on) = filing.answers.day("consent_on") else { return Ok(()) };
    let row = Consent {
        id: ConsentId(0),
        person_id: filing.dossier.person,
        given_on,
        withdrawn_on: None,
        text_version: filing.answers.text("consent_text").to_owned(),
        evidence: String::new(),
        recorded_by: tx.actor,
        recorded_on: tx.today,
    };
    let id = dbs::consent::insert(tx, &row)?;
    let new = json!({ "given_on": given_on, "text_version": row.text_version });
    tx.trail(Entry::new("consent.record", "consent", id.0).about(row.person_id).new_value(&new));
    Ok(())
}

fn join(tx: &mut Tx<'_>, filing: &Filing<'_>, certificate: &Certificate) -> Result<()> {
    let Some(joined_on) = filing.answers.day("joined_on") else { return Ok(()) };
    let row = Subscription {
        id: SubscriptionId(0),
        person_id: filing.dossier.person,
        certificate_id: certificate.id,
        joined_on,
        renewal_due: None,
        ended_on: None,
        origin: Origin::Recorded,
        recorded_by: tx.actor,
        recorded_on: tx.today,
        volunteer: filing.answers.text("subscription") == "volunteer",
        lost: false,
    };
    let id = dbs::subscription::insert(tx, &row)?;
    let new = json!({ "certificate": certificate.id, "joined_on": joined_on });
    tx.trail(Entry::new("subscription.record", "subscription", id.0).about(row.person_id).new_value(&new));
    Ok(())
}

fn check(tx: &mut Tx<'_>, filing: &Filing<'_>, certificate: &Certificate) -> Result<()> {
    let answers = filing.answers;
    let checked_on = answers.day("checked_on").ok_or_else(|| Error::internal("a status check without a day"))?;
    let row = StatusCheck {
        id: StatusCheckId(0),
        person_id: filing.dossier.person,
        certificate_id: certificate.id,
        checked_on,
        result: answers.text("result").parse()?,
        checker: answers.text("checker").to_owned(),
        origin: Origin::Recorded,
        recorded_by: tx.actor,
        recorded_on: tx.today,
    };
    let id = dbs::status_check::insert(tx, &row)?;
    let new = json!({ "certificate": certificate.id, "checked_on": checked_on, "result": row.result });
    tx.trail(Entry::new("status_check.record", "status_check", id.0).about(row.person_id).new_value(&new));
    status_check::heard(tx, filing.dossier, certificate, row.result)
}
