//! To a person: that they must not work for now. No fault is implied and no reason given.

use chrono::NaiveDate;

use super::words::date;
use super::{Sender, templates};

/// What the letter is made of.
#[derive(Clone)]
pub struct Suspension {
    /// Who writes.
    pub sender: Sender,
    /// Whom to ask.
    pub contact: String,
    /// To whom.
    pub person: String,
    /// The first day on which they may not work.
    pub on: NaiveDate,
}

impl Suspension {
    fn day(&self) -> String {
        date(self.on)
    }
}

templates!(Suspension, "mail/suspension/subject.txt", "mail/suspension/body.txt", "mail/suspension/body.html");
