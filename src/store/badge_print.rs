//! Which badge was put on paper, when and by whom.

use diesel::prelude::*;

use super::conn::Conn;
use super::db::Tx;
use super::dialect::insert_all;
use super::schema::{badge_prints, users};
use crate::error::Result;
use crate::types::{At, BadgeId, BadgeLayout};

/// Notes that these badges are printed now.
///
/// # Errors
/// The database's.
pub fn insert(tx: &mut Tx<'_>, badges: &[BadgeId], layout: BadgeLayout) -> Result<()> {
    let (by, at) = (tx.actor, tx.at);
    insert_all!(&mut **tx, badge_prints::table, badges, |badge| (
        badge_prints::badge_id.eq(*badge),
        badge_prints::layout.eq(layout),
        badge_prints::printed_by.eq(by),
        badge_prints::printed_at.eq(at),
    ))?;
    Ok(())
}

/// When a badge was printed, how, and by whom; newest first.
///
/// # Errors
/// The database's.
pub fn of_badge(conn: &mut Conn, badge: BadgeId) -> Result<Vec<(At, BadgeLayout, String)>> {
    Ok(badge_prints::table
        .inner_join(users::table)
        .filter(badge_prints::badge_id.eq(badge))
        .order(badge_prints::id.desc())
        .limit(100)
        .select((badge_prints::printed_at, badge_prints::layout, users::name))
        .load(conn)?)
}
