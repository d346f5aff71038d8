//! Bulletins read: every mandatory published bulletin that reached the person and is for the work they do now, acknowledged
//! by them. Nothing is asked while none did. Somebody who came after a bulletin was published owes it only when that was
//! within 12 months: who comes later is not given it.

use super::{Asking, Finding};
use crate::domain::bulletin::is_for;
use crate::store::bulletin::reader::Reading;
use crate::types::in_london;

/// Due on the earliest day by which one that is not acknowledged is to be read.
pub(super) fn find(asking: &Asking<'_>) -> Finding {
    let works = &asking.dossier.engagements;
    let is_theirs = |one: &&Reading| works.iter().any(|work| is_for(&one.roles, &one.contractors, work, asking.today));
    let given: Vec<&Reading> = asking.dossier.bulletins.iter().filter(is_theirs).collect();
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
