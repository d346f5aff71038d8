//! What an officer does with an application: takes it up, gives it to a colleague, returns it with what is wrong,
//! and takes a deferred one up again. Each asks who may, and the table of moves whether it can be done.

use serde_json::json;

use super::{Event, advance, after, link, moves, trace};
use crate::domain::permission::{Act, Subject, Who, may};
use crate::domain::reason;
use crate::error::{Error, Fault, Result};
use crate::store::application::{self as store, Application};
use crate::store::outbox::{self, NewLetter};
use crate::store::task::{self, NewTask};
use crate::store::trail::Entry;
use crate::store::{Conn, Tx, access, contractor, user};
use crate::types::{Access, ApplicationId, ApplicationKind, ContractorStatus, Reach, UserId};

/// The letter to whoever sent an application that it has come back.
pub const RETURNED: &str = "application_returned";

/// The application, for somebody who checks applications.
///
/// # Errors
/// `NotFound` for whoever does not.
pub fn open(conn: &mut Conn, who: &Who, id: ApplicationId) -> Result<Application> {
    may(who, Act::CheckApplications, Subject::Register)?;
    store::find(conn, id, &Reach::Everyone)
}

/// As [`open`], held so that nobody else changes it before this transaction ends.
pub(super) fn held(tx: &mut Tx<'_>, who: &Who, id: ApplicationId) -> Result<Application> {
    may(who, Act::CheckApplications, Subject::Register)?;
    store::held(tx, id)
}

/// Refuses what `event` cannot do from where the application is.
///
/// # Errors
/// `Conflict`.
pub fn possible(application: &Application, event: Event) -> Result<()> {
    match after(application.state, event) {
        Some(_) => Ok(()),
        None => {
            let state = moves::title(application.state);
            Err(Error::Conflict(format!("This application is {state}, so that cannot be done.")))
        }
    }
}

/// Takes an application up: it is being checked, by whoever took it. A trace known already is noticed now.
///
/// # Errors
/// `NotFound`; `Conflict`.
pub fn take(tx: &mut Tx<'_>, who: &Who, id: ApplicationId) -> Result<()> {
    let mut application = held(tx, who, id)?;
    advance(tx, &mut application, Event::Take, "")?;
    own(tx, &mut application, Some(who.user))?;
    // The firm's own people are known from the start; anybody else is found first.
    if let Some(person) = application.person_id {
        link::take_over(tx, &application, person)?;
    }
    trace::entered(tx, &mut application)
}

/// Gives an application to somebody of the team, or to nobody.
///
/// # Errors
/// `NotFound`; `Conflict` when it is closed; `Invalid` at `owner` for somebody who checks no applications.
pub fn assign(tx: &mut Tx<'_>, who: &Who, id: ApplicationId, owner: Option<UserId>) -> Result<()> {
    let mut application = held(tx, who, id)?;
    if !moves::OPEN.contains(&application.state) {
        possible(&application, Event::Take)?;
    }
    if let Some(owner) = owner {
        let accesses = access::in_force(tx, owner)?;
        if !accesses.iter().any(|(held, _)| matches!(held, Access::Officer | Access::DecisionMaker)) {
            return Err(Error::invalid("owner", "Select somebody of the transport team"));
        }
    }
    if application.owner == owner {
        return Err(Error::Conflict("It is theirs already.".into()));
    }
    own(tx, &mut application, owner)
}

fn own(tx: &mut Tx<'_>, application: &mut Application, owner: Option<UserId>) -> Result<()> {
    let old = application.owner;
    application.owner = owner;
    store::give_to(tx, application.id, owner)?;
    let entry = Entry::new("application.assign", "application", application.id.0);
    let entry = entry.old(&json!({ "owner": old })).new_value(&json!({ "owner": owner }));
    tx.trail(match application.person_id {
        Some(person) => entry.about(person),
        None => entry,
    });
    Ok(())
}

