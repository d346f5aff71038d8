//! Who cannot work today: the people stopped last, as the engine has them at this moment.

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::domain::clearance::{Clearance, Dossier, clearance, dossiers, holds_on, latest_decision};
use crate::domain::hold;
use crate::domain::policy::Policy;
use crate::error::Result;
use crate::store::hold::Hold;
use crate::store::{Conn, contractor, person, today as store};
use crate::types::{ContractorId, Outcome, PersonId, Status};

/// Somebody at work who may not work.
#[derive(Clone, PartialEq, Eq)]
pub struct Stopped {
    /// Who.
    pub person: PersonId,
    /// Full name.
    pub name: String,
    /// The role's name.
    pub role: String,
    /// The firms they work for in it.
    pub firms: Vec<(ContractorId, String)>,
    /// How they stand.
    pub status: Status,
    /// The first day they were stopped.
    pub since: NaiveDate,
    /// What stops them, for the transport team only.
    pub why: Vec<String>,
}

/// The people stopped last, the newest first.
///
/// # Errors
/// The database's.
pub fn cannot_work(conn: &mut Conn, policies: &[Policy], today: NaiveDate, limit: usize) -> Result<Vec<Stopped>> {
    let likely = store::lately_stopped(conn, today, i64::try_from(limit * 10).unwrap_or(100))?;
    let mut found = Vec::new();
    for dossier in dossiers(conn, &likely)? {
        for role in dossier.roles() {
            let firms = firms_today(&dossier, role, today);
            let standing = clearance(policies, role, &dossier, today);
            if let Some((since, why)) = stop(&standing, &dossier, today).filter(|_| !firms.is_empty()) {
                found.push((since, why, standing.status, dossier.person, role.to_owned(), firms));
            }
        }
    }
    found.sort_by_key(|row| std::cmp::Reverse((row.0, row.3)));
    found.truncate(limit);
    let ids: Vec<PersonId> = found.iter().map(|row| row.3).collect();
    let firm_ids: Vec<ContractorId> = found.iter().flat_map(|row| row.5.clone()).collect();
    let names: HashMap<PersonId, String> =
        person::by_ids(conn, &ids)?.into_iter().map(|person| (person.id, person.full_name())).collect();
    let firm_names: HashMap<ContractorId, String> =
        contractor::by_ids(conn, &firm_ids)?.into_iter().map(|firm| (firm.id, firm.name)).collect();
    let policy = Policy::in_force(policies, today);
    let named = found.into_iter().map(|(since, why, status, person, role, firms)| Stopped {
        person,
        name: names.get(&person).cloned().unwrap_or_default(),
        role: policy.and_then(|policy| policy.role(&role)).map_or(role.clone(), |role| role.title.clone()),
        firms: firms.into_iter().filter_map(|id| Some((id, firm_names.get(&id)?.clone()))).collect(),
        status,
        since,
        why,
    });
    Ok(named.collect())
}

fn firms_today(dossier: &Dossier, role: &str, today: NaiveDate) -> Vec<ContractorId> {
    let running = dossier
        .engagements
        .iter()
        .filter(|work| work.role == role && work.starts_on <= today && work.ends_on.is_none_or(|end| end >= today));
    let mut firms: Vec<ContractorId> = running.map(|work| work.contractor_id).collect();
    firms.sort_unstable();
    firms.dedup();
    firms
}

/// Since when, and by what, somebody is stopped; none for who is not, or was never approved.
fn stop(standing: &Clearance, dossier: &Dossier, today: NaiveDate) -> Option<(NaiveDate, Vec<String>)> {
    match standing.status {
        Status::Lapsed => {
            let mut stopping: Vec<_> = standing.items.iter().filter(|item| item.stops(today)).collect();
            stopping.sort_by_key(|item| item.stops_on);
            let since = stopping.first().and_then(|item| item.stops_on)?;
            Some((since, stopping.into_iter().map(|item| item.title.clone()).collect()))
        }
        Status::Suspended => {
            let mut holding: Vec<&Hold> = dossier.holds.iter().filter(|hold| holds_on(hold, today)).collect();
            holding.sort_by_key(|hold| hold.starts_on);
            let since = holding.first()?.starts_on;
            Some((since, holding.into_iter().map(|hold| hold::title(hold.code).to_owned()).collect()))
        }
        Status::Unsuitable => {
            let last = latest_decision(dossier.decisions.iter().filter(|decision| decision.decided_on <= today))?;
            (last.outcome == Outcome::Unsuitable).then(|| (last.decided_on, vec!["Found unsuitable".to_owned()]))
        }
        _ => None,
    }
}
