//! The kept clearances: rewritten in the transaction of every write that could change them, swept at night for
//! what time alone changed, and held against the engine by `check`.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::{Clearance, Dossier, clearance, dossiers};
use crate::domain::policy::{self, Policy};
use crate::domain::watch;
use crate::error::Result;
use crate::store::clearance::{self as store, ClearanceRow, ItemRow};
use crate::store::trail::Entry;
use crate::store::{Conn, Tx, person};
use crate::types::{AuthorityId, PersonId, Status};

/// How many people are loaded, computed and written at a time.
const BATCH: usize = 500;

/// A standing that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Whose.
    pub person: PersonId,
    /// In which role.
    pub role: String,
    /// From this.
    pub was: Status,
    /// To this.
    pub is: Status,
}

/// Computes these people's clearances for today and keeps them; a changed standing is trailed.
///
/// # Errors
/// The database's.
pub fn recompute(tx: &mut Tx<'_>, people: &[PersonId]) -> Result<Vec<Change>> {
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let policies = policy::published(tx)?;
    let mut changes = Vec::new();
    for batch in people.chunks(BATCH) {
        crate::store::lock_people(tx, batch)?;
        let today = tx.today;
        let dossiers = dossiers(tx, batch)?;
        watch::keep(tx, &dossiers)?;
        let computed = compute(tx, &policies, batch, &dossiers, today)?;
        changes.extend(write(tx, batch, computed)?);
    }
    for change in &changes {
        tx.trail(
            Entry::new("clearance.change", "person", change.person.0)
                .about(change.person)
                .old(&(&change.role, change.was))
                .new_value(&(&change.role, change.is)),
        );
    }
    Ok(changes)
}

/// The standings of these people as the engine has them on `day`, as rows.
fn compute(
    conn: &mut Conn,
    policies: &[Policy],
    people: &[PersonId],
    dossiers: &[Dossier],
    day: NaiveDate,
) -> Result<Vec<(ClearanceRow, Vec<ItemRow>)>> {
    let names: HashMap<PersonId, String> =
        person::by_ids(conn, people)?.into_iter().map(|person| (person.id, person.sort_name)).collect();
    let mut rows = Vec::with_capacity(people.len());
    for dossier in dossiers {
        let sort_name = names.get(&dossier.person).cloned().unwrap_or_default();
        for role in dossier.roles() {
            let found = clearance(policies, role, dossier, day);
            rows.push(as_rows(&found, role, dossier, day, &sort_name));
        }
    }
    Ok(rows)
}

fn as_rows(
    found: &Clearance,
    role: &str,
    dossier: &Dossier,
    day: NaiveDate,
    sort_name: &str,
) -> (ClearanceRow, Vec<ItemRow>) {
    let person_id = dossier.person;
    let items = found.items.iter().map(|item| ItemRow {
        person_id,
        role: role.to_owned(),
        requirement: item.code.clone(),
        kind: item.kind,
        state: item.state,
        due_on: item.due_on,
        stops_on: item.stops_on,
        lead: item.lead.and_then(|lead| i32::try_from(lead).ok()),
        note: item.note.clone(),
        evidence_id: item.evidence,
    });
    let standing = ClearanceRow {
        person_id,
        role: role.to_owned(),
        status: found.status,
        valid_until: found.valid_until,
        next_change_on: found.next_change_on,
        as_of: day,
        policy_number: found.policy_number,
        sort_name: sort_name.to_owned(),
        authority_id: authority_of(dossier),
    };
    (standing, items.collect())
}

/// The authority of the licence that runs longest.
fn authority_of(dossier: &Dossier) -> Option<AuthorityId> {
    let live = dossier.licences.iter().filter(|licence| licence.retired_on.is_none() && licence.ended_on.is_none());
    live.max_by_key(|licence| (licence.expires_on, licence.id)).map(|licence| licence.authority_id)
}

