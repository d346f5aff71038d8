//! The team's queues: what waits for whom, and whose it is.

use std::str::FromStr;

use crate::domain::application::moves;
use crate::domain::permission::{Act, Subject, Who, may};
use crate::error::{Error, Result};
use crate::store::trail::Entry;
use crate::store::{Conn, Tx, application, queue as store, task};
use crate::types::{ApplicationId, ApplicationState, At, PersonId, Reach, TaskId, UserId, in_london};

/// What the team has to do, in the order in which an application meets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Queue {
    /// Sent in, or being checked.
    Check,
    /// An interview is due and none is arranged.
    Arrange,
    /// Interviews that are arranged.
    Interviews,
    /// Interviewed: findings are to be recorded.
    Assess,
    /// Assessed: an outcome is to be proposed.
    Decide,
    /// Proposed: a second decision maker is to agree.
    Second,
    /// Appeals, by the day their next step is due.
    Appeals,
    /// Tasks about what does not fit.
    Exceptions,
}

/// Tasks that are about letters and firms, not about an applicant.
const NO_EXCEPTION: [&str; 5] = ["bounced_letter", "escalation", "failed_letter", "no_address", "unwritten_letter"];

impl Queue {
    /// Every queue.
    pub const ALL: [Queue; 8] = [
        Queue::Check,
        Queue::Arrange,
        Queue::Interviews,
        Queue::Assess,
        Queue::Decide,
        Queue::Second,
        Queue::Appeals,
        Queue::Exceptions,
    ];

    /// As the address has it.
    pub fn code(self) -> &'static str {
        match self {
            Queue::Check => "check",
            Queue::Arrange => "arrange",
            Queue::Interviews => "interviews",
            Queue::Assess => "assess",
            Queue::Decide => "decide",
            Queue::Second => "second",
            Queue::Appeals => "appeals",
            Queue::Exceptions => "exceptions",
        }
    }

    /// Its name.
    pub fn title(self) -> &'static str {
        match self {
            Queue::Check => "Applications to check",
            Queue::Arrange => "Interviews to arrange",
            Queue::Interviews => "Interviews coming",
            Queue::Assess => "Awaiting assessment",
            Queue::Decide => "Awaiting decision",
            Queue::Second => "Awaiting the second decision maker",
            Queue::Appeals => "Appeals, by deadline",
            Queue::Exceptions => "Exceptions",
        }
    }

    /// The states whose applications wait here; none for a queue of something else.
    pub fn states(self) -> &'static [ApplicationState] {
        match self {
            Queue::Check => &[ApplicationState::Submitted, ApplicationState::Checking],
            Queue::Arrange => &[ApplicationState::InterviewDue],
            Queue::Assess => &[ApplicationState::Interviewed],
            Queue::Decide => &[ApplicationState::Assessed],
            Queue::Second => &[ApplicationState::Proposed],
            Queue::Interviews | Queue::Appeals | Queue::Exceptions => &[],
        }
    }
}

impl FromStr for Queue {
    type Err = ();
    fn from_str(text: &str) -> std::result::Result<Queue, ()> {
        Queue::ALL.into_iter().find(|queue| queue.code() == text).ok_or(())
    }
}

/// How full a queue is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fill {
    /// Which.
    pub queue: Queue,
    /// How many wait, up to the limit asked for.
    pub count: usize,
    /// The day of the first in it: waiting since, or due.
    pub first: Option<chrono::NaiveDate>,
}

/// The kinds of open task that are exceptions.
///
/// # Errors
/// The database's.
pub fn exception_kinds(conn: &mut Conn) -> Result<Vec<String>> {
    let kinds = task::queues(conn, 1)?.into_iter().map(|queue| queue.kind);
    Ok(kinds.filter(|kind| !NO_EXCEPTION.contains(&kind.as_str())).collect())
}

