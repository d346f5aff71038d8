//! The panel's decision. Upheld or varied, a new decision and an approval stand beside the old ones; remitted, others
//! decide anew.

use chrono::NaiveDate;
use serde_json::json;

use super::restore::{self, Terms};
use super::{PANEL, REASONS_HEADING, keep, open, store, title};
use crate::domain::application::{Event, advance, trace};
use crate::domain::permission::{Act, Subject, Who, may};
use crate::domain::proposal::LONGEST_CONDITIONS;
use crate::domain::proposal::effect::decide as find_suitable;
use crate::domain::proposal::letters::{AppealStep, tell_appellant, tell_firm};
use crate::domain::{hold, person, reason, retention, vault};
use crate::error::{Error, Fault, Result};
use crate::store::appeal::Sitting;
use crate::store::application::{self as applications, Application};
use crate::store::trail::Entry;
use crate::store::{Tx, proposal};
use crate::types::{AppealId, AppealOutcome, AppealState, NoteKind, Outcome, UserId, Verdict};

/// What the panel decided. No Debug: its reasons may quote a disclosure.
#[derive(Clone, Default)]
pub struct NewOutcome {
    /// The outcome.
    pub outcome: Option<AppealOutcome>,
    /// Conditions of a varied decision.
    pub conditions: String,
    /// Their last day, inclusive.
    pub conditions_until: Option<NaiveDate>,
    /// Why.
    pub reasons: String,
    /// Whether the appellant was at the hearing.
    pub appellant_attended: Option<bool>,
    /// Who of the panel took part.
    pub attended: Vec<UserId>,
    /// Why it was not all three.
    pub absent_why: String,
}

/// What the panel is told when something came in that the decision under appeal is not about.
const NEWER: &str = "A certificate that nobody has decided about came in after the decision. The appeal is about the earlier \
                     one, so the panel cannot approve them on it. Send the case back to be decided anew: the new certificate \
                     is then interviewed about and assessed first.";

/// What a chair is told who has not read what the case is about.
const UNREAD: &str = "Read the bundle first: you have not read this case since the newest note was written. The link is on the \
                      page of the appeal, “Bundle for the panel”.";

/// Settles an appeal, after its hearing, by its chair.
///
/// # Errors
/// `NotFound` for whoever does not sit on it; `Forbidden` for whoever took part in the decision, and for a panel member
/// who is not the chair; `Conflict` before the hour of the hearing, when it is over, to a chair who has not read the case,
/// and when it would approve them over a certificate that came in since; `Invalid` at `outcome`, `conditions`,
/// `conditions_until`, `reasons`, `appellant`, `attended` or `absent_why`.
pub fn decide(tx: &mut Tx<'_>, who: &Who, id: AppealId, new: &NewOutcome) -> Result<()> {
    let (mut appeal, mut application, case) = open(tx, id)?;
    may(who, Act::DecideAppeal, Subject::Case(&case))?;
    let sits = store::panel(tx, id)?;
    if !is_chair(&sits, who.user) {
        return Err(Error::Forbidden("The chair of the panel records what it decided."));
    }
    let today = tx.today;
    let held = appeal.hearing_at.is_some_and(|at| at <= tx.at);
    if appeal.state != AppealState::HearingArranged || !held {
        return Err(Error::Conflict("The panel decides after the hearing, once.".into()));
    }
    if !vault::has_read(tx, application.id, who.user)? {
        return Err(Error::Conflict(UNREAD.into()));
    }
    let mut faults = attendance_faults(new, &sits, who.user);
    let outcome = new.outcome.filter(|one| *one != AppealOutcome::Withdrawn);
    if outcome.is_none() {
        faults.push(Fault::new("outcome", "Select what the panel decided"));
    }
    let varied = outcome == Some(AppealOutcome::Varied);
    if varied {
        faults.extend(condition_faults(new, today));
    }
    let reasons = reason::in_full("reasons", &new.reasons, &mut faults);
    let Some(outcome) = outcome.filter(|_| faults.is_empty()) else { return Err(Error::Invalid(faults)) };
    let approves = matches!(outcome, AppealOutcome::Upheld | AppealOutcome::Varied);
    let dossier = person::dossier(tx, appeal.person_id)?;
    let is_newer = trace::undecided(&dossier, today).is_some();
    if approves && is_newer {
        return Err(Error::Conflict(NEWER.into()));
    }
    let words = format!("{REASONS_HEADING}\n\n{reasons}");
    appeal.note_id = Some(vault::write(tx, application.id, NoteKind::Appeal, &words)?);
    let mut terms = Terms::default();
    if varied {
        terms = Terms { conditions: new.conditions.trim().to_owned(), until: new.conditions_until };
    }
    if approves {
        let paper = proposal::find(tx, appeal.proposal_id)?;
        let reason = format!("See appeal {id}");
        // The certificate that the decision under appeal is about, whatever came in since.
        let about = dossier.decisions.iter().find(|one| Some(one.id) == paper.decision_id);
        let about = (Outcome::Suitable, about.and_then(|one| one.certificate_id));
        appeal.decision_id = Some(find_suitable(tx, &dossier, about, (who.user, &reason))?);
        let (approval, kept) = restore::approvals(tx, &dossier, &paper, &application.role, terms, (who.user, &reason))?;
        (appeal.approval_id, terms) = (Some(approval), kept);
        hold::tell_free_firms(tx, &dossier)?;
    }
    let Terms { conditions, until } = terms;
    (appeal.state, appeal.outcome) = (AppealState::Decided, Some(outcome));
    (appeal.decided_on, appeal.decided_by) = (Some(today), Some(who.user));
    appeal.appellant_attended = new.appellant_attended;
    new.absent_why.trim().clone_into(&mut appeal.absent_why);
    keep(tx, &appeal, AppealState::HearingArranged)?;
    store::took_part(tx, id, &new.attended)?;
    let value = json!({
        "outcome": outcome, "conditions": conditions, "conditions_until": until,
        "appellant_attended": new.appellant_attended, "took_part": new.attended,
    });
    tx.trail(Entry::new("appeal.decide", "appeal", id.0).about(appeal.person_id).new_value(&value));
    settle(tx, &mut application, (outcome, is_newer), (&conditions, until, appeal.person_id))?;
    let note = appeal.note_id;
    tell_appellant(tx, appeal.person_id, id, AppealStep::Decided { note, conditions, until })
}

