//! To a contractor: that somebody no longer works for it in a role, and that their badge is wanted back.

use chrono::NaiveDate;

use super::words::date;
use super::{Sender, templates};

/// What the letter is made of.
#[derive(Clone)]
pub struct Departure {
    /// Who writes.
    pub sender: Sender,
    /// Whom to ask.
    pub contact: String,
    /// The firm's name.
    pub firm: String,
    /// The role's name.
    pub role: String,
    /// Who left.
    pub person: String,
    /// Their last day.
    pub on: NaiveDate,
}

impl Departure {
    fn day(&self) -> String {
        date(self.on)
    }
}

templates!(Departure, "mail/departure/subject.txt", "mail/departure/body.txt", "mail/departure/body.html");
