//! To the team when the register is in a state that should be impossible. Counts only: the page names the rows.

use super::words::{count, moment};
use super::{Sender, templates};
use crate::types::At;

/// What the alarm is made of.
#[derive(Debug, Clone)]
pub struct InvariantAlarm {
    /// Who writes.
    pub sender: Sender,
    /// When the check ran.
    pub at: At,
    /// What was found.
    pub findings: Vec<Finding>,
}

/// One rule that does not hold.
#[derive(Debug, Clone)]
pub struct Finding {
    /// What should never be, as a sentence.
    pub rule: String,
    /// How many records break it.
    pub records: u64,
}

impl InvariantAlarm {
    fn subject(&self) -> String {
        let broken = count(self.findings.len() as u64, "check has failed", "checks have failed");
        format!("Alarm: {broken} on the register")
    }

    fn checked(&self) -> String {
        moment(self.at)
    }
}

impl Finding {
    fn extent(&self) -> String {
        count(self.records, "record", "records")
    }
}

templates!(
    InvariantAlarm,
    "mail/invariant_alarm/subject.txt",
    "mail/invariant_alarm/body.txt",
    "mail/invariant_alarm/body.html"
);
