//! The letters about bulletins, and about what the public wrote. A link that another replaced, and a bulletin that was read or withdrawn, need no letter.

use serde::Deserialize;

use super::super::{BulletinChase, BulletinNotice, BulletinNoticeParams, ConcernNotice, Letter, Sender};
use crate::domain::bulletin::chase::Unread;
use crate::domain::bulletin::{language, link};
use crate::error::{Error, Result};
use crate::store::bulletin::{self, MAIN, reader};
use crate::store::outbox::Letter as Row;
use crate::store::{Conn, Seal, contractor};
use crate::types::{BulletinState, ConcernId, ContractorStatus, Reach, Secret};

pub(super) fn notice(conn: &mut Conn, seal: &Seal, sender: &Sender, row: &Row) -> Result<Option<Letter>> {
    let BulletinNoticeParams { reader, turn } = serde_json::from_str(&row.params)?;
    let reader = match reader::find(conn, reader) {
        Ok(reader) => reader,
        Err(Error::NotFound) => return Ok(None),
        Err(other) => return Err(other),
    };
    let bulletin = bulletin::find(conn, reader.bulletin_id)?;
    let is_open = bulletin.state == BulletinState::Published && reader.acknowledged_at.is_none();
    if !is_open || reader.turn != turn {
        return Ok(None);
    }
    let texts = bulletin::texts(conn, bulletin.id)?;
    let title = texts.iter().find(|text| text.language == MAIN).map(|text| text.title.clone()).unwrap_or_default();
    let others = texts.iter().filter(|text| text.language != MAIN);
    let letter = BulletinNotice {
        sender: sender.clone(),
        title,
        mandatory: bulletin.mandatory,
        read_by: reader.due_on,
        languages: others.filter_map(|text| language(&text.language)).collect(),
        link: Secret::new(format!("{}{}", sender.base_url, link::path(seal, &reader))),
        expires: reader.expires_at,
    };
    letter.write().map(Some)
}

#[derive(Deserialize)]
struct Chase {
    lines: Vec<Unread>,
}

pub(super) fn chase(conn: &mut Conn, sender: &Sender, row: &Row) -> Result<Option<Letter>> {
    let Chase { lines } = serde_json::from_str(&row.params)?;
    let id = row.contractor_id.ok_or_else(|| Error::internal("a chase letter names no firm"))?;
    let firm = contractor::find(conn, id, &Reach::Everyone)?;
    if firm.status != ContractorStatus::Active {
        return Ok(None);
    }
    BulletinChase { sender: sender.clone(), firm: firm.name, lines }.write().map(Some)
}

#[derive(Deserialize)]
struct Concern {
    id: ConcernId,
}

pub(super) fn concern(sender: &Sender, row: &Row) -> Result<Letter> {
    let Concern { id } = serde_json::from_str(&row.params)?;
    ConcernNotice { sender: sender.clone(), id }.write()
}
