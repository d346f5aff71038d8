//! To a person: that they have left altogether, and what follows.

use chrono::NaiveDate;

use super::words::date;
use super::{Sender, templates};

/// What the letter is made of.
#[derive(Clone)]
pub struct Leaving {
    /// Who writes.
    pub sender: Sender,
    /// Whom to ask.
    pub contact: String,
    /// To whom.
    pub person: String,
    /// Their last day.
    pub on: NaiveDate,
}

impl Leaving {
    fn day(&self) -> String {
        date(self.on)
    }
}

templates!(Leaving, "mail/leaving/subject.txt", "mail/leaving/body.txt", "mail/leaving/body.html");
