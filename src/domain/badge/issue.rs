//! Issue: only while the person is cleared for the role and works there, and with a photograph. The number is new, the
//! former badge is dead, and the request is settled, in one transaction.

use chrono::NaiveDate;
use serde_json::json;

use super::expiry;
use crate::domain::clearance::{Dossier, clearance};
use crate::domain::permission::{Act, Subject, Who, may};
use crate::domain::policy::{self, Policy};
use crate::domain::{person, signing};
use crate::error::{Error, Result};
use crate::store::badge::{self as store, Badge, NewBadge, OwnBadge};
use crate::store::badge_request::{self as requests, BadgeRequest};
use crate::store::trail::Entry;
use crate::store::{Conn, Tx, lock_people, photo};
use crate::types::{BadgeCause, BadgeId, BadgeRequestId, BadgeRequestState, BadgeState, Origin, PhotoId};

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

/// Whether the badge asked for can be issued on `today`.
///
/// # Errors
/// The database's. The inner error is what stands in the way.
pub fn readiness(
    conn: &mut Conn,
    policies: &[Policy],
    request: &BadgeRequest,
    dossier: &Dossier,
    today: NaiveDate,
) -> Result<Result<Ready, Obstacle>> {
    let photo = photo::current(conn, request.person_id)?;
    Ok(judged(policies, request, dossier, photo, today))
}

/// As [`readiness`], with what was read before.
///
/// # Errors
/// What stands in the way.
pub fn judged(
    policies: &[Policy],
    request: &BadgeRequest,
    dossier: &Dossier,
    photo: Option<PhotoId>,
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
    let photo = photo.ok_or(Obstacle::NoPhoto)?;
    let expires_on = expiry::of_role(policies, &request.role, &found, dossier, today).ok_or(Obstacle::NoBadge)?;
    if expires_on <= today {
        return Err(Obstacle::NothingLeft);
    }
    Ok(Ready { expires_on, photo })
}

/// Issues the badge that was asked for.
///
/// # Errors
/// `NotFound`; `Conflict` with what stands in the way.
pub fn issue(tx: &mut Tx<'_>, who: &Who, id: BadgeRequestId) -> Result<BadgeId> {
    may(who, Act::IssueBadges, Subject::Register)?;
    let policies = policy::published(tx)?;
    let refused = |obstacle: Obstacle| Error::Conflict(obstacle.sentence().to_owned());
    issued(tx, &policies, id)?.map_err(refused)
}

/// Issues, or says what stands in the way.
pub(super) fn issued(tx: &mut Tx<'_>, policies: &[Policy], id: BadgeRequestId) -> Result<Result<BadgeId, Obstacle>> {
    let request = requests::find(tx, id)?;
    lock_people(tx, &[request.person_id])?;
    let dossier = person::dossier(tx, request.person_id)?;
    let today = tx.today;
    let request = requests::find(tx, id)?;
    let ready = match readiness(tx, policies, &request, &dossier, today)? {
        Ok(ready) => ready,
        Err(obstacle) => return Ok(Err(obstacle)),
    };
    let former = supersede(tx, &request)?;
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
    tx.trail(Entry::new("badge.issue", "badge", badge.0).about(request.person_id).new_value(&value));
    Ok(Ok(badge))
}

/// Ends every badge the new one stands in for, imported ones too; answers the latest. What was reported lost is lost.
fn supersede(tx: &mut Tx<'_>, request: &BadgeRequest) -> Result<Option<BadgeId>> {
    let same = |one: &Badge| one.contractor_id == request.contractor_id && one.role == request.role;
    let worn = store::of_person(tx, request.person_id)?;
    let former = worn.iter().find(|one| same(one)).map(|one| one.id);
    for one in worn.iter().filter(|one| same(one) && !super::is_dead(one.state)) {
        let (state, why) = match request.cause {
            BadgeCause::Lost => (BadgeState::Lost, "Reported lost or stolen; a new badge stands in for it"),
            _ => (BadgeState::Superseded, "A new badge stands in for it"),
        };
        if !store::change(tx, one, state, why)? {
            return Err(Error::Conflict("The former badge was changed at this moment. Try again.".into()));
        }
        let entry = Entry::new("badge.supersede", "badge", one.id.0).about(one.person_id);
        tx.trail(entry.old(&one.state).new_value(&state));
    }
    Ok(former)
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
