//! Kinds kept in the one table of evidence: a day it counts from, perhaps a printed end, and the kind's own facts.

use serde_json::json;

use super::{Answers, Filing, Recorded};
use crate::domain::application::identity::{self, Found};
use crate::error::{Error, Result};
use crate::store::evidence::{self as store, Evidence};
use crate::store::trail::Entry;
use crate::store::{Tx, user};
use crate::types::{EvidenceId, Kind, Origin};

/// What the person's own link says of their declaration: of which application, and the version of the words.
const OWN_LINK: [&str; 2] = ["own_link", "wording"];
/// Answers with a column of their own; the others are the row's facts.
const COLUMNS: [&str; 4] = ["valid_from", "expires_on", "reference", "seen_by"];

/// Records a row; what it renews is superseded.
pub(super) fn record(tx: &mut Tx<'_>, filing: &mut Filing<'_>) -> Result<Recorded> {
    rules(filing);
    let held: Vec<&Evidence> = renewed(filing);
    // An answer from abroad is often dated before the day it was found to be awaited.
    let newest = held.iter().filter(|row| row.kind != Kind::Overseas).filter_map(|row| row.valid_from).max();
    let from = filing.answers.day("valid_from");
    filing.refuse(
        newest.zip(from).is_some_and(|(newest, from)| from < newest),
        "valid_from",
        "There is newer evidence on file. If that is wrong, correct it instead",
    );
    filing.settle()?;
    let id = write(tx, filing, "")?;
    for old in &held {
        store::supersede(tx, old, id, None)?;
    }
    let entry = Entry::new(if held.is_empty() { "evidence.record" } else { "evidence.renew" }, "evidence", id.0);
    let new = json!({ "requirement": filing.code, "answers": filing.answers });
    let old: Vec<Answers> = held.iter().map(|row| answers_of(row)).collect();
    let entry = entry.about(filing.dossier.person).new_value(&new);
    tx.trail(if old.is_empty() { entry } else { entry.old(&old) });
    Ok(Recorded::default())
}

/// Replaces a row that was wrong; the wrong one stays, set aside.
pub(super) fn replace(tx: &mut Tx<'_>, filing: &mut Filing<'_>, wrong: &Evidence, reason: &str) -> Result<()> {
    rules(filing);
    // Whoever corrects it did not see the originals by that.
    let unsaid = filing.kind == Kind::Identity && !filing.answers.has("seen_by");
    filing.refuse(unsaid, "seen_by", "Select the name of who saw the originals");
    filing.settle()?;
    let id = write(tx, filing, reason)?;
    let today = tx.today;
    store::supersede(tx, wrong, id, Some(today))?;
    let new = json!({ "requirement": filing.code, "answers": filing.answers });
    let entry = Entry::new("evidence.correct", "evidence", id.0).about(filing.dossier.person).new_value(&new);
    tx.trail(entry.old(&answers_of(wrong)).reason(reason));
    Ok(())
}

/// Sets a row aside with nothing in its place.
pub(super) fn retire(tx: &mut Tx<'_>, wrong: &Evidence, reason: &str) -> Result<()> {
    let today = tx.today;
    store::retire(tx, wrong, today, reason)?;
    let entry = Entry::new("evidence.retire", "evidence", wrong.id.0).about(wrong.person_id);
    tx.trail(entry.old(&answers_of(wrong)).new_value(&json!({ "retired_on": today })).reason(reason));
    Ok(())
}

/// What a row says, as the answers of its form.
pub(super) fn answers_of(row: &Evidence) -> Answers {
    let facts: Answers = serde_json::from_str(&row.facts).unwrap_or_default();
    facts
        .with_day("valid_from", row.valid_from)
        .with_day("expires_on", row.expires_on)
        .with("reference", &row.reference)
        .with("seen_by", &row.seen_by)
}

/// Live rows that a new one takes the place of. References add up; answers from abroad only settle what was awaited
/// from the same country.
fn renewed<'a>(filing: &Filing<'a>) -> Vec<&'a Evidence> {
    let (kind, answers) = (filing.kind, filing.answers);
    let by_code = matches!(kind, Kind::Training | Kind::Document);
    let live = filing.dossier.evidence.iter().filter(|row| {
        row.kind == kind
            && (!by_code || row.code == filing.code)
            && row.superseded_by.is_none()
            && row.retired_on.is_none()
    });
    live.filter(|row| match kind {
        Kind::References => false,
        Kind::Overseas => {
            let old = answers_of(row);
            let same = old.text("country").eq_ignore_ascii_case(answers.text("country"));
            old.text("outcome") == "outstanding" && same
        }
        _ => true,
    })
    .collect()
}

