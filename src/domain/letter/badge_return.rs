//! To a contractor: the cards it should have sent back. Not which was revoked and which only replaced.

use serde::{Deserialize, Serialize};

use super::words::{back_to, count};
use super::{Sender, templates};
use crate::types::BadgeId;

/// What the outbox calls it.
pub const BADGE_RETURN: &str = "badge_return";

/// What `badge_return` is rendered from; the row names the firm.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BadgeReturnParams {
    /// Which cards.
    pub badges: Vec<BadgeId>,
}

/// A card.
#[derive(Clone)]
pub struct CardLine {
    /// Its badge's number.
    pub number: String,
    /// Whose it is.
    pub person: String,
}

/// What the letter is made of.
#[derive(Clone)]
pub struct BadgeReturn {
    /// Who writes.
    pub sender: Sender,
    /// Whom to ask.
    pub contact: String,
    /// The firm's name.
    pub firm: String,
    /// What is wanted.
    pub cards: Vec<CardLine>,
}

impl BadgeReturn {
    fn subject(&self) -> String {
        format!("Send {} back", self.counted())
    }

    fn counted(&self) -> String {
        count(u64::try_from(self.cards.len()).unwrap_or(u64::MAX), "old badge", "old badges")
    }

    fn back_to(&self) -> String {
        back_to(&self.sender)
    }
}

templates!(BadgeReturn, "mail/badge_return/subject.txt", "mail/badge_return/body.txt", "mail/badge_return/body.html");
