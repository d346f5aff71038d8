//! To whoever sent an application that it has come back; by reference alone, and without what is wrong.

use super::{Sender, templates};
use crate::types::ApplicationId;

/// What the letter about a returned application is made of.
#[derive(Clone)]
pub struct ApplicationReturned {
    /// Who writes.
    pub sender: Sender,
    /// The firm's name; empty when a user of the council's sent it.
    pub firm: String,
    /// Whom to ask.
    pub contact: String,
    /// Which application.
    pub application: ApplicationId,
    /// What it is called.
    pub reference: String,
}

impl ApplicationReturned {
    fn addressee(&self) -> &str {
        if self.firm.is_empty() { &self.sender.council } else { &self.firm }
    }
}

templates!(
    ApplicationReturned,
    "mail/application_returned/subject.txt",
    "mail/application_returned/body.txt",
    "mail/application_returned/body.html"
);
