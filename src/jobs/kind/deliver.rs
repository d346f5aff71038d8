//! Sends the letters that wait, over one connection for the run.
//!
//! A letter is claimed, rendered, its text kept, sent, and settled before the next is handed over: a crash leaves at
//! most the one letter that the relay took and we did not note. It goes again, the same bytes under the same
//! Message-ID, when its lease has run out.

mod claim;
mod envelope;

use tokio::runtime::{Builder, Runtime};

use super::cut_short;
use crate::domain::command;
use crate::error::Result;
use crate::gateway::smtp::{self, Transport};
use crate::jobs::run::{Outcome, Shift};
use crate::jobs::spec::Deliver;
use crate::store::outbox::{self, Letter as Row};
use crate::store::random_token;
use crate::store::task::{self, NewTask};
use crate::types::{At, OutboxId, OutboxState};
use claim::{Ready, prepare};

/// The letters of one run.
struct Round<'a> {
    shift: &'a Shift<'a>,
    params: &'a Deliver,
    /// Whose claim it is: another for every run.
    key: String,
    transport: Transport,
    runtime: Runtime,
    renewed: At,
    tally: Tally,
}

#[derive(Default)]
struct Tally {
    sent: u64,
    unneeded: u64,
    later: u64,
    failed: u64,
}

/// Whether the run goes on.
enum Next {
    GoOn,
    RelayDown,
    Stop,
}

pub(super) fn run(shift: &Shift<'_>, params: &Deliver) -> Result<Outcome> {
    let mut round = Round {
        shift,
        params,
        key: random_token(),
        transport: Transport::open(&shift.office.config.smtp_url)?,
        runtime: Builder::new_current_thread().enable_all().build()?,
        renewed: shift.office.clock.now(),
        tally: Tally::default(),
    };
    let next = round.work()?;
    let Round { tally, transport, runtime, .. } = round;
    runtime.block_on(transport.close());
    let Tally { sent, unneeded, later, failed } = tally;
    let mut detail = format!("{sent} sent, {unneeded} no longer needed, {later} put off, {failed} failed");
    if matches!(next, Next::RelayDown) {
        detail.push_str("; the mail server does not answer");
    }
    let outcome = Outcome { done: sent + unneeded, failed: failed + later, detail, red: false };
    Ok(if matches!(next, Next::Stop) { cut_short(outcome) } else { outcome })
}

impl Round<'_> {
    fn work(&mut self) -> Result<Next> {
        loop {
            if !self.shift.goes_on()? {
                return Ok(Next::Stop);
            }
            let letters = self.claim()?;
            if letters.is_empty() {
                return Ok(Next::GoOn);
            }
            let next = self.send_all(letters)?;
            if !matches!(next, Next::GoOn) {
                return Ok(next);
            }
        }
    }

    fn claim(&mut self) -> Result<Vec<Ready>> {
        let office = self.shift.office;
        self.renewed = office.clock.now();
        let lease = self.renewed.plus(self.params.lease.delta());
        let rows = command::write_untrailed(&office.db, &office.clock, |tx| {
            outbox::claim(tx, &self.key, lease, i64::from(self.shift.spec.batch))
        })?;
        if rows.is_empty() { Ok(Vec::new()) } else { prepare(self, rows) }
    }

    fn send_all(&mut self, letters: Vec<Ready>) -> Result<Next> {
        let mut left: Vec<OutboxId> = letters.iter().rev().map(|letter| letter.row.id).collect();
        for letter in letters {
            let stopping = !self.shift.goes_on()?;
            if stopping || self.transport.is_down() {
                self.give_back(&left)?;
                return Ok(if stopping { Next::Stop } else { Next::RelayDown });
            }
            left.pop();
            if self.is_still_ours(letter.row.id)? {
                let outcome = self.runtime.block_on(self.transport.send(&letter.message));
                self.settle(&letter.row, outcome)?;
            }
        }
        Ok(if self.transport.is_down() { Next::RelayDown } else { Next::GoOn })
    }

    /// The lease is prolonged while a slow relay works through the batch; a letter another process took meanwhile is
    /// left to it.
    fn is_still_ours(&mut self, id: OutboxId) -> Result<bool> {
        let office = self.shift.office;
        let (now, lease) = (office.clock.now(), self.params.lease.delta());
        if now.since(self.renewed) <= lease / 4 {
            return Ok(true);
        }
        let ours =
            command::write_untrailed(&office.db, &office.clock, |tx| outbox::renew(tx, &self.key, now.plus(lease)))?;
        self.renewed = now;
        Ok(ours.contains(&id))
    }

    /// Gives letters back untried, for when the relay answers again or the program is back.
    fn give_back(&mut self, ids: &[OutboxId]) -> Result<()> {
        let office = self.shift.office;
        let next = if self.transport.is_down() {
            office.clock.now().plus(self.params.first_wait.delta())
        } else {
            office.clock.now()
        };
        self.tally.later += ids.len() as u64;
        command::write_untrailed(&office.db, &office.clock, |tx| outbox::release(tx, ids, &self.key, next))
    }

    fn settle(&mut self, row: &Row, outcome: smtp::Outcome) -> Result<()> {
        match outcome {
            smtp::Outcome::Sent { shortfall, .. } => self.sent(row, shortfall.as_deref()),
            smtp::Outcome::Retry { why } => self.put_off(row, &why),
            smtp::Outcome::Refused { why } => self.fail(row, &why),
        }
    }

    fn sent(&mut self, row: &Row, shortfall: Option<&str>) -> Result<()> {
        let office = self.shift.office;
        self.tally.sent += 1;
        command::write_untrailed(&office.db, &office.clock, |tx| {
            outbox::settle(tx, row.id, &self.key, OutboxState::Sent, shortfall)?;
            if row.letter == "set_password" {
                outbox::forget(tx, row.id)?;
            }
            if let Some(why) = shortfall {
                task::open(tx, &bounced(row, &format!("shortfall:{}", row.id), why, tx.today))?;
            }
            Ok(())
        })
    }

    fn put_off(&mut self, row: &Row, why: &str) -> Result<()> {
        if u32::try_from(row.attempts).is_ok_and(|attempts| attempts >= self.params.max_attempts) {
            return self.fail(row, &format!("given up after {} tries: {why}", row.attempts));
        }
        let office = self.shift.office;
        self.tally.later += 1;
        let next = office.clock.now().plus(envelope::wait(self.params, row));
        command::write_untrailed(&office.db, &office.clock, |tx| outbox::postpone(tx, row.id, &self.key, next, why))
    }

    fn fail(&mut self, row: &Row, why: &str) -> Result<()> {
        let office = self.shift.office;
        self.tally.failed += 1;
        tracing::warn!(letter = row.id.0, why, "a letter failed");
        command::write_untrailed(&office.db, &office.clock, |tx| {
            if outbox::settle(tx, row.id, &self.key, OutboxState::Failed, Some(why))? {
                if row.letter == "set_password" {
                    outbox::forget(tx, row.id)?;
                }
                task::open(tx, &bounced(row, &format!("bounced_letter:{}", row.id), why, tx.today))?;
            }
            Ok(())
        })
    }
}

fn bounced<'a>(row: &Row, cause: &'a str, why: &'a str, due_on: chrono::NaiveDate) -> NewTask<'a> {
    NewTask { kind: "bounced_letter", cause, subject_kind: "outbox", subject_id: row.id.0, detail: why, due_on }
}
