//! How many rows are in a state that should be impossible, and the counts of the weekly letter.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Timestamp};

use super::conn::Conn;
use super::dialect::each;
use crate::error::Result;
use crate::types::At;

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    records: i64,
}

/// What is counted, given a day.
type Rule = (&'static str, &'static str);

/// Sentences of what should never be, each with its count on a day.
const BY_DAY: [Rule; 6] = [
    (
        "Somebody is cleared for a role without an approval in force",
        "SELECT COUNT(*) AS records FROM clearances c WHERE c.status IN ('cleared', 'cleared_with_conditions') \
         AND c.valid_until >= $1 AND NOT EXISTS (SELECT 1 FROM approvals a WHERE a.person_id = c.person_id \
         AND a.role = c.role AND a.approved_on <= $1 AND (a.ended_on IS NULL OR a.ended_on > $1))",
    ),
    (
        "Somebody is cleared while a hold is in force",
        "SELECT COUNT(*) AS records FROM clearances c WHERE c.status IN ('cleared', 'cleared_with_conditions') \
         AND c.valid_until >= $1 AND (c.next_change_on IS NULL OR c.next_change_on > $1) AND EXISTS (SELECT 1 FROM \
         holds h WHERE h.person_id = c.person_id AND h.starts_on <= $1 AND (h.lifted_on IS NULL OR h.lifted_on > $1) \
         AND (h.until IS NULL OR h.until >= $1))",
    ),
    (
        "A clearance has waited more than two days to be computed again",
        "SELECT COUNT(*) AS records FROM clearances WHERE next_change_on < $1",
    ),
    (
        "Somebody has two approvals in force for one role",
        "SELECT COUNT(*) AS records FROM approvals a WHERE a.ended_on IS NULL AND a.approved_on <= $1 AND EXISTS \
         (SELECT 1 FROM approvals b WHERE b.person_id = a.person_id AND b.role = a.role AND b.ended_on IS NULL \
         AND b.approved_on <= $1 AND b.approved_on = a.approved_on AND b.id < a.id)",
    ),
    (
        "A person at work on the register has no clearance computed",
        "SELECT COUNT(*) AS records FROM engagements e WHERE e.starts_on <= $1 AND NOT EXISTS (SELECT 1 FROM \
         clearances c WHERE c.person_id = e.person_id AND c.role = e.role)",
    ),
    (
        "A reminder is in the ledger without a letter, though the contractor has an address",
        "SELECT COUNT(*) AS records FROM reminders r JOIN contractors f ON f.id = r.contractor_id WHERE r.owed_on = $1 \
         AND r.outbox_id IS NULL AND f.email <> '' AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.kind = 'no_address' \
         AND t.subject_kind = 'contractor' AND t.subject_id = f.id)",
    ),
];

const OLD_LETTERS: Rule = (
    "A letter has waited more than a day",
    "SELECT COUNT(*) AS records FROM outbox WHERE state IN ('pending', 'sending') AND created_at < $1",
);

/// Each rule that does not hold on `today`, with how many rows break it.
///
/// # Errors
/// The database's.
pub fn broken(conn: &mut Conn, today: NaiveDate, now: At) -> Result<Vec<(&'static str, i64)>> {
    let mut found = Vec::new();
    for (rule, count) in BY_DAY {
        // A standing is stale only once two nights have passed it by.
        let day = if rule.contains("two days") { today - chrono::TimeDelta::days(2) } else { today };
        found.push((rule, by_day(conn, count, day)?));
    }
    let (rule, count) = OLD_LETTERS;
    let since = now.plus(-chrono::TimeDelta::hours(24));
    let old = each!(conn, |c| diesel::sql_query(count).bind::<Timestamp, _>(since).get_result::<Count>(c))?;
    found.push((rule, old.records));
    found.retain(|(_, records)| *records > 0);
    Ok(found)
}

/// People engaged in a role who cannot work in it on `today`.
///
/// # Errors
/// The database's.
pub fn count_stopped(conn: &mut Conn, today: NaiveDate) -> Result<i64> {
    let count = "SELECT COUNT(DISTINCT person_id) AS records FROM clearances WHERE status <> 'left' AND NOT \
                 (status IN ('cleared', 'cleared_with_conditions') AND valid_until >= $1)";
    by_day(conn, count, today)
}

/// People with something due within its lead times, or overdue, on `today`.
///
/// # Errors
/// The database's.
pub fn count_due(conn: &mut Conn, today: NaiveDate) -> Result<i64> {
    let count = "SELECT COUNT(DISTINCT i.person_id) AS records FROM clearance_items i JOIN engagements e \
                 ON e.person_id = i.person_id AND e.role = i.role WHERE i.lead IS NOT NULL AND i.state IN \
                 ('due', 'overdue') AND e.starts_on <= $1 AND (e.ends_on IS NULL OR e.ends_on >= $1)";
    by_day(conn, count, today)
}

fn by_day(conn: &mut Conn, count: &str, day: NaiveDate) -> Result<i64> {
    Ok(each!(conn, |c| diesel::sql_query(count).bind::<Date, _>(day).get_result::<Count>(c))?.records)
}
