//! Lists of badges: pieces of an index, from the last one seen on.

use chrono::NaiveDate;
use diesel::dsl::{exists, not};
use diesel::prelude::*;

use super::Badge;
use crate::error::Result;
use crate::store::Conn;
use crate::store::schema::{badge_prints, badge_requests, badges, contractors, engagements, people};
use crate::types::{BadgeCause, BadgeId, BadgeRequestState, BadgeState, ContractorId, Reach};

/// Which badges a list holds.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// In this state.
    pub state: Option<BadgeState>,
    /// At this firm.
    pub contractor: Option<ContractorId>,
    /// Whose printed end date is no later.
    pub ends_by: Option<NaiveDate>,
    /// Whose printed end date is no earlier.
    pub ends_from: Option<NaiveDate>,
}

/// A badge with the forename and surname of its wearer and the firm's name.
pub type Row = (Badge, String, String, String);

/// Up to `limit` badges within `reach`, newest first, from before the one named.
///
/// # Errors
/// The database's.
pub fn page(conn: &mut Conn, reach: &Reach, filter: &Filter, before: Option<BadgeId>, limit: i64) -> Result<Vec<Row>> {
    let mut query =
        badges::table.inner_join(people::table).inner_join(contractors::table).order(badges::id.desc()).into_boxed();
    match reach {
        Reach::Everyone => {}
        Reach::Firms(firms) => query = query.filter(badges::contractor_id.eq_any(firms.clone())),
        Reach::Nobody => return Ok(Vec::new()),
    }
    if let Some(state) = filter.state {
        query = query.filter(badges::state.eq(state));
    }
    if let Some(firm) = filter.contractor {
        query = query.filter(badges::contractor_id.eq(firm));
    }
    if let Some(day) = filter.ends_by {
        query = query.filter(badges::expires_on.le(day));
    }
    if let Some(day) = filter.ends_from {
        query = query.filter(badges::expires_on.ge(day));
    }
    if let Some(before) = before {
        query = query.filter(badges::id.lt(before));
    }
    let columns = (Badge::as_select(), people::forename, people::surname, contractors::name);
    Ok(query.limit(limit).select(columns).load(conn)?)
}

/// Up to `limit` live badges that run out from `from` to `to`, of people still engaged there, for whom no new one is
/// asked, and none was as a renewal within as many days and not issued; after the one named.
///
/// # Errors
/// The database's.
pub fn expiring(conn: &mut Conn, (from, to): (NaiveDate, NaiveDate), after: BadgeId, limit: i64) -> Result<Vec<Badge>> {
    let since = from - (to - from);
    let asked = badge_requests::table
        .filter(badge_requests::person_id.eq(badges::person_id))
        .filter(badge_requests::contractor_id.eq(badges::contractor_id))
        .filter(badge_requests::role.eq(badges::role))
        .filter(
            badge_requests::state.eq(BadgeRequestState::Open).or(badge_requests::badge_id
                .is_null()
                .and(badge_requests::cause.eq(BadgeCause::Renewal))
                .and(badge_requests::asked_on.ge(since))),
        );
    let running = engagements::table
        .filter(engagements::person_id.eq(badges::person_id))
        .filter(engagements::contractor_id.eq(badges::contractor_id))
        .filter(engagements::role.eq(badges::role))
        .filter(engagements::ends_on.is_null().or(engagements::ends_on.gt(badges::expires_on.nullable())));
    Ok(badges::table
        .filter(badges::state.eq(BadgeState::Live))
        .filter(badges::expires_on.between(from, to))
        .filter(badges::id.gt(after))
        .filter(exists(running))
        .filter(not(exists(asked)))
        .order(badges::id)
        .limit(limit)
        .select(Badge::as_select())
        .load(conn)?)
}

/// Up to `limit` badges of our own that are still out though nobody may wear them: the work there ended before `today`;
/// after the one named.
///
/// # Errors
/// The database's.
pub fn unreturned(conn: &mut Conn, today: NaiveDate, after: BadgeId, limit: i64) -> Result<Vec<Badge>> {
    let running = engagements::table
        .filter(engagements::person_id.eq(badges::person_id))
        .filter(engagements::contractor_id.eq(badges::contractor_id))
        .filter(engagements::role.eq(badges::role))
        .filter(engagements::ends_on.is_null().or(engagements::ends_on.ge(today)));
    Ok(badges::table
        .filter(badges::state.eq_any([BadgeState::Live, BadgeState::Suspended]))
        .filter(badges::opaque.is_not_null())
        .filter(badges::returned_on.is_null())
        .filter(badges::expires_on.ge(today))
        .filter(badges::id.gt(after))
        .filter(not(exists(running)))
        .order(badges::id)
        .limit(limit)
        .select(Badge::as_select())
        .load(conn)?)
}

/// Up to `limit` printed cards of our own that did not come back though their badge was revoked, or another stands in for
/// it, on `since` or before; those that look valid on `today`, after the one named.
///
/// # Errors
/// The database's.
pub fn still_out(
    conn: &mut Conn,
    (since, today): (NaiveDate, NaiveDate),
    after: BadgeId,
    limit: i64,
) -> Result<Vec<Badge>> {
    let printed = badge_prints::table.filter(badge_prints::badge_id.eq(badges::id));
    Ok(badges::table
        .filter(badges::state.eq_any([BadgeState::Revoked, BadgeState::Superseded]))
        .filter(badges::opaque.is_not_null())
        .filter(badges::returned_on.is_null())
        .filter(badges::state_since.le(since))
        .filter(badges::expires_on.ge(today))
        .filter(badges::id.gt(after))
        .filter(exists(printed))
        .order(badges::id)
        .limit(limit)
        .select(Badge::as_select())
        .load(conn)?)
}
