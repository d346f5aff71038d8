//! The demonstration's Update Service watch: an officer's declaration, and the consents that a register file cannot
//! carry, but for one in ten, who has still to sign.

use crate::clock::Clock;
use crate::domain::permission::Who;
use crate::domain::{command, declaration};
use crate::error::{Error, Result};
use crate::store::dbs::{self, Consent};
use crate::store::trail::Entry;
use crate::store::{Db, access, clearance, user};
use crate::types::{ConsentId, PersonId};
use serde_json::json;

/// People whose consents are written at a time.
const BATCH: i64 = 200;

/// Lets the joined certificates of the demonstration be asked about, at a pretend service.
///
/// # Errors
/// The database's.
pub fn begin(db: &Db, clock: &Clock) -> Result<()> {
    let officer = db.read(|conn| {
        let found = user::by_email(conn, "officer@demo.example.org")?.ok_or(Error::NotFound)?;
        Ok(Who { user: found.id, name: found.name, accesses: access::in_force(conn, found.id)? })
    })?;
    command::run(db, officer.user, clock, |tx| declaration::accept(tx, &officer, "Olive", "Fisher", true))?;
    let mut after = PersonId(0);
    loop {
        let people = db.read(|conn| clearance::people_after(conn, after, BATCH))?;
        let Some(last) = people.last() else { return Ok(()) };
        after = *last;
        command::run_if_needed(db, officer.user, clock, |tx| {
            let joined = dbs::subscription::of_people(tx, &people)?;
            for one in joined.iter().filter(|one| one.person_id.0 % 10 != 0) {
                let row = Consent {
                    id: ConsentId(0),
                    person_id: one.person_id,
                    given_on: one.joined_on,
                    withdrawn_on: None,
                    text_version: "2024-1".into(),
                    evidence: "Signed form".into(),
                    recorded_by: tx.actor,
                    recorded_on: tx.today,
                };
                let id = dbs::consent::insert(tx, &row)?;
                let new = json!({ "given_on": row.given_on, "text_version": row.text_version });
                tx.trail(Entry::new("consent.record", "consent", id.0).about(row.person_id).new_value(&new));
            }
            Ok(())
        })?;
    }
}
