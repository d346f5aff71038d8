//! The circuit breaker of the Update Service watch: a flood of "not found", or of silence, is the service's fault, so
//! nothing is made of it and the team is told (facts.md §8.29). The next run tries a few before it believes again.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::store::circuit as store;
use crate::store::outbox::{self, NewLetter};
use crate::store::task::{self, NewTask};
use crate::store::trail::Entry;
use crate::store::{Conn, Tx, circuit::Circuit};
use crate::types::{At, CircuitCause, CircuitId};

/// When a run of questions is a flood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// So many certificates not found, at least…
    pub least: u32,
    /// …that are so many in a hundred of those answered.
    pub percent: u32,
    /// So many questions in a row without an answer.
    pub errors: u32,
    /// So many certificates with new information, at least…
    pub news: u32,
    /// …that are so many in a hundred of those answered.
    pub news_percent: u32,
}

/// How a run goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Questions put.
    pub asked: u32,
    /// Questions answered.
    pub answered: u32,
    /// Of the answers, certificates not found.
    pub unknown: u32,
    /// Questions in a row without an answer, to the last.
    pub silent: u32,
    /// Of the answers, certificates with new information.
    pub news: u32,
}

impl Limits {
    /// Why the service is not to be believed, when it is not.
    pub fn broken(&self, tally: &Tally) -> Option<CircuitCause> {
        let is_share =
            |part: u32, percent: u32| u64::from(part) * 100 >= u64::from(percent) * u64::from(tally.answered);
        if tally.unknown >= self.least && is_share(tally.unknown, self.percent) {
            return Some(CircuitCause::NoMatch);
        }
        if tally.news >= self.news && is_share(tally.news, self.news_percent) {
            return Some(CircuitCause::NewInfo);
        }
        (tally.silent >= self.errors).then_some(CircuitCause::Errors)
    }
}

/// What `watch_alarm` is rendered from: what is wrong with the watch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Alarm {
    /// The service is not believed since then.
    Circuit {
        /// Why.
        cause: CircuitCause,
        /// When.
        at: At,
        /// How many had been asked.
        asked: u32,
    },
    /// The longest waiting question has been due since then.
    Late {
        /// The day.
        since: NaiveDate,
    },
}

/// What the team's task of a service that is not believed is called.
const TASK: &str = "check_circuit";
/// What the team's task of an overdue watch is called.
pub const LATE: &str = "status_checks_late";

/// Stops believing the service, and tells the team.
///
/// # Errors
/// The database's.
pub fn open(tx: &mut Tx<'_>, team: &str, cause: CircuitCause, tally: &Tally) -> Result<CircuitId> {
    let failed = match cause {
        CircuitCause::NoMatch => tally.unknown,
        CircuitCause::Errors => tally.silent,
        CircuitCause::NewInfo => tally.news,
    };
    let id = store::open(tx, cause, tally.asked.into(), failed.into())?;
    tx.trail(Entry::new("circuit.open", "circuit", id.0).new_value(&cause));
    let detail = match cause {
        CircuitCause::NoMatch => {
            "The Update Service did not know so many certificates at once that it is not believed: see whether it works"
        }
        CircuitCause::Errors => "The Update Service does not answer: see whether it works",
        CircuitCause::NewInfo => {
            "The Update Service has new information on so many certificates at once that nobody more is held before you \
             say so. Ask the DBS. Close this task when its answers are right, or put right: the next round acts on each"
        }
    };
    let (cause_key, at) = (format!("check_circuit:{id}"), tx.at);
    let new =
        NewTask { kind: TASK, cause: &cause_key, subject_kind: "circuit", subject_id: id.0, detail, due_on: tx.today };
    task::open(tx, &new)?;
    tell(tx, team, &Alarm::Circuit { cause, at, asked: tally.asked })?;
    Ok(id)
}

/// Whether somebody has still to say that a flood of new information is to be believed: only people can tell. Closing the
/// task says so.
///
/// # Errors
/// The database's.
pub fn waits_for_people(conn: &mut Conn, circuit: &Circuit) -> Result<bool> {
    Ok(circuit.cause == CircuitCause::NewInfo && task::is_open(conn, TASK, "circuit", circuit.id.0)?)
}

/// Believes the service again.
///
/// # Errors
/// The database's.
pub fn close(tx: &mut Tx<'_>, circuit: &Circuit) -> Result<()> {
    store::close(tx, circuit.id)?;
    tx.trail(Entry::new("circuit.close", "circuit", circuit.id.0));
    for one in task::open_about(tx, TASK, "circuit", circuit.id.0)? {
        task::settle(tx, &one, "The Update Service answers again")?;
    }
    Ok(())
}

/// Tells the team that questions wait too long, once until they do not; says whether they do. Nobody is cleared or
/// stopped by it: the engine has its own days for that.
///
/// # Errors
/// The database's.
pub fn watch_lateness(tx: &mut Tx<'_>, team: &str, longest: Option<NaiveDate>, late_days: u32) -> Result<bool> {
    let today = tx.today;
    let since = longest.filter(|day| super::clearance::days_after(*day, late_days) <= today);
    let open = task::open_about(tx, LATE, "circuit", 0)?;
    match since {
        Some(since) if open.is_empty() => {
            let cause = format!("{LATE}:{today}:{}", tx.at);
            let detail = "Status checks are overdue: see the Update Service page for what is in their way";
            let (kind, cause, due_on) = (LATE, cause.as_str(), today);
            task::open(tx, &NewTask { kind, cause, subject_kind: "circuit", subject_id: 0, detail, due_on })?;
            tx.trail(Entry::new("status_checks.late", "circuit", 0).new_value(&since));
            tell(tx, team, &Alarm::Late { since })?;
        }
        None => {
            for one in &open {
                task::settle(tx, one, "No status check is overdue any more")?;
                tx.trail(Entry::new("status_checks.on_time", "circuit", 0));
            }
        }
        Some(_) => {}
    }
    Ok(since.is_some())
}

fn tell(tx: &mut Tx<'_>, team: &str, alarm: &Alarm) -> Result<()> {
    let params = serde_json::to_string(alarm)?;
    let letter = "watch_alarm";
    outbox::put(tx, &NewLetter { letter, to: team, cc: "", contractor: None, user: None, person: None, params })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_many_and_a_large_share() {
        let limits = Limits { least: 10, percent: 25, errors: 5, news: 5, news_percent: 10 };
        let tally = |answered, unknown| Tally { asked: answered, answered, unknown, silent: 0, news: 0 };
        assert_eq!(limits.broken(&tally(9, 9)), None, "few are looked at one by one");
        assert_eq!(limits.broken(&tally(10, 10)), Some(CircuitCause::NoMatch));
        assert_eq!(limits.broken(&tally(41, 10)), None);
        assert_eq!(limits.broken(&tally(40, 10)), Some(CircuitCause::NoMatch));
        let news = |answered, news| limits.broken(&Tally { news, ..tally(answered, 0) });
        assert_eq!([news(4, 4), news(51, 5), news(50, 5)], [None, None, Some(CircuitCause::NewInfo)]);
        assert_eq!(limits.broken(&Tally { silent: 5, ..tally(300, 0) }), Some(CircuitCause::Errors));
    }
}
