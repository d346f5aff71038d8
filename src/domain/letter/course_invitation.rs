//! To somebody and to their firm: there is a session of a course that they need, with places free.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::words::{date, moment};
use super::{Sender, templates};
use crate::types::{At, SessionId, in_london};

/// The letter's name.
pub const COURSE_INVITATION: &str = "course_invitation";

/// What `course_invitation` is rendered from; the row names the person and the firm.
#[derive(Clone, Serialize, Deserialize)]
pub struct CourseInvitationParams {
    /// Which session.
    pub session: SessionId,
    /// The course.
    pub course: String,
    /// The last day what they have serves; none when they have nothing.
    pub due_on: Option<NaiveDate>,
    /// When.
    pub starts_at: At,
    /// How long.
    pub minutes: i32,
    /// Where.
    pub place: String,
}

/// What the letter is made of.
#[derive(Clone)]
pub struct CourseInvitation {
    /// Who writes.
    pub sender: Sender,
    /// Whom to ask.
    pub contact: String,
    /// Who is invited.
    pub person: String,
    /// The firm that reads it; empty for the person themselves.
    pub firm: String,
    /// The day of writing.
    pub today: NaiveDate,
    /// What is told.
    pub told: CourseInvitationParams,
}

impl CourseInvitation {
    fn when(&self) -> String {
        moment(self.told.starts_at)
    }

    fn subject(&self) -> String {
        format!("Please book training on {}", date(in_london(self.told.starts_at.utc())))
    }

    /// Why they are asked.
    fn need(&self) -> String {
        let (has, needs) = match self.firm.as_str() {
            "" => ("Your".to_owned(), "You need".to_owned()),
            _ => (format!("{}’s", self.person), format!("{} needs", self.person)),
        };
        match self.told.due_on {
            Some(day) if day < self.today => format!("{has} training of this kind ran out on {}.", date(day)),
            Some(day) => format!("{has} training of this kind serves until {}.", date(day)),
            None => format!("{needs} this training, and none is on record."),
        }
    }
}

templates!(
    CourseInvitation,
    "mail/course_invitation/subject.txt",
    "mail/course_invitation/body.txt",
    "mail/course_invitation/body.html"
);
