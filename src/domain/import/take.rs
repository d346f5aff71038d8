//! One person of a file into the register (data.md §4): a new one is written whole; of a known one only what is newer.

use std::collections::HashMap;

use super::held::Held;
use super::register::Register;
use super::{Engagement, ImportPerson, Problem};
use crate::domain::clearance::{Dossier, dossiers};
use crate::domain::person::next_reference;
use crate::domain::{hold, outbox};
use crate::error::{Error, Result};
use crate::store::person::{self, Known as Twin, NewPerson, Person};
use crate::store::task::{self, NewTask};
use crate::store::trail::Entry;
use crate::store::{Tx, engagement};
use crate::types::{ContractorId, EngagementId, Origin, PersonId, Severity, StatusResult};

/// Whether a person of the file changed anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// Something was written.
    Changed,
    /// The register says all of it already.
    Unchanged,
}

/// Somebody of the file whom the register knows.
pub struct Known {
    /// The person.
    pub person: Person,
    /// The row of the reference the file goes by: the person's own, or one merged into it.
    pub row: PersonId,
    /// Fingerprint of what was last imported under that reference.
    pub digest: String,
}

impl Register<'_> {
    /// Takes a person, known or new; what the officer should know joins `said`.
    ///
    /// # Errors
    /// What makes the person impossible to take, or the database's.
    pub fn take(
        &mut self,
        tx: &mut Tx<'_>,
        new: &ImportPerson,
        known: Option<&Known>,
        said: &mut Vec<Problem>,
    ) -> Result<Taken> {
        if known.is_some_and(|known| known.digest == new.digest) {
            return Ok(Taken::Unchanged);
        }
        self.turn();
        let (id, reference) = match known {
            Some(known) => {
                person::keep_digest(tx, known.row, &new.digest)?;
                (update(tx, &known.person, new, said)?, known.person.reference.clone())
            }
            None => insert(tx, new, self.twin(new), said)?,
        };
        let dossier = match known {
            Some(_) => dossiers(tx, &[id])?.pop().ok_or(Error::NotFound)?,
            None => Dossier { person: id, ..Dossier::default() },
        };
        let mut firms = HashMap::new();
        for work in &new.engagements {
            let firm = self.firm(tx, work, said)?;
            firms.insert(work.contractor_folded.clone(), firm);
            engage(tx, id, firm, work, new, &dossier.engagements, said)?;
        }
        Held { register: self, person: id, new, dossier: &dossier, firms: &firms }.take(tx, said)?;
        if known.is_some() && new.facts.update_service_result == Some(StatusResult::NewInfo) {
            tell_news(tx, &dossier)?;
        }
        tx.touch(id);
        let act = if known.is_some() { "person.import_again" } else { "person.import" };
        tx.trail(Entry::new(act, "person", id.0).about(id).new_value(&(&new.lines, &new.facts)));
        if known.is_none() {
            self.meets_person(new, id, reference);
        }
        Ok(Taken::Changed)
    }
}

/// The folded name a person is sorted by.
pub(super) fn sort_name(new: &ImportPerson) -> String {
    person::sort_name(&new.facts.forename, &new.facts.surname)
}

fn insert(
    tx: &mut Tx<'_>,
    new: &ImportPerson,
    twin: Option<&Twin>,
    said: &mut Vec<Problem>,
) -> Result<(PersonId, String)> {
    let facts = &new.facts;
    let reference = if facts.reference.is_empty() { next_reference(tx)? } else { facts.reference.clone() };
    let id = person::insert(
        tx,
        &NewPerson {
            reference: reference.clone(),
            forename: facts.forename.clone(),
            surname: facts.surname.clone(),
            sort_name: sort_name(new),
            date_of_birth: facts.date_of_birth,
            email: facts.email.clone(),
            phone: facts.phone.clone(),
            origin: Origin::Imported,
            registered_on: tx.today,
            import_digest: new.digest.clone(),
        },
    )?;
    if let Some((twin, twin_reference)) = twin {
        let (cause, due_on) = (format!("possible_duplicate:{twin}:{id}"), tx.today);
        task::open(
            tx,
            &NewTask {
                kind: "possible_duplicate",
                cause: &cause,
                subject_kind: "person",
                subject_id: id.0,
                detail: "Same name and date of birth as another person on the register",
                due_on,
            },
        )?;
        warn(
            said,
            new,
            "",
            format!(
                "Same name and date of birth as {twin_reference}, who is on the register. Both are kept: compare them."
            ),
        );
    }
    Ok((id, reference))
}

