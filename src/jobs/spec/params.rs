//! The kinds of job and the parameters each takes. A new kind is a variant here and what it does.

use serde::Deserialize;
use toml::Table;

use super::rule::checked;
use crate::error::Fault;
use crate::jobs::span::Span;

/// What a job does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Recomputes every clearance whose answer changes by today, and trails what changed.
    Lapse(Lapse),
    /// Writes to each contractor that newly owes something.
    Remind(Remind),
    /// Sends the letters waiting in the outbox.
    Deliver(Deliver),
    /// The weekly all-clear, sent even when there is nothing to say: its absence is the alarm.
    Digest(Digest),
    /// Asks the Update Service about each certificate that is due.
    StatusChecks(StatusChecks),
    /// Looks for states that should be impossible.
    Invariants(Invariants),
    /// Closes decided cases whose time to appeal is over.
    CloseDecided(CloseDecided),
    /// Sends the trail's head out of the house, so that the trail cannot be rewritten unseen.
    Anchor(Anchor),
    /// Proposes notes that have been kept long enough for destruction.
    Retention(Retention),
    /// Chases applications that stand still.
    Chase(Chase),
    /// Asks for badges that run out, and wants back the cards of those that are dead or of work that has ended.
    Badges(Badges),
    /// Works off orders of many badges.
    IssueBadges(IssueBadges),
    /// Reminds people of the training they have a place at.
    SessionReminders(SessionReminders),
    /// Gives bulletins to newcomers, and chases firms whose people have not read them.
    Bulletins(Bulletins),
}

/// Takes no parameters.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lapse {}

/// Takes no parameters.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CloseDecided {}

/// How reminders are passed upwards. Lead times are the policy's, per requirement, not the job's.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Remind {
    /// Days past the due date after which the item becomes a task for the team, from 1 to 90.
    pub escalate_after_days: u32,
    /// Whether the contractor's second contact is copied at the last lead before the due date and on it.
    pub copy_second_contact: bool,
}

/// How one letter is retried. Waits double from the first to the longest.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Deliver {
    /// How long a claimed letter is one process's own; an hour at most.
    pub lease: Span,
    /// Tries of one letter before it is failed and becomes a task, from 1 to 1,000.
    pub max_attempts: u32,
    /// Wait after the first try that failed for now.
    pub first_wait: Span,
    /// Longest wait between two tries.
    pub longest_wait: Span,
}

/// To whom the all-clear goes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Digest {
    /// The desk written to.
    pub to: Desk,
}

/// How the Update Service is asked, and when it is not believed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StatusChecks {
    /// Questions a minute, from 1 to 6,000.
    pub per_minute: u32,
    /// How long one question may take; five minutes at most.
    pub patience: Span,
    /// Days until a certificate that was not found is looked for again, from 1 to 7.
    pub recheck_days: u32,
    /// Days of grace once verified data has found nothing twice, from 1 to 60.
    pub grace_days: u32,
    /// Certificates not found that may make a flood, from 2 to 1,000.
    pub flood_count: u32,
    /// The share of the answers, in a hundred, that then does, from 1 to 100.
    pub flood_percent: u32,
    /// Certificates with new information that may make a flood, from 2 to 1,000.
    pub news_count: u32,
    /// The share of the answers, in a hundred, that then does, from 1 to 100.
    pub news_percent: u32,
    /// Questions in a row without an answer that stop the run, from 1 to 100.
    pub errors_in_a_row: u32,
    /// Questions that try a service that is not believed, from 1 to 20.
    pub probe: u32,
    /// Days after which a check that waits is told to the team, from 1 to 30.
    pub late_days: u32,
}

/// To whom a broken invariant is reported.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Invariants {
    /// The desk written to.
    pub to: Desk,
}

/// When firms are written to about bulletins their people have not read.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Bulletins {
    /// Days before the day to read by on which the first letter goes, from 0 to 60.
    pub lead_days: u32,
    /// Days until the next, from 7 to 60.
    pub every_days: u32,
}

