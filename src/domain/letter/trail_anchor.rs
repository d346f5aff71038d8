//! To the auditor every day: the trail's head, so that a history rewritten later can be shown to be so.

use chrono::NaiveDate;

use super::words::{date, number};
use super::{Sender, templates};

/// What the letter is made of.
#[derive(Debug, Clone)]
pub struct TrailAnchor {
    /// Who writes.
    pub sender: Sender,
    /// The day the head was taken.
    pub day: NaiveDate,
    /// The last entry's number.
    pub seq: i64,
    /// The last entry's hash, in hexadecimal.
    pub hash: String,
}

impl TrailAnchor {
    fn on(&self) -> String {
        date(self.day)
    }

    fn entry(&self) -> String {
        number(self.seq.unsigned_abs())
    }
}

templates!(TrailAnchor, "mail/trail_anchor/subject.txt", "mail/trail_anchor/body.txt", "mail/trail_anchor/body.html");
