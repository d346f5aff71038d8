//! To a contractor: that a badge of one of its people does not count, is no longer stopped or was refused. Never why, and not
//! whether it may come to life again.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::words::{back_to, date};
use super::{Sender, templates};
use crate::types::{BadgeId, ContractorId};

/// What the outbox calls it.
pub const BADGE_NOTICE: &str = "badge_notice";

/// What became of a badge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BadgeNews {
    /// It does not count for now.
    Suspended,
    /// It is no longer stopped, which clears nobody by itself.
    Restored,
    /// It is dead for good.
    Revoked,
    /// It was asked for and is not issued.
    Refused,
}

impl BadgeNews {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            BadgeNews::Suspended => "suspended",
            BadgeNews::Restored => "restored",
            BadgeNews::Revoked => "revoked",
            BadgeNews::Refused => "refused",
        }
    }
}

/// What `badge_notice` and `badge_letter` are rendered from; the row names the person.
#[derive(Clone, Serialize, Deserialize)]
pub struct BadgeParams {
    /// What is told.
    pub news: BadgeNews,
    /// Which badge; none of one that was refused.
    pub badge: Option<BadgeId>,
    /// Its number; empty of one that was refused.
    pub number: String,
    /// The firm it is for.
    pub contractor: ContractorId,
    /// The role's name.
    pub role: String,
    /// The day.
    pub on: NaiveDate,
}

/// What the notice is made of.
#[derive(Clone)]
pub struct BadgeNotice {
    /// Who writes.
    pub sender: Sender,
    /// Whom to ask.
    pub contact: String,
    /// The firm's name.
    pub firm: String,
    /// Whose badge.
    pub person: String,
    /// What is told.
    pub told: BadgeParams,
}

impl BadgeNotice {
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
            BadgeNews::Suspended => format!("1 badge does not authorise anybody from {day}"),
            BadgeNews::Restored => format!("1 badge is no longer stopped from {day}"),
            BadgeNews::Revoked => format!("1 badge does not authorise anybody from {day}: send the card back"),
            BadgeNews::Refused => format!("1 badge that was asked for was refused on {day}"),
        }
    }
}

templates!(BadgeNotice, "mail/badge_notice/subject.txt", "mail/badge_notice/body.txt", "mail/badge_notice/body.html");
