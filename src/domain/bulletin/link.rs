//! A person's own link to a bulletin: made of the reader's row and turn under the council's key, so that it can be printed
//! again and never be another's. Looking at it opens nothing; reading and answering are posted.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use subtle::ConstantTimeEq;

use crate::domain::signin::{FREE_OF_ADDRESS, count, network};
use crate::error::{Error, Result};
use crate::store::bulletin::reader::{self, Reader};
use crate::store::bulletin::{self as store, Bulletin, Text};
use crate::store::trail::Entry;
use crate::store::{Conn, Seal, Tx, signin};
use crate::types::{At, BulletinState, ReaderId};

/// Openings of one link that cost no wait.
const FREE_OF_LINK: i32 = 30;
/// Wrong answers of one reader that cost no wait.
const FREE_OF_ANSWERS: i32 = 5;
/// The mark of a link, in bytes.
const MARK: usize = 16;

/// What a link opens.
pub struct Open {
    /// Whose it is.
    pub reader: Reader,
    /// The bulletin.
    pub bulletin: Bulletin,
    /// Its words, English first.
    pub texts: Vec<Text>,
}

/// What came of opening a link or answering behind it.
pub enum Opened<T> {
    /// It opens.
    Good(T),
    /// It opens nothing; why is told to nobody.
    Dead,
    /// There were too many tries.
    Wait,
}

/// What came of the answers.
#[derive(Debug, PartialEq, Eq)]
pub enum Answered {
    /// Both are right: acknowledged.
    Done,
    /// These questions, from 0, have no answer.
    Missing(Vec<usize>),
    /// These questions, from 0, were answered wrongly.
    Wrong(Vec<usize>),
}

/// The link's path on the pages.
pub fn path(seal: &Seal, reader: &Reader) -> String {
    format!("/read/{}", token(seal, reader.id, reader.turn))
}

/// What the link carries.
pub fn token(seal: &Seal, id: ReaderId, turn: i32) -> String {
    BASE64.encode([id.0.to_be_bytes().as_slice(), &mark(seal, id, turn)].concat())
}

fn mark(seal: &Seal, id: ReaderId, turn: i32) -> [u8; MARK] {
    let print = hex::decode(seal.fingerprint("bulletin link", &format!("{id}.{turn}"))).unwrap_or_default();
    print.first_chunk().copied().unwrap_or_default()
}

/// What a token opens at this moment; nothing for one that is unknown, another's turn, expired, or of a bulletin that is
/// not published.
///
/// # Errors
/// The database's.
pub fn find(conn: &mut Conn, seal: &Seal, token: &str, now: At) -> Result<Option<Open>> {
    let bytes = BASE64.decode(token).unwrap_or_default();
    let Some((id, sent)) = bytes.split_first_chunk::<8>() else { return Ok(None) };
    let reader = match reader::find(conn, ReaderId(i64::from_be_bytes(*id))) {
        Ok(reader) => reader,
        Err(Error::NotFound) => return Ok(None),
        Err(other) => return Err(other),
    };
    let genuine = bool::from(mark(seal, reader.id, reader.turn).ct_eq(sent));
    let bulletin = store::find(conn, reader.bulletin_id)?;
    if !genuine || now >= reader.expires_at || bulletin.state != BulletinState::Published {
        return Ok(None);
    }
    let texts = store::texts(conn, bulletin.id)?;
    Ok(Some(Open { reader, bulletin, texts }))
}

/// Opens a link, whoever presses its button. A dead one answers as one that never was.
///
/// # Errors
/// The database's.
pub fn open(tx: &mut Tx<'_>, token: &str, address: &str) -> Result<Opened<Open>> {
    let (seal, now) = (tx.seal(), tx.at);
    let link = seal.fingerprint("bulletin link opened", token);
    let from = seal.fingerprint("bulletin address", &network(address));
    if count(tx, [(&from, FREE_OF_ADDRESS), (&link, FREE_OF_LINK)])?.is_some() {
        return Ok(Opened::Wait);
    }
    let Some(mut open) = find(tx, &seal, token, now)? else { return Ok(Opened::Dead) };
    forgive(tx, &from)?;
    if open.reader.opened_at.is_none() {
        open.reader.opened_at = Some(now);
        reader::keep(tx, &open.reader)?;
        tx.trail(Entry::new("bulletin.open", "bulletin", open.bulletin.id.0).about(open.reader.person_id));
    }
    Ok(Opened::Good(open))
}

/// A whole depot may read from one address.
fn forgive(tx: &mut Tx<'_>, bucket: &str) -> Result<()> {
    let (tries, _) = signin::hold_failures(tx, bucket)?;
    signin::set_failures(tx, bucket, tries.saturating_sub(1).max(0))
}

/// Takes the answers to the questions, each an option from 0. Both right: the bulletin is acknowledged, once.
///
/// # Errors
/// The database's.
pub fn answer(
    tx: &mut Tx<'_>,
    token: &str,
    address: &str,
    language: &str,
    answers: &[Option<usize>],
) -> Result<Opened<(Open, Answered)>> {
    let (seal, now) = (tx.seal(), tx.at);
    let link = seal.fingerprint("bulletin answered", token);
    let from = seal.fingerprint("bulletin address", &network(address));
    if count(tx, [(&from, FREE_OF_ADDRESS), (&link, FREE_OF_ANSWERS)])?.is_some() {
        return Ok(Opened::Wait);
    }
    let Some(mut open) = find(tx, &seal, token, now)? else { return Ok(Opened::Dead) };
    forgive(tx, &from)?;
    if open.reader.acknowledged_at.is_some() {
        forgive(tx, &link)?;
        return Ok(Opened::Good((open, Answered::Done)));
    }
    let text = open.texts.iter().find(|text| text.language == language).or(open.texts.first());
    let text = text.ok_or_else(|| Error::internal("a bulletin without words"))?.clone();
    let given = |at: usize| answers.get(at).copied().flatten();
    let missing: Vec<usize> = (0..text.questions.len()).filter(|at| given(*at).is_none()).collect();
    if !missing.is_empty() {
        forgive(tx, &link)?;
        return Ok(Opened::Good((open, Answered::Missing(missing))));
    }
    let asked = text.questions.iter().enumerate();
    let wrong: Vec<usize> = asked.filter(|(at, one)| given(*at) != Some(one.right)).map(|(at, _)| at).collect();
    if !wrong.is_empty() {
        open.reader.tries = open.reader.tries.saturating_add(1);
        reader::keep(tx, &open.reader)?;
        return Ok(Opened::Good((open, Answered::Wrong(wrong))));
    }
    open.reader.acknowledged_at = Some(now);
    open.reader.language = text.language;
    reader::keep(tx, &open.reader)?;
    signin::set_failures(tx, &link, 0)?;
    tx.trail(Entry::new("bulletin.acknowledge", "bulletin", open.bulletin.id.0).about(open.reader.person_id));
    Ok(Opened::Good((open, Answered::Done)))
}
