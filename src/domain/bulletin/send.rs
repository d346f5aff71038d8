//! Getting a bulletin to each person: a row and a letter for whoever it reaches, a new link for whoever lost theirs, and
//! links on paper for those without mail.

use chrono::NaiveDate;
use serde_json::json;

use super::{link, reaches};
use crate::clock::Clock;
use crate::domain::clearance::days_after;
use crate::domain::command;
use crate::domain::letter::{BULLETIN_NOTICE, BulletinNoticeParams};
use crate::domain::outbox::private_mail;
use crate::domain::permission::{Act, Subject, Who, may};
use crate::error::{Error, Result};
use crate::store::bulletin::reader::{self, Asked, Reader, Standing};
use crate::store::bulletin::{self as store, Bulletin};
use crate::store::outbox::{self, NewLetter};
use crate::store::trail::Entry;
use crate::store::{Db, Tx};
use crate::types::{
    At, BulletinId, BulletinState, ContractorId, PersonId, ReaderId, UserId, add_months, london_midnight,
};

/// A newcomer has at least so many days.
const NEWCOMER_DAYS: u32 = 14;
/// A link works so many days after the day to read by.
const LIFE_DAYS: u32 = 30;
/// Whoever comes so long after a bulletin was published is not given it. Months.
const NEWS_MONTHS: u32 = 12;
/// People given a bulletin in one transaction.
const BATCH: i64 = 200;
/// The most links on one sheet.
const MOST_PRINTED: i64 = 500;

/// What came of giving bulletins to people.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spread {
    /// People who were given one.
    pub given: u64,
    /// People, or bulletins, that failed.
    pub failed: u64,
    /// Whether the time was up before the last bulletin.
    pub cut_short: bool,
}

/// Gives a published bulletin to everybody it reaches who has not been given it, a batch at a time; says to how many.
///
/// # Errors
/// The database's.
pub fn spread(db: &Db, clock: &Clock, actor: UserId, id: BulletinId) -> Result<u64> {
    Ok(hand_out(db, clock, actor, id)?.given)
}

/// As [`spread`], for every published bulletin; between two, `goes_on` says whether there is time.
///
/// # Errors
/// The database's.
pub fn spread_all(db: &Db, clock: &Clock, mut goes_on: impl FnMut() -> Result<bool>) -> Result<Spread> {
    let mut sum = Spread::default();
    for bulletin in db.read(store::published)? {
        if !goes_on()? {
            return Ok(Spread { cut_short: true, ..sum });
        }
        match hand_out(db, clock, UserId::SYSTEM, bulletin.id) {
            Ok(one) => {
                sum.given += one.given;
                sum.failed += one.failed;
            }
            Err(error) => {
                tracing::error!(bulletin = bulletin.id.0, %error, "a bulletin could not be given");
                sum.failed += 1;
            }
        }
    }
    Ok(sum)
}

fn hand_out(db: &Db, clock: &Clock, actor: UserId, id: BulletinId) -> Result<Spread> {
    let (mut sum, mut after) = (Spread::default(), PersonId(0));
    loop {
        let (batch, last) = command::run_if_needed(db, actor, clock, |tx| give(tx, id, after, BATCH))?;
        sum.given += batch.given;
        sum.failed += batch.failed;
        match last {
            Some(last) => after = last,
            None => return Ok(sum),
        }
    }
}

/// Gives it to a batch of people after this one, each under a savepoint: one who fails costs only themselves. Says who was
/// the last.
fn give(tx: &mut Tx<'_>, id: BulletinId, after: PersonId, limit: i64) -> Result<(Spread, Option<PersonId>)> {
    let (bulletin, mut sum) = (store::find(tx, id)?, Spread::default());
    let (Some(read_by), BulletinState::Published) = (bulletin.read_by, bulletin.state) else { return Ok((sum, None)) };
    let today = tx.today;
    let published = bulletin.published_on.unwrap_or(today);
    if add_months(published, NEWS_MONTHS) < today {
        return Ok((sum, None));
    }
    let people = reader::newcomers(tx, &bulletin, today, after, limit)?;
    let last = people.last().copied();
    let first = published == today;
    let due_on = if first { read_by } else { read_by.max(days_after(today, NEWCOMER_DAYS)) };
    for person in people {
        let given = tx.savepoint(|tx| {
            let given = reader::insert(tx, id, person, due_on, expiry(due_on))?;
            write_to(tx, given)
        });
        match given {
            Ok(_) => sum.given += 1,
            Err(error) => {
                tracing::error!(bulletin = id.0, person = person.0, %error, "a bulletin could not be given");
                sum.failed += 1;
            }
        }
    }
    if sum.given > 0 {
        tx.trail(Entry::new("bulletin.give", "bulletin", id.0).new_value(&json!({ "people": sum.given })));
    }
    Ok((sum, last))
}

/// When a link of something due on `due_on` stops working.
fn expiry(due_on: NaiveDate) -> At {
    At::new(london_midnight(days_after(due_on, LIFE_DAYS + 1)))
}

