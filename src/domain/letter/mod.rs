//! What letters say: plain data in, words out. They know no table and no clock.
//!
//! A subject names nobody, and what names somebody has no Debug. No letter to a firm holds anything of a DBS
//! certificate's content or of a decision's reasons; the reasons go to the person themselves alone.

mod all_clear;
mod appeal_letter;
mod application_chase;
mod application_returned;
mod badge_letter;
mod badge_notice;
mod badge_renewal;
mod badge_return;
mod bulletin_chase;
mod bulletin_notice;
mod calendar;
mod concern_notice;
mod contractor_digest;
mod course_invitation;
mod decision_letter;
mod departure;
mod hold_notice;
mod interview_invitation;
mod invariant_alarm;
mod join_by;
mod leaving;
mod new_check;
mod not_found;
mod outcome_notice;
mod own_link;
pub mod render;
mod retention_due;
mod set_password;
mod suspension;
mod suspension_lifted;
mod trail_anchor;
mod training_place;
mod watch_alarm;
mod words;
mod work_again;

pub use all_clear::{AllClear, JobLine};
pub use appeal_letter::{APPEAL_LETTER, AppealLetter, AppealNews};
pub use application_chase::{ApplicationChase, WaitingLine};
pub use application_returned::ApplicationReturned;
pub use badge_letter::{BADGE_LETTER, BadgeLetter};
pub use badge_notice::{BADGE_NOTICE, BadgeNews, BadgeNotice, BadgeParams};
pub use badge_renewal::BadgeRenewal;
pub use badge_return::{BADGE_RETURN, BadgeReturn, BadgeReturnParams, CardLine};
pub use bulletin_chase::BulletinChase;
pub use bulletin_notice::{BULLETIN_NOTICE, BulletinNotice, BulletinNoticeParams};
pub use calendar::Enclosure;
pub use concern_notice::ConcernNotice;
pub use contractor_digest::{ContractorDigest, Person};
pub use course_invitation::{COURSE_INVITATION, CourseInvitation, CourseInvitationParams};
pub use decision_letter::{DECISION_LETTER, DecisionLetter};
pub use departure::Departure;
pub use hold_notice::HoldNotice;
pub use interview_invitation::{Change, InterviewInvitation, InvitationParams};
pub use invariant_alarm::{Finding, InvariantAlarm};
pub use join_by::JoinBy;
pub use leaving::Leaving;
pub use new_check::NewCheck;
pub use not_found::NotFound;
pub use outcome_notice::{OUTCOME_NOTICE, OutcomeNotice};
pub use own_link::{OWN_LINK, OwnLink};
pub use retention_due::{RetentionDue, RetentionParams};
pub use set_password::{SET_PASSWORD, SetPassword};
pub use suspension::Suspension;
pub use suspension_lifted::SuspensionLifted;
pub use trail_anchor::TrailAnchor;
pub use training_place::{PlaceNews, PlaceParams, TRAINING_PLACE, TrainingPlace};
pub use watch_alarm::{Trouble, WatchAlarm};
pub use work_again::WorkAgain;

pub use crate::types::Sender;

/// Whether a letter of this name holds a link that lets its reader in: its text is nobody else's to see, and is forgotten
/// once it has gone.
pub fn holds_a_key(letter: &str) -> bool {
    matches!(letter, SET_PASSWORD | OWN_LINK | BULLETIN_NOTICE)
}

/// Whether a letter's text is its reader's alone: it is shown on no page and forgotten once it has gone.
pub fn is_private(letter: &str) -> bool {
    holds_a_key(letter) || [DECISION_LETTER, APPEAL_LETTER].contains(&letter)
}

/// A letter's words, ready for an envelope.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// One line.
    pub subject: String,
    /// The plain part: LF lines of at most 72 characters, links unbroken.
    pub text: String,
    /// The HTML part.
    pub html: String,
}

impl Letter {
    fn new(subject: &str, text: &str, html: &str) -> Letter {
        Letter { subject: words::one_line(subject), text: words::wrapped(text), html: words::tidy(html) }
    }
}

/// Gives a letter's data its `write`, from three templates that read it as `it`.
macro_rules! templates {
    ($data:ident, $subject:tt, $text:tt, $html:tt) => {
        #[derive(askama::Template)]
        #[template(path = $subject)]
        struct Subject<'a> {
            it: &'a $data,
        }

        #[derive(askama::Template)]
        #[template(path = $text)]
        struct Text<'a> {
            it: &'a $data,
        }

        #[derive(askama::Template)]
        #[template(path = $html)]
        struct Html<'a> {
            it: &'a $data,
        }

        impl $data {
            /// The letter.
            ///
            /// # Errors
            /// `Internal` when a template fails, which is a defect.
            pub fn write(&self) -> crate::error::Result<super::Letter> {
                use askama::Template;
                let (subject, text, html) =
                    (Subject { it: self }.render()?, Text { it: self }.render()?, Html { it: self }.render()?);
                Ok(super::Letter::new(&subject, &text, &html))
            }
        }
    };
}
use templates;
