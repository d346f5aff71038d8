//! To somebody with an account: a link, good once and for a while, with which to choose a password.

use super::words::moment;
use super::{Sender, templates};
use crate::types::{At, Secret};

/// What the outbox calls it. Its text is shown to nobody and forgotten once it has gone.
pub const SET_PASSWORD: &str = "set_password";

/// What the letter is made of.
#[derive(Clone)]
pub struct SetPassword {
    /// Who writes.
    pub sender: Sender,
    /// The account holder's name.
    pub name: String,
    /// The whole link.
    pub link: Secret,
    /// When the link stops working.
    pub expires: At,
    /// A new account, rather than a forgotten password.
    pub invited: bool,
}

impl SetPassword {
    fn until(&self) -> String {
        moment(self.expires)
    }

    fn href(&self) -> &str {
        self.link.reveal()
    }
}

templates!(SetPassword, "mail/set_password/subject.txt", "mail/set_password/body.txt", "mail/set_password/body.html");
