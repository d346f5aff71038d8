//! Holds: a decision maker stops somebody, or the system does for new information; another decision maker lifts it.
//! Firms learn at once that the person must not work, never why.

use chrono::NaiveDate;
use serde_json::json;

use super::clearance::{Dossier, holds_on};
use super::permission::{Act, Subject, Who, may};
use super::{person, reason};
use crate::error::{Error, Fault, Result};
use crate::store::hold::{self as store, Hold};
use crate::store::outbox::{self, NewLetter};
use crate::store::task::{self, NewTask};
use crate::store::trail::Entry;
use crate::store::{Tx, contractor};
use crate::types::{ContractorId, ContractorStatus, HoldCode, HoldId, PersonId, UserId, long_date};

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

/// Places a hold from today. Each firm the person works for has its letter with it, unless it was told already.
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
        tell_firms(tx, &dossier)?;
    }
    Ok(id)
}

/// The system's hold for new information on a certificate (facts.md §2.2), and the letters.
pub(super) fn place_for_new_info(tx: &mut Tx<'_>, dossier: &Dossier) -> Result<()> {
    let reason = "The Update Service has new information on the certificate";
    put(tx, dossier, HoldCode::NewInfo, None, reason, UserId::SYSTEM)?;
    if !dossier.is_stopped(tx.today) {
        tell_firms(tx, dossier)?;
    }
    Ok(())
}

fn put(
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

/// Lifts a hold from today.
///
/// # Errors
/// `NotFound`; `Forbidden` for an officer and for whoever placed it; `Conflict` when it is lifted; `Invalid` at `reason`.
pub fn lift(tx: &mut Tx<'_>, who: &Who, person: PersonId, id: HoldId, why: &str) -> Result<()> {
    may(who, Act::LiftHold, Subject::Register)?;
    person::dossier(tx, person)?;
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
    Ok(())
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

/// Writes to each firm the person works for, or is to work for, that they must not work from today.
pub(super) fn tell_firms(tx: &mut Tx<'_>, dossier: &Dossier) -> Result<()> {
    let today = tx.today;
    let current = dossier.engagements.iter().filter(|work| work.ends_on.is_none_or(|end| end >= today));
    let mut firms: Vec<ContractorId> = current.map(|work| work.contractor_id).collect();
    firms.sort_unstable();
    firms.dedup();
    tell(tx, dossier.person, &firms)
}

/// Writes the notice to `firms`; a firm without an address becomes a task.
pub(super) fn tell(tx: &mut Tx<'_>, person: PersonId, firms: &[ContractorId]) -> Result<()> {
    let today = tx.today;
    let firms = contractor::by_ids(tx, firms)?;
    for firm in firms.into_iter().filter(|firm| firm.status == ContractorStatus::Active) {
        if firm.email.is_empty() {
            let cause = format!("hold_notice:{}:{person}:{today}", firm.id);
            let task = NewTask {
                kind: "unwritten_letter",
                cause: &cause,
                subject_kind: "person",
                subject_id: person.0,
                detail: "A firm has no email address: tell it by telephone that this person must not work",
                due_on: today,
            };
            task::open(tx, &task)?;
            continue;
        }
        let letter = NewLetter {
            letter: "hold_notice",
            to: &firm.email,
            cc: &firm.second_email,
            contractor: Some(firm.id),
            user: None,
            person: Some(person),
            params: json!({ "from": today }).to_string(),
        };
        outbox::put(tx, &letter)?;
    }
    Ok(())
}
