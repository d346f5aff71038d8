//! What a batch of a file is taken against: the policy, the columns, and what the register holds already.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

use super::take::sort_name;
use super::{Column, ColumnMap, Engagement, Grouped, ImportPerson, Problem};
use crate::domain::contractor::told;
use crate::domain::policy::Policy;
use crate::error::Result;
use crate::store::authority::{self, NewAuthority};
use crate::store::contractor::{self, NewContractor};
use crate::store::person::{self, Known};
use crate::store::trail::Entry;
use crate::store::{Tx, badge};
use crate::types::{AuthorityId, ContractorId, ContractorStatus, Origin, PersonId, Severity, fold};

/// What the register holds of what a batch names, read once for all of it: asking anew for each person takes a quarter
/// of an import's time.
pub struct Register<'a> {
    pub(super) policy: &'a Policy,
    pub(super) map: &'a ColumnMap,
    firms: HashMap<String, ContractorId>,
    authorities: HashMap<String, AuthorityId>,
    namesakes: HashMap<(String, NaiveDate), Known>,
    badges: HashSet<badge::Key>,
    /// The badges of the person in hand.
    fresh: Vec<badge::Key>,
}

impl<'a> Register<'a> {
    /// Ready for a batch.
    ///
    /// # Errors
    /// The database's.
    pub fn open(tx: &mut Tx<'_>, policy: &'a Policy, map: &'a ColumnMap, batch: &[Grouped]) -> Result<Register<'a>> {
        let people = || batch.iter().filter_map(|group| group.person.as_ref());
        let names: Vec<String> = people().map(sort_name).collect();
        let mut firms: Vec<String> =
            people().flat_map(|new| &new.engagements).map(|work| work.contractor_folded.clone()).collect();
        firms.sort_unstable();
        firms.dedup();
        let numbers: Vec<String> = people().flat_map(|new| &new.badges).map(|badge| badge.number.clone()).collect();
        Ok(Register {
            policy,
            map,
            firms: contractor::by_folded_names(tx, &firms)?.into_iter().collect(),
            authorities: authority::all(tx)?.into_iter().map(|found| (found.folded_name, found.id)).collect(),
            namesakes: person::namesakes(tx, &names)?,
            badges: badge::known(tx, &numbers)?.into_iter().collect(),
            fresh: Vec::new(),
        })
    }

    /// Forgets what the person in hand brought, and the firms and authorities met: a savepoint rolled back may have
    /// taken them with it.
    pub fn forget(&mut self) {
        self.firms.clear();
        self.authorities.clear();
        for badge in self.fresh.drain(..) {
            self.badges.remove(&badge);
        }
    }

    /// Notes a badge of the person in hand; says whether it is new.
    pub(super) fn meets_badge(&mut self, key: badge::Key) -> bool {
        let is_new = self.badges.insert(key.clone());
        if is_new {
            self.fresh.push(key);
        }
        is_new
    }

    /// The person on the register of the same name and date of birth.
    pub(super) fn twin(&self, new: &ImportPerson) -> Option<&Known> {
        self.namesakes.get(&(sort_name(new), new.facts.date_of_birth?))
    }

    /// Begins with another person.
    pub(super) fn turn(&mut self) {
        self.fresh.clear();
    }

    /// Notes a person who was written whole.
    pub(super) fn meets_person(&mut self, new: &ImportPerson, id: PersonId, reference: String) {
        if let Some(born) = new.facts.date_of_birth {
            self.namesakes.entry((sort_name(new), born)).or_insert((id, reference));
        }
    }

    /// The firm of a row, written when it is new; a known one without an address takes the file's.
    pub(super) fn firm(&mut self, tx: &mut Tx<'_>, work: &Engagement, said: &mut Vec<Problem>) -> Result<ContractorId> {
        if let Some(id) = self.firms.get(&work.contractor_folded) {
            return Ok(*id);
        }
        let id = match contractor::by_folded_name(tx, &work.contractor_folded)? {
            Some(firm) => {
                if !work.contractor_email.is_empty() && contractor::fill_email(tx, firm.id, &work.contractor_email)? {
                    let told = told(&firm.folded_name, &["email"]);
                    tx.trail(Entry::new("contractor.change", "contractor", firm.id.0).new_value(&told));
                    said.push(Problem {
                        line: work.line,
                        severity: Severity::Warning,
                        column: self.map.title(Column::ContractorEmail).to_owned(),
                        message: format!("The register had no address for {}: it has this one now.", firm.name),
                    });
                }
                firm.id
            }
            None => {
                let new = NewContractor {
                    name: work.contractor.clone(),
                    folded_name: work.contractor_folded.clone(),
                    status: ContractorStatus::Active,
                    contact_name: String::new(),
                    email: work.contractor_email.clone(),
                    phone: String::new(),
                    second_name: String::new(),
                    second_email: String::new(),
                    origin: Origin::Imported,
                    created_at: tx.at,
                };
                let id = contractor::insert(tx, &new)?;
                let fields: &[&str] = if new.email.is_empty() { &["name"] } else { &["name", "email"] };
                let told = told(&new.folded_name, fields);
                tx.trail(Entry::new("contractor.import", "contractor", id.0).new_value(&told));
                id
            }
        };
        self.firms.insert(work.contractor_folded.clone(), id);
        Ok(id)
    }

    /// The authority of a licence; one that is not on file is added, with a warning.
    pub(super) fn authority(
        &mut self,
        tx: &mut Tx<'_>,
        name: &str,
        line: u64,
        said: &mut Vec<Problem>,
    ) -> Result<AuthorityId> {
        if self.authorities.is_empty() {
            self.authorities = authority::all(tx)?.into_iter().map(|found| (found.folded_name, found.id)).collect();
        }
        let folded = fold(name);
        if let Some(id) = self.authorities.get(&folded) {
            return Ok(*id);
        }
        let new = NewAuthority {
            code: folded.replace(' ', "_"),
            name: name.to_owned(),
            folded_name: folded.clone(),
            valid_from: None,
            valid_to: None,
            delegates_to: String::new(),
            delegated_from: None,
        };
        let id = authority::insert(tx, &new)?;
        tx.trail(Entry::new("authority.import", "authority", id.0).new_value(&new.name));
        said.push(Problem {
            line,
            severity: Severity::Warning,
            column: self.map.title(Column::LicensingAuthority).to_owned(),
            message: format!("“{name}” was not among the licensing authorities and was added. Check its spelling."),
        });
        self.authorities.insert(folded, id);
        Ok(id)
    }
}
