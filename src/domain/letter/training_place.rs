//! To somebody and to their firm: a place at a training session, waited for, moved, lost or not used. With a file for a
//! calendar while there is a place to keep or to strike out. Training is no secret, so the firm reads the same.

use serde::{Deserialize, Serialize};

use super::calendar::{Enclosure, Meeting, host};
use super::words::{date, moment};
use super::{Sender, templates};
use crate::domain::course::pounds;
use crate::types::{At, BookingId, SessionId, in_london};

/// The letter's name.
pub const TRAINING_PLACE: &str = "training_place";

/// What the letter tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceNews {
    /// There is a place.
    Booked,
    /// Every place is taken: they wait.
    Waiting,
    /// A place fell to them.
    Promoted,
    /// Another day, hour or place.
    Moved,
    /// Their place was cancelled.
    Cancelled,
    /// The session was.
    SessionCancelled,
    /// It is soon.
    Reminder,
    /// They did not come.
    NoShow,
}

/// What `training_place` is rendered from; the row names the person and the firm.
#[derive(Clone, Serialize, Deserialize)]
pub struct PlaceParams {
    /// Which booking.
    pub booking: BookingId,
    /// Of which session.
    pub session: SessionId,
    /// How often people were told something new about the session before.
    pub moves: i32,
    /// What is told now.
    pub news: PlaceNews,
    /// Whether they wait, or waited, for a place: then there is nothing to come to.
    #[serde(default)]
    pub waits: bool,
    /// The course.
    pub course: String,
    /// When.
    pub starts_at: At,
    /// How long.
    pub minutes: i32,
    /// Where.
    pub place: String,
    /// Who gives it.
    pub trainer: String,
    /// What to know before.
    pub joining: String,
    /// What not coming costs, in pence.
    pub no_show_pence: i32,
    /// Why the session moved or was cancelled; empty otherwise.
    pub reason: String,
}

/// What the letter is made of.
#[derive(Clone)]
pub struct TrainingPlace {
    /// Who writes.
    pub sender: Sender,
    /// Whom to ask.
    pub contact: String,
    /// Whose place it is.
    pub person: String,
    /// The firm that reads it; empty for the person themselves.
    pub firm: String,
    /// What is told.
    pub told: PlaceParams,
}

impl PlaceParams {
    /// The same as a calendar reads it; none where there was never a place.
    pub fn calendar(&self, sender: &Sender, to: &str, written_at: At) -> Option<Enclosure> {
        let cancelled = matches!(self.news, PlaceNews::Cancelled | PlaceNews::SessionCancelled);
        let is_place = matches!(self.news, PlaceNews::Booked | PlaceNews::Promoted | PlaceNews::Moved);
        if self.waits || (!is_place && !cancelled) {
            return None;
        }
        let meeting = Meeting {
            name: "training.ics",
            uid: format!("training-{}@{}", self.booking, host(sender)),
            sequence: self.moves + i32::from(self.news == PlaceNews::Cancelled),
            cancelled,
            written_at,
            starts_at: self.starts_at,
            minutes: self.minutes,
            summary: &self.course,
            place: &self.place,
            organiser: &sender.reply_to,
            attendee: to,
        };
        Some(meeting.file())
    }
}

impl TrainingPlace {
    fn when(&self) -> String {
        moment(self.told.starts_at)
    }

    fn fee(&self) -> String {
        pounds(self.told.no_show_pence)
    }

    fn subject(&self) -> String {
        let day = date(in_london(self.told.starts_at.utc()));
        match self.told.news {
            PlaceNews::Moved if self.told.waits => format!("Training moved to {day}: on the waiting list"),
            PlaceNews::Cancelled if self.told.waits => format!("Training on {day}: off the waiting list"),
            PlaceNews::Booked => format!("Training booked for {day}"),
            PlaceNews::Waiting => format!("Training on {day}: on the waiting list"),
            PlaceNews::Promoted => format!("A place at the training on {day}"),
            PlaceNews::Moved => format!("Training moved to {day}"),
            PlaceNews::Cancelled => format!("Training on {day}: the booking is cancelled"),
            PlaceNews::SessionCancelled => format!("Training on {day} is cancelled"),
            PlaceNews::Reminder => format!("Reminder of the training on {day}"),
            PlaceNews::NoShow => format!("Training missed on {day}"),
        }
    }

    /// The sentence that tells it, of "you" or of the person.
    fn news(&self) -> String {
        let (course, when) = (&self.told.course, self.when());
        let own = self.firm.is_empty();
        let (has, whose, waits, who) = if own {
            ("You have".to_owned(), "Your".to_owned(), "You are".to_owned(), "You".to_owned())
        } else {
            let name = &self.person;
            (format!("{name} has"), format!("{name}’s"), format!("{name} is"), name.clone())
        };
        match self.told.news {
            PlaceNews::Moved if self.told.waits => format!(
                "{course} has moved: it is now on {when}. {waits} on the waiting list still, and we will write when a \
                 place falls free. Until then there is no place to come to."
            ),
            PlaceNews::Cancelled if self.told.waits => {
                format!("{waits} on the waiting list for {course} on {when} no more.")
            }
            PlaceNews::SessionCancelled if self.told.waits => {
                format!(
                    "{course} on {when} is cancelled. {waits} on its waiting list no more: please book another day."
                )
            }
            PlaceNews::Booked => format!("{has} a place at {course} on {when}."),
            PlaceNews::Waiting => format!(
                "Every place at {course} on {when} is taken. {waits} on the waiting list, and we will write when a \
                 place falls free. Until then there is no place to come to."
            ),
            PlaceNews::Promoted => format!("A place at {course} on {when} has fallen free. {has} it now."),
            PlaceNews::Moved => {
                format!(
                    "{course} has moved: it is now on {when}. {has} a place at it still, and this letter takes the place of \
                     the one before."
                )
            }
            PlaceNews::Cancelled => format!("{whose} booking for {course} on {when} is cancelled."),
            PlaceNews::SessionCancelled => {
                format!("{course} on {when} is cancelled. {whose} booking has gone with it: please book another day.")
            }
            PlaceNews::Reminder => format!("{has} a place at {course} on {when}. Please come in good time."),
            PlaceNews::NoShow => format!("{who} had a place at {course} on {when} and did not come."),
        }
    }

    /// Whether the letter says where to come and what to bring.
    fn is_joining(&self) -> bool {
        !self.told.waits
            && matches!(
                self.told.news,
                PlaceNews::Booked | PlaceNews::Promoted | PlaceNews::Moved | PlaceNews::Reminder
            )
    }

    fn is_no_show(&self) -> bool {
        self.told.news == PlaceNews::NoShow
    }
}

templates!(
    TrainingPlace,
    "mail/training_place/subject.txt",
    "mail/training_place/body.txt",
    "mail/training_place/body.html"
);
