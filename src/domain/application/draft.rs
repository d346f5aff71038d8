//! Beginning an application and answering its questions, for the firm that sends it in or an officer for it. Whether the
//! register knows the person is nothing that either is told here.

use serde_json::json;

use super::answers::Answers;
use super::faults::{faults, limits};
use super::questions::{Asking, By, Group, asking};
use super::{case, moves};
use crate::domain::permission::{Act, Subject, Who, may};
use crate::domain::policy::{self, Policy};
use crate::domain::submission;
use crate::error::{Error, Fault, Result};
use crate::store::application::{self as store, Application};
use crate::store::trail::Entry;
use crate::store::{Conn, Tx, contractor, engagement, person};
use crate::types::ApplicationState::{Draft, Returned};
use crate::types::{ApplicationId, ApplicationKind, ContractorId, ContractorStatus, Origin, PersonId, Reach};

/// An application to be.
#[derive(Debug, Clone)]
pub struct New {
    /// What it asks for.
    pub kind: ApplicationKind,
    /// Code of the role.
    pub role: String,
    /// The firm; `None` for the council's own staff.
    pub firm: Option<ContractorId>,
    /// One of the firm's people, where the kind is about one.
    pub person: Option<PersonId>,
}

/// Whether an application of this kind is about somebody who works for the firm already.
pub fn is_about_own(kind: ApplicationKind) -> bool {
    matches!(kind, ApplicationKind::Renewal | ApplicationKind::RoleChange | ApplicationKind::Replacement)
}

