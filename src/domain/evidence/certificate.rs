//! DBS certificates (facts.md §1.1, §1.4). One that does not serve the role is recorded all the same, with a warning:
//! the clearance says what it is worth.

use serde_json::json;

use super::{Answers, Filing, Recorded};
use crate::domain::application::trace;
use crate::domain::dbs_request;
use crate::domain::policy::Params;
use crate::domain::requirement::dbs_certificate;
use crate::error::Result;
use crate::store::dbs::{self, Certificate, certificate as store};
use crate::store::person::{self, sort_name};
use crate::store::trail::Entry;
use crate::store::{Tx, decision};
use crate::types::{CertificateId, DbsLevel, DecisionId, NameKind, Origin, StatusCheckId, SubscriptionId, add_months};

/// The youngest anybody's certificate may be issued (facts.md §1.1).
const YOUNGEST_MONTHS: u32 = 16 * 12;

/// Records a certificate; older ones stay.
pub(super) fn record(tx: &mut Tx<'_>, filing: &mut Filing<'_>, params: &Params) -> Result<Recorded> {
    let row = checked(tx, filing, None)?;
    let id = write(tx, filing, &row)?;
    let entry = Entry::new("certificate.record", "certificate", id.0).about(row.person_id);
    tx.trail(entry.new_value(filing.answers));
    trace::noticed(tx, row.person_id)?;
    dbs_request::came(tx, &row)?;
    let warnings = dbs_certificate::refusal(params, &row);
    Ok(Recorded { warnings: warnings.into_iter().collect() })
}

/// Replaces a certificate that was written down wrongly. What was recorded about the same paper goes over to the new
/// row: of the same number and day of issue, its subscription and checks; of the same trace, its decisions.
pub(super) fn replace(tx: &mut Tx<'_>, filing: &mut Filing<'_>, wrong: &Certificate, reason: &str) -> Result<()> {
    let row = Certificate { reason: reason.to_owned(), ..checked(tx, filing, Some(wrong.id))? };
    let id = write(tx, filing, &row)?;
    set_aside(tx, filing.dossier.subscriptions.iter(), wrong, reason)?;
    if (&wrong.number, wrong.issued_on) == (&row.number, row.issued_on) {
        carry_over(tx, filing, wrong, id, wrong.has_trace == row.has_trace)?;
    }
    let entry = Entry::new("certificate.correct", "certificate", id.0).about(row.person_id);
    tx.trail(entry.old(&answers_of(wrong)).new_value(filing.answers).reason(reason));
    trace::noticed(tx, row.person_id)?;
    dbs_request::came(tx, &row)
}

/// Sets a certificate aside with nothing in its place; its subscription ends with it.
pub(super) fn retire(tx: &mut Tx<'_>, filing: &Filing<'_>, wrong: &Certificate, reason: &str) -> Result<()> {
    set_aside(tx, filing.dossier.subscriptions.iter(), wrong, reason)?;
    let new = json!({ "retired_on": tx.today });
    let entry = Entry::new("certificate.retire", "certificate", wrong.id.0).about(wrong.person_id);
    tx.trail(entry.old(&answers_of(wrong)).new_value(&new).reason(reason));
    Ok(())
}

/// What a certificate says, as the answers of its form.
pub(super) fn answers_of(row: &Certificate) -> Answers {
    let or_none = |word: &'static str| if word.is_empty() { "none" } else { word };
    Answers::default()
        .with("number", &row.number)
        .with("level", row.level)
        .with("workforce", or_none(row.workforce.as_str()))
        .with("barred_lists", or_none(row.barred_lists.as_str()))
        .with_day("issued_on", Some(row.issued_on))
        .with("forename", &row.forename)
        .with("surname", &row.surname)
        .with("original_seen_by", &row.original_seen_by)
        .with_day("original_seen_on", row.original_seen_on)
        .with("trace", if row.has_trace { "yes" } else { "no" })
        .with("source", row.source)
}

fn set_aside<'a>(
    tx: &mut Tx<'_>,
    subscriptions: impl Iterator<Item = &'a dbs::Subscription>,
    wrong: &Certificate,
    reason: &str,
) -> Result<()> {
    store::retire(tx, wrong, reason)?;
    let today = tx.today;
    for one in subscriptions.filter(|one| one.certificate_id == wrong.id && one.ended_on.is_none()) {
        dbs::subscription::end(tx, one, today)?;
    }
    Ok(())
}

