//! Sends the letters that wait, over one connection for the run.
//!
//! A letter is claimed, rendered, its text kept, sent and noted. The note is written on a thread of its own while the
//! next letter's envelope is already being offered, but the next letter's words are held back until it is committed:
//! a crash leaves at most one letter that the relay took and we did not note. It goes again, the same bytes under the
//! same Message-ID, when its lease has run out.

mod claim;
mod envelope;
mod note;

use std::sync::mpsc;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;

use super::cut_short;
use crate::domain::command;
use crate::error::{Error, Result};
use crate::gateway::smtp::{Gate, Transport};
use crate::jobs::run::{Outcome, Shift};
use crate::jobs::spec::Deliver;
use crate::store::{outbox, random_token};
use crate::types::{At, OutboxId};
use claim::{Ready, prepare};
use note::{Notebook, Posted, Tally};

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

impl<'a> Round<'a> {
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
        let notebook = self.notebook();
        let mut left: Vec<OutboxId> = letters.iter().rev().map(|letter| letter.row.id).collect();
        let (post, posted) = mpsc::channel();
        let (next, tally) = std::thread::scope(|scope| {
            let notes = scope.spawn(|| notebook.keep(posted));
            let next = self.post_all(letters, &mut left, &post);
            drop(post);
            let tally =
                notes.join().unwrap_or_else(|_| Err(Error::internal("the thread that notes letters broke off")));
            (next, tally)
        });
        self.tally.add(&tally?);
        let next = next?;
        if !left.is_empty() {
            self.give_back(&left)?;
        }
        Ok(next)
    }

    /// Sends one after another; what is not tried stays in `left`.
    fn post_all(&mut self, letters: Vec<Ready>, left: &mut Vec<OutboxId>, post: &mpsc::Sender<Posted>) -> Result<Next> {
        let mut gate = Gate::open();
        for Ready { row, message } in letters {
            if !self.shift.goes_on()? {
                return Ok(Next::Stop);
            }
            if self.transport.is_down() {
                return Ok(Next::RelayDown);
            }
            left.pop();
            if !self.is_still_ours(row.id)? {
                continue;
            }
            let outcome = self.runtime.block_on(self.transport.send_after(&message, gate));
            let (done, noted) = oneshot::channel();
            gate = Gate::after(noted);
            if post.send(Posted { row, outcome, done }).is_err() {
                // The notes have stopped, and will say why.
                break;
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

    fn notebook(&self) -> Notebook<'a> {
        Notebook { office: self.shift.office, params: self.params, key: self.key.clone() }
    }
}
