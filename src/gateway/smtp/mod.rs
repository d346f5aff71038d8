//! Letters out of the house: one connection for a batch, and a plain answer about each letter.
//!
//! Only a definite 5xx about this very letter is a refusal. Whatever else goes wrong is tried again later, with
//! the same bytes and the same Message-ID, so a lost acknowledgement costs at most one duplicate.

mod folder;
mod gate;
mod line;
mod message;
mod reply;
mod route;

use std::time::Duration;

pub use gate::Gate;
pub use message::{Attachment, Message};

use crate::error::{Error, Result};
use crate::types::Secret;
use line::{End, Line};
use route::Route;

/// How long each step of the conversation may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Why a letter whose gate stayed shut was not sent.
const HELD_BACK: &str = "held back: the letter before it is not on record";

/// What became of a letter. No text in it holds a mail address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The relay took it.
    Sent {
        /// Its answer, usually with its own reference.
        reply: String,
        /// Set when one of the two recipients was refused for good: which, and why. The other has the letter.
        shortfall: Option<String>,
    },
    /// Not now: try the same bytes again.
    Retry {
        /// Code and text, or what broke.
        why: String,
    },
    /// Never: the relay will not take this letter.
    Refused {
        /// Code and text.
        why: String,
    },
}

/// The way out, with its connection kept open from one letter to the next.
#[derive(Debug)]
pub struct Transport {
    route: Route,
    patience: Duration,
    line: Option<Line>,
    down: bool,
}

impl Transport {
    /// Reads `smtp://[user:pass@]host[:port][?tls=none|opportunistic|required]`, `smtps://…` or `file://directory`.
    /// Without `tls`, a relay on this machine is spoken to plainly and any other must offer STARTTLS. Dials nothing.
    ///
    /// # Errors
    /// `Invalid` on the field `smtp_url`; the address itself is never repeated.
    pub fn open(url: &Secret) -> Result<Transport> {
        let route = Route::read(url.reveal())?;
        Ok(Transport { route, patience: PATIENCE, line: None, down: false })
    }

    /// The same with another limit on each step.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Transport {
        Transport { patience, ..self }
    }

    /// Whether the last attempt to reach the relay failed: the rest of a batch may as well wait.
    pub fn is_down(&self) -> bool {
        self.down
    }

    /// Sends one letter, dialling when there is no open connection. A kept connection that turns out to be dead
    /// before anything of the letter was sent is dialled again once.
    pub async fn send(&mut self, message: &Message) -> Outcome {
        self.send_after(message, Gate::open()).await
    }

    /// The same, with the letter's words held back until `gate` opens; if it never will, the letter is not sent.
    pub async fn send_after(&mut self, message: &Message, mut gate: Gate) -> Outcome {
        let letter = match message.seal() {
            Ok(letter) => letter,
            Err(error) => return Outcome::Refused { why: error.to_string() },
        };
        let relay = match &self.route {
            Route::Folder(path) if gate.pass().await => return folder::put(path, &letter).await,
            Route::Folder(_) => return Outcome::Retry { why: HELD_BACK.into() },
            Route::Relay(relay) => relay,
        };
        loop {
            let (mut line, kept) = match self.line.take() {
                Some(line) => (line, true),
                None => match Line::dial(relay, self.patience).await {
                    Ok(line) => (line, false),
                    Err(why) => {
                        self.down = true;
                        return Outcome::Retry { why };
                    }
                },
            };
            self.down = false;
            match line.deliver(&letter, &mut gate).await {
                End::Lost { untouched: true, .. } if kept => {}
                End::Lost { why, .. } => return Outcome::Retry { why },
                End::Settled(outcome) => {
                    self.line = Some(line).filter(Line::is_good);
                    return outcome;
                }
            }
        }
    }

    /// Asks whether the way is open: dials, greets, signs in and hangs up; or writes to the folder.
    ///
    /// # Errors
    /// `Unavailable` with what broke, free of mail addresses.
    pub async fn probe(&self) -> Result<()> {
        match &self.route {
            Route::Folder(path) => folder::probe(path).await,
            Route::Relay(relay) => {
                Line::dial(relay, self.patience).await.map_err(Error::Unavailable)?.quit().await;
                Ok(())
            }
        }
    }

    /// Ends the batch politely.
    pub async fn close(mut self) {
        if let Some(line) = self.line.take() {
            line.quit().await;
        }
    }
}