/// How full a queue is; no more than `limit` are counted.
///
/// # Errors
/// The database's.
pub fn fill(conn: &mut Conn, queue: Queue, limit: i64) -> Result<Fill> {
    let day = |at: &At| in_london(at.utc());
    let (count, first) = match queue {
        Queue::Interviews => {
            let at = store::coming_at(conn, limit)?;
            (at.len(), at.first().map(day))
        }
        Queue::Appeals => {
            let by = store::appeals_by(conn, limit)?;
            (by.len(), by.first().copied())
        }
        Queue::Exceptions => {
            let kinds = task::queues(conn, limit)?;
            let opened: Vec<At> = kinds
                .into_iter()
                .filter(|kind| !NO_EXCEPTION.contains(&kind.kind.as_str()))
                .flat_map(|kind| kind.opened)
                .collect();
            (opened.len().min(usize::try_from(limit).unwrap_or(usize::MAX)), opened.iter().min().map(day))
        }
        queue => {
            let since = store::since(conn, queue.states(), queue == Queue::Arrange, limit)?;
            (since.len(), since.first().copied())
        }
    };
    Ok(Fill { queue, count, first })
}

/// A row of a queue as its reader saw it: which, and whose it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pick {
    /// The application; in the queue of exceptions the task.
    pub id: i64,
    /// Whose it was when the page was made.
    pub seen: Option<UserId>,
}

impl FromStr for Pick {
    type Err = ();
    /// Reads `12.` or `12.5`: the row, and its owner.
    fn from_str(text: &str) -> std::result::Result<Pick, ()> {
        let (id, seen) = text.split_once('.').ok_or(())?;
        let seen = if seen.is_empty() { None } else { Some(UserId(seen.parse().map_err(drop)?)) };
        Ok(Pick { id: id.parse().map_err(drop)?, seen })
    }
}

impl std::fmt::Display for Pick {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.id, self.seen.map_or_else(String::new, |user| user.to_string()))
    }
}

/// Gives work to a colleague, or back to nobody; what somebody else was given meanwhile stays theirs. Answers how many
/// it gave.
///
/// # Errors
/// `Invalid` when nothing was chosen, or `to` is not of the team; `Conflict` when others were given all of it.
pub fn assign(tx: &mut Tx<'_>, who: &Who, queue: Queue, mut picks: Vec<Pick>, to: Option<UserId>) -> Result<usize> {
    let act = if queue == Queue::Exceptions { Act::WorkQueues } else { Act::CheckApplications };
    may(who, act, Subject::Register)?;
    if picks.is_empty() {
        return Err(Error::invalid("pick", "Choose at least one"));
    }
    if let Some(user) = to
        && !store::is_of_team(tx, user)?
    {
        return Err(Error::invalid("to", "Choose somebody of the transport team"));
    }
    // In one order, so that two who give the same work at once wait for each other instead of for ever.
    picks.sort_unstable();
    picks.dedup();
    let mut given = 0;
    for Pick { id, seen } in picks {
        let done = match queue {
            Queue::Exceptions => assign_task(tx, TaskId(id), seen, to)?,
            _ => assign_application(tx, ApplicationId(id), seen, to)?,
        };
        given += usize::from(done);
    }
    if given == 0 {
        return Err(Error::Conflict("Somebody else was given this meanwhile.".into()));
    }
    Ok(given)
}

fn assign_application(tx: &mut Tx<'_>, id: ApplicationId, seen: Option<UserId>, to: Option<UserId>) -> Result<bool> {
    let application = application::find(tx, id, &Reach::Everyone)?;
    if !moves::OPEN.contains(&application.state) {
        return Ok(false);
    }
    let done = store::assign(tx, id, seen, to)?;
    if done && seen != to {
        let entry = Entry::new("application.assign", "application", id.0).old(&seen).new_value(&to);
        tx.trail(match application.person_id {
            Some(person) => entry.about(person),
            None => entry,
        });
    }
    Ok(done)
}

fn assign_task(tx: &mut Tx<'_>, id: TaskId, seen: Option<UserId>, to: Option<UserId>) -> Result<bool> {
    let row = task::find(tx, id)?;
    let done = store::assign_task(tx, id, seen, to)?;
    if done && seen != to {
        let entry = Entry::new("task.assign", "task", id.0).old(&seen).new_value(&to);
        tx.trail(if row.subject_kind == "person" { entry.about(PersonId(row.subject_id)) } else { entry });
    }
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pick_is_read_as_it_was_written() {
        for pick in [Pick { id: 12, seen: None }, Pick { id: 3, seen: Some(UserId(5)) }] {
            assert_eq!(pick.to_string().parse(), Ok(pick));
        }
        for wrong in ["", "12", "x.1", "1.x"] {
            assert_eq!(wrong.parse::<Pick>(), Err(()), "{wrong}");
        }
    }
}
