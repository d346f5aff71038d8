//! From a row of the outbox to a letter, at its first claim: digests from how things stand at that moment, the other
//! letters from what their row holds.

mod application;
mod badge;
mod bulletin;
mod care;
mod decision;
mod digest;
mod training;
mod watch;

use std::collections::HashMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::interview_invitation::INTERVIEW_INVITATION;
use super::{
    APPEAL_LETTER, AllClear, BADGE_RETURN, BULLETIN_NOTICE, DECISION_LETTER, Enclosure, Finding, HoldNotice,
    InterviewInvitation, InvariantAlarm, InvitationParams, JobLine, Letter, OUTCOME_NOTICE, OWN_LINK, OwnLink,
    RetentionDue, SET_PASSWORD, Sender, SetPassword, TRAINING_PLACE, TrailAnchor,
};
use crate::domain::application::chase::CHASE;
use crate::domain::application::checking::RETURNED;
use crate::domain::badge::renewal::LETTER as RENEWAL;
use crate::domain::bulletin::chase::CHASE as CHASE_UNREAD;
use crate::domain::concern::CONCERN_NOTICE;
use crate::domain::criteria;
use crate::domain::reminder::DIGEST;
use crate::error::{Error, Result};
use crate::store::outbox::Letter as Row;
use crate::store::{Conn, Seal, contractor, person};
use crate::types::{At, ContractorId, ContractorStatus, OutboxId, Reach, Secret, in_london};

/// What `hold_notice` is rendered from; the row names the firm and the person.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HoldNoticeParams {
    /// The first day on which the person may not work.
    pub from: NaiveDate,
}

/// What `set_password` is rendered from. Forgotten when the letter has left.
#[derive(Clone, Serialize, Deserialize)]
pub struct SetPasswordParams {
    /// The account holder's name.
    pub name: String,
    /// The link's path on the pages, token and all, with its leading slash.
    pub path: String,
    /// When the link stops working.
    pub expires: At,
    /// A new account, rather than a forgotten password.
    pub invited: bool,
}

/// What `own_link` is rendered from. Forgotten when the letter has left.
#[derive(Clone, Serialize, Deserialize)]
pub struct OwnLinkParams {
    /// The link's path on the pages, token and all, with its leading slash.
    pub path: String,
    /// When the link stops working.
    pub expires: At,
    /// The firm that applied; empty for the council's own staff.
    pub firm: String,
    /// The role applied for, in small letters.
    pub role: String,
}

/// What `trail_anchor` is rendered from.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AnchorParams {
    /// The day.
    pub on: NaiveDate,
    /// The last entry's number.
    pub seq: i64,
    /// Its hash.
    pub hash: String,
}

/// What `invariant_alarm` is rendered from.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AlarmParams {
    /// The day.
    pub on: NaiveDate,
    /// When the check ran.
    pub at: At,
    /// What should never be, and how many records break it.
    pub findings: Vec<(String, u64)>,
}

/// What `all_clear` is rendered from.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AllClearParams {
    /// First day counted.
    pub from: NaiveDate,
    /// Last day counted: the day of the letter.
    pub on: NaiveDate,
    /// When it was written.
    pub at: At,
    /// People who cannot work.
    pub stopped: u64,
    /// People with something due.
    pub due: u64,
    /// Reminder letters sent.
    pub sent: u64,
    /// Letters given up.
    pub failed: u64,
    /// Every job: name, last end, failed runs, overdue.
    pub jobs: Vec<(String, Option<At>, u64, bool)>,
}

/// Renders letters as things stand on `today`; none for one that nobody is owed any more. One that cannot be
/// rendered does not keep the others.
///
/// # Errors
/// The database's.
pub fn render(
    conn: &mut Conn,
    seal: &Seal,
    sender: &Sender,
    rows: &[&Row],
    today: NaiveDate,
) -> Result<HashMap<OutboxId, Result<Option<Letter>>>> {
    let digests: Vec<&Row> = rows.iter().copied().filter(|row| row.letter == DIGEST).collect();
    let mut letters = digest::render(conn, sender, &digests, today)?;
    for row in rows.iter().filter(|row| row.letter != DIGEST) {
        letters.insert(row.id, render_one(conn, seal, sender, row, today));
    }
    Ok(letters)
}

/// The digest a firm would get today, for the team to look at; none when there is nothing to tell.
///
/// # Errors
/// `NotFound` for no firm; the database's.
pub fn preview(conn: &mut Conn, sender: &Sender, firm: ContractorId, today: NaiveDate) -> Result<Option<Letter>> {
    digest::preview(conn, sender, firm, today)
}

/// The file that goes with a letter, the same whenever it is asked for.
///
/// # Errors
/// `Internal` when the row does not hold what it is made of.
pub fn enclosure(sender: &Sender, row: &Row) -> Result<Option<Enclosure>> {
    if row.letter == APPEAL_LETTER {
        return decision::enclosure(sender, row);
    }
    if row.letter == TRAINING_PLACE {
        return training::enclosure(sender, row);
    }
    if row.letter != INTERVIEW_INVITATION {
        return Ok(None);
    }
    let told: InvitationParams = serde_json::from_str(&row.params)?;
    Ok(Some(told.calendar(sender, &row.to_email, row.created_at)))
}

