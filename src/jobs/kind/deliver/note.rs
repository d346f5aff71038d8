//! What became of each letter, written down as soon as it is known.

use std::sync::mpsc::Receiver;

use tokio::sync::oneshot;

use super::envelope;
use crate::domain::command;
use crate::domain::letter::{holds_a_key, is_private};
use crate::error::Result;
use crate::gateway::smtp;
use crate::jobs::Office;
use crate::jobs::spec::Deliver;
use crate::store::outbox::{self, Letter as Row};
use crate::store::task::{self, NewTask};
use crate::types::OutboxState;

/// A letter that was offered to the relay.
pub(super) struct Posted {
    pub row: Row,
    pub outcome: smtp::Outcome,
    /// Told when the note is committed.
    pub done: oneshot::Sender<()>,
}

/// Writes the notes of one claim.
pub(super) struct Notebook<'a> {
    pub office: &'a Office,
    pub params: &'a Deliver,
    /// Whose claim it is.
    pub key: String,
}

/// Counts of a run.
#[derive(Default)]
pub(super) struct Tally {
    pub sent: u64,
    pub unneeded: u64,
    pub later: u64,
    pub failed: u64,
}

impl Tally {
    pub(super) fn add(&mut self, more: &Tally) {
        self.sent += more.sent;
        self.unneeded += more.unneeded;
        self.later += more.later;
        self.failed += more.failed;
    }
}

impl Notebook<'_> {
    /// Notes letters in the order they were posted, until no more come. When a note cannot be written the letters
    /// after it are held back.
    pub(super) fn keep(&self, posted: Receiver<Posted>) -> Result<Tally> {
        let mut tally = Tally::default();
        for Posted { row, outcome, done } in posted {
            self.settle(&row, outcome, &mut tally)?;
            // Nobody waits for the last one.
            let _ = done.send(());
        }
        Ok(tally)
    }

    fn settle(&self, row: &Row, outcome: smtp::Outcome, tally: &mut Tally) -> Result<()> {
        match outcome {
            smtp::Outcome::Sent { shortfall, .. } => self.sent(row, shortfall.as_deref(), tally),
            smtp::Outcome::Retry { why } => self.put_off(row, &why, tally),
            smtp::Outcome::Refused { why } => self.fail(row, &why, tally),
        }
    }

    fn sent(&self, row: &Row, shortfall: Option<&str>, tally: &mut Tally) -> Result<()> {
        let office = self.office;
        tally.sent += 1;
        command::write_untrailed(&office.db, &office.clock, |tx| {
            outbox::settle(tx, row.id, &self.key, OutboxState::Sent, shortfall)?;
            if is_private(&row.letter) {
                outbox::forget(tx, row.id)?;
            }
            if let Some(why) = shortfall {
                task::open(tx, &bounced(row, &format!("shortfall:{}", row.id), why, tx.today))?;
            }
            Ok(())
        })
    }

    /// To be tried again, unless it was tried too often.
    pub(super) fn put_off(&self, row: &Row, why: &str, tally: &mut Tally) -> Result<()> {
        if u32::try_from(row.attempts).is_ok_and(|attempts| attempts >= self.params.max_attempts) {
            return self.fail(row, &format!("given up after {} tries: {why}", row.attempts), tally);
        }
        let office = self.office;
        tally.later += 1;
        let next = office.clock.now().plus(envelope::wait(self.params, row));
        command::write_untrailed(&office.db, &office.clock, |tx| outbox::postpone(tx, row.id, &self.key, next, why))
    }

    fn fail(&self, row: &Row, why: &str, tally: &mut Tally) -> Result<()> {
        let office = self.office;
        tally.failed += 1;
        // The page of the letter says why: a relay may name somebody.
        tracing::warn!(letter = row.id.0, "a letter failed");
        command::write_untrailed(&office.db, &office.clock, |tx| {
            if outbox::settle(tx, row.id, &self.key, OutboxState::Failed, Some(why))? {
                if holds_a_key(&row.letter) {
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
