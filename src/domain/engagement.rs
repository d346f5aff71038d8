//! Engagements: who works for whom, in which role, from which day to which.

use chrono::NaiveDate;
use serde_json::json;

use super::clearance::Dossier;
use super::outbox::{self, ToFirms};
use super::permission::{Act, Subject, Who, may};
use super::policy::{self, Policy};
use super::{booking, hold, person, reason};
use crate::error::{Error, Fault, Result};
use crate::store::engagement::{self as store, Engagement};
use crate::store::trail::Entry;
use crate::store::{Tx, contractor, leaving, session};
use crate::types::{ContractorId, ContractorStatus, EngagementId, Origin, PersonId, Reach, add_months};

/// How far ahead a first or last day may lie, in months.
const AHEAD_MONTHS: u32 = 24;

/// An engagement to be.
#[derive(Debug, Clone, Default)]
pub struct NewEngagement {
    /// The firm.
    pub contractor: Option<ContractorId>,
    /// Code of the role.
    pub role: String,
    /// First day of the work.
    pub starts_on: Option<NaiveDate>,
}

/// Adds an engagement. A firm that takes on somebody who is stopped is told so at once.
///
/// # Errors
/// `NotFound`; `Forbidden`; `Invalid` at `contractor`, `role` or `starts_on`.
pub fn add(tx: &mut Tx<'_>, who: &Who, person: PersonId, new: &NewEngagement) -> Result<EngagementId> {
    may(who, Act::RecordEvidence, Subject::Register)?;
    let dossier = person::dossier(tx, person)?;
    let faults = faults(tx, new, &dossier)?;
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let id = write(tx, person, new)?;
    if leaving::undo(tx, person)? {
        tx.trail(Entry::new("leaving.undo", "person", person.0).about(person));
    }
    if let Some(firm) = new.contractor.filter(|_| dossier.is_stopped(tx.today)) {
        hold::tell(tx, person, &[firm])?;
    }
    Ok(id)
}

/// What is wrong with an engagement of the owner of `dossier`.
pub(super) fn faults(tx: &mut Tx<'_>, new: &NewEngagement, dossier: &Dossier) -> Result<Vec<Fault>> {
    let (today, mut faults) = (tx.today, Vec::new());
    let firm = match new.contractor.map(|firm| contractor::find(tx, firm, &Reach::Everyone)) {
        Some(Ok(firm)) => Some(firm),
        None | Some(Err(Error::NotFound)) => None,
        Some(Err(other)) => return Err(other),
    };
    if firm.is_none_or(|firm| firm.status != ContractorStatus::Active) {
        faults.push(Fault::new("contractor", "Select the contractor"));
    }
    let policies = policy::published(tx)?;
    if Policy::in_force(&policies, today).is_none_or(|policy| policy.role(&new.role).is_none()) {
        faults.push(Fault::new("role", "Select the role"));
    }
    match new.starts_on {
        None => faults.push(Fault::new("starts_on", "Enter the first day")),
        Some(day) if day > add_months(today, AHEAD_MONTHS) => {
            faults.push(Fault::new("starts_on", "The first day must be within the next 2 years"));
        }
        Some(day) if dossier.date_of_birth.is_some_and(|born| day <= born) => {
            faults.push(Fault::new("starts_on", "The first day must be after the date of birth"));
        }
        Some(day) => {
            let same = |work: &&Engagement| Some(work.contractor_id) == new.contractor && work.role == new.role;
            let clashes = |work: &Engagement| work.starts_on == day || work.ends_on.is_none_or(|end| end >= day);
            if dossier.engagements.iter().filter(same).any(clashes) {
                let message = "The person works for this contractor in this role on that day already";
                faults.push(Fault::new("starts_on", message));
            }
        }
    }
    Ok(faults)
}

/// Writes an engagement that has no fault.
pub(super) fn write(tx: &mut Tx<'_>, person: PersonId, new: &NewEngagement) -> Result<EngagementId> {
    let (Some(contractor_id), Some(starts_on)) = (new.contractor, new.starts_on) else {
        return Err(Error::internal("an engagement without a firm or a first day was to be written"));
    };
    let row = Engagement {
        id: EngagementId(0),
        person_id: person,
        contractor_id,
        role: new.role.clone(),
        starts_on,
        ends_on: None,
        origin: Origin::Recorded,
        recorded_on: tx.today,
    };
    let id = store::insert(tx, &row)?;
    let value = json!({ "contractor": contractor_id, "role": row.role, "starts_on": starts_on });
    tx.trail(Entry::new("engagement.add", "engagement", id.0).about(person).new_value(&value));
    Ok(id)
}

/// Ends an engagement on its last day, inclusive; the firm has a letter that confirms it and asks the badge back.
///
/// # Errors
/// `NotFound`; `Forbidden`; `Conflict` when it has an end already; `Invalid` at `last_day` or `reason`.
pub fn end(
    tx: &mut Tx<'_>,
    who: &Who,
    person: PersonId,
    id: EngagementId,
    last_day: Option<NaiveDate>,
    why: &str,
) -> Result<()> {
    may(who, Act::RecordEvidence, Subject::Register)?;
    session::lock_of(tx, &[person])?;
    let (dossier, today) = (person::dossier(tx, person)?, tx.today);
    let work = dossier.engagements.iter().find(|work| work.id == id).ok_or(Error::NotFound)?;
    let mut faults = Vec::new();
    match last_day {
        None => faults.push(Fault::new("last_day", "Enter the last day")),
        Some(day) if day < work.starts_on => {
            faults.push(Fault::new("last_day", "The last day must be on or after the first day"));
        }
        Some(day) if day > add_months(today, AHEAD_MONTHS) => {
            faults.push(Fault::new("last_day", "The last day must be within the next 2 years"));
        }
        Some(_) => {}
    }
    let reason = reason::needed("reason", why, &mut faults);
    let Some(last_day) = last_day.filter(|_| faults.is_empty()) else { return Err(Error::Invalid(faults)) };
    if !store::end(tx, work, last_day)? {
        return Err(Error::Conflict("This engagement has been ended already.".into()));
    }
    let old = json!({ "contractor": work.contractor_id, "role": work.role, "ends_on": work.ends_on });
    let new = json!({ "ends_on": last_day });
    tx.trail(Entry::new("engagement.end", "engagement", id.0).about(person).old(&old).new_value(&new).reason(reason));
    booking::after_departure(tx, person)?;
    tell_departure(tx, person, work, last_day)
}

/// Confirms to a firm that somebody leaves it, and asks for the badge back.
pub(super) fn tell_departure(tx: &mut Tx<'_>, person: PersonId, work: &Engagement, last_day: NaiveDate) -> Result<()> {
    let policies = policy::published(tx)?;
    let role = Policy::in_force(&policies, tx.today).and_then(|policy| policy.role(&work.role));
    let params = json!({ "on": last_day, "role": role.map_or(&work.role, |role| &role.title) });
    let by_telephone =
        "A firm has no email address: tell it by telephone that this person has left and to send the badge back";
    let letter = ToFirms { letter: "departure", person, params: &params, by_telephone, once: "" };
    outbox::write_to_firms(tx, &letter, &[work.contractor_id])
}
