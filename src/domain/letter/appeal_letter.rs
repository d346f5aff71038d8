//! To an appellant, at each step: received, too late, invited to the hearing, decided, taken back.

use chrono::NaiveDate;

use super::calendar::{Enclosure, Meeting, host};
use super::words::{date, moment};
use super::{Sender, templates};
use crate::types::{AppealId, AppealOutcome, At};

/// What the outbox calls it. Its text may hold reasons, so it is shown to nobody else and forgotten once it has gone.
pub const APPEAL_LETTER: &str = "appeal_letter";

/// What a calendar sets aside for a hearing.
const HEARING_MINUTES: i32 = 60;

/// What the letter is made of. No Debug: it may hold reasons.
#[derive(Clone)]
pub struct AppealLetter {
    /// Who writes.
    pub sender: Sender,
    /// To whom.
    pub name: String,
    /// Whom to ask.
    pub contact: String,
    /// What people call the application.
    pub reference: String,
    /// Day the appeal counts as lodged.
    pub lodged_on: NaiveDate,
    /// What the letter says.
    pub news: AppealNews,
}

/// What the letter says.
#[derive(Clone)]
pub enum AppealNews {
    /// It has come.
    Received {
        /// Last day to hear it.
        hear_by: NaiveDate,
    },
    /// It came too late and is not heard.
    Late {
        /// Why not all the same.
        reason: String,
    },
    /// When and where it is heard.
    Hearing {
        /// When.
        at: At,
        /// Where.
        place: String,
        /// Who sits on it, by name, the chair first.
        panel: Vec<String>,
        /// Last day for the letter after it.
        decide_by: Option<NaiveDate>,
    },
    /// What the panel decided.
    Decided {
        /// The outcome.
        outcome: AppealOutcome,
        /// Conditions of an approval.
        conditions: String,
        /// Their last day.
        until: Option<NaiveDate>,
        /// Why.
        reasons: String,
    },
    /// It was taken back.
    Withdrawn,
}

/// The hearing as a calendar reads it. `sequence` grows with every letter about it, so that the last one counts.
pub(super) fn hearing_file(
    sender: &Sender,
    to: &str,
    (appeal, sequence): (AppealId, i32),
    (starts_at, place, written_at): (At, &str, At),
) -> Enclosure {
    let meeting = Meeting {
        name: "hearing.ics",
        uid: format!("appeal-{appeal}@{}", host(sender)),
        sequence,
        cancelled: false,
        written_at,
        starts_at,
        minutes: HEARING_MINUTES,
        summary: &format!("Hearing with {} transport team", sender.council),
        place,
        organiser: &sender.reply_to,
        attendee: to,
    };
    meeting.file()
}

impl AppealLetter {
    fn day(&self, day: &NaiveDate) -> String {
        date(*day)
    }

    fn moment(&self, at: &At) -> String {
        moment(*at)
    }

    fn head(&self) -> &'static str {
        match &self.news {
            AppealNews::Received { .. } => "We have your appeal",
            AppealNews::Late { .. } => "Your appeal came too late",
            AppealNews::Hearing { .. } => "Your appeal will be heard",
            AppealNews::Decided { .. } => "Your appeal is decided",
            AppealNews::Withdrawn => "Your appeal is withdrawn",
        }
    }

    /// Whether the case is decided anew.
    fn is_back(&self, outcome: &AppealOutcome) -> bool {
        *outcome == AppealOutcome::Remitted
    }

    fn may_work(&self, outcome: &AppealOutcome) -> bool {
        matches!(outcome, AppealOutcome::Upheld | AppealOutcome::Varied)
    }

    fn said(&self, outcome: &AppealOutcome) -> &'static str {
        match outcome {
            AppealOutcome::Upheld => "Your appeal is upheld. You are approved.",
            AppealOutcome::Varied => "The decision is changed. You are approved, with conditions.",
            AppealOutcome::Dismissed => "Your appeal is dismissed. The decision stands.",
            AppealOutcome::Remitted => {
                "Your case goes back to be decided anew, by other people. Until then the decision stands."
            }
            AppealOutcome::Withdrawn => "Your appeal is withdrawn. The decision stands.",
        }
    }
}

templates!(
    AppealLetter,
    "mail/appeal_letter/subject.txt",
    "mail/appeal_letter/body.txt",
    "mail/appeal_letter/body.html"
);
