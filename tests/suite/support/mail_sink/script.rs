//! How the sink is told to misbehave.

use std::time::Duration;

/// A step of the conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Greeting,
    Auth,
    Mail,
    Rcpt,
    Data,
    /// After the whole letter has come.
    End,
}

/// What the sink does instead of behaving.
#[derive(Debug, Clone)]
pub enum Act {
    /// Answers this line.
    Reply(&'static str),
    /// Closes the connection; at `End` the letter is not kept.
    Drop,
    /// At `End`: keeps the letter, then closes without an answer.
    KeepAndDrop,
    /// Waits, then behaves.
    Wait(Duration),
}

/// When to misbehave, and how.
#[derive(Debug, Clone)]
pub struct Rule {
    stage: Stage,
    pub(super) act: Act,
    recipient: Option<String>,
    nth: Option<usize>,
    times: Option<usize>,
}

impl Rule {
    pub fn at(stage: Stage, act: Act) -> Rule {
        Rule { stage, act, recipient: None, nth: None, times: None }
    }

    /// Only for letters to this recipient (from the moment it is named).
    pub fn to(mut self, recipient: &str) -> Rule {
        self.recipient = Some(recipient.to_owned());
        self
    }

    /// Only for the nth letter offered since the sink was made, counted from 1.
    pub fn nth(mut self, nth: usize) -> Rule {
        self.nth = Some(nth);
        self
    }

    /// Only so many times.
    pub fn times(mut self, times: usize) -> Rule {
        self.times = Some(times);
        self
    }

    /// Whether it acts on letter number `this` for `recipients` now; if so, one time fewer is left.
    pub(super) fn fires(&mut self, stage: Stage, this: usize, recipients: &[String]) -> bool {
        let fits = self.stage == stage
            && self.times != Some(0)
            && self.nth.is_none_or(|nth| nth == this)
            && self.recipient.as_ref().is_none_or(|wanted| recipients.contains(wanted));
        self.times = self.times.map(|left| left - usize::from(fits));
        fits
    }
}
