//! Suitability: a certificate that shows anything needs a decision about that very certificate (facts.md §2.2, §8.11).

use super::{Asking, Finding, dbs_certificate};
use crate::domain::clearance::latest_decision;
use crate::store::dbs::Certificate;
use crate::store::decision::Decision;
use crate::types::Outcome;

/// Asked of the certificate in use and of any live one issued after it. What the service says of a certificate counts
/// like what is on file: a clear record does not hide a trace (facts.md §8.9, §8.19).
pub(super) fn find(asking: &Asking<'_>) -> Finding {
    let Some(in_use) = dbs_certificate::in_use(asking).map(|one| one.certificate) else {
        return Finding::not_required();
    };
    let in_question = |c: &&Certificate| c.id == in_use.id || c.issued_on > in_use.issued_on;
    let shows = |c: &&Certificate| c.has_trace || dbs_certificate::shows_trace(asking, c.id);
    let traced: Vec<_> = dbs_certificate::live(asking).filter(in_question).filter(shows).collect();
    let decided: Option<Vec<_>> = traced.iter().map(|certificate| suitable(asking, certificate)).collect();
    match decided {
        None if traced.iter().any(|certificate| is_unsuitable(asking, certificate)) => {
            Finding::missing(None).saying("Found unsuitable")
        }
        None => Finding::missing(None).saying("A suitability decision is needed"),
        Some(decisions) => decisions
            .into_iter()
            .max_by_key(|decision| decision.id)
            .map_or_else(Finding::not_required, |decision| Finding::held(None, decision.id.0)),
    }
}

/// The latest decision about `certificate`, whatever it says.
fn latest<'a>(asking: &Asking<'a>, certificate: &Certificate) -> Option<&'a Decision> {
    let about = asking.dossier.decisions.iter().filter(|decision| decision.certificate_id == Some(certificate.id));
    latest_decision(about.filter(|decision| decision.decided_on <= asking.today))
}

fn suitable<'a>(asking: &Asking<'a>, certificate: &Certificate) -> Option<&'a Decision> {
    latest(asking, certificate).filter(|decision| decision.outcome == Outcome::Suitable)
}

fn is_unsuitable(asking: &Asking<'_>, certificate: &Certificate) -> bool {
    latest(asking, certificate).is_some_and(|decision| decision.outcome == Outcome::Unsuitable)
}