/// Who was there is said of the appellant and of all three; that one of the panel was not has a reason.
fn attendance_faults(new: &NewOutcome, sits: &[Sitting], chair: UserId) -> Vec<Fault> {
    let mut faults = Vec::new();
    if new.appellant_attended.is_none() {
        faults.push(Fault::new("appellant", "Select whether the appellant was there"));
    }
    if new.attended.iter().any(|user| !sits.iter().any(|one| one.user == *user)) {
        faults.push(Fault::new("attended", "Select people who sit on this appeal"));
    } else if !new.attended.contains(&chair) {
        faults.push(Fault::new(
            "attended",
            "You record this for the panel, so you have to be one of those who took part",
        ));
    } else if new.absent_why.trim().chars().count() > reason::LONGEST {
        faults.push(Fault::new("absent_why", format!("The reason must be {} characters or fewer", reason::LONGEST)));
    } else if new.absent_why.trim().is_empty()
        && sits.iter().filter(|one| new.attended.contains(&one.user)).count() < PANEL
    {
        faults.push(Fault::new("attended", "Select all three, or say below why somebody did not take part"));
    }
    faults
}

fn condition_faults(new: &NewOutcome, today: NaiveDate) -> Vec<Fault> {
    let mut faults = Vec::new();
    let conditions = new.conditions.trim();
    if conditions.is_empty() {
        faults.push(Fault::new("conditions", "Enter the conditions"));
    } else if conditions.chars().count() > LONGEST_CONDITIONS {
        let message = format!("The conditions must be {LONGEST_CONDITIONS} characters or fewer");
        faults.push(Fault::new("conditions", message));
    }
    match new.conditions_until {
        None => faults.push(Fault::new("conditions_until", "Enter the last day of the conditions")),
        Some(day) if day < today => {
            let message = "The last day of the conditions must be today or in the future";
            faults.push(Fault::new("conditions_until", message));
        }
        Some(_) => {}
    }
    faults
}

/// The application as the appeal leaves it; sent back, with what is newer than the decision. A firm hears of it only when
/// its person may work after all.
fn settle(
    tx: &mut Tx<'_>,
    application: &mut Application,
    (outcome, is_newer): (AppealOutcome, bool),
    (conditions, until, owner): (&str, Option<NaiveDate>, crate::types::PersonId),
) -> Result<()> {
    let verdict = match outcome {
        AppealOutcome::Upheld if conditions.is_empty() => Some(Verdict::Approved),
        AppealOutcome::Upheld | AppealOutcome::Varied => Some(Verdict::ApprovedWithConditions),
        AppealOutcome::Dismissed | AppealOutcome::Withdrawn => application.outcome,
        AppealOutcome::Remitted => None,
    };
    (application.outcome, application.appeal_outcome) = (verdict, Some(outcome));
    if outcome == AppealOutcome::Remitted {
        application.decided_on = None;
    }
    applications::decided(tx, application.id, application.outcome, application.decided_on)?;
    applications::appeal_settled(tx, application.id, outcome)?;
    let event = if outcome == AppealOutcome::Remitted { Event::Remit } else { Event::SettleAppeal };
    advance(tx, application, event, title(outcome))?;
    if is_newer && outcome == AppealOutcome::Remitted {
        trace::entered(tx, application)?;
    }
    if let Some(verdict) = verdict.filter(|_| matches!(outcome, AppealOutcome::Upheld | AppealOutcome::Varied)) {
        tell_firm(tx, application, owner, (verdict, conditions, until))?;
    }
    if outcome == AppealOutcome::Remitted { Ok(()) } else { retention::light(tx, application) }
}

/// Whether this user may record what the panel decided.
pub(crate) fn is_chair(sits: &[Sitting], user: UserId) -> bool {
    sits.iter().any(|one| one.user == user && one.is_chair)
}
