//! What stands between somebody and an approval: the checks that bar one, and the hard requirements of the role that are
//! open on the day.

use chrono::NaiveDate;

use crate::domain::application::applicant::Applicant;
use crate::domain::application::checklist::{Reading, Stands, checks};
use crate::domain::clearance::{Dossier, Item, clearance};
use crate::domain::policy::{self, Policy, Requirement};
use crate::error::Result;
use crate::store::Conn;
use crate::store::application::Application;
use crate::store::dbs_request::{self, DbsRequest};
use crate::store::engagement::Engagement;
use crate::types::{ContractorId, EngagementId, ItemState, Kind, Origin, Strength};

/// What is open, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Open {
    /// Those without which nobody is approved.
    pub stopping: Vec<String>,
    /// Those that run beside: an approved person is cleared once they are met (data.md §6).
    pub beside: Vec<String>,
}

/// What is open for the application's role on `today`. The decision about a trace is what the approval brings.
///
/// # Errors
/// The database's.
pub fn open_items(conn: &mut Conn, application: &Application, dossier: &Dossier, today: NaiveDate) -> Result<Open> {
    let policies = policy::published(conn)?;
    let requests = dbs_request::of_application(conn, application.id)?;
    Ok(open_among(&policies, &requests, application, dossier, today))
}

/// As [`open_items`], for whoever has read the policies and the DBS applications already.
pub fn open_among(
    policies: &[Policy],
    requests: &[DbsRequest],
    application: &Application,
    dossier: &Dossier,
    today: NaiveDate,
) -> Open {
    let Some(policy) = Policy::in_force(policies, today) else { return Open::default() };
    let (applicant, role) = (Applicant::of(application), application.role.as_str());
    let reading = Reading { applicant: &applicant, dossier, policy, role, requests, today };
    let barred = checks(&reading).into_iter().filter(|check| check.bars && check.stands != Stands::Done);
    let mut open = Open { stopping: barred.map(|check| check.title.to_owned()).collect(), beside: Vec::new() };
    let found = clearance(policies, role, &engaged(application, dossier, today), today);
    let asked = policy.asked_of(role);
    for item in found.items.iter().filter(|item| is_open(item, &asked)) {
        match item.kind {
            Kind::Approval => {}
            Kind::Suitability if application.has_trace => {}
            Kind::Training => open.beside.push(item.title.clone()),
            _ => open.stopping.push(item.title.clone()),
        }
    }
    open
}

fn is_open(item: &Item, asked: &[&Requirement]) -> bool {
    let is_hard = asked.iter().any(|one| one.code == item.code && one.strength == Strength::Hard);
    is_hard && matches!(item.state, ItemState::Missing | ItemState::Lapsed | ItemState::Overdue)
}

/// The dossier as if the work applied for had begun: an approval may come before the first day.
fn engaged(application: &Application, dossier: &Dossier, today: NaiveDate) -> Dossier {
    let mut dossier = dossier.clone();
    if !dossier.is_engaged(&application.role, today) {
        dossier.engagements.push(Engagement {
            id: EngagementId(0),
            person_id: dossier.person,
            contractor_id: application.contractor_id.unwrap_or(ContractorId(0)),
            role: application.role.clone(),
            starts_on: today,
            ends_on: None,
            origin: Origin::Recorded,
            recorded_on: today,
        });
    }
    dossier
}
