//! Issue: only while the person is cleared for the role and works there, and with a photograph. The number is new, the
//! former badge is dead, and the request is settled, in one transaction.

use chrono::NaiveDate;
use serde_json::json;

use super::photo::CHANGED;
use super::{expiry, former};
use crate::domain::clearance::{Dossier, clearance};
use crate::domain::permission::{Act, Subject, Who, may};
use crate::domain::policy::{self, Policy};
use crate::domain::reason::needed;
use crate::domain::{person, signing};
use crate::error::{Error, Result};
use crate::store::badge::{self as store, Badge, NewBadge, OwnBadge};
use crate::store::badge_request::{self as requests, BadgeRequest};
use crate::store::trail::Entry;
use crate::store::{Conn, Tx, lock_people, photo};
use crate::types::{BadgeCause, BadgeId, BadgeRequestId, BadgeRequestState, BadgeState, Origin, PersonId, PhotoId};

/// Why a badge cannot be issued now. For the team alone: a firm reads that the council has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// The request was settled.
    Settled,
    /// They do not work there now.
    NotEngaged,
    /// They are not cleared for the role.
    NotCleared,
    /// There is no photograph.
    NoPhoto,
    /// The role has no badge.
    NoBadge,
    /// What caps the badge has run out, or does today.
    NothingLeft,
    /// An earlier badge of the same work is suspended, or was revoked and none followed it.
    Stopped,
    /// Nobody of the team looked at the photograph the firm sent.
    NotLookedAt,
}

impl Obstacle {
    /// The sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            Obstacle::Settled => "The request is settled already.",
            Obstacle::NotEngaged => "They do not work for this contractor in this role today.",
            Obstacle::NotCleared => "They are not cleared for this role today.",
            Obstacle::NoPhoto => "There is no photo of them.",
            Obstacle::NoBadge => "The policy has no badge for this role.",
            Obstacle::NothingLeft => "Something the badge depends on runs out, so the badge would not last a day.",
            Obstacle::Stopped => "An earlier badge for this work was suspended or revoked.",
            Obstacle::NotLookedAt => "Nobody on the team has looked at the photo the contractor sent.",
        }
    }

    /// What the firm may know, where it can do something about it.
    pub fn outward(self) -> &'static str {
        match self {
            Obstacle::NoPhoto => "A photo is needed",
            _ => "With the council",
        }
    }
}

/// What a badge would be made of now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ready {
    /// Its last day.
    pub expires_on: NaiveDate,
    /// Its photograph.
    pub photo: PhotoId,
}

/// What an issue depends on beside the dossier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Facts {
    /// The photograph in use.
    pub photo: Option<PhotoId>,
    /// Whether somebody of the team looked at it.
    pub is_looked_at: bool,
    /// Whether the new badge would undo a suspension or a revocation.
    pub is_stopped: bool,
}

/// The facts for each of these requests, in their order.
///
/// # Errors
/// The database's.
pub fn facts(
    conn: &mut Conn,
    requests: &[&BadgeRequest],
    dossiers: &[Dossier],
    today: NaiveDate,
) -> Result<Vec<Facts>> {
    let people: Vec<PersonId> = requests.iter().map(|request| request.person_id).collect();
    let (photos, worn) = (photo::in_use(conn, &people)?, store::of_people(conn, &people)?);
    let of = |request: &&BadgeRequest| {
        let photo = photos.iter().find(|(person, ..)| *person == request.person_id);
        let worn: Vec<&Badge> = worn.iter().filter(|one| one.person_id == request.person_id).collect();
        let file = dossiers.iter().find(|file| file.person == request.person_id);
        Facts {
            photo: photo.map(|(_, id, _)| *id),
            is_looked_at: photo.is_some_and(|(_, _, by)| by.is_some()),
            is_stopped: file.is_none_or(|file| former::stops(request, &worn, file, today)),
        }
    };
    Ok(requests.iter().map(of).collect())
}

/// Whether the badge asked for can be issued on `today`, by itself or with many others.
///
/// # Errors
/// What stands in the way.
pub fn judged(
    policies: &[Policy],
    request: &BadgeRequest,
    dossier: &Dossier,
    facts: Facts,
    today: NaiveDate,
) -> Result<Ready, Obstacle> {
    if request.state != BadgeRequestState::Open {
        return Err(Obstacle::Settled);
    }
    let runs = dossier.engagements.iter().any(|one| {
        one.contractor_id == request.contractor_id
            && one.role == request.role
            && one.starts_on <= today
            && one.ends_on.is_none_or(|end| end >= today)
    });
    if !runs {
        return Err(Obstacle::NotEngaged);
    }
    let found = clearance(policies, &request.role, dossier, today);
    if !found.is_cleared() || found.valid_until.is_none_or(|day| day < today) {
        return Err(Obstacle::NotCleared);
    }
    let photo = facts.photo.ok_or(Obstacle::NoPhoto)?;
    let expires_on = expiry::of_role(policies, &request.role, &found, dossier, today).ok_or(Obstacle::NoBadge)?;
    if expires_on <= today {
        return Err(Obstacle::NothingLeft);
    }
    if facts.is_stopped {
        return Err(Obstacle::Stopped);
    }
    if !facts.is_looked_at {
        return Err(Obstacle::NotLookedAt);
    }
    Ok(Ready { expires_on, photo })
}

/// How a badge is issued.
#[derive(Debug, Clone, Copy)]
pub(super) enum How<'a> {
    /// With many others, unseen.
    Together,
    /// By an officer who saw this photograph, for a reason where an earlier badge was stopped.
    Alone(Option<PhotoId>, &'a str),
}

