//! To a person: the link by which they read a bulletin themselves. It names the bulletin and the day, and nobody.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::words::{date, moment};
use super::{Sender, templates};
use crate::types::{At, ReaderId, Secret};

/// What the outbox calls it. Its text is shown to nobody and forgotten once it has gone.
pub const BULLETIN_NOTICE: &str = "bulletin_notice";

/// What the letter is rendered from; the link is made of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BulletinNoticeParams {
    /// Whose link.
    pub reader: ReaderId,
    /// Which of theirs.
    pub turn: i32,
}

/// What the letter is made of.
#[derive(Clone)]
pub struct BulletinNotice {
    /// Who writes.
    pub sender: Sender,
    /// What the bulletin is called.
    pub title: String,
    /// Whether it has to be read.
    pub mandatory: bool,
    /// By when.
    pub read_by: NaiveDate,
    /// What it is written in besides English, each language in its own name.
    pub languages: Vec<&'static str>,
    /// The whole link.
    pub link: Secret,
    /// When the link stops working.
    pub expires: At,
}

impl BulletinNotice {
    fn day(&self) -> String {
        date(self.read_by)
    }

    fn until(&self) -> String {
        moment(self.expires)
    }

    fn href(&self) -> &str {
        self.link.reveal()
    }

    fn must(&self) -> &'static str {
        if self.mandatory { "You have to read it" } else { "Please read it" }
    }

    fn others(&self) -> String {
        self.languages.join(", ")
    }
}

templates!(
    BulletinNotice,
    "mail/bulletin_notice/subject.txt",
    "mail/bulletin_notice/body.txt",
    "mail/bulletin_notice/body.html"
);
