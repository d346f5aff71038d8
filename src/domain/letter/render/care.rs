//! Letters to and about one person: stopped, free again, gone. They hold a day and a role, and nothing else.

use chrono::NaiveDate;
use serde::Deserialize;

use super::contact;
use crate::domain::clearance::dossiers;
use crate::domain::letter::{Departure, Leaving, Letter, Sender, Suspension, SuspensionLifted, WorkAgain};
use crate::error::{Error, Result};
use crate::store::outbox::Letter as Row;
use crate::store::{Conn, contractor, person};
use crate::types::{ContractorStatus, PersonId, Reach};

/// The letters written here.
pub(super) const LETTERS: [&str; 5] = ["suspension", "suspension_lifted", "leaving", "work_again", "departure"];

#[derive(Deserialize)]
struct Params {
    on: NaiveDate,
    #[serde(default)]
    role: String,
}

/// The letter; none to a firm the council has left, and none that says somebody may work who is stopped again.
pub(super) fn render(
    conn: &mut Conn,
    sender: Sender,
    row: &Row,
    id: PersonId,
    today: NaiveDate,
) -> Result<Option<Letter>> {
    let Params { on, role } = serde_json::from_str(&row.params)?;
    let whom = person::find(conn, id, &Reach::Everyone)?;
    let contact = contact(&sender);
    let firm = match row.contractor_id {
        Some(firm) => contractor::find(conn, firm, &Reach::Everyone)?,
        None => {
            let person = whom.full_name();
            return match row.letter.as_str() {
                "suspension" => Suspension { sender, contact, person, on }.write(),
                "suspension_lifted" => SuspensionLifted { sender, contact, person, on }.write(),
                "leaving" => Leaving { sender, contact, person, on }.write(),
                _ => Err(Error::internal("a letter to a firm names no firm")),
            }
            .map(Some);
        }
    };
    if firm.status != ContractorStatus::Active {
        return Ok(None);
    }
    let firm = firm.name;
    // As in the notice of a hold: a namesake must not be mistaken for them.
    let person = format!("{} ({})", whom.full_name(), whom.reference);
    if row.letter == "departure" {
        return Departure { sender, contact, firm, role, person, on }.write().map(Some);
    }
    if dossiers(conn, &[id])?.iter().any(|dossier| dossier.is_stopped(today)) {
        return Ok(None);
    }
    WorkAgain { sender, contact, firm, person, on }.write().map(Some)
}