/// Whom to ask, as a sentence may say it.
fn contact(sender: &Sender) -> String {
    format!("the transport team at {}", sender.reply_to)
}

fn render_one(conn: &mut Conn, seal: &Seal, sender: &Sender, row: &Row, today: NaiveDate) -> Result<Option<Letter>> {
    match row.letter.as_str() {
        DECISION_LETTER => return decision::decision(conn, seal, sender, row).map(Some),
        BADGE_RETURN => return badge::cards(conn, sender, row),
        BULLETIN_NOTICE => return bulletin::notice(conn, seal, sender, row),
        CONCERN_NOTICE => return bulletin::concern(sender, row).map(Some),
        CHASE_UNREAD => return bulletin::chase(conn, sender, row),
        OUTCOME_NOTICE => return decision::outcome(conn, sender, row),
        APPEAL_LETTER => return decision::of_appeal(conn, seal, sender, row).map(Some),
        _ => {}
    }
    let sender = sender.clone();
    if let Some(person) = row.person_id.filter(|_| care::LETTERS.contains(&row.letter.as_str())) {
        return care::render(conn, sender, row, person, today);
    }
    if let Some(person) = row.person_id.filter(|_| badge::LETTERS.contains(&row.letter.as_str())) {
        return badge::render(conn, sender, row, person);
    }
    if let Some(person) = row.person_id.filter(|_| training::LETTERS.contains(&row.letter.as_str())) {
        return training::render(conn, sender, row, person, today);
    }
    let letter = match row.letter.as_str() {
        "hold_notice" => {
            let params: HoldNoticeParams = serde_json::from_str(&row.params)?;
            let (Some(firm), Some(who)) = (row.contractor_id, row.person_id) else {
                return Err(Error::internal("a hold notice names no firm or no person"));
            };
            let firm = contractor::find(conn, firm, &Reach::Everyone)?;
            if firm.status != ContractorStatus::Active {
                return Ok(None);
            }
            let firm = firm.name;
            let person = person::find(conn, who, &Reach::Everyone)?;
            // Whoever takes somebody off a journey must not mistake a namesake for them.
            let person = format!("{} ({})", person.full_name(), person.reference);
            HoldNotice { contact: contact(&sender), sender, firm, person, from: params.from }.write()
        }
        SET_PASSWORD => {
            let SetPasswordParams { name, path, expires, invited } = serde_json::from_str(&row.params)?;
            let link = Secret::new(format!("{}{path}", sender.base_url));
            SetPassword { sender, name, link, expires, invited }.write()
        }
        INTERVIEW_INVITATION => {
            let told: InvitationParams = serde_json::from_str(&row.params)?;
            let who = row.person_id.ok_or_else(|| Error::internal("an invitation names nobody"))?;
            let name = person::find(conn, who, &Reach::Everyone)?.full_name();
            let criteria = match criteria::in_force(conn, in_london(row.created_at.utc())) {
                Ok(criteria) => Some(criteria.number),
                Err(Error::Conflict(_)) => None,
                Err(other) => return Err(other),
            };
            InterviewInvitation { contact: contact(&sender), sender, name, criteria, told }.write()
        }
        "retention_due" => RetentionDue { sender, told: serde_json::from_str(&row.params)? }.write(),
        RETURNED => return application::returned(conn, sender, row),
        CHASE => return application::chase(conn, sender, row),
        RENEWAL => return application::badge_renewal(conn, sender, row),
        OWN_LINK => {
            let OwnLinkParams { path, expires, firm, role } = serde_json::from_str(&row.params)?;
            let link = Secret::new(format!("{}{path}", sender.base_url));
            OwnLink { sender, firm, role, link, expires }.write()
        }
        "trail_anchor" => {
            let AnchorParams { on, seq, hash } = serde_json::from_str(&row.params)?;
            TrailAnchor { sender, day: on, seq, hash }.write()
        }
        "invariant_alarm" => {
            let AlarmParams { at, findings, .. } = serde_json::from_str(&row.params)?;
            let findings = findings.into_iter().map(|(rule, records)| Finding { rule, records }).collect();
            InvariantAlarm { sender, at, findings }.write()
        }
        "all_clear" => {
            let params: AllClearParams = serde_json::from_str(&row.params)?;
            all_clear(sender, params).write()
        }
        _ => watch::render(conn, sender, row),
    };
    letter.map(Some)
}

fn all_clear(sender: Sender, params: AllClearParams) -> AllClear {
    let AllClearParams { from, on, at, stopped, due, sent, failed, jobs } = params;
    let line = |(name, last_run, failures, overdue)| JobLine { name, last_run, failures, overdue };
    AllClear { sender, from, to: on, at, stopped, due, sent, failed, jobs: jobs.into_iter().map(line).collect() }
}
