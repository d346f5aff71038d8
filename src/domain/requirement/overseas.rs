//! Criminal record checks from abroad: asked of whoever lived abroad lately enough; some states give none, so a
//! statutory declaration or "unobtainable" is an answer too (facts.md §1.7).

use chrono::NaiveDate;
use serde::Deserialize;

use super::{Asking, Finding, dated};
use crate::domain::clearance::days_after;
use crate::store::evidence::Evidence;
use crate::types::add_months;

/// What the evidence's `facts` say of time abroad.
#[derive(Deserialize)]
struct Abroad {
    outcome: Answer,
    #[serde(default)]
    abroad_until: Option<NaiveDate>,
    #[serde(default)]
    country: String,
}

#[derive(Deserialize, PartialEq, Eq, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Answer {
    NoneNeeded,
    Certificate,
    StatutoryDeclaration,
    Unobtainable,
    Outstanding,
}

/// Missing while any answer is outstanding for time abroad that still counts; otherwise as any dated evidence.
pub(super) fn find(asking: &Asking<'_>) -> Finding {
    let look_back_ends: Vec<_> = dated::live(asking).filter_map(|row| look_back_end(asking, row)).collect();
    let outstanding = |row: &&Evidence| look_back_end(asking, row).is_some();
    let counts = |row: &&Evidence| look_back_end(asking, row).is_some_and(|end| end >= asking.today);
    let mut finding = if let Some(row) = dated::live(asking).find(counts) {
        Finding { evidence: Some(row.id.0), ..Finding::missing(dated::lost(asking)) }
            .saying(format!("A check from {} is outstanding", place(row)))
    } else {
        let answered = dated::live(asking).filter(|row| !outstanding(row));
        let finding = dated::longest(asking, answered, |row| dated::due_on(asking, row));
        let only_old = finding.evidence.is_none() && dated::live(asking).next().is_some();
        if only_old { Finding::not_required() } else { finding }
    };
    finding.changes.extend(look_back_ends.into_iter().map(|end| days_after(end, 1)));
    finding
}

/// The country, where the row names one: each is answered for itself.
fn place(row: &Evidence) -> String {
    let country = serde_json::from_str::<Abroad>(&row.facts).map(|abroad| abroad.country).unwrap_or_default();
    if country.trim().is_empty() { "abroad".to_owned() } else { country }
}

/// Last day on which an outstanding answer still counts; `None` for a row that gives one. An unreadable row is
/// outstanding for good, as is time abroad of unknown end.
fn look_back_end(asking: &Asking<'_>, row: &Evidence) -> Option<NaiveDate> {
    let months = asking.requirement.params.look_back_months.unwrap_or(0);
    match serde_json::from_str::<Abroad>(&row.facts) {
        Ok(abroad) if abroad.outcome != Answer::Outstanding => None,
        Ok(Abroad { abroad_until: Some(until), .. }) => Some(add_months(until, months)),
        _ => Some(NaiveDate::MAX),
    }
}
