//! To a person: that the council no longer stops them.

use chrono::NaiveDate;

use super::words::date;
use super::{Sender, templates};

/// What the letter is made of.
#[derive(Clone)]
pub struct SuspensionLifted {
    /// Who writes.
    pub sender: Sender,
    /// Whom to ask.
    pub contact: String,
    /// To whom.
    pub person: String,
    /// The day it ended.
    pub on: NaiveDate,
}

impl SuspensionLifted {
    fn day(&self) -> String {
        date(self.on)
    }
}

templates!(
    SuspensionLifted,
    "mail/suspension_lifted/subject.txt",
    "mail/suspension_lifted/body.txt",
    "mail/suspension_lifted/body.html"
);
