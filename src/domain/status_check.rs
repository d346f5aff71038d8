//! Status checks: what may be asked of the Update Service, and what each answer does (facts.md §2.2). An error is no
//! answer and does nothing; an answer is one transaction.

mod answer;
mod struck;

use chrono::NaiveDate;
use serde_json::json;

use super::clearance::{Dossier, dossiers};
use super::permission::{Act, Subject, Who, may};
use super::{person, reason, watch};
use crate::error::{Error, Result};
use crate::store::dbs::{self, Certificate, StatusCheck};
use crate::store::migrate::Purpose;
use crate::store::task::{self, NewTask};
use crate::store::trail::Entry;
use crate::store::watch::{self as watches, Watch};
use crate::store::{Conn, Tx};
use crate::types::{
    CertificateId, Origin, PersonId, StatusCheckId, StatusResult, SubscriptionId, fold, is_loopback, long_date,
};

pub(super) use answer::heard;
pub use answer::{Answered, Took, take};

/// What the team is asked to put right before the service can be believed.
pub const DATA_CHECK: &str = "data_check";

/// A question that may be asked. Holds personal data, so it has no Debug.
#[derive(Clone)]
pub struct ToAsk {
    /// About which subscription.
    pub subscription: SubscriptionId,
    /// Whose.
    pub person: PersonId,
    /// Twelve digits.
    pub number: String,
    /// As printed on the certificate, whatever the person is called now (facts.md §8.3).
    pub surname: String,
    /// As on file.
    pub date_of_birth: NaiveDate,
    certificate: CertificateId,
}

/// Whether a subscription may be asked about today.
#[derive(Clone)]
pub enum Standing {
    /// Yes.
    Ask(Box<ToAsk>),
    /// No, and it is not watched any more; why.
    Leave(&'static str),
    /// Not until somebody mends what is on file; what.
    Broken(&'static str),
}

/// How long an absent subscription is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Days until it is asked about again.
    pub recheck_days: u32,
    /// Days of grace once verified data has found nothing twice: ten working days (facts.md §7, soft stops).
    pub grace_days: u32,
}

impl Default for Pace {
    fn default() -> Pace {
        Pace { recheck_days: 3, grace_days: 14 }
    }
}

/// Whether a register of this purpose may ask at `url`: invented people are nobody's business at the real service.
///
/// # Errors
/// Why not, as a sentence.
pub fn may_reach(purpose: Purpose, url: &str) -> Result<(), &'static str> {
    if url.trim().is_empty() {
        return Err("No address of the Update Service is set, so nothing is asked");
    }
    let host = url::Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned));
    if purpose != Purpose::Live && !host.is_some_and(|host| is_loopback(&host)) {
        return Err("This is a demonstration or a trial, which asks only a pretend service on this machine");
    }
    Ok(())
}

/// What is asked about a subscription today.
///
/// # Errors
/// `NotFound`; the database's.
pub fn to_ask(conn: &mut Conn, person: PersonId, subscription: SubscriptionId, today: NaiveDate) -> Result<Standing> {
    let dossier = dossiers(conn, &[person])?.pop().ok_or(Error::NotFound)?;
    let row = dossier.subscriptions.iter().find(|one| one.id == subscription).ok_or(Error::NotFound)?;
    Ok(match watch::watched(&dossier, row, today) {
        Err(why) => Standing::Leave(why),
        Ok(certificate) => question(&dossier, certificate, subscription),
    })
}

fn question(dossier: &Dossier, certificate: &Certificate, subscription: SubscriptionId) -> Standing {
    let Some(date_of_birth) = dossier.date_of_birth else {
        return Standing::Broken("The date of birth is not recorded");
    };
    let surname = certificate.surname.trim().to_owned();
    if surname.is_empty() {
        return Standing::Broken("The surname printed on the certificate is not recorded");
    }
    let (number, person) = (certificate.number.clone(), dossier.person);
    if number.len() != 12 || !number.bytes().all(|digit| digit.is_ascii_digit()) {
        return Standing::Broken("The certificate number is not twelve digits");
    }
    let certificate = certificate.id;
    Standing::Ask(Box::new(ToAsk { subscription, person, number, surname, date_of_birth, certificate }))
}

/// Why what the service says of the certificate's holder is not what is on file; none when it is.
fn disagreement(certificate: &Certificate, surname: &str, printed_on: NaiveDate) -> Option<&'static str> {
    let plain = |name: &str| fold(name).replace(' ', "");
    if plain(surname) != plain(&certificate.surname) {
        return Some("The Update Service has another surname on this certificate");
    }
    (printed_on != certificate.issued_on).then_some("The Update Service has another date of issue on this certificate")
}

/// Ends the watch over what may not be asked, or asks the team to mend it; asked again in a week.
///
/// # Errors
/// The database's.
pub fn set_aside(tx: &mut Tx<'_>, subscription: SubscriptionId, person: PersonId, standing: &Standing) -> Result<()> {
    let dossier = person::dossier(tx, person)?;
    let mut row = find(tx, person, subscription)?;
    match standing {
        Standing::Ask(_) => return Ok(()),
        Standing::Leave(_) => row.next_check_on = None,
        Standing::Broken(why) => {
            row.next_check_on = Some(watch::after_answer(subscription, tx.today));
            data_check(tx, &dossier, subscription, why)?;
        }
    }
    watches::update(tx, &row)
}

