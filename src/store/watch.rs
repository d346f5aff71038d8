//! The watch over each subscription: when its certificate is asked about next, and how the last times went.

use chrono::NaiveDate;
use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::conn::Conn;
use super::db::Tx;
use super::schema::check_watches as watches;
use crate::error::Result;
use crate::types::{At, PersonId, SubscriptionId};

/// How a subscription is watched.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = watches, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct Watch {
    /// Which.
    pub subscription_id: SubscriptionId,
    /// Whose.
    pub person_id: PersonId,
    /// The day from which it is asked about again; `None` while it may not be.
    pub next_check_on: Option<NaiveDate>,
    /// When it was last asked about, answered or not.
    pub tried_at: Option<At>,
    /// Questions without an answer since the last answer.
    pub failures: i32,
    /// Days on which the service knew nothing of it, since it last did.
    pub strikes: i32,
    /// The last such day.
    pub struck_on: Option<NaiveDate>,
    /// Day since which an officer has found the data right, while strikes last.
    pub verified_on: Option<NaiveDate>,
    /// Last day of grace, once verified data found nothing twice.
    pub grace_until: Option<NaiveDate>,
}

impl Watch {
    /// The same subscription watched again after a while in which it was not: what was counted before says nothing now.
    pub fn anew(self) -> Watch {
        Watch { tried_at: self.tried_at, ..Watch::new(self.subscription_id, self.person_id) }
    }

    /// A subscription that nobody asked about yet.
    pub fn new(subscription_id: SubscriptionId, person_id: PersonId) -> Watch {
        Watch {
            subscription_id,
            person_id,
            next_check_on: None,
            tried_at: None,
            failures: 0,
            strikes: 0,
            struck_on: None,
            verified_on: None,
            grace_until: None,
        }
    }
}

/// Written out, not bound: the partial index serves only a condition the planner can read.
fn is_watched() -> SqlLiteral<Bool> {
    sql("next_check_on IS NOT NULL")
}

/// Those of these people.
///
/// # Errors
/// The database's.
pub fn of_people(conn: &mut Conn, people: &[PersonId]) -> Result<Vec<Watch>> {
    let rows = watches::table.order(watches::subscription_id).select(Watch::as_select());
    Ok(match people {
        [person] => rows.filter(watches::person_id.eq(person)).load(conn)?,
        people => rows.filter(watches::person_id.eq_any(people)).load(conn)?,
    })
}

/// Writes a watch that is not there yet.
///
/// # Errors
/// The database's.
pub fn insert(tx: &mut Tx<'_>, row: &Watch) -> Result<()> {
    super::dialect::each!(&mut **tx, |c| diesel::insert_into(watches::table).values(row).execute(c))?;
    Ok(())
}

/// Writes how a watch stands now.
///
/// # Errors
/// The database's.
pub fn update(tx: &mut Tx<'_>, row: &Watch) -> Result<()> {
    let found = watches::table.find(row.subscription_id);
    super::dialect::each!(&mut **tx, |c| diesel::update(found).set(row).execute(c))?;
    Ok(())
}

/// Up to `limit` of those due on a day, the longest due first.
///
/// # Errors
/// The database's.
pub fn due(conn: &mut Conn, on: NaiveDate, limit: i64) -> Result<Vec<Watch>> {
    Ok(watches::table
        .filter(is_watched())
        .filter(watches::next_check_on.le(on))
        .order((watches::next_check_on, watches::subscription_id))
        .limit(limit)
        .select(Watch::as_select())
        .load(conn)?)
}

/// The day since which the longest waiting one has been due.
///
/// # Errors
/// The database's.
pub fn longest_due(conn: &mut Conn) -> Result<Option<NaiveDate>> {
    let first: Option<Option<NaiveDate>> = watches::table
        .filter(is_watched())
        .order((watches::next_check_on, watches::subscription_id))
        .select(watches::next_check_on)
        .first(conn)
        .optional()?;
    Ok(first.flatten())
}

/// How many are watched, of which how many have been due since before a day; up to `limit` each.
///
/// # Errors
/// The database's.
pub fn counts(conn: &mut Conn, before: NaiveDate, limit: i64) -> Result<(usize, usize)> {
    let all = || watches::table.filter(is_watched()).select(watches::subscription_id);
    let late = all().filter(watches::next_check_on.lt(before)).limit(limit).load::<SubscriptionId>(conn)?.len();
    Ok((all().limit(limit).load::<SubscriptionId>(conn)?.len(), late))
}

/// Up to `limit` that the service lately knew nothing of.
///
/// # Errors
/// The database's.
pub fn struck(conn: &mut Conn, limit: i64) -> Result<Vec<Watch>> {
    Ok(watches::table
        .filter(sql::<Bool>("strikes > 0"))
        .filter(is_watched())
        .order(watches::subscription_id)
        .limit(limit)
        .select(Watch::as_select())
        .load(conn)?)
}

/// Notes that it is being asked about now, unless it was since `since`; says whether it noted so.
///
/// # Errors
/// The database's.
pub fn take(tx: &mut Tx<'_>, id: SubscriptionId, since: At) -> Result<bool> {
    let now = tx.at;
    let free = watches::table
        .filter(watches::subscription_id.eq(id))
        .filter(watches::tried_at.is_null().or(watches::tried_at.le(since)));
    Ok(diesel::update(free).set(watches::tried_at.eq(Some(now))).execute(&mut **tx)? == 1)
}

/// Notes a question that nobody answered.
///
/// # Errors
/// The database's.
pub fn note_failure(tx: &mut Tx<'_>, id: SubscriptionId) -> Result<()> {
    let now = tx.at;
    diesel::update(watches::table.find(id))
        .set((watches::failures.eq(watches::failures + 1), watches::tried_at.eq(Some(now))))
        .execute(&mut **tx)?;
    Ok(())
}