/// A changed name or date of birth is told, not applied; an address or number is. Somebody of another name and another
/// date of birth is somebody else under a reference that is taken, and costs the row.
fn update(tx: &mut Tx<'_>, known: &Person, new: &ImportPerson, said: &mut Vec<Problem>) -> Result<PersonId> {
    let facts = &new.facts;
    let is_renamed = sort_name(new) != known.sort_name;
    let is_reborn = facts.date_of_birth.is_some() && facts.date_of_birth != known.date_of_birth;
    if is_renamed && is_reborn && known.date_of_birth.is_some() {
        return Err(Error::Conflict(format!(
            "The register has somebody else under {}: both name and date of birth differ. Check the reference.",
            known.reference
        )));
    }
    if is_renamed {
        warn(
            said,
            new,
            "",
            format!("The register calls {} {}; the name was not changed.", known.reference, known.full_name()),
        );
    }
    if is_reborn {
        warn(
            said,
            new,
            "",
            format!("The register has another date of birth for {}; it was not changed.", known.reference),
        );
    }
    let keep = |new: &String, old: &String| if new.is_empty() { old.clone() } else { new.clone() };
    let changed =
        Person { email: keep(&facts.email, &known.email), phone: keep(&facts.phone, &known.phone), ..known.clone() };
    person::update(tx, &changed)?;
    Ok(known.id)
}

fn engage(
    tx: &mut Tx<'_>,
    person_id: PersonId,
    contractor_id: ContractorId,
    work: &Engagement,
    new: &ImportPerson,
    known: &[engagement::Engagement],
    said: &mut Vec<Problem>,
) -> Result<()> {
    let at_firm: Vec<_> = known.iter().filter(|e| e.contractor_id == contractor_id).collect();
    if at_firm.iter().any(|e| e.role == work.role) {
        return Ok(());
    }
    if let Some(other) = at_firm.iter().find(|e| e.ends_on.is_none()) {
        warn(
            said,
            new,
            "",
            format!("The register has this person as {} at this firm; the role was not changed.", other.role),
        );
        return Ok(());
    }
    let today = tx.today;
    let badge = new.badges.iter().find(|b| b.contractor_folded == work.contractor_folded && b.role == work.role);
    engagement::insert(
        tx,
        &engagement::Engagement {
            id: EngagementId(0),
            person_id,
            contractor_id,
            role: work.role.clone(),
            starts_on: badge.map_or(today, |badge| badge.issued_on.min(today)),
            ends_on: None,
            origin: Origin::Imported,
            recorded_on: today,
        },
    )?;
    Ok(())
}

pub(super) fn warn(said: &mut Vec<Problem>, new: &ImportPerson, column: &str, message: String) {
    let line = new.lines.first().copied().unwrap_or(0);
    said.push(Problem { line, severity: Severity::Warning, column: column.to_owned(), message });
}

/// Writes of new information that a later file brings of somebody on the register: they are held from now on. What the
/// first file says is old news.
fn tell_news(tx: &mut Tx<'_>, before: &Dossier) -> Result<()> {
    let dossier = dossiers(tx, &[before.person])?.pop().ok_or(Error::NotFound)?;
    if dossier.holds.len() > before.holds.len() && !before.is_stopped(tx.today) {
        hold::tell_stopped(tx, &dossier)?;
        outbox::write_to_person(tx, dossier.person, "new_check", "{}".to_owned())?;
    }
    Ok(())
}
