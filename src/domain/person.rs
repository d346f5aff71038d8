//! People onto the register, and what they are called. A former name stays findable; two people who look like one are
//! shown before a second is saved.

use chrono::{Datelike, NaiveDate};
use serde::Serialize;
use serde_json::json;

use super::clearance::{Dossier, dossiers};
use super::engagement::{self, NewEngagement};
use super::permission::{Act, Subject, Who, may};
use super::{reason, submission};
use crate::error::{Error, Fault, Result};
use crate::store::person::{self as store, NewPerson, Person, sort_name};
use crate::store::trail::Entry;
use crate::store::{Conn, Tx, lock_people};
use crate::types::{NameKind, Origin, PersonId, Reach, add_months, fold, is_email};

/// The youngest anybody may be registered: no DBS check is made under 16 (facts.md §1.1).
pub const YOUNGEST: u32 = 16;
/// The field under which somebody says that two people who look like one are two.
pub const CONFIRM: &str = "not_the_same";

/// What an officer types of a person.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
pub struct Details {
    /// Forename or forenames; empty for somebody with a single name.
    pub forename: String,
    /// Surname.
    pub surname: String,
    /// Date of birth.
    pub date_of_birth: Option<NaiveDate>,
    /// E-mail or empty.
    pub email: String,
    /// Telephone or empty.
    pub phone: String,
}

impl Details {
    /// As the register has them.
    pub fn of(person: &Person) -> Details {
        Details {
            forename: person.forename.clone(),
            surname: person.surname.clone(),
            date_of_birth: person.date_of_birth,
            email: person.email.clone(),
            phone: person.phone.clone(),
        }
    }

    /// What a form carries to say which details it was made from.
    pub fn fingerprint(&self) -> String {
        submission::fingerprint(self)
    }

    fn trimmed(&self) -> Details {
        Details {
            forename: one_spaced(&self.forename),
            surname: one_spaced(&self.surname),
            date_of_birth: self.date_of_birth,
            email: self.email.trim().to_owned(),
            phone: one_spaced(&self.phone),
        }
    }
}

/// A person to be, with the work that brings them here.
#[derive(Clone, Default)]
pub struct Registration {
    /// Name, date of birth and how to reach them.
    pub details: Details,
    /// Every other name they have used, as forename and surname.
    pub former_names: Vec<(String, String)>,
    /// Their first engagement.
    pub engagement: NewEngagement,
    /// Somebody has looked at the people of the same name and date of birth, and this is none of them.
    pub not_the_same: bool,
}

