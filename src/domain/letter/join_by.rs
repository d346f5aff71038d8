//! To a person who can still join their certificate to the Update Service: by when.

use chrono::NaiveDate;

use super::words::date;
use super::{Sender, templates};

/// What the letter is made of.
#[derive(Clone)]
pub struct JoinBy {
    /// Who writes.
    pub sender: Sender,
    /// To whom.
    pub name: String,
    /// Whom to ask.
    pub contact: String,
    /// Last day to join.
    pub last: NaiveDate,
}

impl JoinBy {
    fn day(&self) -> String {
        date(self.last)
    }
}

templates!(JoinBy, "mail/join_by/subject.txt", "mail/join_by/body.txt", "mail/join_by/body.html");
