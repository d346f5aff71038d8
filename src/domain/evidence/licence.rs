//! Taxi and private-hire drivers' licences (facts.md §4): one person may hold several; the longest-running counts.

use serde_json::json;

use super::{Answers, Filing, Recorded};
use crate::error::{Error, Result};
use crate::store::Tx;
use crate::store::licence::{self as store, Licence};
use crate::store::trail::Entry;
use crate::types::{AuthorityId, LicenceId, Origin};

/// Records a licence; earlier ones stay until they run out.
pub(super) fn record(tx: &mut Tx<'_>, filing: &mut Filing<'_>) -> Result<Recorded> {
    let row = checked(tx, filing)?;
    let id = store::insert(tx, &row)?;
    tx.trail(Entry::new("licence.record", "licence", id.0).about(row.person_id).new_value(filing.answers));
    Ok(Recorded::default())
}

/// Replaces a licence that was written down wrongly; the wrong one stays, set aside.
pub(super) fn replace(tx: &mut Tx<'_>, filing: &mut Filing<'_>, wrong: &Licence, reason: &str) -> Result<()> {
    let row = Licence { reason: reason.to_owned(), ..checked(tx, filing)? };
    let id = store::insert(tx, &row)?;
    store::retire(tx, wrong, reason)?;
    let entry = Entry::new("licence.correct", "licence", id.0).about(row.person_id);
    tx.trail(entry.old(&answers_of(wrong)).new_value(filing.answers).reason(reason));
    Ok(())
}

/// Sets a licence aside with nothing in its place.
pub(super) fn retire(tx: &mut Tx<'_>, wrong: &Licence, reason: &str) -> Result<()> {
    store::retire(tx, wrong, reason)?;
    let entry = Entry::new("licence.retire", "licence", wrong.id.0).about(wrong.person_id);
    tx.trail(entry.old(&answers_of(wrong)).new_value(&json!({ "retired_on": tx.today })).reason(reason));
    Ok(())
}

/// Says that a licence was given up, suspended or revoked, from a day.
pub(super) fn end(tx: &mut Tx<'_>, licence: &Licence, on: chrono::NaiveDate, reason: &str) -> Result<()> {
    if !store::end(tx, licence, on)? {
        return Err(Error::Conflict("This licence has been ended already.".into()));
    }
    let entry = Entry::new("licence.end", "licence", licence.id.0).about(licence.person_id);
    tx.trail(entry.old(&answers_of(licence)).new_value(&json!({ "ended_on": on })).reason(reason));
    Ok(())
}

/// What a licence says, as the answers of its form.
pub(super) fn answers_of(row: &Licence) -> Answers {
    Answers::default()
        .with("authority", row.authority_id)
        .with("licence_type", row.licence_type)
        .with("number", &row.number)
        .with_day("valid_from", row.valid_from)
        .with_day("expires_on", Some(row.expires_on))
}

fn checked(tx: &mut Tx<'_>, filing: &mut Filing<'_>) -> Result<Licence> {
    let answers = filing.answers;
    let (from, until) = (answers.day("valid_from"), answers.day("expires_on"));
    let short = from.zip(until).is_some_and(|(from, until)| until <= from);
    filing.refuse(short, "expires_on", "The last day must be after the first day");
    filing.settle()?;
    let (Some(expires_on), Ok(authority)) = (until, answers.text("authority").parse::<i64>()) else {
        return Err(Error::internal("a licence passed its checks without an authority or an end"));
    };
    Ok(Licence {
        id: LicenceId(0),
        person_id: filing.dossier.person,
        authority_id: AuthorityId(authority),
        licence_type: answers.text("licence_type").parse()?,
        number: answers.text("number").to_owned(),
        valid_from: from,
        expires_on,
        ended_on: None,
        origin: Origin::Recorded,
        recorded_by: tx.actor,
        recorded_on: tx.today,
        retired_on: None,
        reason: String::new(),
    })
}
