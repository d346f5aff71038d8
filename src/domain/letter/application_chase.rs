//! To a firm whose applications wait for it: by reference alone, nobody is named.

use chrono::NaiveDate;

use super::words::date;
use super::{Sender, templates};

/// What the letter is made of.
#[derive(Clone)]
pub struct ApplicationChase {
    /// Who writes.
    pub sender: Sender,
    /// The firm's name.
    pub firm: String,
    /// What waits.
    pub lines: Vec<WaitingLine>,
}

/// One application that waits.
#[derive(Clone)]
pub struct WaitingLine {
    /// What it is called.
    pub reference: String,
    /// Whether it was returned; a draft otherwise.
    pub returned: bool,
    /// Since when.
    pub since: NaiveDate,
    /// The day it is closed.
    pub closes_on: NaiveDate,
}

impl ApplicationChase {
    fn count(&self) -> String {
        match self.lines.len() {
            1 => "1 application is".to_owned(),
            more => format!("{more} applications are"),
        }
    }

    fn state(&self, line: &WaitingLine) -> &'static str {
        if line.returned { "returned to you" } else { "a draft" }
    }

    fn day(&self, day: &NaiveDate) -> String {
        date(*day)
    }
}

templates!(
    ApplicationChase,
    "mail/application_chase/subject.txt",
    "mail/application_chase/body.txt",
    "mail/application_chase/body.html"
);