/// Issues the badge that was asked for, with the photograph in use.
///
/// # Errors
/// `NotFound`; `Conflict` with what stands in the way.
pub fn issue(tx: &mut Tx<'_>, who: &Who, id: BadgeRequestId) -> Result<BadgeId> {
    let person = requests::find(tx, id)?.person_id;
    let photo = photo::current(tx, person)?;
    match issue_seen(tx, who, id, photo, "") {
        Err(Error::Invalid(_)) => Err(Error::Conflict(Obstacle::Stopped.sentence().to_owned())),
        other => other,
    }
}

/// Issues the badge that was asked for, with the photograph that was seen; `why` where an earlier badge was stopped.
///
/// # Errors
/// `NotFound`; `Conflict` with what stands in the way, or when the photograph is another by now; `Invalid` at `reason`.
pub fn issue_seen(
    tx: &mut Tx<'_>,
    who: &Who,
    id: BadgeRequestId,
    photo: Option<PhotoId>,
    why: &str,
) -> Result<BadgeId> {
    may(who, Act::IssueBadges, Subject::Register)?;
    let policies = policy::published(tx)?;
    let refused = |obstacle: Obstacle| Error::Conflict(obstacle.sentence().to_owned());
    issued(tx, &policies, id, How::Alone(photo, why))?.map_err(refused)
}

/// Issues, or says what stands in the way.
pub(super) fn issued(
    tx: &mut Tx<'_>,
    policies: &[Policy],
    id: BadgeRequestId,
    how: How<'_>,
) -> Result<Result<BadgeId, Obstacle>> {
    let request = requests::find(tx, id)?;
    lock_people(tx, &[request.person_id])?;
    let dossier = person::dossier(tx, request.person_id)?;
    let today = tx.today;
    let request = requests::find(tx, id)?;
    let mut facts = facts(tx, &[&request], std::slice::from_ref(&dossier), today)?.pop().unwrap_or_default();
    let is_stopped = facts.is_stopped;
    if let How::Alone(..) = how {
        (facts.is_stopped, facts.is_looked_at) = (false, true);
    }
    let ready = match judged(policies, &request, &dossier, facts, today) {
        Ok(ready) => ready,
        Err(obstacle) => return Ok(Err(obstacle)),
    };
    let mut reason = String::new();
    if let How::Alone(seen, why) = how {
        if seen != Some(ready.photo) {
            return Err(Error::Conflict(CHANGED.into()));
        }
        if is_stopped {
            let mut faults = Vec::new();
            reason = needed("reason", why, &mut faults);
            if !faults.is_empty() {
                return Err(Error::Invalid(faults));
            }
        }
        photo::look(tx, ready.photo)?;
    }
    let former = supersede(tx, &request, &dossier)?;
    signing::ensure_key(tx)?;
    let new = NewBadge {
        number: number(tx)?,
        person_id: request.person_id,
        contractor_id: request.contractor_id,
        role: request.role.clone(),
        issued_on: today,
        expires_on: ready.expires_on,
        state: BadgeState::Live,
        origin: Origin::Recorded,
    };
    let own = OwnBadge {
        opaque: Some(signing::new_opaque()),
        photo_id: Some(ready.photo),
        issued_by: Some(tx.actor),
        state_since: Some(today),
        replaces: former,
    };
    let badge = store::insert_own(tx, &new, &own)?;
    if !requests::settle(tx, id, BadgeRequestState::Issued, Some(badge), "")? {
        return Err(Error::Conflict(Obstacle::Settled.sentence().into()));
    }
    let value = json!({
        "number": new.number, "contractor": new.contractor_id, "role": new.role, "expires_on": new.expires_on,
        "cause": request.cause, "replaces": former,
    });
    let entry = Entry::new("badge.issue", "badge", badge.0).about(request.person_id).new_value(&value);
    tx.trail(if is_stopped { entry.reason(reason) } else { entry });
    Ok(Ok(badge))
}

/// Ends every badge the new one stands in for, imported ones too; answers the latest. What was reported lost is lost.
fn supersede(tx: &mut Tx<'_>, request: &BadgeRequest, dossier: &Dossier) -> Result<Option<BadgeId>> {
    let today = tx.today;
    let worn = store::of_person(tx, request.person_id)?;
    let of_work = |one: &&Badge| former::is_same_work(request, one);
    let (former, moved) =
        (worn.iter().find(of_work), worn.iter().find(|one| former::is_left(request, one, dossier, today)));
    for one in worn.iter().filter(|one| former::ends(request, one, dossier, today)) {
        let (state, why) = match request.cause {
            BadgeCause::Lost => (BadgeState::Lost, "Reported lost or stolen; a new badge stands in for it"),
            BadgeCause::ContractorChange => {
                (BadgeState::Superseded, "They changed contractor; a new badge stands in for it")
            }
            _ => (BadgeState::Superseded, "A new badge stands in for it"),
        };
        if !store::change(tx, one, state, why)? {
            return Err(Error::Conflict("The former badge was changed at this moment. Try again.".into()));
        }
        let entry = Entry::new("badge.supersede", "badge", one.id.0).about(one.person_id);
        tx.trail(entry.old(&one.state).new_value(&state));
    }
    Ok(former.or(moved).map(|one| one.id))
}

/// A number no badge has, ours or imported.
fn number(tx: &mut Tx<'_>) -> Result<String> {
    loop {
        let number = format!("C{:06}", store::next_number(tx)?);
        if !store::is_taken(tx, &number)? {
            return Ok(number);
        }
    }
}
