//! Suitability: a decision maker's finding about one certificate, with reasons. Unsuitable stops the person at once.

use serde_json::json;

use super::{Filing, Recorded};
use crate::domain::hold;
use crate::error::{Error, Result};
use crate::store::Tx;
use crate::store::decision::{self as store, Decision};
use crate::store::trail::Entry;
use crate::types::{DecisionId, Origin, Outcome};

/// Records the decision; an earlier one stays.
pub(super) fn decide(tx: &mut Tx<'_>, filing: &mut Filing<'_>) -> Result<Recorded> {
    let (answers, dossier) = (filing.answers, filing.dossier);
    let certificate = dossier.certificates.iter().find(|one| one.id.to_string() == answers.text("certificate"));
    let decided_on = answers.day("decided_on");
    filing.refuse(
        certificate.zip(decided_on).is_some_and(|(one, day)| day < one.issued_on),
        "decided_on",
        "The decision must be on or after the day the certificate was issued",
    );
    let later = decided_on.is_some_and(|day| dossier.decisions.iter().any(|one| one.decided_on > day));
    filing.refuse(later, "decided_on", "There is a later decision on file, which would stand. Enter a later date");
    filing.settle()?;
    let (Some(certificate), Some(decided_on)) = (certificate, decided_on) else {
        return Err(Error::internal("a decision passed its checks without a certificate or a date"));
    };
    let outcome: Outcome = answers.text("outcome").parse()?;
    let reason = answers.text("reason").to_owned();
    let row = Decision {
        id: DecisionId(0),
        person_id: dossier.person,
        certificate_id: Some(certificate.id),
        outcome,
        decided_on,
        origin: Origin::Recorded,
        decided_by: tx.actor,
        recorded_on: tx.today,
        reason: reason.clone(),
    };
    let id = store::insert(tx, &row)?;
    let new = json!({ "certificate": certificate.id, "outcome": outcome, "decided_on": decided_on });
    tx.trail(Entry::new("suitability.decide", "decision", id.0).about(row.person_id).new_value(&new).reason(reason));
    if outcome == Outcome::Unsuitable && !dossier.is_stopped(tx.today) {
        hold::tell_firms(tx, dossier)?;
    }
    Ok(Recorded::default())
}
