//! Corrections: the right row in place of a wrong one, a wrong one set aside, or an end that was not known. What was
//! wrong stays on file with the reason.

use std::str::FromStr;

use chrono::NaiveDate;
use serde_json::json;

use super::{Answers, Filing, certificate, dated, fields, licence, update_service};
use crate::domain::clearance::Dossier;
use crate::domain::permission::{Act, Subject, Who, may};
use crate::domain::{person, reason};
use crate::error::{Error, Fault, Result};
use crate::store::dbs::{self, Consent, StatusCheck, Subscription};
use crate::store::trail::Entry;
use crate::store::{Tx, dbs::Certificate, evidence, licence as licences};
use crate::types::{Kind, PersonId, UnknownWord};

/// Where a row is kept, as addresses name it: a kind's word, `consent` or `status_check`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Filed {
    Evidence(Kind),
    Certificate,
    Licence,
    Subscription,
    Consent,
    StatusCheck,
}

impl FromStr for Filed {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Filed, UnknownWord> {
        Ok(match word {
            "consent" => Filed::Consent,
            "status_check" => Filed::StatusCheck,
            other => match other.parse()? {
                Kind::DbsCertificate => Filed::Certificate,
                Kind::UpdateService => Filed::Subscription,
                Kind::Licence => Filed::Licence,
                Kind::Approval | Kind::Suitability | Kind::MinimumAge | Kind::BulletinsRead => {
                    return Err(UnknownWord("Filed", word.to_owned()));
                }
                kind => Filed::Evidence(kind),
            },
        })
    }
}

impl Filed {
    /// The kind whose fields its form has.
    pub fn kind(self) -> Kind {
        match self {
            Filed::Evidence(kind) => kind,
            Filed::Certificate => Kind::DbsCertificate,
            Filed::Licence => Kind::Licence,
            Filed::Subscription | Filed::Consent | Filed::StatusCheck => Kind::UpdateService,
        }
    }

    /// What a person calls it.
    pub fn noun(self) -> &'static str {
        match self {
            Filed::Evidence(Kind::Identity) => "identity check",
            Filed::Evidence(Kind::RightToWork) => "right to work",
            Filed::Evidence(Kind::SelfDeclaration) => "self-declaration",
            Filed::Evidence(Kind::Training) => "training",
            Filed::Evidence(Kind::DrivingEntitlement) => "driving entitlement",
            Filed::Evidence(Kind::Cpc) => "driver CPC",
            Filed::Evidence(Kind::Medical) => "medical",
            Filed::Evidence(Kind::Overseas) => "overseas check",
            Filed::Evidence(Kind::References) => "reference",
            Filed::Evidence(_) => "document",
            Filed::Certificate => "DBS certificate",
            Filed::Licence => "licence",
            Filed::Subscription => "Update Service subscription",
            Filed::Consent => "consent to status checks",
            Filed::StatusCheck => "status check",
        }
    }

    /// The changes it takes, the likeliest first.
    pub fn changes(self) -> &'static [ChangeKind] {
        match self {
            Filed::Evidence(_) | Filed::Certificate => &[ChangeKind::Replace, ChangeKind::Retire],
            Filed::Licence => &[ChangeKind::Replace, ChangeKind::Retire, ChangeKind::End],
            Filed::Subscription | Filed::Consent => &[ChangeKind::End],
            Filed::StatusCheck => &[ChangeKind::Replace],
        }
    }

    /// Whether its end is a day that somebody knows.
    pub fn asks_for_end(self) -> bool {
        matches!(self, Filed::Licence | Filed::Subscription | Filed::Consent)
    }

    /// The fields of its own among its kind's.
    pub fn fields(self, lists: &fields::Lists) -> Vec<fields::Field> {
        let all = fields::of(self.kind(), lists);
        match self {
            Filed::StatusCheck => {
                let own = ["result", "checked_on", "checker"];
                all.into_iter().filter(|field| own.contains(&field.name)).collect()
            }
            Filed::Subscription | Filed::Consent => Vec::new(),
            _ => all,
        }
    }
}

