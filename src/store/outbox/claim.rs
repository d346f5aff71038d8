//! A letter in somebody's hands: claimed under a lease, rendered once, and settled by whoever holds it.

use diesel::prelude::*;

use super::{Letter, open};
use crate::error::Result;
use crate::store::Tx;
use crate::store::schema::outbox;
use crate::types::{At, OutboxId, OutboxState};

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
    // Another worker may have claimed or sent some between the two statements on PostgreSQL: the condition is asked again.
    let mut claimed: Vec<Letter> = diesel::update(
        outbox::table.filter(outbox::id.eq_any(ids)).filter(open()).filter(outbox::next_attempt_at.le(now)),
    )
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

/// Gives claimed letters back unsent; the attempt does not count.
///
/// # Errors
/// The database's.
pub fn release(tx: &mut Tx<'_>, ids: &[OutboxId], key: &str, next: At) -> Result<()> {
    diesel::update(outbox::table.filter(outbox::id.eq_any(ids)).filter(outbox::lease_key.eq(key)))
        .set((
            outbox::state.eq(OutboxState::Pending),
            outbox::next_attempt_at.eq(next),
            outbox::attempts.eq(outbox::attempts - 1),
            outbox::lease_key.eq(None::<String>),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

/// Prolongs the lease of what `key` still holds and answers which letters those are.
///
/// # Errors
/// The database's.
pub fn renew(tx: &mut Tx<'_>, key: &str, lease: At) -> Result<Vec<OutboxId>> {
    Ok(diesel::update(outbox::table.filter(open()).filter(outbox::lease_key.eq(key)))
        .set(outbox::next_attempt_at.eq(lease))
        .returning(outbox::id)
        .load(&mut **tx)?)
}

/// Forgets what a letter was made of and what it said: it held a secret that was good once.
///
/// # Errors
/// The database's.
pub fn forget(tx: &mut Tx<'_>, id: OutboxId) -> Result<()> {
    diesel::update(outbox::table.find(id))
        .set((outbox::params.eq("{}"), outbox::body_text.eq(None::<String>), outbox::body_html.eq(None::<String>)))
        .execute(&mut **tx)?;
    Ok(())
}
