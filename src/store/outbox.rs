//! The outbox: letters on their way. Claimed by compare-and-set with a lease; the text is kept once rendered and
//! every retry sends those bytes.

use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::Bool;

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

/// Claims up to `limit` letters that are due, for `key`, until `lease`: pending ones and ones whose claimer died.
///
/// # Errors
/// The database's.
pub fn claim(tx: &mut Tx<'_>, key: &str, lease: At, limit: i64) -> Result<Vec<Letter>> {
    let now = tx.at;
    let ids: Vec<OutboxId> = outbox::table
        .filter(open())
        .filter(outbox::next_attempt_at.le(now))
        .order((outbox::next_attempt_at, outbox::id))
        .limit(limit)
        .select(outbox::id)
        .load(&mut **tx)?;
    // Another worker may have claimed some between the two statements on PostgreSQL: the condition is asked again.
    let mut claimed: Vec<Letter> =
        diesel::update(outbox::table.filter(outbox::id.eq_any(ids)).filter(outbox::next_attempt_at.le(now)))
            .set((
                outbox::state.eq(OutboxState::Sending),
                outbox::lease_key.eq(key),
                outbox::next_attempt_at.eq(lease),
                outbox::attempts.eq(outbox::attempts + 1),
            ))
            .returning(outbox::all_columns)
            .load(&mut **tx)?;
    claimed.sort_by_key(|letter| letter.id);
    Ok(claimed)
}

/// Written out, not bound: the partial index serves only a condition the planner can read.
fn open() -> SqlLiteral<Bool> {
    sql("state IN ('pending', 'sending')")
}

/// Keeps the rendered text with a claimed letter.
///
/// # Errors
/// The database's.
pub fn keep_text(tx: &mut Tx<'_>, id: OutboxId, subject: &str, text: &str, html: &str) -> Result<()> {
    diesel::update(outbox::table.find(id))
        .set((outbox::subject.eq(subject), outbox::body_text.eq(text), outbox::body_html.eq(html)))
        .execute(&mut **tx)?;
    Ok(())
}

/// Ends a claim: sent, failed for good, or no longer needed.
///
/// # Errors
/// The database's.
pub fn settle(tx: &mut Tx<'_>, id: OutboxId, key: &str, state: OutboxState, error: Option<&str>) -> Result<bool> {
    let sent = (state == OutboxState::Sent).then_some(tx.at);
    let changed = diesel::update(outbox::table.filter(outbox::id.eq(id)).filter(outbox::lease_key.eq(key)))
        .set((
            outbox::state.eq(state),
            outbox::sent_at.eq(sent),
            outbox::last_error.eq(error),
            outbox::lease_key.eq(None::<String>),
        ))
        .execute(&mut **tx)?;
    Ok(changed == 1)
}

/// Ends a claim without success: to be tried again at `next`.
///
/// # Errors
/// The database's.
pub fn postpone(tx: &mut Tx<'_>, id: OutboxId, key: &str, next: At, error: &str) -> Result<()> {
    diesel::update(outbox::table.filter(outbox::id.eq(id)).filter(outbox::lease_key.eq(key)))
        .set((
            outbox::state.eq(OutboxState::Pending),
            outbox::next_attempt_at.eq(next),
            outbox::last_error.eq(Some(error)),
            outbox::lease_key.eq(None::<String>),
        ))
        .execute(&mut **tx)?;
    Ok(())
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
    Ok(outbox::table
        .filter(open())
        .order((outbox::next_attempt_at, outbox::id))
        .select(outbox::created_at)
        .first(conn)
        .optional()?)
}
