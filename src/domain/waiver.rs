//! Waivers: a decision maker sets one requirement aside for a while, on conditions. Some requirements never are.

use chrono::NaiveDate;
use serde_json::json;

use super::permission::{Act, Subject, Who, may};
use super::policy::{self, Policy, may_be_waived};
use super::{person, reason};
use crate::error::{Error, Fault, Result};
use crate::store::Tx;
use crate::store::trail::Entry;
use crate::store::waiver::{self as store, Waiver};
use crate::types::{Origin, PersonId, WaiverId, add_months};

/// The longest a waiver may last, in months.
pub const LONGEST_MONTHS: u32 = 12;

/// A waiver to be.
#[derive(Debug, Clone, Default)]
pub struct NewWaiver {
    /// Code of the role.
    pub role: String,
    /// Code of the requirement.
    pub requirement: String,
    /// Last day, inclusive.
    pub ends_on: Option<NaiveDate>,
    /// What it depends on, such as a checked second adult; may be empty.
    pub conditions: String,
    /// Why.
    pub reason: String,
}

/// Grants a waiver from today.
///
/// # Errors
/// `NotFound`; `Forbidden` for an officer; `Invalid` at `requirement`, `ends_on`, `conditions` or `reason`.
pub fn grant(tx: &mut Tx<'_>, who: &Who, person: PersonId, new: &NewWaiver) -> Result<WaiverId> {
    may(who, Act::GrantWaiver, Subject::Register)?;
    let (dossier, today) = (person::dossier(tx, person)?, tx.today);
    let policies = policy::published(tx)?;
    let asked = Policy::in_force(&policies, today)
        .filter(|_| dossier.is_engaged(&new.role, today))
        .and_then(|policy| policy.asked_of(&new.role).into_iter().find(|asked| asked.code == new.requirement));
    let mut faults = Vec::new();
    match asked {
        None => faults.push(Fault::new("requirement", "Select a requirement of a role the person works in")),
        Some(asked) if !(asked.waivable && may_be_waived(asked.kind)) => {
            faults.push(Fault::new("requirement", format!("“{}” cannot be waived", asked.title)));
        }
        Some(_) => {}
    }
    let latest = add_months(today, LONGEST_MONTHS);
    match new.ends_on {
        None => faults.push(Fault::new("ends_on", "Enter the last day")),
        Some(day) if day < today => faults.push(Fault::new("ends_on", "The last day must be today or in the future")),
        Some(day) if day > latest => {
            let message = format!("The last day must be within {LONGEST_MONTHS} months");
            faults.push(Fault::new("ends_on", message));
        }
        Some(_) => {}
    }
    if new.conditions.chars().count() > reason::LONGEST {
        let message = format!("The conditions must be {} characters or fewer", reason::LONGEST);
        faults.push(Fault::new("conditions", message));
    }
    let reason = reason::needed("reason", &new.reason, &mut faults);
    let Some(ends_on) = new.ends_on.filter(|_| faults.is_empty()) else { return Err(Error::Invalid(faults)) };
    let row = Waiver {
        id: WaiverId(0),
        person_id: person,
        role: new.role.clone(),
        requirement: new.requirement.clone(),
        starts_on: today,
        ends_on,
        conditions: new.conditions.trim().to_owned(),
        reason: reason.clone(),
        origin: Origin::Recorded,
        granted_by: tx.actor,
        recorded_on: today,
        withdrawn_on: None,
        withdrawn_reason: None,
    };
    let id = store::insert(tx, &row)?;
    let value = json!({
        "role": row.role, "requirement": row.requirement, "starts_on": row.starts_on, "ends_on": ends_on,
        "conditions": row.conditions,
    });
    tx.trail(Entry::new("waiver.grant", "waiver", id.0).about(person).new_value(&value).reason(reason));
    Ok(id)
}

/// Withdraws a waiver: from now on it holds on no day.
///
/// # Errors
/// `NotFound`; `Forbidden` for an officer; `Conflict` when it is withdrawn already; `Invalid` at `reason`.
pub fn withdraw(tx: &mut Tx<'_>, who: &Who, person: PersonId, id: WaiverId, why: &str) -> Result<()> {
    may(who, Act::GrantWaiver, Subject::Register)?;
    let dossier = person::dossier(tx, person)?;
    let waiver = dossier.waivers.iter().find(|waiver| waiver.id == id).ok_or(Error::NotFound)?;
    let mut faults = Vec::new();
    let reason = reason::needed("reason", why, &mut faults);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    if !store::withdraw(tx, waiver, &reason)? {
        return Err(Error::Conflict("This waiver has been withdrawn already.".into()));
    }
    let old = json!({ "role": waiver.role, "requirement": waiver.requirement, "ends_on": waiver.ends_on });
    let new = json!({ "withdrawn_on": tx.today });
    tx.trail(Entry::new("waiver.withdraw", "waiver", id.0).about(person).old(&old).new_value(&new).reason(reason));
    Ok(())
}