/// Begins a draft.
///
/// # Errors
/// `NotFound`; `Invalid` at `kind`, `role`, `firm` or `person`.
pub fn begin(tx: &mut Tx<'_>, who: &Who, new: &New) -> Result<ApplicationId> {
    match new.firm {
        Some(firm) => may(who, Act::Apply, Subject::Firm(firm))?,
        None => may(who, Act::CheckApplications, Subject::Register)?,
    }
    let mut wrong = faults_of(tx, who, new)?;
    let named = match new.person.filter(|_| is_about_own(new.kind)) {
        Some(id) => Some(person::find(tx, id, &who.reach())?),
        None => None,
    };
    if is_about_own(new.kind) && named.is_none() && !wrong.iter().any(|fault| fault.field == "person") {
        wrong.push(Fault::new("person", "Select the person"));
    }
    if !wrong.is_empty() {
        return Err(Error::Invalid(wrong));
    }
    let answers = match &named {
        Some(one) => Answers { forename: one.forename.clone(), surname: one.surname.clone(), ..Answers::default() },
        None => Answers::default(),
    };
    let row = Application {
        id: ApplicationId(0),
        reference: next_reference(tx)?,
        kind: new.kind,
        person_id: named.map(|one| one.id),
        contractor_id: new.firm,
        authority_id: None,
        role: new.role.clone(),
        state: Draft,
        state_since: tx.today,
        sort_name: answers.sort_name(),
        answers: answers.to_json()?,
        started_by: tx.actor,
        started_on: tx.today,
        submitted_on: None,
        owner: None,
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
    let id = store::insert(tx, &row)?;
    let value =
        json!({ "reference": row.reference, "kind": row.kind, "role": row.role, "contractor": row.contractor_id });
    tx.trail(about(&row, Entry::new("application.begin", "application", id.0)).new_value(&value));
    Ok(id)
}

/// What is wrong with the choice of kind, role, firm and person, as far as it goes.
fn faults_of(tx: &mut Tx<'_>, who: &Who, new: &New) -> Result<Vec<Fault>> {
    let mut faults = Vec::new();
    let mut check = |wrong: bool, field: &str, message: &str| {
        if wrong {
            faults.push(Fault::new(field, message));
        }
    };
    check(new.kind == ApplicationKind::Review, "kind", "Select what the application is for");
    let policies = policy::published(tx)?;
    let role = Policy::in_force(&policies, tx.today).and_then(|policy| policy.role(&new.role));
    let known = role.is_some_and(|role| who.is_staff() || !role.is_councils_own());
    check(!known, "role", "Select the role");
    let Some(firm) = new.firm else { return Ok(faults) };
    let active = contractor::find(tx, firm, &who.reach())?.status == ContractorStatus::Active;
    check(!active, "firm", "The council no longer works with this contractor");
    if let Some(person) = new.person.filter(|_| is_about_own(new.kind)) {
        let today = tx.today;
        let work = engagement::current_at(tx, &[firm], today)?;
        let roles: Vec<String> =
            work.into_iter().filter(|(_, one, _)| *one == person).map(|(_, _, role)| role).collect();
        check(roles.is_empty(), "person", "Select somebody who works for this contractor");
        let has = roles.contains(&new.role);
        let message = "This person does not do this work for the contractor. To add it, apply for a change of role";
        check(!roles.is_empty() && !has && new.kind != ApplicationKind::RoleChange, "person", message);
        let message = "This person does this work for the contractor already. Apply for a renewal";
        check(has && new.kind == ApplicationKind::RoleChange, "person", message);
    }
    Ok(faults)
}

/// The next reference, A-000001 and on: nobody else is given it before this transaction ends.
///
/// # Errors
/// The database's.
pub fn next_reference(tx: &mut Tx<'_>) -> Result<String> {
    person::lock_numbers(tx)?;
    let last = store::last_reference(tx)?;
    let number: u64 = last.and_then(|text| text.strip_prefix("A-")?.parse().ok()).unwrap_or(0);
    Ok(format!("A-{:06}", number + 1))
}

/// An application that `who` may see as its submitter.
///
/// # Errors
/// `NotFound`.
pub fn seen(conn: &mut Conn, who: &Who, id: ApplicationId) -> Result<Application> {
    let application = store::find(conn, id, &who.reach())?;
    let case = case(conn, &application)?;
    may(who, Act::Apply, Subject::Case(&case))?;
    Ok(application)
}

/// Whether its submitter may answer now.
pub fn is_open(application: &Application) -> bool {
    matches!(application.state, Draft | Returned)
}

/// As [`seen`], held for a change.
pub(super) fn held(tx: &mut Tx<'_>, who: &Who, id: ApplicationId) -> Result<Application> {
    let application = seen(tx, who, id)?;
    // Read again: it may have moved while the row was waited for.
    store::held(tx, application.id)
}

/// As [`held`], while its submitter may answer.
pub(super) fn held_open(tx: &mut Tx<'_>, who: &Who, id: ApplicationId) -> Result<Application> {
    let application = held(tx, who, id)?;
    if !is_open(&application) {
        let state = moves::outward(application.state).to_lowercase();
        return Err(Error::Conflict(format!("This application is {state}, so its answers cannot be changed.")));
    }
    Ok(application)
}

/// Addresses of the firm's, which are not the person's own.
///
/// # Errors
/// The database's.
pub fn not_own(conn: &mut Conn, application: &Application) -> Result<Vec<String>> {
    let Some(id) = application.contractor_id else { return Ok(Vec::new()) };
    let firm = contractor::find(conn, id, &Reach::Everyone)?;
    let users = contractor::users_of(conn, id)?.into_iter().map(|(_, email, _)| email);
    let known = [firm.email, firm.second_email].into_iter().chain(users);
    Ok(known.filter(|email| !email.is_empty()).collect())
}

/// Keeps a group's answers; says whether that changed anything. Unless `finished`, what is missing may be missing.
/// `based_on` is the [`Answers::fingerprint`] of what the form showed.
///
/// # Errors
/// `NotFound` for a group that is not the submitter's; `Conflict` when it was sent in or changed meanwhile; `Invalid`.
pub fn save(
    tx: &mut Tx<'_>,
    who: &Who,
    id: ApplicationId,
    group: Group,
    typed: &Answers,
    finished: bool,
    based_on: &str,
) -> Result<bool> {
    let mut application = held_open(tx, who, id)?;
    let today = tx.today;
    let asking = asking(tx, &application, today)?;
    if !asking.groups_by(By::Submitter).iter().any(|one| one.code == group) {
        return Err(Error::NotFound);
    }
    let old = Answers::of(&application)?;
    if old.fingerprint(group) != based_on {
        return Err(Error::Conflict("Somebody changed these answers after you opened the form.".into()));
    }
    let new = old.clone().with(group, typed);
    let wrong = if finished { wrong(tx, &application, &new, &asking, group)? } else { limits(group, &new) };
    if !wrong.is_empty() {
        return Err(Error::Invalid(wrong));
    }
    if new == old {
        return Ok(false);
    }
    application.answers = new.to_json()?;
    application.sort_name = new.sort_name();
    application.authority_id = new.licence.authority.filter(|_| asking.has(Group::Licence));
    store::keep_answers(tx, &application)?;
    let entry = Entry::new("application.answer", "application", id.0).new_value(&json!({ "group": group }));
    tx.trail(about(&application, entry));
    Ok(true)
}

/// What keeps a group from being sent in.
///
/// # Errors
/// The database's.
pub fn wrong(
    conn: &mut Conn,
    application: &Application,
    answers: &Answers,
    asking: &Asking,
    group: Group,
) -> Result<Vec<Fault>> {
    let firm = if group == Group::Contact { not_own(conn, application)? } else { Vec::new() };
    Ok(faults(group, answers, asking, &firm))
}

/// The entry, of the person where one is known.
pub(in crate::domain) fn about(application: &Application, entry: Entry) -> Entry {
    match application.person_id {
        Some(person) => entry.about(person),
        None => entry,
    }
}

/// The fingerprint that the form of the whole carries.
pub fn whole(answers: &Answers, asking: &Asking) -> String {
    let groups: Vec<Group> = asking.groups_by(By::Submitter).iter().map(|one| one.code).collect();
    submission::fingerprint(&(answers.whole_fingerprint(&groups), asking.policy.number))
}
