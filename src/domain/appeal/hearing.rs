//! The hearing: three people who had no part in the decision, a chair among them, a day and a place.

use chrono::NaiveDate;
use serde_json::json;

use super::{keep, open, store, waits_as_late};
use crate::domain::permission::{Act, Case, Subject, Who, may};
use crate::domain::proposal::letters::{AppealStep, tell_appellant};
use crate::domain::{calendar, criteria};
use crate::error::{Error, Fault, Result};
use crate::store::trail::Entry;
use crate::store::{Tx, proposal};
use crate::types::{AppealId, AppealState, At, UserId, in_london};

/// How many people sit on an appeal.
pub const PANEL: usize = 3;

/// A hearing to be.
#[derive(Debug, Clone, Default)]
pub struct NewHearing {
    /// Who sits on it.
    pub panel: Vec<UserId>,
    /// Who speaks for them.
    pub chair: Option<UserId>,
    /// When.
    pub at: Option<At>,
    /// Where.
    pub place: String,
}

/// Whether somebody had a part in the case, and so may not sit on its appeal.
pub(crate) fn is_barred(case: &Case, user: UserId) -> bool {
    case.involved.contains(&user) || case.interviewers.contains(&user) || case.overruled.contains(&user)
}

/// Arranges the hearing, or another in its place, and invites the appellant.
///
/// # Errors
/// `NotFound`; `Forbidden`; `Conflict` when the appeal is over or came late and is not accepted; `Invalid` at `panel`,
/// `chair`, `at` or `place`.
pub fn arrange(tx: &mut Tx<'_>, who: &Who, id: AppealId, new: &NewHearing) -> Result<()> {
    let (mut appeal, _, case) = open(tx, id)?;
    may(who, Act::CheckApplications, Subject::Case(&case))?;
    if !super::is_open(&appeal) || waits_as_late(&appeal) {
        return Err(Error::Conflict("No hearing can be arranged for this appeal.".into()));
    }
    let mut panel = new.panel.clone();
    panel.sort_unstable();
    panel.dedup();
    let sitters = store::may_sit(tx)?;
    let mut faults = Vec::new();
    let day = new.at.map(|at| in_london(at.utc()));
    let mut refuse = |wrong: bool, field: &str, message: &str| {
        if wrong && !faults.iter().any(|fault: &Fault| fault.field == field) {
            faults.push(Fault::new(field, message));
        }
    };
    refuse(panel.len() != PANEL, "panel", "Select three people");
    let took_part = panel.iter().any(|user| is_barred(&case, *user));
    refuse(took_part, "panel", "Somebody who interviewed, assessed or decided cannot sit on the appeal");
    let unknown = panel.iter().any(|user| !sitters.iter().any(|(known, _)| known == user));
    refuse(unknown, "panel", "Select panel members or decision makers");
    refuse(new.chair.is_none_or(|chair| !panel.contains(&chair)), "chair", "Select one of the three as chair");
    refuse(day.is_none(), "at", "Enter the day and the time of the hearing");
    refuse(day.is_some_and(|day| day < tx.today), "at", "The hearing must be today or in the future");
    let place = new.place.trim();
    refuse(place.is_empty(), "place", "Enter the place of the hearing");
    refuse(place.chars().count() > 200, "place", "The place must be 200 characters or fewer");
    let settled = new.chair.zip(new.at).zip(day).filter(|_| faults.is_empty());
    let Some(((chair, at), day)) = settled else { return Err(Error::Invalid(faults)) };
    let from = appeal.state;
    let version = proposal::find(tx, appeal.proposal_id)?.criteria_version;
    let rules = criteria::version(tx, version)?.rules;
    appeal.state = AppealState::HearingArranged;
    appeal.hearing_at = Some(at);
    appeal.place = place.to_owned();
    appeal.decide_by = Some(decide_by(day, rules.decide_working_days));
    keep(tx, &appeal, from)?;
    store::seat(tx, id, &panel, chair)?;
    let value = json!({ "hearing": at, "place": place, "panel": panel, "chair": chair });
    tx.trail(Entry::new("appeal.arrange", "appeal", id.0).about(appeal.person_id).new_value(&value));
    tell_appellant(tx, appeal.person_id, id, AppealStep::Hearing { at, place: place.to_owned() })
}

fn decide_by(hearing: NaiveDate, working_days: u32) -> NaiveDate {
    calendar::working_days_after(hearing, working_days)
}
