//! What members of the public wrote about a badge or its wearer.

use diesel::prelude::*;

use super::conn::Conn;
use super::db::Tx;
use super::schema::badge_concerns as concerns;
use crate::error::Result;
use crate::types::{At, BadgeId, ConcernId, ConcernState, PersonId, UserId};

/// Rows looked through at a time.
const BATCH: i64 = 1000;

/// A concern.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = concerns)]
pub struct Concern {
    /// Row id.
    pub id: ConcernId,
    /// The badge it is about, where its square or number was good.
    pub badge_id: Option<BadgeId>,
    /// Whose that is.
    pub person_id: Option<PersonId>,
    /// The number that was typed.
    pub typed: String,
    /// What was written.
    pub words: String,
    /// Who wrote, where they said.
    pub name: String,
    /// How to reach them, where they said.
    pub contact: String,
    /// When it came.
    pub received_at: At,
    /// Whether somebody of the team has looked at it.
    pub state: ConcernState,
    /// Who.
    pub seen_by: Option<UserId>,
    /// What they noted.
    pub note: String,
}

/// A concern to be.
pub struct NewConcern<'a> {
    /// The badge and whose it is, where known.
    pub about: Option<(BadgeId, PersonId)>,
    /// The number that was typed.
    pub typed: &'a str,
    /// What was written.
    pub words: &'a str,
    /// Who wrote.
    pub name: &'a str,
    /// How to reach them.
    pub contact: &'a str,
}

/// Writes a concern; says which it is.
///
/// # Errors
/// The database's.
pub fn insert(tx: &mut Tx<'_>, new: &NewConcern<'_>) -> Result<ConcernId> {
    let row = (
        concerns::badge_id.eq(new.about.map(|(badge, _)| badge)),
        concerns::person_id.eq(new.about.map(|(_, person)| person)),
        concerns::typed.eq(new.typed),
        concerns::words.eq(new.words),
        concerns::name.eq(new.name),
        concerns::contact.eq(new.contact),
        concerns::received_at.eq(tx.at),
        concerns::state.eq(ConcernState::New),
    );
    Ok(diesel::insert_into(concerns::table).values(row).returning(concerns::id).get_result(&mut **tx)?)
}

/// One concern.
///
/// # Errors
/// `NotFound`.
pub fn find(conn: &mut Conn, id: ConcernId) -> Result<Concern> {
    Ok(concerns::table.find(id).select(Concern::as_select()).first(conn)?)
}

/// When the last but `count` came.
///
/// # Errors
/// The database's.
pub fn received_before(conn: &mut Conn, count: i64) -> Result<Option<At>> {
    let newest = concerns::table.order(concerns::id.desc()).limit(count).select(concerns::received_at);
    let newest: Vec<At> = newest.load(conn)?;
    Ok(newest.last().copied().filter(|_| newest.len() as i64 == count))
}

/// Takes the words out of what is known of nobody and `names` somebody, and whoever wrote it where that is they.
///
/// # Errors
/// The database's.
pub fn wipe_where(tx: &mut Tx<'_>, names: impl Fn(&str) -> bool) -> Result<()> {
    let mut before = None;
    loop {
        let some = list(tx, None, before, BATCH)?;
        let Some(last) = some.last() else { return Ok(()) };
        before = Some(last.id);
        for row in some {
            let nobodys = row.person_id.is_none();
            if nobodys && [&row.typed, &row.words, &row.note].into_iter().any(|text| names(text)) {
                let blank = (concerns::typed.eq(""), concerns::words.eq(""), concerns::note.eq(""));
                diesel::update(concerns::table.find(row.id)).set(blank).execute(&mut **tx)?;
            }
            if names(&format!("{} {}", row.name, row.contact)) {
                let blank = (concerns::name.eq(""), concerns::contact.eq(""));
                diesel::update(concerns::table.find(row.id)).set(blank).execute(&mut **tx)?;
            }
        }
    }
}

/// A page of concerns, newest first, older than `before`.
///
/// # Errors
/// The database's.
pub fn list(
    conn: &mut Conn,
    state: Option<ConcernState>,
    before: Option<ConcernId>,
    limit: i64,
) -> Result<Vec<Concern>> {
    let mut query = concerns::table.order(concerns::id.desc()).limit(limit).select(Concern::as_select()).into_boxed();
    if let Some(state) = state {
        query = query.filter(concerns::state.eq(state));
    }
    if let Some(before) = before {
        query = query.filter(concerns::id.lt(before));
    }
    Ok(query.load(conn)?)
}

/// Marks a concern as seen; says whether it was new.
///
/// # Errors
/// The database's.
pub fn see(tx: &mut Tx<'_>, id: ConcernId, note: &str) -> Result<bool> {
    let new = concerns::table.find(id).filter(concerns::state.eq(ConcernState::New));
    let actor = tx.actor;
    let set = (concerns::state.eq(ConcernState::Seen), concerns::seen_by.eq(Some(actor)), concerns::note.eq(note));
    Ok(diesel::update(new).set(set).execute(&mut **tx)? == 1)
}
