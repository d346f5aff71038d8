//! To a contractor at once when somebody is stopped: the fact and the day, never the reason.

use chrono::NaiveDate;

use super::words::date;
use super::{Sender, templates};

/// What the notice is made of.
#[derive(Clone)]
pub struct HoldNotice {
    /// Who writes.
    pub sender: Sender,
    /// The firm's name.
    pub firm: String,
    /// Whom to ask.
    pub contact: String,
    /// Who may not work.
    pub person: String,
    /// The first day on which they may not.
    pub from: NaiveDate,
}

impl HoldNotice {
    fn day(&self) -> String {
        date(self.from)
    }
}

templates!(HoldNotice, "mail/hold_notice/subject.txt", "mail/hold_notice/body.txt", "mail/hold_notice/body.html");
