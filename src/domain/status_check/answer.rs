//! What an answer does.

use chrono::NaiveDate;
use serde_json::json;

use super::{DATA_CHECK, Pace, ToAsk, data_check, disagreement, find, open, record, settle, struck};
use crate::domain::application::trace;
use crate::domain::clearance::{Dossier, latest_decision};
use crate::domain::{hold, outbox, person, watch};
use crate::error::Result;
use crate::store::Tx;
use crate::store::dbs::Certificate;
use crate::store::declaration::Declaration;
use crate::store::trail::Entry;
use crate::store::watch::{self as watches, Watch};
use crate::types::{Outcome, PersonId, StatusResult};

/// An answer of the service. Holds personal data, so it has no Debug.
#[derive(Clone)]
pub struct Answered {
    /// Which of the four.
    pub result: StatusResult,
    /// Surname and print date as the service has them; none when it knows nothing.
    pub holder: Option<(String, NaiveDate)>,
}

/// What an answer did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Took {
    /// Nothing: what was asked about changed meanwhile.
    Moot,
    /// It passed.
    Passed,
    /// It would have passed, and what is on file is not what the service has: the team looks.
    Disagreed,
    /// It passed, and shows something that nobody has decided about yet: the team decides.
    Undecided,
    /// There is new information: the person is held.
    NewInfo,
    /// Nothing was found; counted, and looked for again.
    NoMatch,
    /// Nothing was found by verified data after the grace: the subscription is ended.
    Lost,
}

/// Takes an answer to what was asked: writes it down, and does what follows.
///
/// # Errors
/// The database's.
pub fn take(tx: &mut Tx<'_>, asked: &ToAsk, answered: &Answered, checker: &Declaration, pace: Pace) -> Result<Took> {
    let (dossier, today) = (person::dossier(tx, asked.person)?, tx.today);
    let Some(subscription) = dossier.subscriptions.iter().find(|one| one.id == asked.subscription) else {
        return Ok(Took::Moot);
    };
    let watched = watch::watched(&dossier, subscription, today).ok();
    let Some(certificate) = watched.filter(|one| one.id == asked.certificate && one.number == asked.number) else {
        return Ok(Took::Moot);
    };
    let now = tx.at;
    let watch = Watch { failures: 0, tried_at: Some(now), ..find(tx, asked.person, asked.subscription)? };
    let checker = format!("{} {}", checker.forename, checker.surname);
    let wrong = answered.holder.as_ref().and_then(|(surname, day)| disagreement(certificate, surname, *day));
    let recheck = crate::domain::clearance::days_after(today, pace.recheck_days);
    let (took, watch) = match answered.result {
        StatusResult::NoMatchFound => {
            record(tx, certificate, answered.result, &checker)?;
            struck::strike(tx, &dossier, subscription, watch, pace)?
        }
        StatusResult::NewInfo => {
            record(tx, certificate, answered.result, &checker)?;
            new_info(tx, &dossier, certificate)?;
            if let Some(why) = wrong {
                data_check(tx, &dossier, asked.subscription, why)?;
            }
            (Took::NewInfo, found(watch, today))
        }
        pass => match wrong.or_else(|| contradiction(certificate, pass)) {
            Some(why) => {
                data_check(tx, &dossier, asked.subscription, why)?;
                (Took::Disagreed, Watch { next_check_on: Some(recheck), ..watch })
            }
            None => {
                record(tx, certificate, pass, &checker)?;
                settle(tx, asked.person, DATA_CHECK, "The Update Service knows the certificate")?;
                let decided = pass == StatusResult::BlankNoNewInfo || is_decided(&dossier, certificate);
                if !decided {
                    undecided(tx, &dossier, certificate)?;
                }
                (if decided { Took::Passed } else { Took::Undecided }, found(watch, today))
            }
        },
    };
    watches::update(tx, &watch)?;
    Ok(took)
}

/// What a result does that somebody else got and an officer wrote down; `dossier` is from before that.
pub(in crate::domain) fn heard(
    tx: &mut Tx<'_>,
    dossier: &Dossier,
    certificate: &Certificate,
    result: StatusResult,
) -> Result<()> {
    let today = tx.today;
    match result {
        StatusResult::NewInfo => return new_info(tx, dossier, certificate),
        StatusResult::NoMatchFound => return Ok(()),
        StatusResult::NonBlankNoNewInfo if !is_decided(dossier, certificate) => undecided(tx, dossier, certificate)?,
        _ => {}
    }
    let joined = dossier.subscriptions.iter().filter(|one| one.certificate_id == certificate.id);
    let joined: Vec<_> = joined.map(|one| one.id).collect();
    for row in watches::of_people(tx, &[dossier.person])? {
        if joined.contains(&row.subscription_id) && row.next_check_on.is_some() {
            watches::update(tx, &found(row, today))?;
        }
    }
    settle(tx, dossier.person, DATA_CHECK, "The Update Service knows the certificate")
}

/// The service knows it: whatever was counted against it is over.
fn found(watch: Watch, today: NaiveDate) -> Watch {
    let next_check_on = Some(watch::after_answer(watch.subscription_id, today));
    Watch { next_check_on, strikes: 0, struck_on: None, verified_on: None, grace_until: None, ..watch }
}

/// A blank certificate that is on file with a trace is another one, or was written down wrongly. The other way round
/// the service is taken at its word: the trace is one, and needs a decision.
fn contradiction(certificate: &Certificate, result: StatusResult) -> Option<&'static str> {
    let blank = result == StatusResult::BlankNoNewInfo && certificate.has_trace;
    blank.then_some("The Update Service and the certificate on file disagree on whether it shows any information")
}

fn is_decided(dossier: &Dossier, certificate: &Certificate) -> bool {
    let about = dossier.decisions.iter().filter(|one| one.certificate_id == Some(certificate.id));
    latest_decision(about).is_some_and(|decision| decision.outcome == Outcome::Suitable)
}

fn undecided(tx: &mut Tx<'_>, dossier: &Dossier, certificate: &Certificate) -> Result<()> {
    let detail = if certificate.has_trace {
        "The certificate shows information that nobody has decided about: open a case"
    } else {
        "The certificate was recorded as clear and is not: look at the original, correct the record and open a case"
    };
    open(tx, "trace_without_decision", dossier.person, &certificate.id.to_string(), detail, 1)?;
    trace::noticed(tx, dossier.person)
}

/// New information on a certificate: once, the hold, the letters to the firms, the one to the person, and the task
/// to get a new certificate. The same again says nothing new.
fn new_info(tx: &mut Tx<'_>, dossier: &Dossier, certificate: &Certificate) -> Result<()> {
    if !dossier.is_news(certificate.id, StatusResult::NewInfo) {
        return Ok(());
    }
    hold::place_for_new_info(tx, dossier)?;
    let detail = "The certificate is no longer current and the person is held: ask for a new certificate, and decide \
                  on it before the hold is lifted";
    open(tx, "new_certificate", dossier.person, &certificate.id.to_string(), detail, 1)?;
    tell_person(tx, dossier.person, "new_check", "{}")
}

/// A letter to the person themselves.
pub(super) fn tell_person(tx: &mut Tx<'_>, id: PersonId, letter: &'static str, params: &str) -> Result<()> {
    outbox::write_to_person(tx, id, letter, params.to_owned())?;
    tx.trail(Entry::new("letter.write", "person", id.0).about(id).new_value(&json!({ "letter": letter })));
    Ok(())
}
