//! Safeguarding bulletins, in each language they are written in.

pub mod reader;

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::conn::Conn;
use super::db::Tx;
use super::dialect::{each, is_duplicate};
use super::schema::{bulletin_texts, bulletins};
use crate::error::{Error, Result};
use crate::types::{BulletinId, BulletinState, ContractorId, UserId};

/// A bulletin, without its words.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = bulletins)]
struct Row {
    id: BulletinId,
    mandatory: bool,
    state: BulletinState,
    roles: String,
    contractors: String,
    written_by: UserId,
    written_on: NaiveDate,
    published_on: Option<NaiveDate>,
    read_by: Option<NaiveDate>,
    reason: String,
}

/// A bulletin, without its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bulletin {
    /// Row id.
    pub id: BulletinId,
    /// Whether it has to be read.
    pub mandatory: bool,
    /// Draft, published or withdrawn.
    pub state: BulletinState,
    /// Codes of the roles it is for; empty for all.
    pub roles: Vec<String>,
    /// The firms whose people it is for; empty for all.
    pub contractors: Vec<ContractorId>,
    /// Who wrote it.
    pub written_by: UserId,
    /// When.
    pub written_on: NaiveDate,
    /// The day it went out.
    pub published_on: Option<NaiveDate>,
    /// The last day on which it may be read in time.
    pub read_by: Option<NaiveDate>,
    /// Why it was withdrawn.
    pub reason: String,
}

/// The words of a bulletin in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// Code of the language, such as `en`.
    pub language: String,
    /// What it is called.
    pub title: String,
    /// What it says.
    pub body: String,
    /// What is asked about it.
    pub questions: Vec<Question>,
    /// Of a translation, the mark of the English text it was last compared with; empty for the English.
    pub made_from: String,
}

/// A question, of which one option is right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// What is asked.
    pub text: String,
    /// What can be answered.
    pub options: Vec<String>,
    /// Which option is right, from 0.
    pub right: usize,
}

impl Row {
    fn read(self) -> Result<Bulletin> {
        Ok(Bulletin {
            id: self.id,
            mandatory: self.mandatory,
            state: self.state,
            roles: serde_json::from_str(&self.roles)?,
            contractors: serde_json::from_str(&self.contractors)?,
            written_by: self.written_by,
            written_on: self.written_on,
            published_on: self.published_on,
            read_by: self.read_by,
            reason: self.reason,
        })
    }
}

/// One bulletin.
///
/// # Errors
/// `NotFound`.
pub fn find(conn: &mut Conn, id: BulletinId) -> Result<Bulletin> {
    bulletins::table.find(id).select(Row::as_select()).first::<Row>(conn)?.read()
}

/// One bulletin, held so that no other transaction changes it or its words before this one ends.
///
/// # Errors
/// `NotFound`.
pub fn lock(tx: &mut Tx<'_>, id: BulletinId) -> Result<Bulletin> {
    // An update that changes nothing takes the row's lock on either database.
    diesel::update(bulletins::table.find(id)).set(bulletins::state.eq(bulletins::state)).execute(&mut **tx)?;
    find(tx, id)
}

/// A page of bulletins, newest first, older than `before`; those of a firm are published and reach its people.
///
/// # Errors
/// The database's.
pub fn list(
    conn: &mut Conn,
    state: Option<BulletinState>,
    firm: Option<ContractorId>,
    before: Option<BulletinId>,
    limit: i64,
) -> Result<Vec<Bulletin>> {
    let mut query = bulletins::table.order(bulletins::id.desc()).limit(limit).select(Row::as_select()).into_boxed();
    if let Some(state) = state {
        query = query.filter(bulletins::state.eq(state));
    }
    if let Some(firm) = firm {
        let named = bulletins::contractors.eq("[]").or(bulletins::contractors.eq(format!("[{firm}]")));
        let among = bulletins::contractors
            .like(format!("[{firm},%"))
            .or(bulletins::contractors.like(format!("%,{firm},%")))
            .or(bulletins::contractors.like(format!("%,{firm}]")));
        query = query.filter(named.or(among));
    }
    if let Some(before) = before {
        query = query.filter(bulletins::id.lt(before));
    }
    query.load::<Row>(conn)?.into_iter().map(Row::read).collect()
}

/// Every published bulletin, oldest first.
///
/// # Errors
/// The database's.
pub fn published(conn: &mut Conn) -> Result<Vec<Bulletin>> {
    let rows: Vec<Row> = bulletins::table
        .filter(bulletins::state.eq(BulletinState::Published))
        .order(bulletins::id)
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(Row::read).collect()
}

