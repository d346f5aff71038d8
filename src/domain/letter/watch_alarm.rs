//! To the team when the Update Service watch stands still: what is wrong with it, and that nobody is cleared or stopped
//! by that.

use chrono::NaiveDate;

use super::words::{count, date, moment};
use super::{Sender, templates};
use crate::types::{At, CircuitCause};

/// What the letter is made of.
#[derive(Debug, Clone)]
pub struct WatchAlarm {
    /// Who writes.
    pub sender: Sender,
    /// What is wrong.
    pub trouble: Trouble,
}

/// What may be wrong with the watch.
#[derive(Debug, Clone)]
pub enum Trouble {
    /// The service is not believed since a moment, after so many questions.
    Circuit(CircuitCause, At, u32),
    /// The longest waiting check has been due since a day.
    Late(NaiveDate),
}

impl WatchAlarm {
    fn subject(&self) -> &'static str {
        match self.trouble {
            Trouble::Circuit(..) => "Alarm: status checks have stopped",
            Trouble::Late(_) => "Alarm: status checks are overdue",
        }
    }

    fn what(&self) -> String {
        match self.trouble {
            Trouble::Circuit(CircuitCause::NoMatch, at, asked) => format!(
                "On {}, after {}, the Update Service did not know so many certificates that it is not believed. None of \
                 these answers is counted against anybody.",
                moment(at),
                count(asked.into(), "question", "questions")
            ),
            Trouble::Circuit(CircuitCause::Errors, at, asked) => {
                let asked = count(asked.into(), "question", "questions");
                format!("On {}, after {asked}, the Update Service stopped answering.", moment(at))
            }
            Trouble::Circuit(CircuitCause::NewInfo, at, asked) => format!(
                "On {}, after {}, the Update Service had new information on so many certificates that nobody more is held \
                 for it before somebody of the team has looked and closed the task.",
                moment(at),
                count(asked.into(), "question", "questions")
            ),
            Trouble::Late(since) => {
                format!("The status check that has waited longest has been due since {}.", date(since))
            }
        }
    }
}

templates!(WatchAlarm, "mail/watch_alarm/subject.txt", "mail/watch_alarm/body.txt", "mail/watch_alarm/body.html");
