//! Letters of the Update Service watch: three to the person a row names, one to the team.

use chrono::NaiveDate;
use serde::Deserialize;

use super::contact;
use crate::domain::circuit::Alarm;
use crate::domain::letter::{JoinBy, Letter, NewCheck, NotFound, Sender, Trouble, WatchAlarm};
use crate::error::{Error, Result};
use crate::store::outbox::Letter as Row;
use crate::store::{Conn, person};
use crate::types::Reach;

#[derive(Deserialize)]
struct Until {
    until: NaiveDate,
}

#[derive(Deserialize)]
struct Last {
    last: NaiveDate,
}

/// The letter of a row, when it is one of these.
pub(super) fn render(conn: &mut Conn, sender: Sender, row: &Row) -> Result<Letter> {
    if row.letter == "watch_alarm" {
        let trouble = match serde_json::from_str(&row.params)? {
            Alarm::Circuit { cause, at, asked } => Trouble::Circuit(cause, at, asked),
            Alarm::Late { since } => Trouble::Late(since),
        };
        return WatchAlarm { sender, trouble }.write();
    }
    let who = row.person_id.ok_or_else(|| Error::internal("a letter to a person names none"))?;
    let name = person::find(conn, who, &Reach::Everyone)?.full_name();
    let contact = contact(&sender);
    match row.letter.as_str() {
        "new_check" => NewCheck { sender, name, contact }.write(),
        "not_found" => {
            let Until { until } = serde_json::from_str(&row.params)?;
            NotFound { sender, name, contact, until }.write()
        }
        "join_by" => {
            let Last { last } = serde_json::from_str(&row.params)?;
            JoinBy { sender, name, contact, last }.write()
        }
        _ => Err(Error::internal("the outbox holds a letter that nothing writes")),
    }
}
