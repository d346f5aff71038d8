//! Clearances as of today for many people at once: the kept ones, and those computed in memory that time may have
//! changed since they were kept (data.md §1).

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

use super::{Clearance, Item, clearance, dossiers};
use crate::domain::policy::Policy;
use crate::error::Result;
use crate::store::clearance::{self as store, ClearanceRow, ItemRow};
use crate::store::{Conn, engagement};
use crate::types::{ItemState, PersonId};

/// People loaded in one statement.
const BATCH: usize = 500;

/// How these people stand on `today`, by person and role.
///
/// # Errors
/// The database's.
pub fn current(
    conn: &mut Conn,
    policies: &[Policy],
    people: &[PersonId],
    today: NaiveDate,
) -> Result<HashMap<(PersonId, String), Clearance>> {
    let mut found = HashMap::new();
    for batch in people.chunks(BATCH) {
        add(conn, policies, batch, today, &mut found)?;
    }
    Ok(found)
}

fn add(
    conn: &mut Conn,
    policies: &[Policy],
    people: &[PersonId],
    today: NaiveDate,
    found: &mut HashMap<(PersonId, String), Clearance>,
) -> Result<()> {
    let policy = Policy::in_force(policies, today);
    let number = policy.map_or(0, |policy| policy.number);
    let (standings, items) = store::kept_of(conn, people)?;
    let mut stale: HashSet<PersonId> =
        standings.iter().filter(|row| is_stale(row, number, today)).map(|row| row.person_id).collect();
    let kept: HashSet<(PersonId, &str)> = standings.iter().map(|row| (row.person_id, row.role.as_str())).collect();
    for work in engagement::of_people(conn, people)? {
        if !kept.contains(&(work.person_id, work.role.as_str())) {
            stale.insert(work.person_id);
        }
    }
    let mut by_standing: HashMap<(PersonId, String), Vec<ItemRow>> = HashMap::new();
    for item in items {
        by_standing.entry((item.person_id, item.role.clone())).or_default().push(item);
    }
    for row in standings.into_iter().filter(|row| !stale.contains(&row.person_id)) {
        let key = (row.person_id, row.role.clone());
        let items = by_standing.remove(&key).unwrap_or_default();
        found.insert(key, from_rows(policy, &row, items));
    }
    let stale: Vec<PersonId> = stale.into_iter().collect();
    for dossier in dossiers(conn, &stale)? {
        for role in dossier.roles() {
            found.insert((dossier.person, role.to_owned()), clearance(policies, role, &dossier, today));
        }
    }
    Ok(())
}

fn is_stale(row: &ClearanceRow, policy_number: i32, today: NaiveDate) -> bool {
    row.as_of > today || row.next_change_on.is_some_and(|day| day <= today) || row.policy_number != policy_number
}

fn from_rows(policy: Option<&Policy>, row: &ClearanceRow, mut items: Vec<ItemRow>) -> Clearance {
    let asked = policy.map(|policy| policy.asked_of(&row.role)).unwrap_or_default();
    let mut rows: HashMap<String, ItemRow> = items.drain(..).map(|item| (item.requirement.clone(), item)).collect();
    let items = asked.into_iter().filter_map(|requirement| {
        let item = rows.remove(&requirement.code)?;
        Some(Item {
            code: item.requirement,
            kind: item.kind,
            title: requirement.title.clone(),
            state: item.state,
            due_on: item.due_on,
            stops_on: item.stops_on,
            lead: item.lead.and_then(|lead| u32::try_from(lead).ok()),
            note: item.note,
            evidence: item.evidence_id,
            waived_until: item.due_on.filter(|_| item.state == ItemState::Waived),
        })
    });
    Clearance {
        status: row.status,
        items: items.collect(),
        valid_until: row.valid_until,
        next_change_on: row.next_change_on,
        policy_number: row.policy_number,
    }
}