/// A bulletin's words in every language, English first.
///
/// # Errors
/// The database's.
pub fn texts(conn: &mut Conn, id: BulletinId) -> Result<Vec<Text>> {
    let rows: Vec<(String, String, String, String, String)> = bulletin_texts::table
        .filter(bulletin_texts::bulletin_id.eq(id))
        .order(bulletin_texts::language)
        .select((
            bulletin_texts::language,
            bulletin_texts::title,
            bulletin_texts::body,
            bulletin_texts::questions,
            bulletin_texts::made_from,
        ))
        .load(conn)?;
    let read = |(language, title, body, questions, made_from): (String, String, String, String, String)| {
        Ok(Text { language, title, body, questions: serde_json::from_str(&questions)?, made_from })
    };
    let mut texts = rows.into_iter().map(read).collect::<Result<Vec<Text>>>()?;
    texts.sort_by_key(|text| text.language != MAIN);
    Ok(texts)
}

/// The language every bulletin is written in.
pub const MAIN: &str = "en";

/// What these bulletins are called in English.
///
/// # Errors
/// The database's.
pub fn titles(conn: &mut Conn, ids: &[BulletinId]) -> Result<Vec<(BulletinId, String)>> {
    Ok(bulletin_texts::table
        .filter(bulletin_texts::bulletin_id.eq_any(ids))
        .filter(bulletin_texts::language.eq(MAIN))
        .select((bulletin_texts::bulletin_id, bulletin_texts::title))
        .load(conn)?)
}

/// Writes a draft; says which it is.
///
/// # Errors
/// The database's.
pub fn insert(tx: &mut Tx<'_>, new: &Bulletin) -> Result<BulletinId> {
    let row = (
        bulletins::mandatory.eq(new.mandatory),
        bulletins::state.eq(BulletinState::Draft),
        bulletins::roles.eq(serde_json::to_string(&new.roles)?),
        bulletins::contractors.eq(serde_json::to_string(&new.contractors)?),
        bulletins::written_by.eq(new.written_by),
        bulletins::written_on.eq(new.written_on),
        bulletins::read_by.eq(new.read_by),
    );
    Ok(diesel::insert_into(bulletins::table).values(row).returning(bulletins::id).get_result(&mut **tx)?)
}

/// Keeps what changed of a draft; says whether it was one still.
///
/// # Errors
/// The database's.
pub fn keep_draft(tx: &mut Tx<'_>, row: &Bulletin) -> Result<bool> {
    let draft = bulletins::table.find(row.id).filter(bulletins::state.eq(BulletinState::Draft));
    let set = (
        bulletins::mandatory.eq(row.mandatory),
        bulletins::roles.eq(serde_json::to_string(&row.roles)?),
        bulletins::contractors.eq(serde_json::to_string(&row.contractors)?),
        bulletins::read_by.eq(row.read_by),
    );
    Ok(diesel::update(draft).set(set).execute(&mut **tx)? == 1)
}

/// Moves a bulletin on from `from`; says whether it was there.
///
/// # Errors
/// The database's.
pub fn advance(tx: &mut Tx<'_>, id: BulletinId, from: BulletinState, to: BulletinState, reason: &str) -> Result<bool> {
    let row = bulletins::table.find(id).filter(bulletins::state.eq(from));
    let today = tx.today;
    let changed = match to {
        BulletinState::Published => diesel::update(row)
            .set((bulletins::state.eq(to), bulletins::published_on.eq(Some(today))))
            .execute(&mut **tx)?,
        _ => diesel::update(row).set((bulletins::state.eq(to), bulletins::reason.eq(reason))).execute(&mut **tx)?,
    };
    Ok(changed == 1)
}

/// Writes a text in place of the one in its language.
///
/// # Errors
/// The database's.
pub fn write_text(tx: &mut Tx<'_>, id: BulletinId, text: &Text) -> Result<()> {
    let old = bulletin_texts::table.find((id, &text.language));
    diesel::delete(old).execute(&mut **tx)?;
    insert_text(tx, id, text)
}

/// Takes the text in a language away.
///
/// # Errors
/// The database's.
pub fn drop_text(tx: &mut Tx<'_>, id: BulletinId, language: &str) -> Result<()> {
    diesel::delete(bulletin_texts::table.find((id, language))).execute(&mut **tx)?;
    Ok(())
}

/// Writes a text in a language there is none in yet.
///
/// # Errors
/// `Conflict` when there is one.
pub fn insert_text(tx: &mut Tx<'_>, id: BulletinId, text: &Text) -> Result<()> {
    let questions = serde_json::to_string(&text.questions)?;
    let row = (
        bulletin_texts::bulletin_id.eq(id),
        bulletin_texts::language.eq(&text.language),
        bulletin_texts::title.eq(&text.title),
        bulletin_texts::body.eq(&text.body),
        bulletin_texts::questions.eq(questions),
        bulletin_texts::made_from.eq(&text.made_from),
    );
    match each!(&mut **tx, |c| diesel::insert_into(bulletin_texts::table).values(row).execute(c)) {
        Err(failed) if is_duplicate(&failed) => {
            Err(Error::Conflict("The bulletin is written in this language already.".into()))
        }
        other => {
            other?;
            Ok(())
        }
    }
}