fn carry_over(
    tx: &mut Tx<'_>,
    filing: &Filing<'_>,
    wrong: &Certificate,
    certificate_id: CertificateId,
    same_trace: bool,
) -> Result<()> {
    let dossier = filing.dossier;
    let live = |one: &&dbs::Subscription| one.certificate_id == wrong.id && one.ended_on.is_none();
    for one in dossier.subscriptions.iter().filter(live) {
        dbs::subscription::insert(tx, &dbs::Subscription { id: SubscriptionId(0), certificate_id, ..one.clone() })?;
    }
    for one in dossier.checks.iter().filter(|one| one.certificate_id == wrong.id) {
        dbs::status_check::insert(tx, &dbs::StatusCheck { id: StatusCheckId(0), certificate_id, ..one.clone() })?;
    }
    if same_trace {
        for one in dossier.decisions.iter().filter(|one| one.certificate_id == Some(wrong.id)) {
            let certificate_id = Some(certificate_id);
            decision::insert(tx, &decision::Decision { id: DecisionId(0), certificate_id, ..one.clone() })?;
        }
    }
    Ok(())
}

/// The row the answers make, when nothing is wrong with them.
fn checked(tx: &mut Tx<'_>, filing: &mut Filing<'_>, instead_of: Option<CertificateId>) -> Result<Certificate> {
    let answers = filing.answers;
    let dossier = filing.dossier;
    let number: String = answers.text("number").chars().filter(|c| !c.is_whitespace()).collect();
    let digits = number.chars().all(|c| c.is_ascii_digit());
    let form = number.starts_with(['F', 'f', 'E', 'e']);
    let message = "This looks like the reference of an application. Enter the number of the certificate, 12 digits";
    filing.refuse(!digits && form, "number", message);
    let message = "The certificate number must be 12 digits, with its leading zeros";
    filing.refuse(!digits || number.len() != 12, "number", message);
    let same = |one: &&Certificate| one.number == number && one.retired_on.is_none() && Some(one.id) != instead_of;
    let twice = dossier.certificates.iter().any(|one| same(&one));
    filing.refuse(twice, "number", "This certificate is on file for this person already");
    person::lock_numbers(tx)?;
    let another = digits && store::is_of_another(tx, &number, dossier.person)?;
    filing.refuse(another, "number", "This number is on file for somebody else. Check it against the certificate");
    let (issued_on, seen_on) = (answers.day("issued_on"), answers.day("original_seen_on"));
    let young = dossier.date_of_birth.zip(issued_on);
    filing.refuse(
        young.is_some_and(|(born, issued)| issued < add_months(born, YOUNGEST_MONTHS)),
        "issued_on",
        "The date of issue must be on or after the 16th birthday",
    );
    filing.refuse(
        issued_on.zip(seen_on).is_some_and(|(issued, seen)| seen < issued),
        "original_seen_on",
        "The original cannot have been seen before it was issued",
    );
    let word = |field: &str| Some(answers.text(field)).filter(|word| *word != "none").unwrap_or("");
    let level: Option<DbsLevel> = answers.text("level").parse().ok();
    let workforce = word("workforce");
    let message = "A basic certificate names no workforce and is checked against no barred list. Select “None”";
    filing.refuse(level == Some(DbsLevel::Basic) && !workforce.is_empty(), "workforce", message);
    let message = "Only an enhanced certificate is checked against barred lists. Select “None”";
    let listed = !word("barred_lists").is_empty();
    filing.refuse(level.is_some_and(|level| level < DbsLevel::Enhanced) && listed, "barred_lists", message);
    let missing = level.is_some_and(|level| level > DbsLevel::Basic) && workforce.is_empty();
    filing.refuse(missing, "workforce", "Select the workforce printed on the certificate");
    filing.settle()?;
    let (Some(issued_on), Some(level)) = (issued_on, level) else {
        return Err(crate::error::Error::internal("a certificate passed its checks without a date or level"));
    };
    Ok(Certificate {
        id: CertificateId(0),
        person_id: dossier.person,
        number,
        level,
        workforce: workforce.parse()?,
        barred_lists: word("barred_lists").parse()?,
        issued_on,
        forename: answers.text("forename").to_owned(),
        surname: answers.text("surname").to_owned(),
        has_trace: answers.text("trace") == "yes",
        original_seen_by: answers.text("original_seen_by").to_owned(),
        original_seen_on: seen_on,
        source: answers.text("source").parse()?,
        origin: Origin::Recorded,
        recorded_by: tx.actor,
        recorded_on: tx.today,
        retired_on: None,
        reason: String::new(),
    })
}

/// Writes the row; a name that the person was not known by becomes one they are found by.
fn write(tx: &mut Tx<'_>, filing: &Filing<'_>, row: &Certificate) -> Result<CertificateId> {
    let id = store::insert(tx, row)?;
    let printed = sort_name(&row.forename, &row.surname);
    let names = person::names(tx, filing.dossier.person)?;
    if !names.iter().any(|name| sort_name(&name.forename, &name.surname) == printed) {
        person::add_name(tx, row.person_id, NameKind::Certificate, &row.forename, &row.surname)?;
    }
    Ok(id)
}
