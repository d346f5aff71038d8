//! Holds: a decision maker stops somebody, or the system does for new information; another decision maker lifts it.
//! The person and their firms learn at once that they must not work, and that they may again; never why.

use chrono::NaiveDate;
use serde_json::json;

use super::clearance::{Dossier, clearance, dossiers, holds_on, is_authorised};
use super::outbox::{self, ToFirms};
use super::permission::{Act, Subject, Who, may};
use super::{person, policy, reason};
use crate::error::{Error, Fault, Result};
use crate::store::engagement::Engagement;
use crate::store::hold::{self as store, Hold};
use crate::store::trail::Entry;
use crate::store::{Tx, badge};
use crate::types::{ContractorId, HoldCode, HoldId, PersonId, UserId, long_date};

/// A hold to be.
#[derive(Debug, Clone, Default)]
pub struct NewHold {
    /// Why, as a word; `new_info` is the system's own.
    pub code: Option<HoldCode>,
    /// Last day it holds, inclusive; `None` until somebody lifts it.
    pub until: Option<NaiveDate>,
    /// Why, in the decision maker's words.
    pub reason: String,
}

/// Places a hold from today. The person and each firm they work for have a letter with it, unless they were told already.
///
/// # Errors
/// `NotFound`; `Forbidden` for an officer; `Invalid` at `code`, `until` or `reason`.
pub fn place(tx: &mut Tx<'_>, who: &Who, person: PersonId, new: &NewHold) -> Result<HoldId> {
    may(who, Act::PlaceHold, Subject::Register)?;
    let dossier = person::dossier(tx, person)?;
    let mut faults = Vec::new();
    let code = new.code.filter(|code| *code != HoldCode::NewInfo);
    if code.is_none() {
        faults.push(Fault::new("code", "Select why the person is held"));
    }
    if new.until.is_some_and(|until| until < tx.today) {
        faults.push(Fault::new("until", "The last day of the hold must be today or in the future"));
    }
    let stands = |hold: &&Hold| Some(hold.code) == code && holds_on(hold, tx.today);
    if let Some(hold) = dossier.holds.iter().find(stands) {
        let since = long_date(hold.starts_on);
        faults.push(Fault::new("code", format!("There is a hold for this already, since {since}. Lift it first")));
    }
    let reason = reason::needed("reason", &new.reason, &mut faults);
    let Some(code) = code.filter(|_| faults.is_empty()) else { return Err(Error::Invalid(faults)) };
    let id = put(tx, &dossier, code, new.until, &reason, tx.actor)?;
    if !dossier.is_stopped(tx.today) {
        tell_stopped(tx, &dossier)?;
    }
    Ok(id)
}

/// The system's hold for new information on a certificate (facts.md §2.2), and the letters.
pub(super) fn place_for_new_info(tx: &mut Tx<'_>, dossier: &Dossier) -> Result<()> {
    let reason = "The Update Service has new information on the certificate";
    put(tx, dossier, HoldCode::NewInfo, None, reason, UserId::SYSTEM)?;
    if !dossier.is_stopped(tx.today) {
        tell_stopped(tx, dossier)?;
    }
    Ok(())
}

pub(super) fn put(
    tx: &mut Tx<'_>,
    dossier: &Dossier,
    code: HoldCode,
    until: Option<NaiveDate>,
    reason: &str,
    placed_by: UserId,
) -> Result<HoldId> {
    let row = Hold {
        id: HoldId(0),
        person_id: dossier.person,
        code,
        starts_on: tx.today,
        until,
        reason: reason.to_owned(),
        placed_by,
        placed_at: tx.at,
        lifted_on: None,
        lifted_by: None,
        lift_reason: None,
    };
    let id = store::insert(tx, &row)?;
    let new = json!({ "code": code, "starts_on": row.starts_on, "until": until });
    tx.trail(Entry::new("hold.place", "hold", id.0).about(dossier.person).new_value(&new).reason(reason));
    Ok(id)
}

