//! To a firm: what was decided about the application it sent, and what it has to keep to. Never why.

use chrono::NaiveDate;

use super::words::date;
use super::{Sender, templates};
use crate::types::Verdict;

/// What the outbox calls it.
pub const OUTCOME_NOTICE: &str = "outcome_notice";

/// What the notice is made of.
#[derive(Clone)]
pub struct OutcomeNotice {
    /// Who writes.
    pub sender: Sender,
    /// The firm's name.
    pub firm: String,
    /// Whom to ask.
    pub contact: String,
    /// Whom it is about.
    pub person: String,
    /// The role's name.
    pub role: String,
    /// What people call the application.
    pub reference: String,
    /// What was decided.
    pub outcome: Verdict,
    /// What the firm has to keep to.
    pub conditions: String,
    /// Last day of the conditions.
    pub until: Option<NaiveDate>,
    /// Day of the decision.
    pub on: NaiveDate,
}

impl OutcomeNotice {
    fn is_refused(&self) -> bool {
        self.outcome == Verdict::Refused
    }

    fn day(&self, day: &NaiveDate) -> String {
        date(*day)
    }
}

templates!(
    OutcomeNotice,
    "mail/outcome_notice/subject.txt",
    "mail/outcome_notice/body.txt",
    "mail/outcome_notice/body.html"
);
