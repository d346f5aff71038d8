//! To the person themselves: come to an interview, at another time than we said, or not at all. With a file for their
//! calendar. It goes to their own address alone, and says that something is to be talked through, never what.

use serde::{Deserialize, Serialize};

use super::calendar::{Enclosure, Meeting, host};
use super::words::{date, moment};
use super::{Sender, templates};
use crate::types::{At, InterviewId, in_london};

/// The letter's name.
pub const INTERVIEW_INVITATION: &str = "interview_invitation";

/// What the letter tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// There is an interview.
    Arranged,
    /// It is at another time or place.
    Moved,
    /// It is off.
    Cancelled,
}

/// What `interview_invitation` is rendered from; the row names the person.
#[derive(Clone, Serialize, Deserialize)]
pub struct InvitationParams {
    /// Which interview.
    pub interview: InterviewId,
    /// How often the person was told something new about it before.
    pub moves: i32,
    /// What is told now.
    pub change: Change,
    /// What the application is called.
    pub reference: String,
    /// When.
    pub starts_at: At,
    /// How long.
    pub minutes: i32,
    /// Where.
    pub place: String,
}

/// What the letter is made of.
#[derive(Clone)]
pub struct InterviewInvitation {
    /// Who writes.
    pub sender: Sender,
    /// Whom to ask.
    pub contact: String,
    /// The person's name.
    pub name: String,
    /// The criteria in force, which anybody may read; none before any are.
    pub criteria: Option<i32>,
    /// What they are told.
    pub told: InvitationParams,
}

impl InvitationParams {
    /// The same as a calendar reads it.
    pub fn calendar(&self, sender: &Sender, to: &str, written_at: At) -> Enclosure {
        let meeting = Meeting {
            name: "interview.ics",
            uid: format!("interview-{}@{}", self.interview, host(sender)),
            sequence: self.moves,
            cancelled: self.change == Change::Cancelled,
            written_at,
            starts_at: self.starts_at,
            minutes: self.minutes,
            summary: &format!("Interview with {} transport team", sender.council),
            place: &self.place,
            organiser: &sender.reply_to,
            attendee: to,
        };
        meeting.file()
    }
}

impl InterviewInvitation {
    fn when(&self) -> String {
        moment(self.told.starts_at)
    }

    fn is(&self, change: &str) -> bool {
        let own = match self.told.change {
            Change::Arranged => "arranged",
            Change::Moved => "moved",
            Change::Cancelled => "cancelled",
        };
        own == change
    }

    fn subject(&self) -> String {
        let day = date(in_london(self.told.starts_at.utc()));
        match self.told.change {
            Change::Arranged => format!("Your interview on {day}"),
            Change::Moved => format!("Your interview is now on {day}"),
            Change::Cancelled => format!("Your interview on {day} is cancelled"),
        }
    }
}

templates!(
    InterviewInvitation,
    "mail/interview_invitation/subject.txt",
    "mail/interview_invitation/body.txt",
    "mail/interview_invitation/body.html"
);