/// Lifts a hold from today. When nothing else stops them the person has a letter, and each firm they may work for again.
///
/// # Errors
/// `NotFound`; `Forbidden` for an officer and for whoever placed it; `Conflict` when it is lifted; `Invalid` at `reason`.
pub fn lift(tx: &mut Tx<'_>, who: &Who, person: PersonId, id: HoldId, why: &str) -> Result<()> {
    may(who, Act::LiftHold, Subject::Register)?;
    let dossier = person::dossier(tx, person)?;
    let hold = store::find(tx, id)?;
    if hold.person_id != person {
        return Err(Error::NotFound);
    }
    may(who, Act::LiftHold, Subject::Hold { placed_by: hold.placed_by })?;
    let mut faults = Vec::new();
    let reason = reason::needed("reason", why, &mut faults);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    if !store::lift(tx, &hold, &reason)? {
        return Err(Error::Conflict("This hold has been lifted already.".into()));
    }
    let (old, new) = (json!({ "code": hold.code, "until": hold.until }), json!({ "lifted_on": tx.today }));
    tx.trail(Entry::new("hold.lift", "hold", id.0).about(person).old(&old).new_value(&new).reason(reason));
    tell_free(tx, &dossier)
}

/// What pages call a hold's code.
pub fn title(code: HoldCode) -> &'static str {
    match code {
        HoldCode::Suspension => "Suspended by the council",
        HoldCode::NewInfo => "New information on the DBS certificate",
        HoldCode::LadoOrPolice => "On the advice of the LADO or the police",
        HoldCode::LicenceAction => "Action by the licensing authority",
        HoldCode::Other => "Another reason",
    }
}

/// Writes to the person, and to each firm they work for or are to work for, that they must not work from today.
pub(super) fn tell_stopped(tx: &mut Tx<'_>, dossier: &Dossier) -> Result<()> {
    tell_firms(tx, dossier)?;
    tell_person(tx, dossier.person, "suspension")
}

/// Writes to each firm the person works for, or is to work for, that they must not work from today.
pub(super) fn tell_firms(tx: &mut Tx<'_>, dossier: &Dossier) -> Result<()> {
    let firms = dossier.firms(tx.today);
    tell(tx, dossier.person, &firms)
}

/// Writes the notice to `firms`; a firm without an address becomes a task.
pub(super) fn tell(tx: &mut Tx<'_>, person: PersonId, firms: &[ContractorId]) -> Result<()> {
    let params = json!({ "from": tx.today });
    let by_telephone = "A firm has no email address: tell it by telephone that this person must not work";
    let letter = ToFirms { letter: "hold_notice", person, params: &params, by_telephone, once: "" };
    outbox::write_to_firms(tx, &letter, firms)
}

/// Writes a letter about today to the person.
pub(super) fn tell_person(tx: &mut Tx<'_>, person: PersonId, letter: &'static str) -> Result<()> {
    let params = json!({ "on": tx.today }).to_string();
    outbox::write_to_person(tx, person, letter, params)
}

/// Writes that somebody is free again, when nothing of the council's stops them any more: to them, and to each firm
/// with whom they are authorised by it. For whatever ends a stop: a lifted hold, an upheld appeal.
///
/// # Errors
/// The database's.
pub(super) fn tell_free(tx: &mut Tx<'_>, before: &Dossier) -> Result<()> {
    let is_told = tell_free_firms(tx, before)?;
    let works = !before.firms(tx.today).is_empty();
    if is_told && works { tell_person(tx, before.person, "suspension_lifted") } else { Ok(()) }
}

/// As [`tell_free`], for a decision of which the person has a letter of its own; says whether anything ended.
pub(super) fn tell_free_firms(tx: &mut Tx<'_>, before: &Dossier) -> Result<bool> {
    let (person, today) = (before.person, tx.today);
    let dossier = dossiers(tx, &[person])?.pop().ok_or(Error::NotFound)?;
    if !before.is_stopped(today) || dossier.is_stopped(today) {
        return Ok(false);
    }
    let policies = policy::published(tx)?;
    let worn = badge::of_person(tx, person)?;
    let is_back = |work: &&Engagement| {
        let found = clearance(&policies, &work.role, &dossier, today);
        let mut own = worn.iter().filter(|one| one.contractor_id == work.contractor_id && one.role == work.role);
        own.any(|one| is_authorised(one.state, one.expires_on, &found, work, today))
    };
    let mut firms: Vec<ContractorId> =
        dossier.engagements.iter().filter(is_back).map(|work| work.contractor_id).collect();
    firms.sort_unstable();
    firms.dedup();
    let params = json!({ "on": today });
    let by_telephone = "A firm has no email address: tell it by telephone that this person may work again";
    let letter = ToFirms { letter: "work_again", person, params: &params, by_telephone, once: "" };
    outbox::write_to_firms(tx, &letter, &firms)?;
    Ok(true)
}
