//! What the team looks at first. Each read is a bounded piece of an index, whatever the size of the register.

use std::collections::HashSet;

use chrono::NaiveDate;
use diesel::dsl::{exists, not, sql};
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::conn::Conn;
use super::import::Import;
use super::schema::{
    clearance_items, clearances, decisions, engagements, holds, imports, outbox, people, tasks, waivers,
};
use crate::error::Result;
use crate::types::{At, ImportId, ImportState, ItemState, OutboxState, PersonId, Status, WaiverId};

/// The most that is counted; one more means "or more".
pub const CAP: i64 = 10_000;

const CLEARED: [Status; 2] = [Status::Cleared, Status::ClearedWithConditions];

/// A thing that falls due, as kept.
#[derive(Debug, Clone, PartialEq, Queryable)]
pub struct DueItem {
    /// Whose.
    pub person_id: PersonId,
    /// Forename.
    pub forename: String,
    /// Surname.
    pub surname: String,
    /// Code of the role.
    pub role: String,
    /// Code of the requirement.
    pub requirement: String,
    /// The last good day.
    pub due_on: Option<NaiveDate>,
}

/// Whether the person of a clearance works in its role on the day.
macro_rules! at_work {
    ($today:expr) => {
        exists(
            engagements::table
                .filter(engagements::person_id.eq(clearances::person_id))
                .filter(engagements::role.eq(clearances::role))
                .filter(engagements::starts_on.le($today))
                .filter(engagements::ends_on.is_null().or(engagements::ends_on.ge($today))),
        )
    };
}

/// People at work whose standing is kept as `status`, each once; no more than are counted.
///
/// # Errors
/// The database's.
pub fn people_kept_as(conn: &mut Conn, status: Status, today: NaiveDate) -> Result<Vec<PersonId>> {
    Ok(clearances::table
        .filter(clearances::status.eq(status))
        .filter(at_work!(today))
        .select(clearances::person_id)
        .distinct()
        .limit(CAP + 1)
        .load(conn)?)
}

/// People at work kept as cleared whose last good day is over: stopped, though no sweep has said so yet.
///
/// # Errors
/// The database's.
pub fn people_run_out(conn: &mut Conn, today: NaiveDate) -> Result<Vec<PersonId>> {
    Ok(clearances::table
        .filter(clearances::next_change_on.le(today))
        .filter(clearances::status.eq_any(CLEARED))
        .filter(clearances::valid_until.lt(today))
        .filter(at_work!(today))
        .select(clearances::person_id)
        .distinct()
        .limit(CAP + 1)
        .load(conn)?)
}

