//! To a person whose subscription the Update Service does not know, while there is still time to put it right.

use chrono::NaiveDate;

use super::words::date;
use super::{Sender, templates};

/// What the letter is made of.
#[derive(Clone)]
pub struct NotFound {
    /// Who writes.
    pub sender: Sender,
    /// To whom.
    pub name: String,
    /// Whom to ask.
    pub contact: String,
    /// Last day of grace.
    pub until: NaiveDate,
}

impl NotFound {
    fn day(&self) -> String {
        date(self.until)
    }
}

templates!(NotFound, "mail/not_found/subject.txt", "mail/not_found/body.txt", "mail/not_found/body.html");
