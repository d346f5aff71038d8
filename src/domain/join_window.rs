//! The thirty days in which a certificate can be joined to the Update Service (facts.md §2.1, §7): the person is written
//! to while it can, and the team told when it no longer can.

use std::collections::HashMap;

use chrono::NaiveDate;
use serde_json::json;

use super::clearance::{Dossier, clearance, days_after, days_before, dossiers};
use super::evidence::update_service::JOIN_DAYS;
use super::outbox;
use super::policy::{self, Policy};
use crate::error::Result;
use crate::store::dbs::{Certificate, certificate};
use crate::store::join_window as store;
use crate::store::task::{self, NewTask};
use crate::store::trail::Entry;
use crate::store::{Conn, Tx};
use crate::types::{CertificateId, ItemState, Kind, PersonId};

/// Days after the issue on which the person is written to.
const NOTICE: [u32; 4] = [0, 10, 20, 27];

/// Kept in the ledger for the day the window was lost.
const LOST: i32 = 31;

/// For how long after that somebody recorded late is still told of.
const LOOK_BACK: u32 = 60;

/// Something to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owed {
    /// Whose.
    pub person: PersonId,
    /// Which certificate.
    pub certificate: CertificateId,
    /// Last day to join.
    pub last: NaiveDate,
    day: i32,
}

/// The last day on which the person can join a certificate whose joining their work asks for; none when they have, or
/// it is too late.
pub fn join_by(policies: &[Policy], dossier: &Dossier, today: NaiveDate) -> Option<NaiveDate> {
    let last = |one: &Certificate| days_after(one.issued_on, JOIN_DAYS);
    let open = dossier.certificates.iter().filter(|one| one.issued_on <= today && today <= last(one));
    open.filter(|one| wants(policies, dossier, one, today)).map(last).max()
}

/// Whether a role of the person asks for the Update Service, misses it, and uses this certificate, which was not joined.
fn wants(policies: &[Policy], dossier: &Dossier, one: &Certificate, today: NaiveDate) -> bool {
    let joined = dossier.subscriptions.iter().any(|row| row.certificate_id == one.id);
    let newest = dossier.certificates.iter().filter(|other| other.retired_on.is_none());
    let is_newest = newest.max_by_key(|other| (other.issued_on, other.id)).is_some_and(|other| other.id == one.id);
    let missed = |role: &str| {
        let found = clearance(policies, role, dossier, today);
        found.items.iter().any(|item| item.kind == Kind::UpdateService && item.state == ItemState::Missing)
    };
    one.retired_on.is_none() && !joined && is_newest && dossier.roles().into_iter().any(missed)
}

/// What is to be told today that was not told yet: of each certificate the latest notice that has come.
///
/// # Errors
/// The database's.
pub fn owed(conn: &mut Conn, today: NaiveDate) -> Result<Vec<Owed>> {
    let rows = certificate::unjoined(conn, days_before(today, JOIN_DAYS + LOOK_BACK), today)?;
    let policies = policy::published(conn)?;
    let mut found = Vec::new();
    for batch in rows.chunks(500) {
        let ids: Vec<_> = batch.iter().map(|row| row.id).collect();
        let mut told: HashMap<CertificateId, i32> = HashMap::new();
        for (id, day) in store::told_of(conn, &ids)? {
            told.entry(id).and_modify(|last| *last = (*last).max(day)).or_insert(day);
        }
        let mut people: Vec<_> = batch.iter().map(|row| row.person_id).collect();
        people.sort_unstable();
        people.dedup();
        let dossiers: HashMap<_, _> = dossiers(conn, &people)?.into_iter().map(|one| (one.person, one)).collect();
        for row in batch {
            let Some(day) = notice(row.issued_on, today).filter(|day| told.get(&row.id).is_none_or(|last| last < day))
            else {
                continue;
            };
            if dossiers.get(&row.person_id).is_some_and(|dossier| wants(&policies, dossier, row, today)) {
                let last = days_after(row.issued_on, JOIN_DAYS);
                found.push(Owed { person: row.person_id, certificate: row.id, last, day });
            }
        }
    }
    Ok(found)
}

fn notice(issued_on: NaiveDate, today: NaiveDate) -> Option<i32> {
    let since = u32::try_from((today - issued_on).num_days()).ok()?;
    if since > JOIN_DAYS {
        return Some(LOST);
    }
    NOTICE.into_iter().filter(|day| *day <= since).max().and_then(|day| i32::try_from(day).ok())
}

/// Tells it: the person by letter, or the team that the window is lost.
///
/// # Errors
/// The database's.
pub fn tell(tx: &mut Tx<'_>, owed: &Owed) -> Result<()> {
    let Owed { person: id, certificate, last, day } = *owed;
    store::note(tx, certificate, day)?;
    if day == LOST {
        let (cause, due_on) = (format!("join_window_lost:{certificate}"), days_after(tx.today, 5));
        let detail = "The 30 days to join the Update Service are over: the person needs a new certificate";
        let (kind, subject_kind) = ("join_window_lost", "person");
        task::open(tx, &NewTask { kind, cause: &cause, subject_kind, subject_id: id.0, detail, due_on })?;
        tx.trail(Entry::new("task.open", "person", id.0).about(id).new_value(&json!({ "kind": kind })));
    } else {
        outbox::write_to_person(tx, id, "join_by", json!({ "last": last }).to_string())?;
        tx.trail(Entry::new("letter.write", "person", id.0).about(id).new_value(&json!({ "letter": "join_by" })));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notice_comes_at_0_10_20_and_27_days_and_after_30_it_is_lost() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let issued = day("2026-11-02");
        for (today, told) in [
            ("2026-11-01", None),
            ("2026-11-02", Some(0)),
            ("2026-11-11", Some(0)),
            ("2026-11-12", Some(10)),
            ("2026-12-01", Some(27)),
            ("2026-12-02", Some(27)),
            ("2026-12-03", Some(LOST)),
        ] {
            assert_eq!(notice(issued, day(today)), told, "{today}");
        }
    }
}
