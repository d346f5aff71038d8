//! What an application's answers hold, as they are stored: JSON of one version, nothing of a disclosure. They hold
//! personal data, so no Debug.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::overseas;
use super::questions::{self, Group};
use crate::domain::submission;
use crate::error::{Error, Result};
use crate::store::application::Application;
use crate::store::person::sort_name;
use crate::types::{AuthorityId, LicenceType, UserId};

/// Everything asked of the submitter and, under `own`, of the person. What was not answered is empty.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Answers {
    /// Version of the questions that were answered last.
    pub version: u32,
    /// Forename or forenames; empty for a single name.
    pub forename: String,
    /// Surname, or the only name.
    pub surname: String,
    /// Every other name ever used.
    pub former_names: Vec<Name>,
    /// Whether somebody said that there is no other name.
    pub no_other_name: bool,
    /// Date of birth.
    pub date_of_birth: Option<NaiveDate>,
    /// The person's own address.
    pub email: String,
    /// Telephone.
    pub phone: String,
    /// Where they lived, newest first.
    pub addresses: Vec<Address>,
    /// Code of what shows a right to work.
    pub right_to_work: String,
    /// Codes of the identity documents they can show.
    pub documents: Vec<String>,
    /// Edition of the lists these were chosen from.
    pub document_edition: String,
    /// Their taxi licence.
    pub licence: Licence,
    /// Categories they may drive.
    pub categories: Vec<String>,
    /// Restriction codes on their licence.
    pub restrictions: Vec<String>,
    /// Who speaks for them.
    pub referees: Vec<Referee>,
    /// Who declared the answers true when they were sent in.
    pub sworn: Option<Sworn>,
    /// Why it was taken back.
    pub withdrawn: String,
    /// What the person said by their own link.
    pub own: Own,
}

/// A name.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Name {
    /// Forename.
    pub forename: String,
    /// Surname.
    pub surname: String,
}

/// An address, from the first day of a month to the last of another.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Address {
    /// House, street and town.
    pub lines: String,
    /// Postcode; may be empty abroad.
    pub postcode: String,
    /// The country; empty for the United Kingdom.
    pub country: String,
    /// First day there.
    pub from: Option<NaiveDate>,
    /// Last day there; `None` for where they live now.
    pub until: Option<NaiveDate>,
}

/// A taxi or private hire driver's licence.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Licence {
    /// The licensing authority.
    pub authority: Option<AuthorityId>,
    /// Which licence.
    pub kind: Option<LicenceType>,
    /// Its number; empty while it is applied for.
    pub number: String,
}

/// Somebody who gives a reference.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Referee {
    /// Their name.
    pub name: String,
    /// How they know the person.
    pub relation: String,
    /// Their e-mail address.
    pub email: String,
    /// Their telephone.
    pub phone: String,
}

/// A submitter's declaration.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sworn {
    /// Who.
    pub by: UserId,
    /// When.
    pub on: NaiveDate,
    /// Version of the wording.
    pub text: String,
}

/// What somebody said by their own link. What they declared is the vault's; here is only whether they did.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Whether they declared anything.
    pub declared: bool,
}

impl Answers {
    /// The application's answers.
    ///
    /// # Errors
    /// `Internal` when they cannot be read: they are not lost by being written over.
    pub fn of(application: &Application) -> Result<Answers> {
        Ok(serde_json::from_str(&application.answers)?)
    }

    /// As the row keeps them.
    ///
    /// # Errors
    /// None in practice.
    pub fn to_json(&self) -> Result<String> {
        serde_json::to_string(&Answers { version: questions::version(), ..self.clone() }).map_err(Error::from)
    }

    /// "Forename Surname", as typed.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.forename, self.surname).trim().to_owned()
    }

    /// Folded surname and forename, for lists.
    pub fn sort_name(&self) -> String {
        sort_name(&self.forename, &self.surname)
    }

    /// What a group holds.
    fn part(&self, group: Group) -> Value {
        match group {
            Group::Name => json!([self.forename, self.surname, self.former_names, self.no_other_name]),
            Group::Birth => json!([self.date_of_birth]),
            Group::Contact => json!([self.email, self.phone]),
            Group::Addresses => json!([self.addresses]),
            Group::RightToWork => json!([self.right_to_work]),
            Group::Identity => json!([self.documents]),
            Group::Licence => json!([self.licence]),
            Group::Entitlement => json!([self.categories, self.restrictions]),
            Group::Referees => json!([self.referees]),
            Group::Declaration => json!([self.own.declared_on]),
            Group::Consent => json!([self.own.consent_on, self.own.consent_text]),
        }
    }

    /// Whether anything was answered in a group.
    pub fn has(&self, group: Group) -> bool {
        self.part(group) != Answers::default().part(group)
    }

    /// What the form of one group carries to say which answers it was made from.
    pub fn fingerprint(&self, group: Group) -> String {
        submission::fingerprint(&self.part(group))
    }

    /// What the form that sends it in carries. The person's own answers are no part of it: nobody is to learn of them.
    pub fn whole_fingerprint(&self, groups: &[Group]) -> String {
        submission::fingerprint(&groups.iter().map(|group| self.part(*group)).collect::<Vec<_>>())
    }

    /// These answers with one group of the submitter's taken from `typed`.
    #[must_use]
    pub fn with(self, group: Group, typed: &Answers) -> Answers {
        let typed = typed.clone();
        match group {
            Group::Name => Answers {
                forename: typed.forename,
                surname: typed.surname,
                former_names: typed.former_names,
                no_other_name: typed.no_other_name,
                ..self
            },
            Group::Birth => Answers { date_of_birth: typed.date_of_birth, ..self },
            Group::Contact => Answers { email: typed.email, phone: typed.phone, ..self },
            Group::Addresses => Answers { addresses: typed.addresses, ..self },
            Group::RightToWork => Answers { right_to_work: typed.right_to_work, ..self },
            Group::Identity => {
                Answers { documents: typed.documents, document_edition: super::identity::edition().to_owned(), ..self }
            }
            Group::Licence => Answers { licence: typed.licence, ..self },
            Group::Entitlement => Answers { categories: typed.categories, restrictions: typed.restrictions, ..self },
            Group::Referees => Answers { referees: typed.referees, ..self },
            Group::Declaration | Group::Consent => self,
        }
    }

    /// The addresses as time abroad and gaps are worked out from.
    pub fn stays(&self) -> Vec<overseas::Address> {
        let stay = |one: &Address| overseas::Address { country: one.country.clone(), from: one.from, until: one.until };
        self.addresses.iter().map(stay).collect()
    }

    /// Whether the person has answered a group of theirs.
    pub fn is_done(&self, group: Group) -> bool {
        match group {
            Group::Declaration => self.own.declared_on.is_some(),
            Group::Consent => self.own.consent_on.is_some(),
            _ => self.has(group),
        }
    }
}
