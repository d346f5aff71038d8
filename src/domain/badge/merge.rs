//! Two rows of one person become one: one live badge stays of each firm and role, one request, one photograph.

use crate::error::Result;
use crate::store::trail::Entry;
use crate::store::{Tx, badge, badge_request, photo};
use crate::types::{BadgeRequestState, BadgeState, Origin, PersonId};

/// Settles what the rows of `gone` would clash with among those of `kept`. The kept person's stay.
///
/// # Errors
/// The database's.
pub fn before_merge(tx: &mut Tx<'_>, kept: PersonId, gone: PersonId) -> Result<()> {
    let own = badge::of_person(tx, kept)?;
    for other in badge::of_person(tx, gone)? {
        // A suspended one counts too: it may come to life again.
        let is_live = |one: &badge::Badge| !super::is_dead(one.state) && one.origin == Origin::Recorded;
        let clash =
            own.iter().any(|one| is_live(one) && one.contractor_id == other.contractor_id && one.role == other.role);
        if clash && is_live(&other) {
            badge::change(tx, &other, BadgeState::Superseded, "The two rows were merged, and the other badge stays")?;
            let entry = Entry::new("badge.supersede", "badge", other.id.0).about(kept);
            tx.trail(entry.old(&other.state).new_value(&BadgeState::Superseded));
        }
    }
    let open = badge_request::open_of(tx, kept)?;
    for other in badge_request::open_of(tx, gone)? {
        if open.iter().any(|one| one.contractor_id == other.contractor_id && one.role == other.role) {
            let why = "The two rows were merged, and the other request stays";
            badge_request::settle(tx, other.id, BadgeRequestState::Cancelled, None, why)?;
            tx.trail(Entry::new("badge_request.cancel", "badge_request", other.id.0).about(kept).reason(why));
        }
    }
    if photo::current(tx, kept)?.is_some() {
        photo::retire(tx, gone)?;
    }
    photo::destroy_unused(tx, gone)
}
