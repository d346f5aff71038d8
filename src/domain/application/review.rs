//! Reviews: a case the council opens itself about somebody on the register, because of a trace nobody has decided
//! about, of something learned since, or to revoke an approval. No firm sees one.

use serde_json::json;

use super::checking::given;
use super::draft::next_reference;
use super::{moves, trace};
use crate::domain::clearance::Dossier;
use crate::domain::permission::{Act, Subject, Who, may};
use crate::domain::person::dossier;
use crate::error::{Error, Result};
use crate::store::application::{self as store, Application};
use crate::store::task::{self, NewTask};
use crate::store::trail::Entry;
use crate::store::{Conn, Tx, person};
use crate::types::{ApplicationId, ApplicationKind, ApplicationState, Origin, PersonId, UserId};

/// Opens a review of somebody, for whoever asks, to check. What is to be looked into goes on to an interview when a
/// trace is known.
///
/// # Errors
/// `NotFound`; `Conflict` when a case of theirs is open; `Invalid` at `reason`, or at `role` when they never worked in one.
pub fn open(tx: &mut Tx<'_>, who: &Who, person: PersonId, why: &str) -> Result<ApplicationId> {
    may(who, Act::CheckApplications, Subject::Register)?;
    let dossier = dossier(tx, person)?;
    let reason = given("reason", why)?;
    if let Some(open) = standing(tx, person)? {
        return Err(Error::Conflict(format!("{} is open about this person already.", open.reference)));
    }
    begin(tx, &dossier, Some(who.user), &reason)
}

/// The review that is open about a person.
///
/// # Errors
/// The database's.
pub fn standing(conn: &mut Conn, person: PersonId) -> Result<Option<Application>> {
    let all = store::of_person(conn, person)?;
    let is_open = |one: &Application| {
        one.kind == ApplicationKind::Review
            && (moves::OPEN.contains(&one.state) || one.state == ApplicationState::Appealed)
    };
    Ok(all.into_iter().find(is_open))
}

/// Opens a review because a certificate shows what nobody has decided about: owned by nobody, with a task.
pub(super) fn open_for_trace(tx: &mut Tx<'_>, dossier: &Dossier) -> Result<()> {
    let id = begin(tx, dossier, None, "A certificate shows information that nobody has decided about")?;
    let cause = format!("review:{id}");
    let task = NewTask {
        kind: "review",
        cause: &cause,
        subject_kind: "application",
        subject_id: id.0,
        detail: "Somebody approved has a certificate that nobody has decided about: arrange an interview",
        due_on: tx.today,
    };
    task::open(tx, &task)?;
    Ok(())
}

fn begin(tx: &mut Tx<'_>, dossier: &Dossier, owner: Option<UserId>, reason: &str) -> Result<ApplicationId> {
    let row = person::find(tx, dossier.person, &crate::types::Reach::Everyone)?;
    let approved = dossier.approvals.iter().filter(|one| one.ended_on.is_none()).map(|one| one.role.clone()).next();
    let engaged = dossier.engagements.iter().max_by_key(|one| (one.ends_on.is_none(), one.starts_on));
    let Some(role) = approved.or_else(|| engaged.map(|one| one.role.clone())) else {
        return Err(Error::invalid("reason", "They have no role yet. Add an engagement first"));
    };
    let mut application = Application {
        id: ApplicationId(0),
        reference: next_reference(tx)?,
        kind: ApplicationKind::Review,
        person_id: Some(dossier.person),
        contractor_id: None,
        authority_id: None,
        role,
        state: ApplicationState::Checking,
        state_since: tx.today,
        sort_name: row.sort_name,
        answers: "{}".to_owned(),
        started_by: tx.actor,
        started_on: tx.today,
        submitted_on: None,
        owner,
        certificate_id: None,
        has_trace: false,
        interviewed_on: None,
        outcome: None,
        decided_on: None,
        appealed_on: None,
        appeal_outcome: None,
        returned_reason: String::new(),
        chased_on: None,
        origin: Origin::Recorded,
        edited_on: None,
    };
    application.id = store::insert(tx, &application)?;
    let new = json!({ "reference": application.reference, "kind": application.kind, "role": application.role });
    let entry = Entry::new("application.review", "application", application.id.0).about(dossier.person);
    tx.trail(entry.new_value(&new).reason(reason));
    trace::entered(tx, &mut application)?;
    Ok(application.id)
}
