//! The outbox: letters on their way. Claimed by compare-and-set with a lease; the text is kept once rendered and
//! every retry sends those bytes.

mod claim;

use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::Bool;

pub use claim::{claim, forget, keep_text, postpone, release, renew, settle};

use super::conn::Conn;
use super::db::Tx;
use super::schema::outbox;
use crate::error::Result;
use crate::types::{At, ContractorId, OutboxId, OutboxState, PersonId, UserId};

/// A letter on its way out, or sent.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = outbox)]
pub struct Letter {
    /// Row id, from which the Message-ID is made.
    pub id: OutboxId,
    /// Which letter: a folder of `templates/mail`.
    pub letter: String,
    /// How far it is.
    pub state: OutboxState,
    /// To whom.
    pub to_email: String,
    /// Copied to; may be empty.
    pub cc_email: String,
    /// The firm it is for.
    pub contractor_id: Option<ContractorId>,
    /// The user it is for.
    pub user_id: Option<UserId>,
    /// The person it concerns.
    pub person_id: Option<PersonId>,
    /// What the letter is rendered from, as JSON.
    pub params: String,
    /// Rendered at first claim.
    pub subject: Option<String>,
    /// Rendered at first claim.
    pub body_text: Option<String>,
    /// Rendered at first claim.
    pub body_html: Option<String>,
    /// When it was written.
    pub created_at: At,
    /// Not before this; while claimed, the end of the lease.
    pub next_attempt_at: At,
    /// Whose claim it is.
    pub lease_key: Option<String>,
    /// How often it was tried.
    pub attempts: i32,
    /// When a server took it.
    pub sent_at: Option<At>,
    /// What went wrong last, without addresses.
    pub last_error: Option<String>,
}

/// A letter to be.
#[derive(Debug, Clone)]
pub struct NewLetter<'a> {
    /// Which letter.
    pub letter: &'static str,
    /// To whom.
    pub to: &'a str,
    /// Copied to; may be empty.
    pub cc: &'a str,
    /// The firm it is for.
    pub contractor: Option<ContractorId>,
    /// The user it is for.
    pub user: Option<UserId>,
    /// The person it concerns.
    pub person: Option<PersonId>,
    /// What it is rendered from, as JSON.
    pub params: String,
}

/// Puts a letter in the outbox, in the transaction of the fact it tells.
///
/// # Errors
/// The database's.
pub fn put(tx: &mut Tx<'_>, new: &NewLetter<'_>) -> Result<OutboxId> {
    let now = tx.at;
    Ok(diesel::insert_into(outbox::table)
        .values((
            outbox::letter.eq(new.letter),
            outbox::state.eq(OutboxState::Pending),
            outbox::to_email.eq(new.to),
            outbox::cc_email.eq(new.cc),
            outbox::contractor_id.eq(new.contractor),
            outbox::user_id.eq(new.user),
            outbox::person_id.eq(new.person),
            outbox::params.eq(&new.params),
            outbox::created_at.eq(now),
            outbox::next_attempt_at.eq(now),
            outbox::attempts.eq(0),
        ))
        .returning(outbox::id)
        .get_result(&mut **tx)?)
}

/// Written out, not bound: the partial index serves only a condition the planner can read.
fn open() -> SqlLiteral<Bool> {
    sql("state IN ('pending', 'sending')")
}

/// These letters, in no order.
///
/// # Errors
/// The database's.
pub fn by_ids(conn: &mut Conn, ids: &[OutboxId]) -> Result<Vec<Letter>> {
    Ok(outbox::table.filter(outbox::id.eq_any(ids)).select(Letter::as_select()).load(conn)?)
}

/// The firm's newest letters of a kind: for a digest, the day's and any that waits.
///
/// # Errors
/// The database's.
pub fn latest_to(conn: &mut Conn, firm: ContractorId, letter: &str, limit: i64) -> Result<Vec<Letter>> {
    Ok(outbox::table
        .filter(outbox::contractor_id.eq(firm))
        .filter(outbox::letter.eq(letter))
        .order(outbox::id.desc())
        .limit(limit)
        .select(Letter::as_select())
        .load(conn)?)
}

/// Copies a letter that still waits to somebody else too.
///
/// # Errors
/// The database's.
pub fn copy_to(tx: &mut Tx<'_>, id: OutboxId, cc: &str) -> Result<()> {
    diesel::update(outbox::table.find(id)).set(outbox::cc_email.eq(cc)).execute(&mut **tx)?;
    Ok(())
}

/// The newest letter of a kind.
///
/// # Errors
/// The database's.
pub fn newest(conn: &mut Conn, letter: &str) -> Result<Option<Letter>> {
    Ok(outbox::table
        .filter(outbox::letter.eq(letter))
        .order(outbox::id.desc())
        .select(Letter::as_select())
        .first(conn)
        .optional()?)
}

/// Letters that reached a state between two instants: those sent by when, the others by when they were written.
///
/// # Errors
/// The database's.
pub fn counted(conn: &mut Conn, letter: Option<&str>, state: OutboxState, from: At, to: At) -> Result<i64> {
    let mut query = outbox::table.filter(outbox::state.eq(state)).count().into_boxed();
    query = match state {
        OutboxState::Sent => query.filter(outbox::sent_at.ge(from)).filter(outbox::sent_at.lt(to)),
        _ => query.filter(outbox::created_at.ge(from)).filter(outbox::created_at.lt(to)),
    };
    if let Some(letter) = letter {
        query = query.filter(outbox::letter.eq(letter.to_owned()));
    }
    Ok(query.get_result(conn)?)
}

/// Puts a failed letter back in the queue.
///
/// # Errors
/// The database's.
pub fn retry(tx: &mut Tx<'_>, id: OutboxId) -> Result<bool> {
    let now = tx.at;
    let changed = diesel::update(outbox::table.filter(outbox::id.eq(id)).filter(outbox::state.eq(OutboxState::Failed)))
        .set((outbox::state.eq(OutboxState::Pending), outbox::next_attempt_at.eq(now), outbox::attempts.eq(0)))
        .execute(&mut **tx)?;
    Ok(changed == 1)
}

/// One letter.
///
/// # Errors
/// `NotFound`.
pub fn find(conn: &mut Conn, id: OutboxId) -> Result<Letter> {
    Ok(outbox::table.find(id).select(Letter::as_select()).first(conn)?)
}

/// A page of letters, newest first.
///
/// # Errors
/// The database's.
pub fn list(
    conn: &mut Conn,
    state: Option<OutboxState>,
    firm: Option<ContractorId>,
    before: Option<OutboxId>,
    limit: i64,
) -> Result<Vec<Letter>> {
    let mut query = outbox::table.select(Letter::as_select()).order(outbox::id.desc()).limit(limit).into_boxed();
    if let Some(state) = state {
        query = query.filter(outbox::state.eq(state));
    }
    if let Some(firm) = firm {
        query = query.filter(outbox::contractor_id.eq(firm));
    }
    if let Some(before) = before {
        query = query.filter(outbox::id.lt(before));
    }
    Ok(query.load(conn)?)
}

/// When the oldest unsent letter was written.
///
/// # Errors
/// The database's.
pub fn oldest_pending(conn: &mut Conn) -> Result<Option<At>> {
    Ok(outbox::table.filter(open()).select(diesel::dsl::min(outbox::created_at)).first(conn)?)
}
