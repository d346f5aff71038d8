//! To a contractor: that somebody it was told to stop may work for it again.

use chrono::NaiveDate;

use super::words::date;
use super::{Sender, templates};

/// What the letter is made of.
#[derive(Clone)]
pub struct WorkAgain {
    /// Who writes.
    pub sender: Sender,
    /// Whom to ask.
    pub contact: String,
    /// The firm's name.
    pub firm: String,
    /// Who may work again.
    pub person: String,
    /// The first day on which they may.
    pub on: NaiveDate,
}

impl WorkAgain {
    fn day(&self) -> String {
        date(self.on)
    }
}

templates!(WorkAgain, "mail/work_again/subject.txt", "mail/work_again/body.txt", "mail/work_again/body.html");
