//! Who hears what became of a badge: its firm, and the person themselves. Neither letter holds the reason.

use serde_json::json;

use crate::domain::clearance::dossiers;
use crate::domain::letter::{BADGE_LETTER, BADGE_NOTICE, BadgeNews, BadgeParams};
use crate::domain::outbox::{ToFirms, write_to_firms, write_to_person};
use crate::error::Result;
use crate::store::badge::Badge;
use crate::store::badge_request::BadgeRequest;
use crate::store::{Tx, register};
use crate::types::PersonId;

/// Writes that the badge was stopped, or is allowed again.
pub(super) fn of_badge(tx: &mut Tx<'_>, badge: &Badge, news: BadgeNews) -> Result<()> {
    let today = tx.today;
    let told = BadgeParams {
        news,
        badge: Some(badge.id),
        number: badge.number.clone(),
        contractor: badge.contractor_id,
        role: register::titles(tx, today)?.role(&badge.role).to_owned(),
        on: today,
    };
    write(tx, badge.person_id, &told)
}

/// Writes that the badge which was asked for is not issued.
pub(super) fn of_refusal(tx: &mut Tx<'_>, request: &BadgeRequest) -> Result<()> {
    let today = tx.today;
    let told = BadgeParams {
        news: BadgeNews::Refused,
        badge: None,
        number: String::new(),
        contractor: request.contractor_id,
        role: register::titles(tx, today)?.role(&request.role).to_owned(),
        on: today,
    };
    write(tx, request.person_id, &told)
}

fn write(tx: &mut Tx<'_>, person: PersonId, told: &BadgeParams) -> Result<()> {
    let by_telephone = match told.news {
        BadgeNews::Suspended => {
            "A firm has no email address: tell it by telephone that a badge of this person does not count for now"
        }
        BadgeNews::Restored => {
            "A firm has no email address: tell it by telephone that a badge of this person is no longer stopped, and to see in the register whether they are cleared"
        }
        BadgeNews::Revoked => {
            "A firm has no email address: tell it by telephone that a badge of this person is revoked and to send it back"
        }
        BadgeNews::Refused => {
            "A firm has no email address: tell it by telephone that a badge asked for this person was refused"
        }
    };
    let params = json!(told);
    let once = format!(":{}:{}:{}:{}", told.news.word(), told.number, told.role, tx.at.utc().format("%H%M%S%6f"));
    let letter = ToFirms { letter: BADGE_NOTICE, person, params: &params, by_telephone, once: &once };
    // A firm that they left learns nothing more of them.
    let today = tx.today;
    let works = dossiers(tx, &[person])?.iter().any(|dossier| dossier.firms(today).contains(&told.contractor));
    write_to_firms(tx, &letter, if works { std::slice::from_ref(&told.contractor) } else { &[] })?;
    write_to_person(tx, person, BADGE_LETTER, params.to_string())
}