/// A way to change a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// Other details in its place.
    Replace,
    /// Set aside as recorded in error.
    Retire,
    /// It ended.
    End,
}

/// A change to be made.
#[derive(Clone)]
pub enum Change {
    /// These details in its place.
    Replace(Answers),
    /// Set aside, with nothing in its place.
    Retire,
    /// It ended on this day.
    End(Option<NaiveDate>),
}

/// A row as it is on file.
enum OnFile<'a> {
    Evidence(&'a evidence::Evidence),
    Certificate(&'a Certificate),
    Licence(&'a licences::Licence),
    Subscription(&'a Subscription),
    Consent(&'a Consent),
    StatusCheck(&'a StatusCheck),
}

/// What a form to correct a row begins with.
///
/// # Errors
/// `NotFound`; `Conflict` when the row was renewed, corrected or ended already.
pub fn prefill(dossier: &Dossier, filed: Filed, id: i64) -> Result<Answers> {
    Ok(match find(dossier, filed, id)? {
        OnFile::Evidence(row) => dated::answers_of(row),
        OnFile::Certificate(row) => certificate::answers_of(row),
        OnFile::Licence(row) => licence::answers_of(row),
        OnFile::StatusCheck(row) => Answers::default()
            .with("result", row.result)
            .with_day("checked_on", Some(row.checked_on))
            .with("checker", &row.checker),
        OnFile::Subscription(_) | OnFile::Consent(_) => Answers::default(),
    })
}

/// Changes a row for a reason.
///
/// # Errors
/// `NotFound`; `Forbidden`; `Conflict` when the row was renewed, corrected or ended already; `Invalid` with every fault,
/// the reason's at `why`.
pub fn correct(
    tx: &mut Tx<'_>,
    who: &Who,
    person: PersonId,
    (filed, id): (Filed, i64),
    change: &Change,
    why: &str,
) -> Result<()> {
    may(who, Act::CorrectEvidence, Subject::Register)?;
    let (dossier, today) = (person::dossier(tx, person)?, tx.today);
    let row = find(&dossier, filed, id)?;
    let mut faults = Vec::new();
    let reason = reason::needed("why", why, &mut faults);
    let none = Answers::default();
    let mut answers = if let Change::Replace(answers) = change { answers.clone() } else { none };
    if let OnFile::StatusCheck(check) = row {
        answers = answers.with("certificate", check.certificate_id);
    }
    if matches!(change, Change::Replace(_)) {
        let lists = fields::lists(tx, &dossier)?;
        faults.extend(fields::check(&filed.fields(&lists), &answers, today));
    }
    if let Change::End(day) = change {
        faults.extend(end_fault(&row, *day, today));
    }
    let code = if let OnFile::Evidence(row) = row { row.code.as_str() } else { filed.kind().as_str() };
    let mut filing = Filing { kind: filed.kind(), code, dossier: &dossier, answers: &answers, faults };
    match (row, change) {
        (OnFile::Evidence(row), Change::Replace(_)) => dated::replace(tx, &mut filing, row, &reason),
        (OnFile::Certificate(row), Change::Replace(_)) => certificate::replace(tx, &mut filing, row, &reason),
        (OnFile::Licence(row), Change::Replace(_)) => licence::replace(tx, &mut filing, row, &reason),
        (OnFile::StatusCheck(row), Change::Replace(_)) => update_service::replace(tx, &mut filing, row, &reason),
        (row, change) => {
            filing.settle()?;
            match (row, change) {
                (OnFile::Evidence(row), Change::Retire) => dated::retire(tx, row, &reason),
                (OnFile::Certificate(row), Change::Retire) => certificate::retire(tx, &filing, row, &reason),
                (OnFile::Licence(row), Change::Retire) => licence::retire(tx, row, &reason),
                (OnFile::Licence(row), Change::End(Some(day))) => licence::end(tx, row, *day, &reason),
                (OnFile::Subscription(row), Change::End(Some(day))) => end_subscription(tx, row, *day, &reason),
                (OnFile::Consent(_), Change::End(Some(day))) => withdraw_consent(tx, filing.dossier, *day, &reason),
                _ => Err(Error::invalid("change", "Select what is to be changed")),
            }
        }
    }
}

/// The live row.
fn find(dossier: &Dossier, filed: Filed, id: i64) -> Result<OnFile<'_>> {
    macro_rules! row {
        ($rows:ident, $variant:ident, |$row:ident| $live:expr) => {{
            let $row = dossier.$rows.iter().find(|row| row.id.0 == id).ok_or(Error::NotFound)?;
            ($live, OnFile::$variant($row))
        }};
    }
    let (live, row) = match filed {
        Filed::Evidence(kind) => {
            let row = dossier.evidence.iter().find(|row| row.id.0 == id && row.kind == kind).ok_or(Error::NotFound)?;
            (row.superseded_by.is_none() && row.retired_on.is_none(), OnFile::Evidence(row))
        }
        Filed::Certificate => row!(certificates, Certificate, |row| row.retired_on.is_none()),
        Filed::Licence => row!(licences, Licence, |row| row.retired_on.is_none()),
        Filed::Subscription => row!(subscriptions, Subscription, |row| row.ended_on.is_none()),
        Filed::Consent => row!(consents, Consent, |row| row.withdrawn_on.is_none()),
        Filed::StatusCheck => row!(checks, StatusCheck, |row| {
            !dossier.checks.iter().any(|one| one.certificate_id == row.certificate_id && one.id > row.id)
        }),
    };
    let over = "This was renewed, corrected or ended after you opened it.";
    if live { Ok(row) } else { Err(Error::Conflict(over.into())) }
}

fn end_fault(row: &OnFile<'_>, day: Option<NaiveDate>, today: NaiveDate) -> Option<Fault> {
    let from = match row {
        OnFile::Licence(row) => row.valid_from,
        OnFile::Subscription(row) => Some(row.joined_on),
        OnFile::Consent(row) => Some(row.given_on),
        _ => return None,
    };
    let message = match day {
        None => "Enter the day it ended",
        // A licence may be revoked with notice; the other two are found to have ended.
        Some(day) if day > today && !matches!(row, OnFile::Licence(_)) => {
            "The day it ended must be today or in the past"
        }
        Some(day) if from.is_some_and(|from| day < from) => "The day it ended must be on or after the day it began",
        Some(_) => return None,
    };
    Some(Fault::new("ended_on", message))
}

fn end_subscription(tx: &mut Tx<'_>, row: &Subscription, on: NaiveDate, reason: &str) -> Result<()> {
    dbs::subscription::end(tx, row, on)?;
    let old = json!({ "joined_on": row.joined_on });
    let entry = Entry::new("subscription.end", "subscription", row.id.0).about(row.person_id);
    tx.trail(entry.old(&old).new_value(&json!({ "ended_on": on })).reason(reason));
    Ok(())
}

/// Withdraws this consent and any other still in force: a person who takes consent back takes all of it back.
fn withdraw_consent(tx: &mut Tx<'_>, dossier: &Dossier, on: NaiveDate, reason: &str) -> Result<()> {
    for row in dossier.consents.iter().filter(|row| row.withdrawn_on.is_none()) {
        dbs::consent::withdraw(tx, row, on)?;
        let old = json!({ "given_on": row.given_on });
        let entry = Entry::new("consent.withdraw", "consent", row.id.0).about(row.person_id);
        tx.trail(entry.old(&old).new_value(&json!({ "withdrawn_on": on })).reason(reason));
    }
    Ok(())
}
