//! Interviews: every trace has one (source report ¶129). Arranged with a panel of two or more, moved, called off, missed
//! or held; the person is told of each change in a letter of their own.

mod held;
mod invite;
mod plan;

use serde_json::json;

pub use held::{held, may_write, not_attended, write_notes};
pub use plan::{HOWS, Plan};

use super::application::{case, moves};
use super::letter::Change;
use super::permission::{Act, Case, Subject, Who, may};
use super::reason;
use crate::error::{Error, Result};
use crate::store::application::{self, Application};
use crate::store::interview::{self as store, Interview};
use crate::store::trail::Entry;
use crate::store::{Conn, Tx};
use crate::types::{ApplicationId, ApplicationState, InterviewId, InterviewState, Reach, UserId};

/// An interview with what it is about and who sits on it.
pub struct Sitting {
    /// The interview.
    pub interview: Interview,
    /// Its application.
    pub application: Application,
    /// Who took part in the case so far.
    pub case: Case,
    /// Who sits on the panel.
    pub panel: Vec<UserId>,
}

/// What came of arranging or moving an interview.
pub struct Arranged {
    /// Which interview.
    pub id: InterviewId,
    /// Whether somebody of the panel sits elsewhere at that time.
    pub clash: bool,
}

impl Sitting {
    /// The interview for whoever may know of it: the transport team, and those on its panel.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn find(conn: &mut Conn, who: &Who, id: InterviewId) -> Result<Sitting> {
        let interview = store::find(conn, id)?;
        let application = application::find(conn, interview.application_id, &Reach::Everyone)?;
        let case = case(conn, &application)?;
        let panel = store::panel(conn, id)?;
        let sits = panel.contains(&who.user) && may(who, Act::ReadVault, Subject::Case(&case)).is_ok();
        if !sits {
            may(who, Act::CheckApplications, Subject::Case(&case))?;
        }
        Ok(Sitting { interview, application, case, panel })
    }

    fn entry(&self, act: &'static str) -> Entry {
        let entry = Entry::new(act, "interview", self.interview.id.0);
        match self.application.person_id {
            Some(person) => entry.about(person),
            None => entry,
        }
    }

    fn still_arranged(&self) -> Result<()> {
        match self.interview.state {
            InterviewState::Arranged => Ok(()),
            other => Err(Error::Conflict(format!("This interview is {}.", title(other)))),
        }
    }

    fn keep(&self, tx: &mut Tx<'_>) -> Result<()> {
        if store::keep(tx, &self.interview)? {
            Ok(())
        } else {
            Err(Error::Conflict("Somebody else has just changed this interview.".into()))
        }
    }
}

/// Arranges an interview of an application that waits for one, and writes to the person.
///
/// # Errors
/// `NotFound`; `Conflict` unless an interview is due and none arranged; `Invalid` at the field.
pub fn arrange(tx: &mut Tx<'_>, who: &Who, id: ApplicationId, plan: &Plan) -> Result<Arranged> {
    let application = application::held(tx, id)?;
    let case = case(tx, &application)?;
    may(who, Act::CheckApplications, Subject::Case(&case))?;
    is_due(tx, &application)?;
    let found = plan.check(tx, &application, &case)?;
    let interview = Interview {
        id: InterviewId(0),
        application_id: id,
        starts_at: found.starts_at,
        minutes: found.minutes,
        place: found.place,
        state: InterviewState::Arranged,
        moves: 0,
        arranged_by: tx.actor,
        held_on: None,
    };
    let id = store::insert(tx, &interview)?;
    store::set_panel(tx, id, &found.panel)?;
    let sitting = Sitting { interview: Interview { id, ..interview }, application, case, panel: found.panel };
    tx.trail(sitting.entry("interview.arrange").new_value(&told(&sitting)));
    invite::tell(tx, &sitting, Change::Arranged)?;
    let clash = store::clashes(tx, &sitting.interview, &sitting.panel)?;
    Ok(Arranged { id, clash })
}