/// Registers a person under the next reference, with their first engagement.
///
/// # Errors
/// `NotFound`; `Forbidden`; `Invalid` with every fault, at [`CONFIRM`] when somebody of the same name and date of birth
/// is on the register and nobody has said that they are two.
pub fn register(tx: &mut Tx<'_>, who: &Who, new: &Registration) -> Result<PersonId> {
    may(who, Act::RecordEvidence, Subject::Register)?;
    store::lock_numbers(tx)?;
    let details = new.details.trimmed();
    let mut faults = faults(&details, tx.today);
    faults.extend(name_faults(&new.former_names));
    let unborn = Dossier { date_of_birth: details.date_of_birth, ..Dossier::default() };
    faults.extend(engagement::faults(tx, &new.engagement, &unborn)?);
    if faults.is_empty() && !new.not_the_same && !likely_duplicates(tx, &details, None)?.is_empty() {
        let message = "Confirm that this is not somebody who is on the register already";
        faults.push(Fault::new(CONFIRM, message));
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let reference = next_reference(tx)?;
    let id = store::insert(
        tx,
        &NewPerson {
            reference: reference.clone(),
            forename: details.forename.clone(),
            surname: details.surname.clone(),
            sort_name: sort_name(&details.forename, &details.surname),
            date_of_birth: details.date_of_birth,
            email: details.email.clone(),
            phone: details.phone.clone(),
            origin: Origin::Recorded,
            registered_on: tx.today,
            import_digest: String::new(),
        },
    )?;
    for (forename, surname) in &new.former_names {
        store::add_name(tx, id, NameKind::Former, &one_spaced(forename), &one_spaced(surname))?;
    }
    let value = json!({ "reference": reference, "details": details, "former_names": new.former_names });
    tx.trail(Entry::new("person.register", "person", id.0).about(id).new_value(&value));
    engagement::write(tx, id, &new.engagement)?;
    Ok(id)
}

/// Changes a person's details; answers whether that changed anything. `based_on` is the [`Details::fingerprint`] of
/// what the form showed.
///
/// # Errors
/// `NotFound`; `Forbidden`; `Conflict` when the details moved meanwhile; `Invalid` with every fault: another date of
/// birth needs a reason.
pub fn edit(tx: &mut Tx<'_>, who: &Who, id: PersonId, details: &Details, why: &str, based_on: &str) -> Result<bool> {
    may(who, Act::CorrectEvidence, Subject::Register)?;
    lock_people(tx, &[id])?;
    let person = live(tx, id)?;
    let (old, new) = (Details::of(&person), details.trimmed());
    submission::unmoved(&old, based_on)?;
    let mut faults = faults(&new, tx.today);
    let reborn = old.date_of_birth.is_some() && old.date_of_birth != new.date_of_birth;
    let reason = if reborn { reason::needed("reason", why, &mut faults) } else { why.trim().to_owned() };
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    if old == new {
        return Ok(false);
    }
    if (&old.forename, &old.surname) != (&new.forename, &new.surname) {
        store::retire_current_name(tx, id)?;
        store::add_name(tx, id, NameKind::Current, &new.forename, &new.surname)?;
    }
    let Details { forename, surname, date_of_birth, email, phone } = new.clone();
    store::update(tx, &Person { forename, surname, date_of_birth, email, phone, ..person })?;
    let entry = Entry::new("person.edit", "person", id.0).about(id).old(&old).new_value(&new);
    tx.trail(if reason.is_empty() { entry } else { entry.reason(reason) });
    Ok(true)
}

/// People on the register who may be the same as somebody of these details.
///
/// # Errors
/// The database's.
pub fn likely_duplicates(conn: &mut Conn, details: &Details, apart_from: Option<PersonId>) -> Result<Vec<Person>> {
    match details.date_of_birth {
        Some(born) => {
            let name = sort_name(&one_spaced(&details.forename), &one_spaced(&details.surname));
            store::twins(conn, &name, born, apart_from)
        }
        None => Ok(Vec::new()),
    }
}

/// The next reference of our own, C000001 and on: nobody else is given it before this transaction ends.
///
/// # Errors
/// The database's.
pub fn next_reference(tx: &mut Tx<'_>) -> Result<String> {
    store::lock_numbers(tx)?;
    Ok(format!("C{:06}", store::last_own_number(tx)? + 1))
}

/// All that is recorded about a person, held so that nobody else changes it before this transaction ends.
///
/// # Errors
/// `NotFound`, also for a row merged into another; `Conflict` for somebody who was erased.
pub(super) fn dossier(tx: &mut Tx<'_>, person: PersonId) -> Result<Dossier> {
    lock_people(tx, &[person])?;
    live(tx, person)?;
    dossiers(tx, &[person])?.pop().ok_or(Error::NotFound)
}

/// The person's row, when anything may still be written about them.
///
/// # Errors
/// As [`dossier`].
pub(super) fn live(tx: &mut Tx<'_>, id: PersonId) -> Result<Person> {
    let person = store::find(tx, id, &Reach::Everyone)?;
    match person.erased_on {
        Some(_) => Err(Error::Conflict("This person was erased from the register.".into())),
        None => Ok(person),
    }
}

fn faults(details: &Details, today: NaiveDate) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut check = |field: &str, wrong: bool, message: &str| {
        if wrong && !faults.iter().any(|fault: &Fault| fault.field == field) {
            faults.push(Fault::new(field, message));
        }
    };
    check("forename", details.forename.chars().count() > 100, "The forename must be 100 characters or fewer");
    check("surname", fold(&details.surname).is_empty(), "Enter the surname, or the only name");
    check("surname", details.surname.chars().count() > 100, "The surname must be 100 characters or fewer");
    match details.date_of_birth {
        None => check("date_of_birth", true, "Enter the date of birth"),
        Some(born) => {
            check("date_of_birth", born > today, "The date of birth must be in the past");
            let message = "They must be at least 16 to be on the register";
            check("date_of_birth", add_months(born, YOUNGEST * 12) > today, message);
            check("date_of_birth", born.year() < today.year() - 110, "The date of birth must be within 110 years");
        }
    }
    let wrong = !details.email.is_empty() && !is_email(&details.email);
    check("email", wrong, "Enter an email address in the correct format, like name@example.org");
    let is_phone = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '+' | '(' | ')' | '-');
    let wrong = details.phone.chars().count() > 40 || !details.phone.chars().all(is_phone);
    check("phone", wrong, "Enter a telephone number, like 01632 960 001 or +44 7700 900 982");
    faults
}

fn name_faults(names: &[(String, String)]) -> Vec<Fault> {
    let wrong = |(forename, surname): &(String, String)| {
        fold(surname).is_empty() || surname.chars().count() > 100 || forename.chars().count() > 100
    };
    if names.len() > 20 {
        vec![Fault::new("former_names", "Enter 20 names or fewer")]
    } else if names.iter().any(wrong) {
        vec![Fault::new("former_names", "Each name must be 100 characters or fewer, one name on a line")]
    } else {
        Vec::new()
    }
}

fn one_spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
