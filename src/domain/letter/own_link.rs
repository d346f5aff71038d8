//! To an applicant: the link by which they answer for themselves. It says what they applied for and nothing else.

use super::words::moment;
use super::{Sender, templates};
use crate::types::{At, Secret};

/// What the outbox calls it. Its text is shown to nobody and forgotten once it has gone.
pub const OWN_LINK: &str = "own_link";

/// What the letter is made of.
#[derive(Clone)]
pub struct OwnLink {
    /// Who writes.
    pub sender: Sender,
    /// The firm that applied; empty for the council's own staff.
    pub firm: String,
    /// The role applied for, in small letters.
    pub role: String,
    /// The whole link.
    pub link: Secret,
    /// When the link stops working.
    pub expires: At,
}

impl OwnLink {
    fn until(&self) -> String {
        moment(self.expires)
    }

    fn href(&self) -> &str {
        self.link.reveal()
    }

    fn private(&self) -> &'static str {
        match self.firm.as_str() {
            "" => "Only those who deal with your application read the answers.",
            _ => "The firm does not see your answers.",
        }
    }

    fn applied(&self) -> String {
        match self.firm.as_str() {
            "" => format!("An application was made for you to work as {}.", self.role),
            firm => format!("{firm} has applied for you to work as {}.", self.role),
        }
    }
}

templates!(OwnLink, "mail/own_link/subject.txt", "mail/own_link/body.txt", "mail/own_link/body.html");
