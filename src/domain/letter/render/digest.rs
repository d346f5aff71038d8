//! A firm's digest: everything current of the people who work for it today, as the firm may see it. Many firms are
//! read at once.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;

use super::super::{ContractorDigest, Letter, Person as Entry, Sender};
use super::contact;
use crate::domain::clearance::{self, Clearance, latest_decision, outward};
use crate::domain::contractor::Member;
use crate::domain::policy::{self, Policy};
use crate::domain::reminder::keys;
use crate::error::{Error, Result};
use crate::store::contractor::Contractor;
use crate::store::hold::Hold;
use crate::store::outbox::Letter as Row;
use crate::store::person::Person;
use crate::store::{Conn, contractor, decision, engagement, hold, person, reminder};
use crate::types::{ContractorId, ContractorStatus, OutboxId, PersonId, Status};

/// What the digests of some firms are made of.
struct Read {
    policies: Vec<Policy>,
    firms: HashMap<ContractorId, Contractor>,
    work: HashMap<ContractorId, Vec<(PersonId, String)>>,
    people: HashMap<PersonId, Person>,
    clearances: HashMap<(PersonId, String), Clearance>,
    holds: HashMap<PersonId, Vec<Hold>>,
    refused: HashMap<PersonId, NaiveDate>,
    /// What each letter was owed for: person, requirement, due day.
    owed: HashMap<OutboxId, HashSet<(PersonId, String, NaiveDate)>>,
}

pub(super) fn render(
    conn: &mut Conn,
    sender: &Sender,
    rows: &[&Row],
    today: NaiveDate,
) -> Result<HashMap<OutboxId, Result<Option<Letter>>>> {
    if rows.is_empty() {
        return Ok(HashMap::new());
    }
    let read = Read::of(conn, rows, today)?;
    Ok(rows.iter().map(|row| (row.id, read.letter(sender, row, today))).collect())
}

/// What the firm would be told today, whether or not anything of it is newly owed; none when there is nothing to tell.
pub(super) fn preview(
    conn: &mut Conn,
    sender: &Sender,
    firm: ContractorId,
    today: NaiveDate,
) -> Result<Option<Letter>> {
    let read = Read::of_firms(conn, &[], &[firm], today)?;
    let firm = read.firms.get(&firm).ok_or(Error::NotFound)?;
    let (digest, _) = read.digest(sender, firm, None, today);
    if digest.people.is_empty() { Ok(None) } else { digest.write().map(Some) }
}

impl Read {
    fn of(conn: &mut Conn, rows: &[&Row], today: NaiveDate) -> Result<Read> {
        let letters: Vec<OutboxId> = rows.iter().map(|row| row.id).collect();
        let firms: Vec<ContractorId> = rows.iter().filter_map(|row| row.contractor_id).collect();
        Read::of_firms(conn, &letters, &firms, today)
    }

    fn of_firms(conn: &mut Conn, letters: &[OutboxId], firms: &[ContractorId], today: NaiveDate) -> Result<Read> {
        let policies = policy::published(conn)?;
        let mut work: HashMap<ContractorId, Vec<(PersonId, String)>> = HashMap::new();
        let mut ids = Vec::new();
        for (firm, person, role) in engagement::current_at(conn, firms, today)? {
            ids.push(person);
            work.entry(firm).or_default().push((person, role));
        }
        ids.sort_unstable();
        ids.dedup();
        let clearances = clearance::current(conn, &policies, &ids, today)?;
        let (mut people, mut holds, mut refused) = (HashMap::new(), HashMap::<_, Vec<_>>::new(), HashMap::new());
        for chunk in ids.chunks(1000) {
            people.extend(person::by_ids(conn, chunk)?.into_iter().map(|person| (person.id, person)));
            for hold in hold::of_people(conn, chunk)? {
                holds.entry(hold.person_id).or_default().push(hold);
            }
        }
        let unsuitable = clearances.iter().filter(|(_, found)| found.status == Status::Unsuitable);
        let mut no: Vec<PersonId> = unsuitable.map(|((person, _), _)| *person).collect();
        no.sort_unstable();
        no.dedup();
        let decisions = decision::of_people(conn, &no)?;
        for id in &no {
            let about = decisions.iter().filter(|d| d.person_id == *id && d.decided_on <= today);
            refused.extend(latest_decision(about).map(|decision| (*id, decision.decided_on)));
        }
        let mut owed: HashMap<OutboxId, HashSet<_>> = HashMap::new();
        for row in reminder::of_letters(conn, letters, firms)? {
            if let Some(letter) = row.outbox_id {
                owed.entry(letter).or_default().insert((row.person_id, row.requirement, row.due_on));
            }
        }
        let firms = contractor::by_ids(conn, firms)?.into_iter().map(|firm| (firm.id, firm)).collect();
        Ok(Read { policies, firms, work, people, clearances, holds, refused, owed })
    }

    /// None when nothing the letter was owed for is open still, or the council no longer works with the firm.
    fn letter(&self, sender: &Sender, row: &Row, today: NaiveDate) -> Result<Option<Letter>> {
        let firm = row.contractor_id.and_then(|id| self.firms.get(&id));
        let firm = firm.ok_or_else(|| Error::internal("a digest names no firm"))?;
        let (digest, is_owed) = self.digest(sender, firm, self.owed.get(&row.id), today);
        if !is_owed || firm.status != ContractorStatus::Active {
            return Ok(None);
        }
        digest.write().map(Some)
    }

    /// The firm's digest as things stand, and whether anything in it is among what was `owed`.
    fn digest(
        &self,
        sender: &Sender,
        firm: &Contractor,
        owed: Option<&HashSet<(PersonId, String, NaiveDate)>>,
        today: NaiveDate,
    ) -> (ContractorDigest, bool) {
        let (mut entries, mut is_owed) = (Vec::new(), false);
        let policy = Policy::in_force(&self.policies, today);
        let work = self.work.get(&firm.id).map(Vec::as_slice).unwrap_or_default();
        let at_firm: BTreeSet<PersonId> = work.iter().map(|(id, _)| *id).collect();
        let names = Member::names(at_firm.iter().filter_map(|id| self.people.get(id)));
        for (id, role) in work {
            let Some(clearance) = self.clearances.get(&(*id, role.clone())) else { continue };
            let holds = self.holds.get(id).map(Vec::as_slice).unwrap_or_default();
            let seen = outward(clearance, holds, today);
            let refused_on = self.refused.get(id).copied();
            is_owed |= keys(*id, &seen, refused_on)
                .into_iter()
                .any(|key| owed.is_some_and(|owed| owed.contains(&(key.person, key.requirement, key.due_on))));
            let is_told = seen.told().is_some() || seen.open().next().is_some();
            if let Some(name) = names.get(id).filter(|_| is_told) {
                let title = policy.and_then(|policy| policy.role(role)).map_or(role.as_str(), |role| &role.title);
                entries.push(Entry { key: id.0, name: name.clone(), role: title.to_owned(), seen });
            }
        }
        let digest = ContractorDigest {
            sender: sender.clone(),
            firm: firm.name.clone(),
            contact: contact(sender),
            today,
            people: entries,
        };
        (digest, is_owed)
    }
}
