//! Whose application it is: who on the register may be the applicant, and the officer's choice among them, or a new
//! person. Only the council learns which it was.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use serde_json::json;

use super::applicant::Applicant;
use super::overseas::{Abroad, abroad};
use super::{checking, moves, trace};
use crate::domain::clearance::{Dossier, dossiers, holds_on};
use crate::domain::engagement::{self, NewEngagement};
use crate::domain::evidence::{self, Answers, Asked};
use crate::domain::own_link::OWN_LINK_CONSENT;
use crate::domain::permission::Who;
use crate::domain::person::{self, Details, Registration};
use crate::domain::policy::{self, Policy};
use crate::error::{Error, Result};
use crate::store::application::{self as store, Application};
use crate::store::dbs::{Consent, consent};
use crate::store::engagement::Engagement;
use crate::store::person::{self as people, Person};
use crate::store::trail::Entry;
use crate::store::{Conn, Tx, contractor, lock_people};
use crate::types::{
    ApplicationId, ApplicationState, ConsentId, ContractorId, Kind, Outcome, PersonId, Verdict, add_months, fold,
    long_date,
};

/// Months after a refusal before somebody may apply again without something new (facts.md §5.3).
pub const REAPPLY_MONTHS: u32 = 12;

/// Somebody on the register who may be the applicant, with what an officer must know before choosing.
pub struct Candidate {
    /// Who.
    pub person: Person,
    /// Why they may be the same, as phrases.
    pub alike: Vec<&'static str>,
    /// The firms they work for, or did.
    pub firms: Vec<String>,
    /// What stands against them: refusals, holds, withdrawn applications, as sentences.
    pub against: Vec<String>,
    /// Applications of theirs that are open, by reference.
    pub open: Vec<String>,
}

/// Who may be the applicant: of the same name or a former one and date of birth, or the same address of mail or
/// telephone.
///
/// # Errors
/// The database's.
pub fn candidates(conn: &mut Conn, applicant: &Applicant, today: NaiveDate) -> Result<Vec<Candidate>> {
    let mut alike: BTreeMap<PersonId, Vec<&'static str>> = BTreeMap::new();
    if let Some(born) = applicant.date_of_birth {
        for id in people::of_name_and_birth(conn, &applicant.sort_names(), born)? {
            alike.entry(id).or_default().push("the same name and date of birth");
        }
    }
    let contacts = [applicant.email.trim(), applicant.phone.trim()];
    let contacts: Vec<String> =
        contacts.iter().filter(|text| !text.is_empty()).map(|text| (*text).to_owned()).collect();
    if !contacts.is_empty() {
        for id in people::by_contact(conn, &contacts)? {
            let reasons = alike.entry(id).or_default();
            if !reasons.contains(&"the same email or telephone") {
                reasons.push("the same email or telephone");
            }
        }
    }
    let ids: Vec<PersonId> = alike.keys().copied().collect();
    let mut rows: HashMap<PersonId, Person> =
        people::by_ids(conn, &ids)?.into_iter().map(|row| (row.id, row)).collect();
    let mut found = Vec::new();
    for dossier in dossiers(conn, &ids)? {
        let Some(person) = rows.remove(&dossier.person) else { continue };
        let alike = alike.remove(&dossier.person).unwrap_or_default();
        found.push(candidate(conn, person, alike, &dossier, today)?);
    }
    found.sort_by_key(|one| (std::cmp::Reverse(one.alike.len()), one.person.id));
    Ok(found)
}

fn candidate(
    conn: &mut Conn,
    person: Person,
    alike: Vec<&'static str>,
    dossier: &Dossier,
    today: NaiveDate,
) -> Result<Candidate> {
    let firms: Vec<ContractorId> = dossier.engagements.iter().map(|work| work.contractor_id).collect();
    let firms = contractor::names(conn, &firms)?.into_iter().map(|(_, name)| name).collect();
    let all = store::of_person(conn, person.id)?;
    let open = all.iter().filter(|one| moves::OPEN.contains(&one.state)).map(|one| one.reference.clone()).collect();
    Ok(Candidate { against: against(dossier, &all, today), person, alike, firms, open })
}

