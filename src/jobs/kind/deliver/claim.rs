//! From claimed rows to messages: what has no text yet is rendered, the text is kept, and only then may it be sent.

use super::{Round, envelope};
use crate::domain::command;
use crate::domain::letter::Letter;
use crate::domain::letter::render::{enclosure, render};
use crate::error::Result;
use crate::gateway::smtp::Message;
use crate::store::outbox::{self, Letter as Row};
use crate::types::OutboxState;

/// What is said of a letter that leaves on paper.
const TO_POST: &str = "No email address: to be printed and posted";

/// A claimed row and the bytes that go out for it.
pub(super) struct Ready {
    pub row: Row,
    pub message: Message,
}

/// Renders what is not rendered yet and keeps the text, in one transaction for the claim. A letter nobody is owed any
/// more ends here; one that cannot be rendered is put off.
pub(super) fn prepare(round: &mut Round<'_>, rows: Vec<Row>) -> Result<Vec<Ready>> {
    let office = round.shift.office;
    let (sender, today) = (office.config.sender(), office.clock.today());
    let fresh: Vec<&Row> = rows.iter().filter(|row| row.body_text.is_none()).collect();
    let mut rendered = office.db.read(|conn| render(conn, office.db.seal(), &sender, &fresh, today))?;
    let (mut ready, mut kept, mut unneeded, mut broken) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        let letter = match (&row.subject, &row.body_text, &row.body_html) {
            (Some(subject), Some(text), Some(html)) => {
                Letter { subject: subject.clone(), text: text.clone(), html: html.clone() }
            }
            _ => match rendered.remove(&row.id) {
                Some(Ok(Some(letter))) => {
                    kept.push((row.id, letter.clone()));
                    letter
                }
                Some(Ok(None)) => {
                    unneeded.push((row.id, None));
                    continue;
                }
                Some(Err(error)) => {
                    tracing::error!(letter = row.id.0, %error, "a letter could not be written");
                    broken.push(row);
                    continue;
                }
                None => continue,
            },
        };
        if row.to_email.is_empty() {
            // The team prints it and posts it: its task is open since the letter was written.
            unneeded.push((row.id, Some(TO_POST)));
            continue;
        }
        match enclosure(&sender, &row) {
            Ok(enclosed) => {
                let message = envelope::message(&office.config, &row, letter, enclosed);
                ready.push(Ready { row, message });
            }
            Err(error) => {
                tracing::error!(letter = row.id.0, %error, "what goes with a letter could not be written");
                broken.push(row);
            }
        }
    }
    if !(kept.is_empty() && unneeded.is_empty()) {
        command::write_untrailed(&office.db, &office.clock, |tx| {
            for (id, letter) in &kept {
                outbox::keep_text(tx, *id, &letter.subject, &letter.text, &letter.html)?;
            }
            for (id, why) in &unneeded {
                outbox::settle(tx, *id, &round.key, OutboxState::Unneeded, *why)?;
            }
            Ok(())
        })?;
    }
    round.tally.unneeded += unneeded.len() as u64;
    let notebook = round.notebook();
    for row in broken {
        let why = "The letter could not be written: the log says why";
        notebook.put_off(&row, why, &mut round.tally)?;
    }
    Ok(ready)
}
