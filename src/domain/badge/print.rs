//! Which badges may be put on paper, and the note of each that was.

use chrono::NaiveDate;
use serde_json::json;

use crate::domain::permission::{Act, Subject, Who, may};
use crate::error::{Error, Result};
use crate::store::badge::{self as store, Badge};
use crate::store::trail::Entry;
use crate::store::{Tx, badge_print};
use crate::types::{BadgeId, BadgeLayout};

/// Whether a card of this badge may be printed: it is our own, not dead and not run out.
pub fn is_printable(badge: &Badge, today: NaiveDate) -> bool {
    badge.opaque.is_some() && !super::is_dead(badge.state) && badge.expires_on >= today
}

/// Notes that these badges are printed now.
///
/// # Errors
/// `NotFound`; `Conflict` when one of them died meanwhile.
pub fn note(tx: &mut Tx<'_>, who: &Who, ids: &[BadgeId], layout: BadgeLayout) -> Result<()> {
    may(who, Act::IssueBadges, Subject::Register)?;
    let today = tx.today;
    let badges = store::by_ids(tx, ids)?;
    if badges.len() != ids.len() || badges.iter().any(|badge| !is_printable(badge, today)) {
        return Err(Error::Conflict("A badge was changed at this moment. Try again.".into()));
    }
    badge_print::insert(tx, ids, layout)?;
    for badge in badges {
        let entry = Entry::new("badge.print", "badge", badge.id.0).about(badge.person_id);
        tx.trail(entry.new_value(&json!({ "layout": layout })));
    }
    Ok(())
}