/// Puts a letter with the reader's link to their own address; says whether they have one.
fn write_to(tx: &mut Tx<'_>, id: ReaderId) -> Result<bool> {
    let mut reader = reader::find(tx, id)?;
    let Some(to) = private_mail(tx, reader.person_id)? else { return Ok(false) };
    let params = serde_json::to_string(&BulletinNoticeParams { reader: reader.id, turn: reader.turn })?;
    let (contractor, user, person) = (None, None, Some(reader.person_id));
    outbox::put(tx, &NewLetter { letter: BULLETIN_NOTICE, to: &to, cc: "", contractor, user, person, params })?;
    reader.sent_at = Some(tx.at);
    reader::keep(tx, &reader)?;
    Ok(true)
}

/// Whether `who` may send or print links of the people of `firm`: the team, or the firm itself.
///
/// # Errors
/// `NotFound` for another's firm; `Forbidden` for whoever only looks.
pub fn may_send(who: &Who, firm: Option<ContractorId>) -> Result<()> {
    if may(who, Act::WriteBulletins, Subject::Register).is_ok() {
        return Ok(());
    }
    may(who, Act::ViewBulletins, firm.map_or(Subject::Register, Subject::Firm))?;
    if firm.is_some_and(|firm| who.firms().contains(&firm)) {
        Ok(())
    } else {
        Err(Error::Forbidden("Only the transport team or the contractor can send links."))
    }
}

/// Gives a reader a new link, which ends the old, and mails it where there is an address; says whether it did.
///
/// # Errors
/// `NotFound` for a reader who is not of `firm`; `Conflict` when there is nothing to read.
pub fn renew(
    tx: &mut Tx<'_>,
    who: &Who,
    id: BulletinId,
    reader_id: ReaderId,
    firm: Option<ContractorId>,
) -> Result<bool> {
    may_send(who, firm)?;
    let (bulletin, today) = (store::find(tx, id)?, tx.today);
    let row = reader::find(tx, reader_id)?;
    let is_theirs = match firm {
        Some(firm) => reaches(&bulletin.contractors, firm) && at_firm(tx, &bulletin, firm)?.contains(&row.id),
        None => true,
    };
    if row.bulletin_id != id || !is_theirs {
        return Err(Error::NotFound);
    }
    if row.acknowledged_at.is_some() || bulletin.state != BulletinState::Published {
        return Err(Error::Conflict("There is nothing left to read.".into()));
    }
    let person = row.person_id;
    turn(tx, row, today)?;
    tx.trail(Entry::new("bulletin.send", "bulletin", id.0).about(person));
    write_to(tx, reader_id)
}

fn turn(tx: &mut Tx<'_>, mut row: Reader, today: NaiveDate) -> Result<Reader> {
    row.turn += 1;
    row.expires_at = expiry(row.due_on.max(today));
    reader::keep(tx, &row)?;
    Ok(row)
}

fn at_firm(tx: &mut Tx<'_>, bulletin: &Bulletin, firm: ContractorId) -> Result<Vec<ReaderId>> {
    let today = tx.today;
    let all = Asked { firm: Some(firm), standing: None };
    let lines = reader::list(tx, bulletin, &all, today, None, i64::MAX)?;
    Ok(lines.into_iter().map(|(row, ..)| row.id).collect())
}

/// A link as it is printed.
#[derive(Debug, Clone)]
pub struct Printed {
    /// Whose.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// The council's reference of them, to tell namesakes apart.
    pub reference: String,
    /// The link's path, with its leading slash.
    pub path: String,
    /// When it stops working.
    pub expires: At,
}

/// The links of a firm's people who have not read the bulletin, to print: of those without mail, or of all when the team
/// asks for them. An expired link is made anew.
///
/// # Errors
/// `NotFound` for another's firm or a bulletin that does not reach it; `Conflict` when it is not published.
pub fn print(tx: &mut Tx<'_>, who: &Who, id: BulletinId, firm: ContractorId, all: bool) -> Result<Vec<Printed>> {
    may_send(who, Some(firm))?;
    let (bulletin, today, seal) = (store::find(tx, id)?, tx.today, tx.seal());
    if !reaches(&bulletin.contractors, firm) || bulletin.state == BulletinState::Draft {
        return Err(Error::NotFound);
    }
    if bulletin.state != BulletinState::Published {
        return Err(Error::Conflict("This bulletin is withdrawn.".into()));
    }
    let all = all && may(who, Act::WriteBulletins, Subject::Register).is_ok();
    let standing = if all { Standing::Unread } else { Standing::Unwritten };
    let asked = Asked { firm: Some(firm), standing: Some(standing) };
    let mut printed = Vec::new();
    for (row, forename, surname, reference, _) in reader::list(tx, &bulletin, &asked, today, None, MOST_PRINTED)? {
        let row = if row.expires_at <= tx.at { turn(tx, row, today)? } else { row };
        let entry = Entry::new("bulletin.print_link", "bulletin", id.0);
        tx.trail(entry.about(row.person_id).new_value(&json!({ "contractor": firm })));
        printed.push(Printed {
            person: row.person_id,
            name: format!("{forename} {surname}").trim().to_owned(),
            reference,
            path: link::path(&seal, &row),
            expires: row.expires_at,
        });
    }
    let entry = Entry::new("bulletin.print", "bulletin", id.0);
    tx.trail(entry.new_value(&json!({ "contractor": firm, "links": printed.len() })));
    Ok(printed)
}
