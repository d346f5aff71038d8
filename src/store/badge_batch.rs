//! Many badges issued at once: the order, and what became of each request.

use diesel::prelude::*;

use super::conn::Conn;
use super::db::Tx;
use super::dialect::insert_all;
use super::schema::{badge_batch_rows, badge_batches, badge_requests, contractors, people, users};
use crate::error::Result;
use crate::types::{At, BadgeId, BadgeRequestId, BatchId, PersonId, UserId};

/// An order for many badges.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = badge_batches)]
pub struct Batch {
    /// Row id.
    pub id: BatchId,
    /// Who asked.
    pub asked_by: UserId,
    /// When.
    pub asked_at: At,
    /// How many.
    pub total: i32,
    /// Issued so far.
    pub issued: i32,
    /// Not issued, so far.
    pub refused: i32,
    /// When the last was looked at.
    pub finished_at: Option<At>,
}

/// A request that was not issued: which, whose, their forename and surname, the firm, and why.
pub type Refused = (BadgeRequestId, PersonId, String, String, String, String);

/// Writes an order for these requests.
///
/// # Errors
/// The database's.
pub fn insert(tx: &mut Tx<'_>, requests: &[BadgeRequestId]) -> Result<BatchId> {
    let (by, at) = (tx.actor, tx.at);
    let id: BatchId = diesel::insert_into(badge_batches::table)
        .values((
            badge_batches::asked_by.eq(by),
            badge_batches::asked_at.eq(at),
            badge_batches::total.eq(i32::try_from(requests.len()).unwrap_or(i32::MAX)),
        ))
        .returning(badge_batches::id)
        .get_result(&mut **tx)?;
    insert_all!(&mut **tx, badge_batch_rows::table, requests, |request| (
        badge_batch_rows::batch_id.eq(id),
        badge_batch_rows::request_id.eq(*request),
    ))?;
    Ok(id)
}

/// An order.
///
/// # Errors
/// `NotFound`.
pub fn find(conn: &mut Conn, id: BatchId) -> Result<Batch> {
    Ok(badge_batches::table.find(id).select(Batch::as_select()).first(conn)?)
}

/// Up to `limit` orders with the name of whoever asked, newest first, from before the one named: all, or those that are
/// `open` or not.
///
/// # Errors
/// The database's.
pub fn page(conn: &mut Conn, open: Option<bool>, before: Option<BatchId>, limit: i64) -> Result<Vec<(Batch, String)>> {
    let mut query = badge_batches::table.inner_join(users::table).order(badge_batches::id.desc()).into_boxed();
    match open {
        Some(true) => query = query.filter(badge_batches::finished_at.is_null()),
        Some(false) => query = query.filter(badge_batches::finished_at.is_not_null()),
        None => {}
    }
    if let Some(before) = before {
        query = query.filter(badge_batches::id.lt(before));
    }
    Ok(query.limit(limit).select((Batch::as_select(), users::name)).load(conn)?)
}

/// The orders that are not finished, oldest first.
///
/// # Errors
/// The database's.
pub fn unfinished(conn: &mut Conn) -> Result<Vec<BatchId>> {
    let open = badge_batches::table.filter(diesel::dsl::sql::<diesel::sql_types::Bool>("finished_at IS NULL"));
    Ok(open.order(badge_batches::id).select(badge_batches::id).load(conn)?)
}

/// Takes an order in hand for this transaction, so that nobody else works on it meanwhile.
///
/// # Errors
/// `NotFound`; the database's.
pub fn hold(tx: &mut Tx<'_>, id: BatchId) -> Result<Batch> {
    diesel::update(badge_batches::table.find(id))
        .set(badge_batches::total.eq(badge_batches::total))
        .execute(&mut **tx)?;
    find(tx, id)
}

/// Up to `limit` requests of the order that were not looked at.
///
/// # Errors
/// The database's.
pub fn next(conn: &mut Conn, id: BatchId, limit: i64) -> Result<Vec<BadgeRequestId>> {
    Ok(badge_batch_rows::table
        .filter(badge_batch_rows::batch_id.eq(id))
        .filter(badge_batch_rows::badge_id.is_null())
        .filter(badge_batch_rows::problem.eq(""))
        .order(badge_batch_rows::request_id)
        .limit(limit)
        .select(badge_batch_rows::request_id)
        .load(conn)?)
}

/// Writes what became of a request.
///
/// # Errors
/// The database's.
pub fn settle(
    tx: &mut Tx<'_>,
    id: BatchId,
    request: BadgeRequestId,
    badge: Option<BadgeId>,
    problem: &str,
) -> Result<()> {
    diesel::update(badge_batch_rows::table.find((id, request)))
        .set((badge_batch_rows::badge_id.eq(badge), badge_batch_rows::problem.eq(problem)))
        .execute(&mut **tx)?;
    Ok(())
}

/// Adds to the order's counts, and ends it when nothing is left of it.
///
/// # Errors
/// The database's.
pub fn count(tx: &mut Tx<'_>, batch: &Batch, issued: i32, refused: i32, done: bool) -> Result<()> {
    let at = tx.at;
    diesel::update(badge_batches::table.find(batch.id))
        .set((
            badge_batches::issued.eq(batch.issued + issued),
            badge_batches::refused.eq(batch.refused + refused),
            badge_batches::finished_at.eq(done.then_some(at)),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

/// The badges of the order, in the order of their ids, after the one named.
///
/// # Errors
/// The database's.
pub fn badges(conn: &mut Conn, id: BatchId, after: BadgeId, limit: i64) -> Result<Vec<BadgeId>> {
    let found: Vec<Option<BadgeId>> = badge_batch_rows::table
        .filter(badge_batch_rows::batch_id.eq(id))
        .filter(badge_batch_rows::badge_id.gt(Some(after)))
        .order(badge_batch_rows::badge_id)
        .limit(limit)
        .select(badge_batch_rows::badge_id)
        .load(conn)?;
    Ok(found.into_iter().flatten().collect())
}

/// The requests of the order that were not issued, after the one named.
///
/// # Errors
/// The database's.
pub fn refused(conn: &mut Conn, id: BatchId, after: BadgeRequestId, limit: i64) -> Result<Vec<Refused>> {
    Ok(badge_batch_rows::table
        .inner_join(badge_requests::table.inner_join(people::table).inner_join(contractors::table))
        .filter(badge_batch_rows::batch_id.eq(id))
        .filter(badge_batch_rows::problem.ne(""))
        .filter(badge_batch_rows::request_id.gt(after))
        .order(badge_batch_rows::request_id)
        .limit(limit)
        .select((
            badge_batch_rows::request_id,
            badge_requests::person_id,
            people::forename,
            people::surname,
            contractors::name,
            badge_batch_rows::problem,
        ))
        .load(conn)?)
}
