//! The readers of a bulletin who are at work, person by person and firm by firm.

use chrono::NaiveDate;
use diesel::IntoSql;
use diesel::dsl::{count, sql};
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::super::Bulletin;
use super::Reader;
use crate::error::Result;
use crate::store::conn::Conn;
use crate::store::schema::{bulletin_readers as readers, contractors, engagements, people};
use crate::types::{ContractorId, ReaderId};

/// How a reader stands, as a list is narrowed to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Has acknowledged.
    Read,
    /// Has not.
    Unread,
    /// Has not, and the day is over.
    Overdue,
    /// Has not, and has had no letter or has no address for one.
    Unwritten,
}

/// A line of a list: the reader, forename, surname, reference and mail address.
pub type Line = (Reader, String, String, String, String);

/// Which readers of a bulletin are asked for.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Those who work for this firm in a role of the bulletin.
    pub firm: Option<ContractorId>,
    /// Those who stand so.
    pub standing: Option<Standing>,
}

/// The people at work on a day for a firm of the bulletin, or for one firm alone, in a role of it.
macro_rules! at_work {
    ($bulletin:expr, $today:expr, $firm:expr) => {{
        let firms = $firm.map_or_else(|| $bulletin.contractors.clone(), |firm| vec![firm]);
        let roles = $bulletin.roles.clone();
        let (any_firm, any_role) = (firms.is_empty(), roles.is_empty());
        engagements::table
            .filter(engagements::starts_on.le($today))
            .filter(engagements::ends_on.is_null().or(engagements::ends_on.ge($today)))
            .filter(engagements::contractor_id.eq_any(firms).or(any_firm.into_sql::<Bool>()))
            .filter(engagements::role.eq_any(roles).or(any_role.into_sql::<Bool>()))
            .select(engagements::person_id)
    }};
}

/// A page of a bulletin's readers who are at work on `today`, by name, after the one named.
///
/// # Errors
/// `NotFound` when there is no such reader to go on from.
pub fn list(
    conn: &mut Conn,
    bulletin: &Bulletin,
    asked: &Asked,
    today: NaiveDate,
    after: Option<ReaderId>,
    limit: i64,
) -> Result<Vec<Line>> {
    let mut query = readers::table
        .inner_join(people::table)
        .filter(readers::bulletin_id.eq(bulletin.id))
        .filter(readers::person_id.eq_any(at_work!(bulletin, today, asked.firm)))
        .order((people::sort_name, readers::id))
        .limit(limit)
        .select((Reader::as_select(), people::forename, people::surname, people::reference, people::email))
        .into_boxed();
    query = match asked.standing {
        Some(Standing::Read) => query.filter(readers::acknowledged_at.is_not_null()),
        Some(Standing::Unread) => query.filter(sql::<Bool>("acknowledged_at IS NULL")),
        Some(Standing::Overdue) => {
            query.filter(sql::<Bool>("acknowledged_at IS NULL")).filter(readers::due_on.lt(today))
        }
        Some(Standing::Unwritten) => query
            .filter(sql::<Bool>("acknowledged_at IS NULL"))
            .filter(readers::sent_at.is_null().or(people::email.eq(""))),
        None => query,
    };
    if let Some(after) = after {
        let name: String = readers::table
            .inner_join(people::table)
            .filter(readers::id.eq(after))
            .filter(readers::bulletin_id.eq(bulletin.id))
            .filter(readers::person_id.eq_any(at_work!(bulletin, today, asked.firm)))
            .select(people::sort_name)
            .first(conn)?;
        query =
            query.filter(people::sort_name.gt(name.clone()).or(people::sort_name.eq(name).and(readers::id.gt(after))));
    }
    Ok(query.load(conn)?)
}

/// How a bulletin stands at a firm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// Which firm.
    pub firm: ContractorId,
    /// Its name.
    pub name: String,
    /// Its people who were given the bulletin.
    pub given: i64,
    /// Those who acknowledged it.
    pub read: i64,
}

/// How a bulletin stands at each firm that has readers of it at work, by name after this one, or at one.
///
/// # Errors
/// `NotFound` when there is no such firm to go on from.
pub fn tallies(
    conn: &mut Conn,
    bulletin: &Bulletin,
    only: Option<ContractorId>,
    today: NaiveDate,
    after: Option<ContractorId>,
    limit: i64,
) -> Result<Vec<Tally>> {
    let after: Option<(ContractorId, String)> = match after {
        Some(id) => Some((id, contractors::table.find(id).select(contractors::folded_name).first(conn)?)),
        None => None,
    };
    let at_work = readers::table.on(readers::person_id.eq(engagements::person_id));
    macro_rules! base {
        ($read:expr) => {{
            let mut query = engagements::table
                .inner_join(at_work)
                .inner_join(contractors::table)
                .filter(readers::bulletin_id.eq(bulletin.id))
                .filter(engagements::starts_on.le(today))
                .filter(engagements::ends_on.is_null().or(engagements::ends_on.ge(today)))
                .group_by((contractors::id, contractors::name, contractors::folded_name))
                .order((contractors::folded_name, contractors::id))
                .limit(limit)
                .select((contractors::id, contractors::name, count(readers::id).aggregate_distinct()))
                .into_boxed();
            if !bulletin.roles.is_empty() {
                query = query.filter(engagements::role.eq_any(bulletin.roles.clone()));
            }
            if !bulletin.contractors.is_empty() {
                query = query.filter(contractors::id.eq_any(bulletin.contractors.clone()));
            }
            if let Some(only) = only {
                query = query.filter(contractors::id.eq(only));
            }
            if let Some((id, name)) = after.clone() {
                let same = contractors::folded_name.eq(name.clone()).and(contractors::id.gt(id));
                query = query.filter(contractors::folded_name.gt(name).or(same));
            }
            if $read {
                query = query.filter(readers::acknowledged_at.is_not_null());
            }
            query.load::<(ContractorId, String, i64)>(conn)?
        }};
    }
    let given = base!(false);
    let read: std::collections::HashMap<ContractorId, i64> =
        base!(true).into_iter().map(|(firm, _, count)| (firm, count)).collect();
    let tally = |(firm, name, given)| Tally { firm, name, given, read: read.get(&firm).copied().unwrap_or(0) };
    Ok(given.into_iter().map(tally).collect())
}

/// The firm's people at work who have not read this bulletin.
///
/// # Errors
/// The database's.
pub fn unread_at(conn: &mut Conn, bulletin: &Bulletin, firm: ContractorId, today: NaiveDate) -> Result<Vec<Reader>> {
    Ok(readers::table
        .filter(readers::bulletin_id.eq(bulletin.id))
        .filter(sql::<Bool>("acknowledged_at IS NULL"))
        .filter(readers::person_id.eq_any(at_work!(bulletin, today, Some(firm))))
        .order(readers::id)
        .select(Reader::as_select())
        .load(conn)?)
}
