//! To a person: that their badge was stopped, is no longer stopped or was refused, and what to do. The officer's reason is not in
//! it: whoever wants it may ask.

use super::words::{back_to, date};
use super::{BadgeNews, BadgeParams, Sender, templates};

/// What the outbox calls it.
pub const BADGE_LETTER: &str = "badge_letter";

/// What the letter is made of.
#[derive(Clone)]
pub struct BadgeLetter {
    /// Who writes.
    pub sender: Sender,
    /// Whom to ask.
    pub contact: String,
    /// To whom.
    pub person: String,
    /// The name of the firm the badge is for.
    pub firm: String,
    /// What is told.
    pub told: BadgeParams,
}

impl BadgeLetter {
    fn day(&self) -> String {
        date(self.told.on)
    }

    fn is(&self, news: &str) -> bool {
        self.told.news.word() == news
    }

    fn back_to(&self) -> String {
        back_to(&self.sender)
    }

    fn subject(&self) -> String {
        let day = self.day();
        match self.told.news {
            BadgeNews::Suspended => format!("Your badge does not authorise you from {day}"),
            BadgeNews::Restored => format!("The suspension of your badge ended on {day}"),
            BadgeNews::Revoked => format!("Your badge was revoked on {day}: give the card back"),
            BadgeNews::Refused => format!("A badge for you was refused on {day}"),
        }
    }
}

templates!(BadgeLetter, "mail/badge_letter/subject.txt", "mail/badge_letter/body.txt", "mail/badge_letter/body.html");
