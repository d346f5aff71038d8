//! A badge is asked for, by the team or by the firm whose people they are; it is issued, refused or cancelled.

use serde_json::json;

use super::tell;
use crate::domain::permission::{Act, Subject, Who, may};
use crate::domain::policy::{self, Policy};
use crate::domain::{person, reason};
use crate::error::{Error, Fault, Result};
use crate::store::badge_request::{self as store, BadgeRequest};
use crate::store::trail::Entry;
use crate::store::{Conn, Tx, person as people};
use crate::types::{BadgeCause, BadgeRequestId, BadgeRequestState, ContractorId, PersonId};

/// The work a badge is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// The firm.
    pub contractor: ContractorId,
    /// Code of the role.
    pub role: String,
}

impl Work {
    /// What a form sends: `12:passenger_assistant`.
    pub fn key(&self) -> String {
        format!("{}:{}", self.contractor, self.role)
    }

    /// Reads [`Work::key`].
    pub fn parse(text: &str) -> Option<Work> {
        let (firm, role) = text.split_once(':')?;
        Some(Work { contractor: ContractorId(firm.parse().ok()?), role: role.to_owned() })
    }
}

/// Asks for a badge.
///
/// # Errors
/// `NotFound` for who is none of their business; `Conflict` while one is asked for; `Invalid` at `work` or `cause`.
pub fn ask(
    tx: &mut Tx<'_>,
    who: &Who,
    id: PersonId,
    work: Option<&Work>,
    cause: Option<BadgeCause>,
) -> Result<BadgeRequestId> {
    people::find(tx, id, &who.reach())?;
    may(who, Act::RequestBadge, Subject::Register)?;
    let dossier = person::dossier(tx, id)?;
    let today = tx.today;
    let policies = policy::published(tx)?;
    let mut faults = Vec::new();
    let runs = |work: &&Work| {
        dossier.engagements.iter().any(|one| {
            one.contractor_id == work.contractor && one.role == work.role && one.ends_on.is_none_or(|end| end >= today)
        })
    };
    let own = |work: &&Work| may(who, Act::RequestBadge, Subject::Firm(work.contractor)).is_ok();
    let badged = |work: &&Work| badge_months(&policies, &work.role, today).is_some();
    let work = work.filter(runs).filter(own).filter(badged);
    if work.is_none() {
        faults.push(Fault::new("work", "Select the work the badge is for"));
    }
    if cause.is_none() {
        faults.push(Fault::new("cause", "Select why a badge is needed"));
    }
    let (Some(work), Some(cause)) = (work, cause) else { return Err(Error::Invalid(faults)) };
    open(tx, id, work, cause)
}

/// Writes an open request.
///
/// # Errors
/// `Conflict` while one is open.
pub(super) fn open(tx: &mut Tx<'_>, id: PersonId, work: &Work, cause: BadgeCause) -> Result<BadgeRequestId> {
    let row = BadgeRequest {
        id: BadgeRequestId(0),
        person_id: id,
        contractor_id: work.contractor,
        role: work.role.clone(),
        cause,
        state: BadgeRequestState::Open,
        asked_by: tx.actor,
        asked_on: tx.today,
        badge_id: None,
        reason: String::new(),
    };
    let request = store::insert(tx, &row)?;
    let value = json!({ "contractor": work.contractor, "role": work.role, "cause": cause });
    tx.trail(Entry::new("badge_request.ask", "badge_request", request.0).about(id).new_value(&value));
    Ok(request)
}

/// The request, when `who` may know of it.
///
/// # Errors
/// `NotFound`.
pub fn seen(conn: &mut Conn, who: &Who, id: BadgeRequestId) -> Result<BadgeRequest> {
    let request = store::find(conn, id)?;
    may(who, Act::RequestBadge, Subject::Firm(request.contractor_id))?;
    Ok(request)
}

/// Refuses a request. The firm and the person read that it was refused, not why.
///
/// # Errors
/// `NotFound`; `Conflict` when it is settled; `Invalid` at `reason`.
pub fn refuse(tx: &mut Tx<'_>, who: &Who, id: BadgeRequestId, why: &str) -> Result<()> {
    may(who, Act::IssueBadges, Subject::Register)?;
    let request = end(tx, id, BadgeRequestState::Refused, "badge_request.refuse", why)?;
    tell::of_refusal(tx, &request)
}

/// Takes a request back, as whoever may ask for it.
///
/// # Errors
/// As [`refuse`].
pub fn cancel(tx: &mut Tx<'_>, who: &Who, id: BadgeRequestId, why: &str) -> Result<()> {
    seen(tx, who, id)?;
    end(tx, id, BadgeRequestState::Cancelled, "badge_request.cancel", why).map(drop)
}

fn end(
    tx: &mut Tx<'_>,
    id: BadgeRequestId,
    state: BadgeRequestState,
    act: &'static str,
    why: &str,
) -> Result<BadgeRequest> {
    let mut faults = Vec::new();
    let why = reason::needed("reason", why, &mut faults);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let request = store::find(tx, id)?;
    if !store::settle(tx, id, state, None, &why)? {
        return Err(Error::Conflict(format!("This request is {} already.", title(request.state))));
    }
    tx.trail(Entry::new(act, "badge_request", id.0).about(request.person_id).reason(why));
    Ok(request)
}

/// For how many months a badge of the role is made out; none for a role without a badge.
pub fn badge_months(policies: &[Policy], role: &str, today: chrono::NaiveDate) -> Option<u32> {
    Policy::in_force(policies, today)?.role(role)?.badge_months
}

/// What pages call a state.
pub fn title(state: BadgeRequestState) -> &'static str {
    match state {
        BadgeRequestState::Open => "open",
        BadgeRequestState::Issued => "issued",
        BadgeRequestState::Refused => "refused",
        BadgeRequestState::Cancelled => "cancelled",
    }
}
