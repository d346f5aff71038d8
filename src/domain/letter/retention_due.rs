//! To the team when notes are due to be destroyed: how many, and how many have waited too long. Counts only.

use serde::{Deserialize, Serialize};

use super::words::count;
use super::{Sender, templates};

/// What `retention_due` is rendered from.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RetentionParams {
    /// The day.
    pub on: chrono::NaiveDate,
    /// Reviews that wait.
    pub waiting: u64,
    /// Of those, how many became late today.
    pub late: u64,
}

/// What the letter is made of.
#[derive(Debug, Clone)]
pub struct RetentionDue {
    /// Who writes.
    pub sender: Sender,
    /// What it tells.
    pub told: RetentionParams,
}

impl RetentionDue {
    fn subject(&self) -> String {
        format!("Retention: {} to review", self.cases())
    }

    fn cases(&self) -> String {
        count(self.told.waiting, "case", "cases")
    }

    fn late(&self) -> Option<String> {
        (self.told.late > 0).then(|| count(self.told.late, "review has", "reviews have"))
    }
}

templates!(
    RetentionDue,
    "mail/retention_due/subject.txt",
    "mail/retention_due/body.txt",
    "mail/retention_due/body.html"
);