/// What stands against somebody, for officers alone.
pub fn against(dossier: &Dossier, applications: &[Application], today: NaiveDate) -> Vec<String> {
    let mut told = Vec::new();
    for one in applications {
        match (one.state, one.outcome, one.decided_on) {
            (_, Some(Verdict::Refused), Some(day)) => {
                let day_text = long_date(day);
                told.push(format!("Refused on {day_text} ({})", one.reference));
                if add_months(day, REAPPLY_MONTHS) > today {
                    let again = long_date(add_months(day, REAPPLY_MONTHS));
                    told.push(format!(
                        "That is less than {REAPPLY_MONTHS} months ago: until {again} they may apply again only when \
                         something material has changed"
                    ));
                }
            }
            (ApplicationState::Withdrawn, ..) => {
                let day = long_date(one.state_since);
                told.push(format!("Application {} was withdrawn on {day}", one.reference));
            }
            _ => {}
        }
    }
    let decided = dossier.decisions.iter().filter(|one| one.outcome == Outcome::Unsuitable);
    told.extend(decided.map(|one| format!("Found unsuitable on {}", long_date(one.decided_on))));
    for hold in &dossier.holds {
        let (why, day) = (crate::domain::hold::title(hold.code), long_date(hold.starts_on));
        let stands = if holds_on(hold, today) { "Held" } else { "Was held" };
        told.push(format!("{stands} since {day}: {why}"));
    }
    told
}

/// Who the officer says the applicant is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// Somebody on the register.
    Known(PersonId),
    /// Nobody on it: they are registered now.
    New,
}

/// Links an application that is being checked to its person, with the work it is about, what was said by the own
/// link, and a check from abroad awaited from each country that asks for one.
///
/// # Errors
/// `NotFound`; `Conflict` when it is not being checked or is linked; `Invalid` at `person`, at `contractor` when the
/// application names no firm and none is given, and where the details will not do.
pub fn link(
    tx: &mut Tx<'_>,
    who: &Who,
    id: ApplicationId,
    choice: Choice,
    firm: Option<ContractorId>,
) -> Result<PersonId> {
    if let Choice::Known(person) = choice {
        // Before the application: the person comes first everywhere.
        lock_people(tx, &[person])?;
    }
    let mut application = checking::held(tx, who, id)?;
    linkable(&application)?;
    let applicant = Applicant::of(&application);
    let Some(firm) = application.contractor_id.or(firm) else {
        return Err(Error::invalid("contractor", "Select whom they work for"));
    };
    let work = work(&application.role, firm, tx.today);
    let person = match choice {
        Choice::Known(person) => engage(tx, person, &work)?,
        Choice::New => person::register(tx, who, &registration(&applicant, work))?,
    };
    application.person_id = Some(person);
    store::link_to(tx, id, person)?;
    let new = json!({ "registered": choice == Choice::New });
    tx.trail(Entry::new("application.link", "application", id.0).about(person).new_value(&new));
    take_over(tx, &application, person)?;
    trace::entered(tx, &mut application)?;
    Ok(person)
}

/// Refuses an application that cannot be linked now.
///
/// # Errors
/// `Conflict`.
pub fn linkable(application: &Application) -> Result<()> {
    if application.person_id.is_some() {
        return Err(Error::Conflict("This application is linked to a person already.".into()));
    }
    let is_open = moves::OPEN.contains(&application.state) && application.state != ApplicationState::Submitted;
    if is_open {
        return Ok(());
    }
    Err(Error::Conflict("Take this application up before you say whose it is.".into()))
}

fn work(role: &str, firm: ContractorId, today: NaiveDate) -> NewEngagement {
    NewEngagement { contractor: Some(firm), role: role.to_owned(), starts_on: Some(today) }
}

fn registration(applicant: &Applicant, engagement: NewEngagement) -> Registration {
    Registration {
        details: Details {
            forename: applicant.forename.clone(),
            surname: applicant.surname.clone(),
            date_of_birth: applicant.date_of_birth,
            email: applicant.email.clone(),
            phone: applicant.phone.clone(),
        },
        former_names: applicant.other_names(),
        engagement,
        // The officer has just looked at the people like them.
        not_the_same: true,
    }
}

/// The person, engaged by the firm in the role. Nobody is written to: the firm learns nothing from being linked.
fn engage(tx: &mut Tx<'_>, person: PersonId, work: &NewEngagement) -> Result<PersonId> {
    let dossier = match person::dossier(tx, person) {
        Err(Error::NotFound) => return Err(Error::invalid("person", "Select who this is")),
        other => other?,
    };
    let same = |one: &&Engagement| Some(one.contractor_id) == work.contractor && one.role == work.role;
    let today = tx.today;
    if dossier.engagements.iter().filter(same).any(|one| one.ends_on.is_none_or(|end| end >= today)) {
        return Ok(person);
    }
    let faults = engagement::faults(tx, work, &dossier)?;
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    engagement::write(tx, person, work)?;
    Ok(person)
}