/// Sends an application back to whoever sent it, with what is wrong. The firm reads `wrong`.
///
/// # Errors
/// `NotFound`; `Conflict`; `Invalid` at `wrong`.
pub fn send_back(tx: &mut Tx<'_>, who: &Who, id: ApplicationId, wrong: &str) -> Result<()> {
    let mut application = held(tx, who, id)?;
    possible(&application, Event::Return)?;
    if application.kind == ApplicationKind::Review {
        return Err(Error::Conflict("The council opened this case itself: there is nobody to return it to.".into()));
    }
    let wrong = wrong.trim();
    if wrong.is_empty() {
        return Err(Error::invalid("wrong", "Enter what has to be put right"));
    }
    if wrong.chars().count() > reason::LONGEST {
        return Err(Error::invalid("wrong", "What has to be put right must be 4000 characters or fewer"));
    }
    application.returned_reason = wrong.to_owned();
    application.chased_on = None;
    store::sent_back(tx, id, wrong)?;
    advance(tx, &mut application, Event::Return, wrong)?;
    tell(tx, &application)
}

/// Writes to whoever sent the application that it has come back; never what the letter is about.
fn tell(tx: &mut Tx<'_>, application: &Application) -> Result<()> {
    let firm = application.contractor_id.map(|firm| contractor::find(tx, firm, &Reach::Everyone)).transpose()?;
    let (to, cc) = match &firm {
        Some(firm) if firm.status != ContractorStatus::Active => return Ok(()),
        Some(firm) => (firm.email.clone(), firm.second_email.clone()),
        None => (user::find(tx, application.started_by)?.email, String::new()),
    };
    if to.is_empty() {
        let cause = format!("{RETURNED}:{}:{}", application.id, tx.today);
        let task = NewTask {
            kind: "unwritten_letter",
            cause: &cause,
            subject_kind: "application",
            subject_id: application.id.0,
            detail: "A firm has no email address: tell it by telephone that this application has been returned",
            due_on: tx.today,
        };
        task::open(tx, &task)?;
        return Ok(());
    }
    let letter = NewLetter {
        letter: RETURNED,
        to: &to,
        cc: &cc,
        contractor: application.contractor_id,
        user: application.contractor_id.is_none().then_some(application.started_by),
        person: None,
        params: json!({ "application": application.id, "reference": application.reference }).to_string(),
    };
    outbox::put(tx, &letter)?;
    Ok(())
}

/// Takes a deferred application up again: what was waited for has come.
///
/// # Errors
/// `NotFound`; `Conflict`; `Invalid` at `reason`.
pub fn resume(tx: &mut Tx<'_>, who: &Who, id: ApplicationId, why: &str) -> Result<()> {
    let mut application = held(tx, who, id)?;
    possible(&application, Event::Resume)?;
    let reason = given("reason", why)?;
    advance(tx, &mut application, Event::Resume, &reason)?;
    own(tx, &mut application, Some(who.user))?;
    trace::entered(tx, &mut application)
}

/// Refuses another interview where there was none.
///
/// # Errors
/// `Conflict`.
pub fn hearable(application: &Application) -> Result<()> {
    possible(application, Event::FindTrace)?;
    match application.interviewed_on {
        Some(_) => Ok(()),
        None => Err(Error::Conflict("There was no interview yet: one follows where something is known.".into())),
    }
}

/// Asks for another interview of a case that came back with the one it had: what a court has found meanwhile is asked
/// about (facts.md §8.19).
///
/// # Errors
/// `NotFound`; `Conflict` unless it was interviewed and is being checked again; `Invalid` at `reason`.
pub fn hear_again(tx: &mut Tx<'_>, who: &Who, id: ApplicationId, why: &str) -> Result<()> {
    let mut application = held(tx, who, id)?;
    hearable(&application)?;
    let reason = given("reason", why)?;
    advance(tx, &mut application, Event::FindTrace, &reason)
}

/// A reason, which must be there.
pub(super) fn given(field: &str, text: &str) -> Result<String> {
    let mut faults: Vec<Fault> = Vec::new();
    let reason = reason::needed(field, text, &mut faults);
    if faults.is_empty() { Ok(reason) } else { Err(Error::Invalid(faults)) }
}