/// Whether an interview may be arranged of the application now.
///
/// # Errors
/// `Conflict` with the sentence.
pub fn is_due(conn: &mut Conn, application: &Application) -> Result<()> {
    if application.state != ApplicationState::InterviewDue {
        let state = moves::title(application.state);
        return Err(Error::Conflict(format!("This application is {state}, so no interview can be arranged.")));
    }
    if application.person_id.is_none() {
        return Err(Error::Conflict(
            "Find the applicant on the register, or register them, before you arrange it.".into(),
        ));
    }
    let all = store::of_application(conn, application.id)?;
    if all.iter().any(|one| one.state == InterviewState::Arranged) {
        return Err(Error::Conflict(store::ONE.into()));
    }
    Ok(())
}

/// Changes when, where or with whom. The person is written to when it concerns them.
///
/// # Errors
/// `NotFound`; `Conflict` unless it is still arranged; `Invalid` at the field.
pub fn change(tx: &mut Tx<'_>, who: &Who, id: InterviewId, plan: &Plan) -> Result<Arranged> {
    let mut sitting = Sitting::find(tx, who, id)?;
    may(who, Act::CheckApplications, Subject::Case(&sitting.case))?;
    sitting.still_arranged()?;
    let found = plan.check(tx, &sitting.application, &sitting.case)?;
    let old = told(&sitting);
    let was = (sitting.interview.starts_at, sitting.interview.minutes, sitting.interview.place.clone());
    let concerns_them = was != (found.starts_at, found.minutes, found.place.clone());
    (sitting.interview.starts_at, sitting.interview.minutes) = (found.starts_at, found.minutes);
    (sitting.interview.place, sitting.panel) = (found.place, found.panel);
    sitting.interview.moves += i32::from(concerns_them);
    sitting.keep(tx)?;
    store::set_panel(tx, id, &sitting.panel)?;
    tx.trail(sitting.entry("interview.move").old(&old).new_value(&told(&sitting)));
    if concerns_them {
        invite::tell(tx, &sitting, Change::Moved)?;
    }
    let clash = store::clashes(tx, &sitting.interview, &sitting.panel)?;
    Ok(Arranged { id, clash })
}

/// Calls an interview off; one is still due. The letter gives no reason.
///
/// # Errors
/// `NotFound`; `Conflict` unless it is still arranged; `Invalid` at `reason`.
pub fn cancel(tx: &mut Tx<'_>, who: &Who, id: InterviewId, why: &str) -> Result<()> {
    let sitting = Sitting::find(tx, who, id)?;
    may(who, Act::CheckApplications, Subject::Case(&sitting.case))?;
    sitting.still_arranged()?;
    let mut faults = Vec::new();
    let reason = reason::needed("reason", why, &mut faults);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    put_off(tx, sitting, &reason)
}

/// Calls off what is still arranged for an application that is withdrawn or decided otherwise.
///
/// # Errors
/// The database's.
pub fn call_off(tx: &mut Tx<'_>, application: &Application) -> Result<()> {
    for interview in store::of_application(tx, application.id)? {
        if interview.state == InterviewState::Arranged {
            let (case, panel) = (case(tx, application)?, store::panel(tx, interview.id)?);
            let sitting = Sitting { interview, application: application.clone(), case, panel };
            put_off(tx, sitting, "The application has ended")?;
        }
    }
    Ok(())
}

fn put_off(tx: &mut Tx<'_>, mut sitting: Sitting, reason: &str) -> Result<()> {
    sitting.interview.state = InterviewState::Cancelled;
    sitting.interview.moves += 1;
    sitting.keep(tx)?;
    tx.trail(sitting.entry("interview.cancel").reason(reason));
    invite::tell(tx, &sitting, Change::Cancelled)
}

/// What the trail is told of an interview.
fn told(sitting: &Sitting) -> serde_json::Value {
    let Interview { starts_at, minutes, place, .. } = &sitting.interview;
    json!({ "starts_at": starts_at, "minutes": minutes, "place": place, "panel": sitting.panel })
}

/// What pages call the state of an interview.
pub fn title(state: InterviewState) -> &'static str {
    match state {
        InterviewState::Arranged => "arranged",
        InterviewState::Held => "held",
        InterviewState::NotAttended => "not attended",
        InterviewState::Cancelled => "cancelled",
    }
}