/// Says that an officer compared what is on file with the certificate and found it right: what the service does not
/// know then is gone, and is looked for once more at once.
///
/// # Errors
/// `NotFound`; `Forbidden`; `Conflict` when nothing is amiss any more; `Invalid` at `reason`.
pub fn verify(tx: &mut Tx<'_>, who: &Who, person: PersonId, subscription: SubscriptionId, why: &str) -> Result<()> {
    may(who, Act::RecordEvidence, Subject::Register)?;
    person::dossier(tx, person)?;
    let mut faults = Vec::new();
    let reason = reason::needed("reason", why, &mut faults);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let row = find(tx, person, subscription)?;
    if row.strikes == 0 || row.next_check_on.is_none() || row.verified_on.is_some() {
        return Err(Error::Conflict("There is nothing to verify here any more.".into()));
    }
    let today = tx.today;
    watches::update(tx, &Watch { verified_on: Some(today), next_check_on: Some(today), ..row })?;
    settle(tx, person, DATA_CHECK, "The data were found right")?;
    let entry = Entry::new("status_check.verify", "subscription", subscription.0).about(person);
    tx.trail(entry.new_value(&json!({ "verified_on": today })).reason(reason));
    Ok(())
}

/// The watch over a subscription of this person.
///
/// # Errors
/// `NotFound`.
pub fn find(conn: &mut Conn, person: PersonId, subscription: SubscriptionId) -> Result<Watch> {
    let rows = watches::of_people(conn, &[person])?;
    rows.into_iter().find(|row| row.subscription_id == subscription).ok_or(Error::NotFound)
}

/// Asks the team to hold what is on file against the certificate, unless it is asked already.
fn data_check(tx: &mut Tx<'_>, dossier: &Dossier, subscription: SubscriptionId, why: &str) -> Result<()> {
    let detail = format!(
        "{why}. Compare the number, the surname, the date of birth and the date of issue with the certificate, and ask \
         the person whether they still subscribe"
    );
    open(tx, DATA_CHECK, dossier.person, &format!("{subscription}"), &detail, 5)
}

/// Opens a task about the person, due in so many days, unless one of its kind is open.
fn open(tx: &mut Tx<'_>, kind: &'static str, person: PersonId, what: &str, detail: &str, days: u32) -> Result<()> {
    if task::is_open(tx, kind, "person", person.0)? {
        return Ok(());
    }
    // The same cause on another day is another task.
    let cause = format!("{kind}:{what}:{}:{}", tx.today, tx.at);
    let due_on = super::clearance::days_after(tx.today, days);
    task::open(tx, &NewTask { kind, cause: &cause, subject_kind: "person", subject_id: person.0, detail, due_on })?;
    tx.trail(Entry::new("task.open", "person", person.0).about(person).new_value(&json!({ "kind": kind })));
    Ok(())
}

/// Closes the open tasks of a kind about the person, their cause being gone.
fn settle(tx: &mut Tx<'_>, person: PersonId, kind: &str, why: &str) -> Result<()> {
    for one in task::open_about(tx, kind, "person", person.0)? {
        task::settle(tx, &one, why)?;
    }
    Ok(())
}

/// Writes an answer down.
fn record(tx: &mut Tx<'_>, certificate: &Certificate, result: StatusResult, checker: &str) -> Result<()> {
    let row = StatusCheck {
        id: StatusCheckId(0),
        person_id: certificate.person_id,
        certificate_id: certificate.id,
        checked_on: tx.today,
        result,
        checker: checker.to_owned(),
        origin: Origin::Recorded,
        recorded_by: tx.actor,
        recorded_on: tx.today,
    };
    let id = dbs::status_check::insert(tx, &row)?;
    let new = json!({ "certificate": certificate.id, "checked_on": row.checked_on, "result": result });
    tx.trail(Entry::new("status_check.record", "status_check", id.0).about(row.person_id).new_value(&new));
    Ok(())
}

/// What a result means, in the service's own words (facts.md §2.2).
pub fn words(result: StatusResult) -> &'static str {
    match result {
        StatusResult::BlankNoNewInfo => {
            "The certificate did not reveal any information and remains current: no further information has been \
             identified since its issue"
        }
        StatusResult::NonBlankNoNewInfo => {
            "The certificate remains current: no further information has been identified since its issue"
        }
        StatusResult::NewInfo => "The certificate is no longer current: a new DBS check is needed",
        StatusResult::NoMatchFound => "The details do not match any certificate joined to the service",
    }
}

/// "12 May 2027": when the current year of a subscription to a certificate ends, on or after `today`
/// (facts.md §2.1: a year from the certificate's issue).
pub fn year_ends(issued_on: NaiveDate, today: NaiveDate) -> String {
    let years = (1..200).map(|year| crate::types::add_months(issued_on, 12 * year));
    years.into_iter().find(|day| *day >= today).map_or_else(String::new, long_date)
}
