//! To a firm whose people have not read what they have to: how many, nobody is named.

use chrono::NaiveDate;

use super::words::{count, date};
use super::{Sender, templates};
use crate::domain::bulletin::chase::Unread;

/// What the letter is made of.
#[derive(Clone)]
pub struct BulletinChase {
    /// Who writes.
    pub sender: Sender,
    /// The firm's name.
    pub firm: String,
    /// What is unread.
    pub lines: Vec<Unread>,
}

impl BulletinChase {
    fn day(&self, day: &NaiveDate) -> String {
        date(*day)
    }

    fn people(&self, line: &Unread) -> String {
        let verb = if line.people == 1 { "has" } else { "have" };
        format!("{} {verb} not read it", count(line.people as u64, "person", "people"))
    }
}

templates!(
    BulletinChase,
    "mail/bulletin_chase/subject.txt",
    "mail/bulletin_chase/body.txt",
    "mail/bulletin_chase/body.html"
);