/// The people most likely to have been stopped last, by each of the three ways there are: something ran out or is
/// missing, a hold, a decision. Up to `limit` of each; the engine has the last word.
///
/// # Errors
/// The database's.
pub fn lately_stopped(conn: &mut Conn, today: NaiveDate, limit: i64) -> Result<Vec<PersonId>> {
    let standing = clearances::table
        .on(clearances::person_id.eq(clearance_items::person_id).and(clearances::role.eq(clearance_items::role)));
    let mut found: Vec<PersonId> = clearance_items::table
        .inner_join(standing)
        .filter(clearance_items::lead.is_not_null())
        .filter(clearance_items::due_on.le(today))
        .filter(clearance_items::stops_on.le(today))
        .filter(clearances::status.eq_any([Status::Lapsed, Status::Cleared, Status::ClearedWithConditions]))
        .filter(at_work!(today))
        .order((clearance_items::due_on.desc(), clearance_items::person_id.desc()))
        .limit(limit)
        .select(clearance_items::person_id)
        .load(conn)?;
    let held: Vec<PersonId> = holds::table
        .filter(holds::lifted_on.is_null())
        .filter(holds::starts_on.le(today))
        .filter(holds::until.is_null().or(holds::until.ge(today)))
        .order((holds::starts_on.desc(), holds::id.desc()))
        .limit(limit)
        .select(holds::person_id)
        .load(conn)?;
    let refused: Vec<PersonId> = decisions::table
        .filter(sql::<Bool>("outcome = 'unsuitable'"))
        .filter(decisions::decided_on.le(today))
        .order((decisions::decided_on.desc(), decisions::id.desc()))
        .limit(limit)
        .select(decisions::person_id)
        .load(conn)?;
    found.extend(held);
    found.extend(refused);
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// The next things to run out from `from` on, the nearest first; what was never there does not run out. The council
/// has nothing to ask of those it refused.
///
/// # Errors
/// The database's.
pub fn next_due(conn: &mut Conn, from: NaiveDate, limit: i64) -> Result<Vec<DueItem>> {
    let standing = clearances::table
        .on(clearances::person_id.eq(clearance_items::person_id).and(clearances::role.eq(clearance_items::role)));
    Ok(clearance_items::table
        .inner_join(standing)
        .inner_join(people::table.on(people::id.eq(clearance_items::person_id)))
        .filter(clearance_items::lead.is_not_null())
        .filter(clearance_items::due_on.ge(from))
        .filter(clearance_items::state.ne(ItemState::Missing))
        .filter(clearances::status.ne_all([Status::Unsuitable, Status::Left]))
        .order((
            clearance_items::due_on,
            clearance_items::person_id,
            clearance_items::role,
            clearance_items::requirement,
        ))
        .limit(limit)
        .select((
            clearance_items::person_id,
            people::forename,
            people::surname,
            clearance_items::role,
            clearance_items::requirement,
            clearance_items::due_on,
        ))
        .load(conn)?)
}

/// Holds in place: since when each, the oldest first; no more than are counted.
///
/// # Errors
/// The database's.
pub fn open_holds(conn: &mut Conn, today: NaiveDate) -> Result<Vec<NaiveDate>> {
    Ok(holds::table
        .filter(holds::lifted_on.is_null())
        .filter(holds::starts_on.le(today))
        .filter(holds::until.is_null().or(holds::until.ge(today)))
        // As the list behind the count: somebody found unsuitable is counted there.
        .filter(exists(
            clearances::table
                .filter(clearances::person_id.eq(holds::person_id))
                .filter(clearances::status.eq(Status::Suspended)),
        ))
        .order((holds::starts_on, holds::id))
        .limit(CAP + 1)
        .select(holds::starts_on)
        .load(conn)?)
}

/// Waivers that came with the imported register and still run: whose each, and when it ends, the soonest first; no
/// more than are counted.
///
/// # Errors
/// The database's.
pub fn imported_waivers(conn: &mut Conn, today: NaiveDate) -> Result<Vec<(PersonId, NaiveDate)>> {
    Ok(waivers::table
        .filter(sql::<Bool>("origin = 'imported' AND withdrawn_on IS NULL"))
        .filter(waivers::ends_on.ge(today))
        .order((waivers::ends_on, waivers::id))
        .limit(CAP + 1)
        .select((waivers::person_id, waivers::ends_on))
        .load(conn)?)
}

/// Letters that were given up and are nobody's task: when each was written, the oldest first; no more than are counted.
///
/// # Errors
/// The database's.
pub fn failed_letters(conn: &mut Conn) -> Result<Vec<At>> {
    let task = tasks::table.filter(tasks::subject_kind.eq("outbox")).filter(tasks::subject_id.eq(outbox::id));
    Ok(outbox::table
        .filter(outbox::state.eq(OutboxState::Failed))
        .filter(not(exists(task)))
        .order(outbox::id)
        .limit(CAP + 1)
        .select(outbox::created_at)
        .load(conn)?)
}

/// Of the `among` newest imports, those that left rows rejected, and those that stopped, which failed or have not moved
/// since `limit`, unless the same file was imported again: id, file, rows, when.
///
/// # Errors
/// The database's.
pub fn imports_to_mend(conn: &mut Conn, among: i64, limit: At) -> Result<Vec<(ImportId, String, i64, At)>> {
    let newest: Vec<Import> =
        imports::table.order(imports::id.desc()).limit(among).select(Import::as_select()).load(conn)?;
    let mut later = HashSet::new();
    let left = newest.into_iter().filter(|import| !import.dry_run).filter(|import| {
        let is_last = later.insert(import.file_name.clone());
        match import.state {
            ImportState::Done => import.rejected > 0,
            ImportState::Failed => is_last,
            ImportState::Running => is_last && import.seen_at < limit,
        }
    });
    Ok(left.map(|import| (import.id, import.file_name, import.rejected, import.started_at)).collect())
}

/// A waiver that came with the imported register, for the clean-up list.
#[derive(Debug, Clone, PartialEq, Queryable)]
pub struct ImportedWaiver {
    /// Row id, from which the next page goes on.
    pub id: WaiverId,
    /// Whose.
    pub person_id: PersonId,
    /// Forename.
    pub forename: String,
    /// Surname.
    pub surname: String,
    /// Code of the role.
    pub role: String,
    /// Code of the requirement.
    pub requirement: String,
    /// The last day it holds.
    pub ends_on: NaiveDate,
}

/// A page of the waivers that [`imported_waivers`] counts, after the one named.
///
/// # Errors
/// The database's.
pub fn waivers_to_clean_up(
    conn: &mut Conn,
    today: NaiveDate,
    after: Option<WaiverId>,
    limit: i64,
) -> Result<Vec<ImportedWaiver>> {
    let mut query = waivers::table
        .inner_join(people::table)
        .filter(sql::<Bool>("waivers.origin = 'imported' AND waivers.withdrawn_on IS NULL"))
        .filter(waivers::ends_on.ge(today))
        .order((waivers::ends_on, waivers::id))
        .limit(limit)
        .select((
            waivers::id,
            waivers::person_id,
            people::forename,
            people::surname,
            waivers::role,
            waivers::requirement,
            waivers::ends_on,
        ))
        .into_boxed();
    if let Some(after) = after {
        let day: Option<NaiveDate> = waivers::table.find(after).select(waivers::ends_on).first(conn).optional()?;
        let day = day.unwrap_or(today);
        query = query.filter(waivers::ends_on.gt(day).or(waivers::ends_on.eq(day).and(waivers::id.gt(after))));
    }
    Ok(query.load(conn)?)
}