/// How long an application may stand still.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Chase {
    /// Days untouched after which the submitter is written to.
    pub first_days: u32,
    /// Days untouched after which they are written to again.
    pub second_days: u32,
    /// Days at one step with the council after which it becomes a task, from 1 to 365.
    pub council_days: u32,
    /// Months untouched after which it is closed, from 1 to 24.
    pub abandon_months: u32,
}

/// How early a badge is asked for anew.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Badges {
    /// Days before its last day on which a new one is asked for, from 7 to 180.
    pub renew_days: u32,
}

/// Takes no parameters.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssueBadges {}

/// When people are reminded of a session.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SessionReminders {
    /// Days before the session, from 1 to 30.
    pub lead_days: u32,
}

/// To whom the trail's head is sent.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Anchor {
    /// The desk written to.
    pub to: Desk,
}

/// To whom the reviews that wait are told.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Retention {
    /// The desk written to.
    pub to: Desk,
}

/// An address of the council's own, named in the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Desk {
    /// `team_email`.
    Team,
    /// `auditor_email`.
    Auditor,
}

impl Kind {
    /// Every word for a kind, in the order a night runs.
    pub const WORDS: &'static [&'static str] = &[
        "lapse",
        "close_decided",
        "status_checks",
        "remind",
        "deliver",
        "digest",
        "invariants",
        "anchor",
        "chase",
        "bulletins",
        "retention",
        "badges",
        "issue_badges",
        "session_reminders",
    ];

    /// The word files call it by.
    pub fn word(&self) -> &'static str {
        match self {
            Kind::Lapse(_) => "lapse",
            Kind::StatusChecks(_) => "status_checks",
            Kind::Remind(_) => "remind",
            Kind::Deliver(_) => "deliver",
            Kind::Digest(_) => "digest",
            Kind::Invariants(_) => "invariants",
            Kind::Anchor(_) => "anchor",
            Kind::Retention(_) => "retention",
            Kind::Chase(_) => "chase",
            Kind::Badges(_) => "badges",
            Kind::IssueBadges(_) => "issue_badges",
            Kind::Bulletins(_) => "bulletins",
            Kind::CloseDecided(_) => "close_decided",
            Kind::SessionReminders(_) => "session_reminders",
        }
    }

    /// The kind called `word` with its `[params]`; none, and the fault, if there is no such kind.
    pub(super) fn read(word: &str, params: Table, faults: &mut Vec<Fault>) -> Option<Kind> {
        Some(match word {
            "lapse" => Kind::Lapse(checked(params, |_| Vec::new(), faults)),
            "status_checks" => Kind::StatusChecks(checked(params, StatusChecks::faults, faults)),
            "remind" => Kind::Remind(checked(params, Remind::faults, faults)),
            "deliver" => Kind::Deliver(checked(params, Deliver::faults, faults)),
            "digest" => Kind::Digest(checked(params, |_| Vec::new(), faults)),
            "invariants" => Kind::Invariants(checked(params, |_| Vec::new(), faults)),
            "close_decided" => Kind::CloseDecided(checked(params, |_| Vec::new(), faults)),
            "anchor" => Kind::Anchor(checked(params, |_| Vec::new(), faults)),
            "retention" => Kind::Retention(checked(params, |_| Vec::new(), faults)),
            "chase" => Kind::Chase(checked(params, Chase::faults, faults)),
            "badges" => Kind::Badges(checked(params, Badges::faults, faults)),
            "issue_badges" => Kind::IssueBadges(checked(params, |_| Vec::new(), faults)),
            "session_reminders" => Kind::SessionReminders(checked(params, SessionReminders::faults, faults)),
            "bulletins" => Kind::Bulletins(checked(params, Bulletins::faults, faults)),
            _ => {
                let known = Kind::WORDS.join(", ");
                faults.push(Fault::new("kind", format!("there is no kind {word:?}, only {known}")));
                return None;
            }
        })
    }
}
