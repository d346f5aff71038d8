//! Letters about a badge, to its firm and to the person. That one is no longer stopped is not written where it is again.

use super::super::{
    BADGE_LETTER, BADGE_NOTICE, BadgeLetter, BadgeNews, BadgeNotice, BadgeParams, BadgeReturn, BadgeReturnParams,
    CardLine, Letter, Sender,
};
use super::contact;
use crate::error::{Error, Result};
use crate::store::badge::{self, Badge};
use crate::store::outbox::Letter as Row;
use crate::store::{Conn, contractor, person};
use crate::types::{BadgeState, ContractorStatus, PersonId, Reach};

/// The letters written here.
pub(super) const LETTERS: [&str; 2] = [BADGE_NOTICE, BADGE_LETTER];

/// The letter; none to a firm the council has left.
pub(super) fn render(conn: &mut Conn, sender: Sender, row: &Row, id: PersonId) -> Result<Option<Letter>> {
    let told: BadgeParams = serde_json::from_str(&row.params)?;
    if told.news == BadgeNews::Restored {
        let is_live = match told.badge {
            Some(id) => badge::find(conn, id)?.state == BadgeState::Live,
            None => false,
        };
        if !is_live {
            return Ok(None);
        }
    }
    let whom = person::find(conn, id, &Reach::Everyone)?;
    let firm = contractor::find(conn, told.contractor, &Reach::Everyone)?;
    let contact = contact(&sender);
    if row.letter != BADGE_NOTICE {
        let (person, firm) = (whom.full_name(), firm.name);
        return BadgeLetter { sender, contact, person, firm, told }.write().map(Some);
    }
    if firm.status != ContractorStatus::Active {
        return Ok(None);
    }
    // As in the notice of a hold: a namesake must not be mistaken for them.
    let person = format!("{} ({})", whom.full_name(), whom.reference);
    BadgeNotice { sender, contact, firm: firm.name, person, told }.write().map(Some)
}

/// The letter that asks for cards back; none when all have come, or the firm is gone.
pub(super) fn cards(conn: &mut Conn, sender: &Sender, row: &Row) -> Result<Option<Letter>> {
    let BadgeReturnParams { badges } = serde_json::from_str(&row.params)?;
    let firm = row.contractor_id.ok_or_else(|| Error::internal("a letter to a firm names no firm"))?;
    let firm = contractor::find(conn, firm, &Reach::Everyone)?;
    let mut out = badge::by_ids(conn, &badges)?;
    out.retain(|one| one.returned_on.is_none());
    if out.is_empty() || firm.status != ContractorStatus::Active {
        return Ok(None);
    }
    let whose: Vec<PersonId> = out.iter().map(|one| one.person_id).collect();
    let people = person::by_ids(conn, &whose)?;
    let line = |one: Badge| CardLine {
        person: people
            .iter()
            .find(|whom| whom.id == one.person_id)
            .map_or_else(String::new, |whom| format!("{} ({})", whom.full_name(), whom.reference)),
        number: one.number,
    };
    let (sender, cards) = (sender.clone(), out.into_iter().map(line).collect());
    BadgeReturn { contact: contact(&sender), sender, firm: firm.name, cards }.write().map(Some)
}
