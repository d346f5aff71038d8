//! The bulletins a person was given: what they have read, and what they owe by when.

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::domain::bulletin::is_for;
use crate::domain::clearance::Dossier;
use crate::error::Result;
use crate::store::Conn;
use crate::store::bulletin::{self as store, Bulletin, reader};
use crate::types::{At, BulletinId, BulletinState, ContractorId, PersonId};

/// A line.
pub(super) struct Given {
    pub bulletin: BulletinId,
    pub title: String,
    pub mandatory: bool,
    pub due_on: NaiveDate,
    pub read: Option<At>,
    pub is_late: bool,
    pub is_withdrawn: bool,
}

/// What the page lists, the latest first. `own` are a contractor's firms: they see what is published for their work with
/// this person, and nothing of another firm's.
pub(super) fn bulletins(
    conn: &mut Conn,
    person: PersonId,
    dossier: &Dossier,
    own: Option<&[ContractorId]>,
    today: NaiveDate,
) -> Result<Vec<Given>> {
    let mut rows = reader::all_of(conn, person)?;
    if let Some(own) = own {
        let published: HashMap<BulletinId, Bulletin> =
            store::published(conn)?.into_iter().map(|one| (one.id, one)).collect();
        let works: Vec<_> = dossier.engagements.iter().filter(|work| own.contains(&work.contractor_id)).collect();
        let is_theirs = |one: &Bulletin| works.iter().any(|work| is_for(&one.roles, &one.contractors, work, today));
        rows.retain(|(row, ..)| published.get(&row.bulletin_id).is_some_and(is_theirs));
    }
    let ids: Vec<BulletinId> = rows.iter().map(|(row, ..)| row.bulletin_id).collect();
    let titles: HashMap<BulletinId, String> = store::titles(conn, &ids)?.into_iter().collect();
    let line = |(row, state, mandatory): (reader::Reader, BulletinState, bool)| Given {
        bulletin: row.bulletin_id,
        title: titles.get(&row.bulletin_id).cloned().unwrap_or_default(),
        mandatory,
        due_on: row.due_on,
        read: row.acknowledged_at,
        is_late: row.due_on < today,
        is_withdrawn: state == BulletinState::Withdrawn,
    };
    Ok(rows.into_iter().map(line).collect())
}
