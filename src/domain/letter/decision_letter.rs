//! To the person: what was decided about them, why, and what they can do about it.

use chrono::NaiveDate;

use super::words::date;
use super::{Sender, templates};
use crate::types::Verdict;

/// What the outbox calls it. Its text holds reasons, so it is shown to nobody else and forgotten once it has gone.
pub const DECISION_LETTER: &str = "decision_letter";

/// What the letter is made of. No Debug: it holds reasons.
#[derive(Clone)]
pub struct DecisionLetter {
    /// Who writes.
    pub sender: Sender,
    /// To whom.
    pub name: String,
    /// Whom to ask.
    pub contact: String,
    /// What people call the application.
    pub reference: String,
    /// The role's name.
    pub role: String,
    /// What was decided.
    pub outcome: Verdict,
    /// Whether it took an approval away.
    pub revoked: bool,
    /// What an approval depends on.
    pub conditions: String,
    /// Last day of the conditions.
    pub until: Option<NaiveDate>,
    /// Why; of a deferral, what is waited for. Empty for a plain approval.
    pub reasons: String,
    /// The criteria it was made against.
    pub criteria: i32,
    /// Last day to appeal.
    pub appeal_by: Option<NaiveDate>,
    /// First day on which they may apply again.
    pub again_on: NaiveDate,
}

impl DecisionLetter {
    fn is(&self, word: &str) -> bool {
        self.outcome.as_str() == word
    }

    fn day(&self, day: &NaiveDate) -> String {
        date(*day)
    }

    fn head(&self) -> &'static str {
        match (self.outcome, self.revoked) {
            (Verdict::Refused, true) => "Your approval is revoked",
            (Verdict::Refused, false) => "Your application is refused",
            (Verdict::Deferred, _) => "We have not decided about your application yet",
            (Verdict::ApprovedWithConditions, _) => "You are approved, with conditions",
            (Verdict::Approved, _) => "You are approved",
        }
    }
}

templates!(
    DecisionLetter,
    "mail/decision_letter/subject.txt",
    "mail/decision_letter/body.txt",
    "mail/decision_letter/body.html"
);