/// The work an application is about, and what the applicant said by their own link, as rows of the register; what
/// stands there already is not written again.
pub(super) fn take_over(tx: &mut Tx<'_>, application: &Application, person: PersonId) -> Result<()> {
    let (applicant, today) = (Applicant::of(application), tx.today);
    if let Some(firm) = application.contractor_id {
        engage(tx, person, &work(&application.role, firm, today))?;
    }
    let dossier = person::dossier(tx, person)?;
    let own = &applicant.own;
    let known = |day: &NaiveDate| {
        dossier.consents.iter().any(|one| one.given_on == *day && one.text_version == own.consent_text)
    };
    if let Some(given_on) = own.consent_on.filter(|day| *day <= today && !known(day)) {
        let row = Consent {
            id: ConsentId(0),
            person_id: person,
            given_on,
            withdrawn_on: None,
            text_version: own.consent_text.clone(),
            evidence: format!("{OWN_LINK_CONSENT}{}", application.reference),
            recorded_by: tx.actor,
            recorded_on: today,
        };
        let id = consent::insert(tx, &row)?;
        let new = json!({ "given_on": given_on, "text_version": row.text_version });
        tx.trail(Entry::new("consent.record", "consent", id.0).about(person).new_value(&new));
    }
    file_said(tx, application, person)
}

/// What the applicant said, as evidence of the register: the self-declaration, and the time abroad that asks for a check.
///
/// # Errors
/// `NotFound`; the database's.
pub(in crate::domain) fn file_said(tx: &mut Tx<'_>, application: &Application, person: PersonId) -> Result<()> {
    let (applicant, dossier) = (Applicant::of(application), person::dossier(tx, person)?);
    let own = &applicant.own;
    if !works_as(&dossier, &application.role, tx.today) {
        return Ok(());
    }
    let policies = policy::published(tx)?;
    let asked = Policy::in_force(&policies, tx.today).map(|one| one.asked_of(&application.role)).unwrap_or_default();
    for requirement in asked {
        let answers = match requirement.kind {
            Kind::SelfDeclaration => {
                let held = dossier.evidence.iter().filter(|row| row.kind == Kind::SelfDeclaration);
                let newest = held.filter_map(|row| row.valid_from).max();
                let day = own.declared_on.filter(|day| *day <= tx.today && newest.is_none_or(|held| held < *day));
                let said = |day| {
                    let answers = Answers::default().with("valid_from", day).with("own_link", &application.reference);
                    vec![answers.with("wording", &own.declared_text)]
                };
                day.map(said).unwrap_or_default()
            }
            Kind::Overseas => {
                let found = abroad(&applicant.addresses, requirement, tx.today);
                let awaited = found.into_iter().filter(|one| one.asked && !is_answered(&dossier, one));
                awaited.map(|one| awaited_from(&one, tx.today)).collect()
            }
            _ => Vec::new(),
        };
        let about = Asked { role: application.role.clone(), requirement: requirement.code.clone() };
        for answers in answers {
            evidence::file(tx, person, &about, &answers)?;
        }
    }
    Ok(())
}

/// Evidence hangs on a role the person works in.
fn works_as(dossier: &Dossier, role: &str, today: NaiveDate) -> bool {
    dossier.engagements.iter().any(|one| one.role == role && one.ends_on.is_none_or(|end| end >= today))
}

fn awaited_from(one: &Abroad, today: NaiveDate) -> Answers {
    let awaited = Answers::default().with("outcome", "outstanding").with("country", &one.country);
    awaited.with_day("abroad_until", Some(one.until)).with("valid_from", today)
}

/// Whether anything about this country is on file that is as new as the time there.
fn is_answered(dossier: &Dossier, one: &Abroad) -> bool {
    let rows = dossier.evidence.iter().filter(|row| row.kind == Kind::Overseas);
    let live = rows.filter(|row| row.superseded_by.is_none() && row.retired_on.is_none());
    live.map(|row| (row, serde_json::from_str::<Answers>(&row.facts).unwrap_or_default())).any(|(row, facts)| {
        fold(facts.text("country")) == fold(&one.country)
            && (facts.text("outcome") == "outstanding" || row.valid_from.is_some_and(|day| day >= one.until))
    })
}
