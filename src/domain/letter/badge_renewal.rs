//! To a contractor: that badges of its people run out and new ones are asked for. Nobody is named.

use super::words::count;
use super::{Sender, templates};

/// What the letter is made of.
#[derive(Clone)]
pub struct BadgeRenewal {
    /// Who writes.
    pub sender: Sender,
    /// Whom to ask.
    pub contact: String,
    /// The firm's name.
    pub firm: String,
    /// How many badges.
    pub count: u64,
}

impl BadgeRenewal {
    fn badges(&self) -> String {
        count(self.count, "badge runs out soon", "badges run out soon")
    }
}

templates!(
    BadgeRenewal,
    "mail/badge_renewal/subject.txt",
    "mail/badge_renewal/body.txt",
    "mail/badge_renewal/body.html"
);
