//! To the team every week, empty or not: its absence is the alarm.

use chrono::NaiveDate;

use super::words::{count, date, moment, number};
use super::{Sender, templates};
use crate::types::At;

/// What the weekly letter is made of.
#[derive(Debug, Clone)]
pub struct AllClear {
    /// Who writes.
    pub sender: Sender,
    /// First day counted.
    pub from: NaiveDate,
    /// Last day counted.
    pub to: NaiveDate,
    /// When it was written.
    pub at: At,
    /// People who cannot work today.
    pub stopped: u64,
    /// People with something due within the lead times.
    pub due: u64,
    /// Reminder letters sent in the period.
    pub sent: u64,
    /// Letters given up in the period.
    pub failed: u64,
    /// Every job.
    pub jobs: Vec<JobLine>,
}

/// One job's standing.
#[derive(Debug, Clone)]
pub struct JobLine {
    /// The job's name.
    pub name: String,
    /// When it last finished.
    pub last_run: Option<At>,
    /// Runs that failed in the period.
    pub failures: u64,
    /// Whether it should have run since.
    pub overdue: bool,
}

impl AllClear {
    fn troubles(&self) -> u64 {
        self.failed + self.jobs.iter().map(|job| job.failures + u64::from(job.overdue)).sum::<u64>()
    }

    fn subject(&self) -> String {
        let verdict = match self.troubles() {
            0 => "All clear".to_owned(),
            n => format!("Needs a look: {}", count(n, "failure", "failures")),
        };
        format!("{verdict}, week to {}: {} stopped, {} due", date(self.to), number(self.stopped), number(self.due))
    }

    fn figures(&self) -> Vec<(&'static str, String)> {
        vec![
            ("People who cannot work today", number(self.stopped)),
            ("People with something due", number(self.due)),
            ("Reminder letters sent", number(self.sent)),
            ("Letters that could not be delivered", number(self.failed)),
        ]
    }

    fn period(&self) -> String {
        format!("{} to {}", date(self.from), date(self.to))
    }

    fn written(&self) -> String {
        moment(self.at)
    }
}

impl JobLine {
    fn last(&self) -> String {
        self.last_run.map_or_else(|| "never".into(), moment)
    }

    fn state(&self) -> String {
        match (self.overdue, self.failures) {
            (false, 0) => "no failures".into(),
            (false, n) => count(n, "failure", "failures"),
            (true, 0) => "overdue".into(),
            (true, n) => format!("overdue, {}", count(n, "failure", "failures")),
        }
    }
}

templates!(AllClear, "mail/all_clear/subject.txt", "mail/all_clear/body.txt", "mail/all_clear/body.html");