fn rules(filing: &mut Filing<'_>) {
    let answers = filing.answers;
    let (from, until) = (answers.day("valid_from"), answers.day("expires_on"));
    filing.refuse(
        from.zip(until).is_some_and(|(from, until)| until <= from),
        "expires_on",
        "The end must be after the start",
    );
    filing.refuse(
        from.zip(filing.dossier.date_of_birth).is_some_and(|(from, born)| from <= born),
        "valid_from",
        "The date must be after the date of birth",
    );
    match filing.kind {
        Kind::Identity => {
            // The route follows from the documents (facts.md §1.7).
            match identity::route(answers.many("documents")) {
                Found::Route(route) => {
                    let bare = route.number == 2 && !answers.has("outside_check");
                    let message = "Enter the check by an outside identity service: without a document of group 1 it \
                                   takes one";
                    filing.refuse(bare, "outside_check", message);
                }
                Found::NoAddress(_) => {
                    let message = "Select at least one document that shows their current address";
                    filing.refuse(true, "documents", message);
                }
                Found::TooFew => {
                    let ways = identity::routes().iter().map(|one| format!("route {}: {}", one.number, one.title));
                    let ways = ways.collect::<Vec<_>>().join("; or ");
                    filing.refuse(true, "documents", format!("These are not enough. It takes {ways}"));
                }
            }
        }
        Kind::Overseas => {
            let outcome = answers.text("outcome");
            let named = !answers.text("country").is_empty();
            filing.refuse(outcome != "none_needed" && !named, "country", "Enter the country");
            let dated = answers.day("abroad_until").is_some();
            filing.refuse(outcome == "outstanding" && !dated, "abroad_until", "Enter the last day lived there");
            // Neither paper speaks for itself (facts.md §1.7).
            let sworn = outcome == "statutory_declaration" && !answers.has("witness");
            filing.refuse(sworn, "witness", "Enter the name and standing of the witness");
            let bare = outcome == "unobtainable" && !answers.has("instead");
            filing.refuse(bare, "instead", "Select the letter or reference that was seen in place of a check");
        }
        _ => {}
    }
}

fn write(tx: &mut Tx<'_>, filing: &Filing<'_>, reason: &str) -> Result<EvidenceId> {
    let answers = filing.answers;
    let asked = super::fields::of(filing.kind, &super::fields::Lists::default());
    let mut own: Vec<&str> = asked.iter().map(|field| field.name).filter(|name| !COLUMNS.contains(name)).collect();
    if filing.kind == Kind::SelfDeclaration {
        own.extend(OWN_LINK);
    }
    let mut facts = answers.only(&own);
    if filing.kind == Kind::DrivingEntitlement {
        let upper = answers.many("restrictions").iter().map(|code| code.to_uppercase());
        facts = facts.without(&["restrictions"]).with_many("restrictions", upper);
    }
    if let (Kind::Identity, Found::Route(route)) = (filing.kind, identity::route(answers.many("documents"))) {
        facts = facts.with("route", route.number).with("edition", identity::edition());
    }
    let clerk = tx.actor;
    let seen_by = match (filing.kind, answers.text("seen_by")) {
        (Kind::Identity, "") => user::find(tx, clerk)?.name,
        (_, named) => named.to_owned(),
    };
    let seen_on = answers.day("valid_from").filter(|_| !seen_by.is_empty());
    let row = Evidence {
        id: EvidenceId(0),
        person_id: filing.dossier.person,
        kind: filing.kind,
        code: filing.code.to_owned(),
        valid_from: answers.day("valid_from"),
        expires_on: answers.day("expires_on"),
        reference: answers.text("reference").to_owned(),
        facts: serde_json::to_string(&facts).map_err(Error::internal)?,
        original: (!seen_by.is_empty()).then_some(true),
        seen_by,
        seen_on,
        origin: Origin::Recorded,
        recorded_by: tx.actor,
        recorded_on: tx.today,
        superseded_by: None,
        retired_on: None,
        reason: reason.to_owned(),
    };
    store::insert(tx, &row)
}
