//! Many badges at once: an order is written down, and worked off in small transactions by whoever has time. A request
//! that cannot be issued says why and holds up no other.

use serde_json::json;

use super::issue::{self, How};
use crate::clock::Clock;
use crate::domain::permission::{Act, Subject, Who, may};
use crate::domain::{command, policy};
use crate::error::{Error, Result};
use crate::store::badge_batch as store;
use crate::store::trail::Entry;
use crate::store::{Conn, Db, Tx, access, badge_request};
use crate::types::{BadgeRequestId, BatchId, Reach, UserId};

/// The most requests of one order.
pub const MOST: usize = 2000;
/// Requests of one transaction.
const CHUNK: i64 = 20;
const NOT_ALLOWED: &str = "Whoever ordered it may not issue badges any more.";

/// Orders the badges of these requests, or with none named of all that are open.
///
/// # Errors
/// `NotFound`; `Invalid` at `pick` when nothing is to be issued.
pub fn order(tx: &mut Tx<'_>, who: &Who, requests: Option<&[BadgeRequestId]>) -> Result<BatchId> {
    may(who, Act::IssueBadges, Subject::Register)?;
    let mut chosen = match requests {
        Some(requests) => requests.to_vec(),
        None => {
            let most = i64::try_from(MOST).unwrap_or(i64::MAX);
            badge_request::open(tx, &Reach::Everyone, None, most)?.into_iter().map(|(row, ..)| row.id).collect()
        }
    };
    chosen.sort_unstable();
    chosen.dedup();
    chosen.truncate(MOST);
    for id in &chosen {
        badge_request::find(tx, *id)?;
    }
    if chosen.is_empty() {
        return Err(Error::invalid("pick", "Select whose badges to issue"));
    }
    let id = store::insert(tx, &chosen)?;
    tx.trail(Entry::new("badge_batch.order", "badge_batch", id.0).new_value(&json!({ "requests": chosen.len() })));
    Ok(id)
}

/// Works off an order, as whoever asked for it; says how many badges were issued. `goes_on` is asked between
/// transactions.
///
/// # Errors
/// The database's.
pub fn work(db: &Db, clock: &Clock, id: BatchId, mut goes_on: impl FnMut() -> Result<bool>) -> Result<u64> {
    let by = db.read(|conn| store::find(conn, id))?.asked_by;
    let mut total = 0;
    loop {
        let (done, issued) = chunk(db, clock, id, by)?;
        total += issued;
        if done || !goes_on()? {
            return Ok(total);
        }
    }
}

fn chunk(db: &Db, clock: &Clock, id: BatchId, by: UserId) -> Result<(bool, u64)> {
    command::run_if_needed(db, by, clock, |tx| {
        let batch = store::hold(tx, id)?;
        if batch.finished_at.is_some() {
            return Ok((true, 0));
        }
        let allowed = is_allowed(tx, by)?;
        let policies = policy::published(tx)?;
        let (mut issued, mut refused) = (0, 0);
        for request in store::next(tx, id, CHUNK)? {
            let outcome = if allowed {
                tx.savepoint(|tx| issue::issued(tx, &policies, request, How::Together))
            } else {
                Err(Error::Conflict(NOT_ALLOWED.to_owned()))
            };
            let (badge, problem) = match outcome {
                Ok(Ok(badge)) => (Some(badge), String::new()),
                Ok(Err(obstacle)) => (None, obstacle.sentence().to_owned()),
                Err(error) => (None, problem(request, error)),
            };
            store::settle(tx, id, request, badge, &problem)?;
            if badge.is_some() { issued += 1 } else { refused += 1 }
        }
        let done = store::next(tx, id, 1)?.is_empty();
        store::count(tx, &batch, issued, refused, done)?;
        Ok((done, u64::try_from(issued).unwrap_or(0)))
    })
}

/// Why one request of many failed. Whatever it is, the others go on.
fn problem(request: BadgeRequestId, error: Error) -> String {
    match error {
        Error::Conflict(why) if !why.is_empty() => why,
        Error::NotFound => "They are not on the register any more.".to_owned(),
        other => {
            tracing::error!(request = request.0, error = %other, "a badge of an order was not issued");
            "Something went wrong with this one. Issue it by itself.".to_owned()
        }
    }
}

/// Whether whoever ordered may still issue badges.
fn is_allowed(conn: &mut Conn, by: UserId) -> Result<bool> {
    if by == UserId::SYSTEM {
        return Ok(true);
    }
    let who = Who { user: by, name: String::new(), accesses: access::in_force(conn, by)? };
    Ok(may(&who, Act::IssueBadges, Subject::Register).is_ok())
}
