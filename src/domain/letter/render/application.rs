//! The letters about applications: a firm that left, or an application that moved on, is owed none.

use serde::Deserialize;

use super::super::{ApplicationChase, ApplicationReturned, BadgeRenewal, Letter, Sender, WaitingLine};
use super::contact;
use crate::domain::application::chase::Waiting;
use crate::error::Result;
use crate::store::outbox::Letter as Row;
use crate::store::{Conn, application, contractor};
use crate::types::{ApplicationId, ApplicationState, ContractorStatus, Reach};

#[derive(Deserialize)]
struct Returned {
    application: ApplicationId,
    reference: String,
}

#[derive(Deserialize)]
struct Chase {
    lines: Vec<Waiting>,
}

/// The firm's name, empty for the council's own; none when the council no longer works with it.
fn firm(conn: &mut Conn, row: &Row) -> Result<Option<String>> {
    let Some(id) = row.contractor_id else { return Ok(Some(String::new())) };
    let firm = contractor::find(conn, id, &Reach::Everyone)?;
    Ok((firm.status == ContractorStatus::Active).then_some(firm.name))
}

pub(super) fn returned(conn: &mut Conn, sender: Sender, row: &Row) -> Result<Option<Letter>> {
    let Returned { application: id, reference } = serde_json::from_str(&row.params)?;
    let stands = application::find(conn, id, &Reach::Everyone)?.state == ApplicationState::Returned;
    let Some(firm) = firm(conn, row)?.filter(|_| stands) else { return Ok(None) };
    ApplicationReturned { contact: contact(&sender), sender, firm, application: id, reference }.write().map(Some)
}

pub(super) fn chase(conn: &mut Conn, sender: Sender, row: &Row) -> Result<Option<Letter>> {
    let Chase { lines } = serde_json::from_str(&row.params)?;
    let Some(firm) = firm(conn, row)? else { return Ok(None) };
    let line =
        |Waiting { reference, returned, since, closes_on }| WaitingLine { reference, returned, since, closes_on };
    ApplicationChase { sender, firm, lines: lines.into_iter().map(line).collect() }.write().map(Some)
}

#[derive(Deserialize)]
struct Renewal {
    count: u64,
}

pub(super) fn badge_renewal(conn: &mut Conn, sender: Sender, row: &Row) -> Result<Option<Letter>> {
    let Renewal { count } = serde_json::from_str(&row.params)?;
    let Some(firm) = firm(conn, row)? else { return Ok(None) };
    BadgeRenewal { contact: contact(&sender), sender, firm, count }.write().map(Some)
}
