//! What an application's answers say of the applicant, as far as checking needs it. Holds personal data, so no Debug.

use chrono::NaiveDate;
use serde::Deserialize;

use super::overseas::Address;
use crate::error::Result;
use crate::store::Conn;
use crate::store::application::{self as store, Application};
use crate::store::person::{self, sort_name};
use crate::types::{PersonId, fold};

/// The applicant as the form has them. Whatever was not answered is empty.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Applicant {
    /// Forename or forenames.
    pub forename: String,
    /// Surname, or the only name.
    pub surname: String,
    /// Date of birth.
    pub date_of_birth: Option<NaiveDate>,
    /// E-mail.
    pub email: String,
    /// Telephone.
    pub phone: String,
    /// Every other name ever used.
    pub former_names: Vec<Name>,
    /// Five years of addresses.
    pub addresses: Vec<Address>,
    /// What they said by their own link.
    pub own: Own,
}

/// A name.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Name {
    /// Forename.
    pub forename: String,
    /// Surname.
    pub surname: String,
}

/// What somebody said by their own link.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Own {
    /// Day they consented to status checks.
    pub consent_on: Option<NaiveDate>,
    /// Version of the wording they agreed to.
    pub consent_text: String,
    /// Day of their self-declaration.
    pub declared_on: Option<NaiveDate>,
    /// Version of the question they answered.
    pub declared_text: String,
    /// Whether they declared anything; what, is the vault's.
    pub declared: bool,
}

impl Applicant {
    /// As the application's answers have them; empty where they cannot be read.
    pub fn of(application: &Application) -> Applicant {
        serde_json::from_str(&application.answers).unwrap_or_default()
    }

    /// "Forename Surname".
    pub fn full_name(&self) -> String {
        format!("{} {}", self.forename.trim(), self.surname.trim()).trim().to_owned()
    }

    /// Every name they gave, folded as lists are sorted, each once.
    pub fn sort_names(&self) -> Vec<String> {
        let former = self.former_names.iter().map(|name| sort_name(&name.forename, &name.surname));
        let mut names: Vec<String> = former.chain([sort_name(&self.forename, &self.surname)]).collect();
        names.retain(|name| !fold(name).is_empty());
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Other names as forename and surname.
    pub fn other_names(&self) -> Vec<(String, String)> {
        let named = self.former_names.iter().filter(|name| !fold(&name.surname).is_empty());
        named.map(|name| (name.forename.clone(), name.surname.clone())).collect()
    }
}

/// The applications that nobody has linked and that give a name and the date of birth of this person, by their rows.
///
/// # Errors
/// The database's.
pub fn unlinked(conn: &mut Conn, rows: &[PersonId]) -> Result<Vec<Application>> {
    let people = person::by_ids(conn, rows)?;
    let mut names: Vec<String> = people.iter().map(|one| sort_name(&one.forename, &one.surname)).collect();
    for id in rows {
        names.extend(person::names(conn, *id)?.iter().map(|one| sort_name(&one.forename, &one.surname)));
    }
    let born: Vec<NaiveDate> = people.iter().filter_map(|one| one.date_of_birth).collect();
    let mut found = store::alike(conn, &names)?;
    found.retain(|one| Applicant::of(one).date_of_birth.is_some_and(|day| born.contains(&day)));
    Ok(found)
}
