//! One run of a job: taken by its due instant, so that one process has it; dispatched; its counts and its end
//! written, whatever happens (house.md §4).

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use chrono::{NaiveDate, TimeDelta};

use super::spec::JobSpec;
use super::{Office, kind};
use crate::clock::Clock;
use crate::domain::command;
use crate::error::{Error, Fault, Result};
use crate::store::job::{self, Run};
use crate::store::migrate::{self, Purpose};
use crate::types::{At, RunState};

/// What a run did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Items done.
    pub done: u64,
    /// Items that failed; they never stop the others.
    pub failed: u64,
    /// For the operator: counts and ids, no personal data.
    pub detail: String,
    /// Whether the run as a whole counts as failed, and is tried again.
    pub red: bool,
}

/// What a kind of job is given: the office, its own file, and the run to keep alive.
pub(super) struct Shift<'a> {
    pub office: &'a Office,
    pub spec: &'a JobSpec,
    pub stop: &'a Stop,
    run: &'a Run,
    told: Mutex<At>,
}

/// Set when the program is asked to end: a run ends after the item in hand.
#[derive(Debug, Clone, Default)]
pub(super) struct Stop(Arc<(Mutex<bool>, Condvar)>);

impl Stop {
    pub(super) fn set(&self) {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.0.1.notify_all();
    }

    pub(super) fn is_set(&self) -> bool {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sleeps so long, or until it is set.
    pub(super) fn wait(&self, span: Duration) {
        let set = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.0.1.wait_timeout_while(set, span, |set| !*set));
    }
}

/// How long a run is taken to be alive after it last said so.
const LEASE: TimeDelta = TimeDelta::minutes(5);

/// When a run that is alive at `now` may be taken over: its own timeout is the end of it.
fn lease(spec: &JobSpec, started: At, now: At) -> At {
    now.plus(LEASE).min(started.plus(spec.timeout.delta()))
}

impl Shift<'_> {
    /// Called between items: says that the run is alive, and answers whether to go on: not past its timeout, when another
    /// process may take it over.
    ///
    /// # Errors
    /// The database's.
    pub(super) fn goes_on(&self) -> Result<bool> {
        let now = self.office.clock.now();
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if now.since(*told) > LEASE / 5 {
            command::write_untrailed(&self.office.db, &self.office.clock, |tx| {
                job::extend(tx, self.run, lease(self.spec, self.run.started_at, now))
            })?;
            *told = now;
        }
        Ok(!self.stop.is_set() && now.since(self.run.started_at) < self.spec.timeout.delta())
    }

    /// The London day the run works for.
    pub(super) fn today(&self) -> NaiveDate {
        self.run.on_day
    }
}

/// Takes the run of `spec` due at `due`, does it and writes how it ended; nothing when another process has or had it.
///
/// # Errors
/// The database's, while taking or ending the run; what goes wrong within is its outcome.
pub(super) fn run(office: &Office, spec: &JobSpec, due: At, stop: &Stop) -> Result<Option<Outcome>> {
    let Office { db, clock, .. } = office;
    let now = clock.now();
    let attempts = i32::try_from(spec.max_attempts).unwrap_or(i32::MAX);
    let taken = command::write_untrailed(db, clock, |tx| {
        job::take(tx, &spec.name, due, clock.today(), lease(spec, now, now), attempts)
    })?;
    let Some(run) = taken else { return Ok(None) };
    tracing::info!(job = %spec.name, due = %due, attempt = run.attempt, "a job begins");
    let shift = Shift { office, spec, stop, run: &run, told: Mutex::new(now) };
    let outcome = catch_unwind(AssertUnwindSafe(|| kind::dispatch(&shift)));
    let outcome = match outcome {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(error)) => {
            tracing::error!(job = %spec.name, %error, "a job failed");
            Outcome { red: true, detail: said(&error), ..Outcome::default() }
        }
        Err(_) => {
            tracing::error!(job = %spec.name, "a job panicked");
            Outcome { red: true, detail: "It broke off: the log says where".into(), ..Outcome::default() }
        }
    };
    let state = if outcome.red { RunState::Failed } else { RunState::Done };
    let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    command::write_untrailed(db, clock, |tx| {
        job::finish(tx, &run, state, count(outcome.done), count(outcome.failed), &outcome.detail)
    })?;
    tracing::info!(job = %spec.name, done = outcome.done, failed = outcome.failed, red = outcome.red, "a job ended");
    Ok(Some(outcome))
}

/// What a page may show of a failure; the log has the rest.
fn said(error: &Error) -> String {
    match error {
        Error::Conflict(why) | Error::Unavailable(why) => why.clone(),
        _ => "It failed: the log says why".into(),
    }
}

/// Runs a job now, for the command line; `on` another day than today's only where the register is a demonstration
/// or a trial.
///
/// # Errors
/// `Invalid` for an unknown job or a refused day; the database's.
pub fn run_once(office: &Office, name: &str, on: Option<NaiveDate>) -> Result<Outcome> {
    let spec = office.specs.iter().find(|spec| spec.name == name);
    let spec = spec.ok_or_else(|| {
        let known: Vec<&str> = office.specs.iter().map(|spec| spec.name.as_str()).collect();
        Error::invalid("name", format!("there is no job {name:?}, only {}", known.join(", ")))
    })?;
    let mut office = office.clone();
    if let Some(day) = on.filter(|day| *day != office.clock.today()) {
        if office.db.read(migrate::purpose)? == Purpose::Live {
            let message = "on a live register a job runs for today only: another day would mail firms early";
            return Err(Error::Invalid(vec![Fault::new("on", message)]));
        }
        office.clock = Clock::Fixed(day);
    }
    // Two runs asked for within one second are two runs.
    let mut due = office.clock.now();
    for _ in 0..60 {
        if office.db.read(|conn| job::at(conn, name, due))?.is_none()
            && let Some(outcome) = run(&office, spec, due, &Stop::default())?
        {
            return Ok(outcome);
        }
        due = due.plus(TimeDelta::seconds(1));
    }
    Err(Error::Unavailable("the job is being run elsewhere".into()))
}