/// Writes what differs from what is kept and says whose standing changed.
fn write(tx: &mut Tx<'_>, people: &[PersonId], computed: Vec<(ClearanceRow, Vec<ItemRow>)>) -> Result<Vec<Change>> {
    let (standings, items) = store::kept_of(tx, people)?;
    let mut kept: HashMap<(PersonId, String), (ClearanceRow, HashMap<String, ItemRow>)> =
        standings.into_iter().map(|row| ((row.person_id, row.role.clone()), (row, HashMap::new()))).collect();
    for item in items {
        if let Some((_, items)) = kept.get_mut(&(item.person_id, item.role.clone())) {
            items.insert(item.requirement.clone(), item);
        }
    }
    let (mut new_standings, mut new_items, mut changes) = (Vec::new(), Vec::new(), Vec::new());
    for (standing, items) in computed {
        let Some((was, mut old_items)) = kept.remove(&(standing.person_id, standing.role.clone())) else {
            new_standings.push(standing);
            new_items.extend(items);
            continue;
        };
        if was.status != standing.status {
            changes.push(Change {
                person: standing.person_id,
                role: standing.role.clone(),
                was: was.status,
                is: standing.status,
            });
        }
        if was != standing {
            store::update(tx, &standing)?;
        }
        for item in items {
            match old_items.remove(&item.requirement) {
                None => new_items.push(item),
                Some(old) if old != item => store::update_item(tx, &item)?,
                Some(_) => {}
            }
        }
        for gone in old_items.values() {
            store::delete_item(tx, gone)?;
        }
    }
    store::insert(tx, &new_standings, &new_items)?;
    Ok(changes)
}

/// Recomputes up to `limit` people whom time may have changed; answers how many that were and what changed.
///
/// # Errors
/// The database's.
pub fn sweep(tx: &mut Tx<'_>, limit: i64) -> Result<(usize, Vec<Change>)> {
    let today = tx.today;
    let people = store::stale(tx, today, limit)?;
    let changes = recompute(tx, &people)?;
    Ok((people.len(), changes))
}

/// Computes everybody anew, as of the day each was kept for, and names each difference (ids only).
///
/// # Errors
/// The database's.
pub fn check(conn: &mut Conn, mut progress: impl FnMut(usize)) -> Result<Vec<String>> {
    let policies = policy::published(conn)?;
    let (mut after, mut differences) = (PersonId(0), Vec::new());
    loop {
        let people = store::people_after(conn, after, BATCH as i64)?;
        let Some(last) = people.last() else { return Ok(differences) };
        after = *last;
        let (standings, items) = store::kept_of(conn, &people)?;
        let mut kept: HashMap<(PersonId, String), ClearanceRow> =
            standings.into_iter().map(|row| ((row.person_id, row.role.clone()), row)).collect();
        let mut kept_items: HashMap<(PersonId, String, String), ItemRow> =
            items.into_iter().map(|row| ((row.person_id, row.role.clone(), row.requirement.clone()), row)).collect();
        let names: HashMap<PersonId, String> =
            person::by_ids(conn, &people)?.into_iter().map(|person| (person.id, person.sort_name)).collect();
        for dossier in dossiers(conn, &people)? {
            for role in dossier.roles() {
                let key = (dossier.person, role.to_owned());
                let Some(row) = kept.remove(&key) else {
                    differences.push(format!("person {} has no kept clearance as {role}", dossier.person));
                    continue;
                };
                let found = clearance(&policies, role, &dossier, row.as_of);
                let sort_name = names.get(&dossier.person).map_or("", String::as_str);
                let (standing, items) = as_rows(&found, role, &dossier, row.as_of, sort_name);
                if standing != row {
                    differences.push(format!(
                        "person {} as {role}: kept {}, should be {}",
                        dossier.person, row.status, standing.status
                    ));
                }
                for item in items {
                    let old = kept_items.remove(&(item.person_id, item.role.clone(), item.requirement.clone()));
                    if old.as_ref() != Some(&item) {
                        differences.push(format!("person {} as {role}: {} differs", dossier.person, item.requirement));
                    }
                }
            }
        }
        let strays = kept.keys().map(|(person, role)| format!("person {person} has a stray clearance as {role}"));
        differences.extend(strays);
        let strays =
            kept_items.keys().map(|(person, role, code)| format!("person {person} as {role}: stray item {code}"));
        differences.extend(strays);
        progress(people.len());
    }
}
