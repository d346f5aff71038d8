//! To a person whose certificate can no longer be relied on: that a new check is needed, never why.

use super::{Sender, templates};

/// What the letter is made of.
#[derive(Clone)]
pub struct NewCheck {
    /// Who writes.
    pub sender: Sender,
    /// To whom.
    pub name: String,
    /// Whom to ask.
    pub contact: String,
}

templates!(NewCheck, "mail/new_check/subject.txt", "mail/new_check/body.txt", "mail/new_check/body.html");
