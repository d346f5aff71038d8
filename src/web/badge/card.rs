//! What is on a card, gathered; nothing of it is decided here.

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::config::Config;
use crate::domain::signing::{self, Signer};
use crate::error::Result;
use crate::store::badge::Badge;
use crate::store::{Conn, Seal, contractor, person, photo, register};
use crate::types::{ContractorId, PersonId, PhotoId};
use crate::web::pdf::Colour;

/// The council, as its cards show it.
#[derive(Debug, Clone)]
pub struct House {
    /// Its name.
    pub council: String,
    /// Its colour.
    pub colour: Colour,
    /// Where a found card goes.
    pub address: String,
    /// Whom to ring about one; may be empty.
    pub phone: String,
    /// Where a card is checked, without a slash at its end.
    pub base: String,
}

impl House {
    /// What `config` says.
    pub fn of(config: &Config) -> House {
        House {
            council: config.council_name.clone(),
            colour: Colour::parse(&config.brand_colour).unwrap_or(Colour(0x1d, 0x70, 0xb8)),
            address: config.council_address.clone(),
            phone: config.council_phone.trim().to_owned(),
            base: config.base_url.trim_end_matches('/').to_owned(),
        }
    }
}

/// A card to be. Shows somebody, so no Debug.
#[derive(Clone)]
pub struct Card {
    /// The wearer's name.
    pub name: String,
    /// Code of the role, for its colour.
    pub role: String,
    /// Its words.
    pub role_title: String,
    /// The firm's name.
    pub firm: String,
    /// The badge's number.
    pub number: String,
    /// The code printed beside it.
    pub code: String,
    /// The day it was issued.
    pub issued_on: NaiveDate,
    /// Its last day.
    pub expires_on: NaiveDate,
    /// What the square says.
    pub link: String,
    /// The photograph; none when there is none any more.
    pub photo: Option<Vec<u8>>,
}

/// The cards of these badges of our own, in their order.
pub(super) fn gather(
    conn: &mut Conn,
    seal: &Seal,
    base: &str,
    badges: &[Badge],
    today: NaiveDate,
) -> Result<Vec<Card>> {
    let titles = register::titles(conn, today)?;
    let people: Vec<PersonId> = badges.iter().map(|badge| badge.person_id).collect();
    let firms: Vec<ContractorId> = badges.iter().map(|badge| badge.contractor_id).collect();
    let people: HashMap<PersonId, String> =
        person::by_ids(conn, &people)?.into_iter().map(|one| (one.id, one.full_name())).collect();
    let firms: HashMap<ContractorId, String> = contractor::names(conn, &firms)?.into_iter().collect();
    let photos: Vec<PhotoId> = badges.iter().filter_map(|badge| badge.photo_id).collect();
    let photos: HashMap<PhotoId, photo::Photo> =
        photo::by_ids(conn, &photos)?.into_iter().map(|one| (one.id, one)).collect();
    let mut cards = Vec::with_capacity(badges.len());
    if badges.iter().all(|badge| badge.opaque.is_none()) {
        return Ok(cards);
    }
    let signer = Signer::newest(conn, seal)?;
    for badge in badges {
        let Some(opaque) = badge.opaque.as_deref() else { continue };
        let photo = badge.photo_id.and_then(|id| photos.get(&id));
        cards.push(Card {
            name: people.get(&badge.person_id).cloned().unwrap_or_default(),
            role: badge.role.clone(),
            role_title: titles.role(&badge.role).to_owned(),
            firm: firms.get(&badge.contractor_id).cloned().unwrap_or_default(),
            number: badge.number.clone(),
            code: signing::card_code(seal, opaque),
            issued_on: badge.issued_on,
            expires_on: badge.expires_on,
            link: format!("{base}/b/{}", signer.token(opaque)),
            photo: photo.map(|photo| photo.jpeg()).transpose()?,
        });
    }
    Ok(cards)
}
