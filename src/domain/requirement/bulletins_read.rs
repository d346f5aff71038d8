//! Bulletins read: every mandatory published bulletin that reached the person and is for the work they do now, acknowledged
//! by them. Nothing is asked while none did. Somebody who came after a bulletin was published owes it only when that was
//! within 12 months: who comes later is not given it.

use super::{Asking, Finding};
use crate::store::bulletin::reader::Reading;
use crate::types::in_london;

/// Due on the earliest day by which one that is not acknowledged is to be read.
pub(super) fn find(asking: &Asking<'_>) -> Finding {
    let given: Vec<&Reading> = asking.dossier.bulletins.iter().filter(|one| is_for(one, asking)).collect();
    let Some(last) = given.last() else { return Finding::not_required() };
    let is_read = |day: Option<chrono::NaiveDate>| day.is_some_and(|day| day <= asking.today);
    let unread = given.iter().filter(|one| !is_read(one.acknowledged_at.map(|at| in_london(at.utc()))));
    match unread.clone().min_by_key(|one| (one.due_on, one.id)) {
        None => Finding::held(None, last.id.0),
        Some(first) => {
            let what = match unread.count() {
                1 => "1 bulletin to read".to_owned(),
                more => format!("{more} bulletins to read"),
            };
            Finding::held(Some(first.due_on), first.id.0).saying(what)
        }
    }
}

/// Whether they work today for a firm and in a role of the bulletin, as those do who are listed.
fn is_for(given: &Reading, asking: &Asking<'_>) -> bool {
    let today = asking.today;
    asking.dossier.engagements.iter().any(|work| {
        let at_work = work.starts_on <= today && work.ends_on.is_none_or(|end| end >= today);
        let firm = given.contractors.is_empty() || given.contractors.contains(&work.contractor_id);
        at_work && firm && (given.roles.is_empty() || given.roles.contains(&work.role))
    })
}
