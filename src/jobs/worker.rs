//! The loop: a thread for each job, so that a long night never holds up a letter. It asks what is due every few
//! seconds, takes what *run now* asked for, and says when the job runs next.

use std::thread::JoinHandle;
use std::time::Duration;

use chrono::TimeDelta;

use super::Office;
use super::run::{Stop, run};
use super::spec::{CatchUp, JobSpec};
use crate::domain::command;
use crate::error::Result;
use crate::store::{job, migrate};
use crate::types::{At, RunState};

/// Longest time between two looks.
const LOOK: Duration = Duration::from_secs(5);

/// A job that is alive says so this often.
const BEAT: TimeDelta = TimeDelta::seconds(60);

/// Wait before a failed run is begun again, for each attempt.
const AFTER_FAILURE: TimeDelta = TimeDelta::seconds(60);

/// The running loop. Any number of processes may each have one.
#[derive(Debug)]
pub struct Worker {
    stop: Stop,
    threads: Vec<JoinHandle<()>>,
}

impl Worker {
    /// Starts a thread for each job that is enabled.
    ///
    /// # Errors
    /// The database's; that a thread could not be made.
    pub fn start(office: &Office) -> Result<Worker> {
        let names: Vec<String> = office.specs.iter().map(|spec| spec.name.clone()).collect();
        command::write_untrailed(&office.db, &office.clock, |tx| {
            job::forget_others(tx, &names)?;
            office
                .specs
                .iter()
                .filter(|spec| !spec.enabled)
                .try_for_each(|spec| job::beat(tx, &spec.name, &spec.about, None))
        })?;
        let mut worker = Worker { stop: Stop::default(), threads: Vec::new() };
        for spec in office.specs.iter().filter(|spec| spec.enabled) {
            let mut watch = Watch::new(office.clone(), spec.clone(), worker.stop.clone());
            let thread = std::thread::Builder::new().name(format!("job {}", spec.name)).spawn(move || watch.keep())?;
            worker.threads.push(thread);
        }
        Ok(worker)
    }

    /// Asks every job to end after the item in hand, and waits for that.
    pub fn stop(self) {
        self.stop.set();
        for thread in self.threads {
            if thread.join().is_err() {
                tracing::error!("a job's thread broke off");
            }
        }
    }
}

/// One job's thread.
struct Watch {
    office: Office,
    spec: JobSpec,
    stop: Stop,
    started: At,
    /// The due instant that needs nothing more.
    settled: Option<At>,
    beat: Option<(Option<At>, At)>,
}

impl Watch {
    fn new(office: Office, spec: JobSpec, stop: Stop) -> Watch {
        let started = office.clock.now();
        Watch { office, spec, stop, started, settled: None, beat: None }
    }

    fn keep(&mut self) {
        while !self.stop.is_set() {
            if let Err(error) = self.look() {
                tracing::error!(job = %self.spec.name, %error, "the job could not be looked at");
            }
            let now = self.office.clock.now();
            let next = self.spec.schedule.next_after(now).and_then(|next| next.since(now).to_std().ok());
            self.stop.wait(next.unwrap_or(LOOK).clamp(Duration::from_millis(200), LOOK));
        }
    }

    fn look(&mut self) -> Result<()> {
        self.say_next()?;
        let Office { db, clock, .. } = &self.office;
        let name = &self.spec.name;
        if db.read(|conn| job::is_requested(conn, name))?
            && command::write_untrailed(db, clock, |tx| job::take_requests(tx, name))?
        {
            run(&self.office, &self.spec, clock.now(), &self.stop)?;
        }
        if let Some(due) = self.due()? {
            run(&self.office, &self.spec, due, &self.stop)?;
            self.say_next()?;
        }
        Ok(())
    }

    /// The latest due instant, when it still wants a run.
    fn due(&mut self) -> Result<Option<At>> {
        let Office { db, clock, .. } = &self.office;
        let now = clock.now();
        let Some(due) = self.spec.schedule.latest_due(now).filter(|due| self.settled != Some(*due)) else {
            return Ok(None);
        };
        // What was due before the register began, or before this start when nothing is caught up, is not missed.
        let from = match self.spec.catch_up {
            CatchUp::Latest => db.read(migrate::born)?,
            CatchUp::None => Some(self.started),
        };
        if from.is_none_or(|from| due < from) {
            return Ok(None);
        }
        let attempts = i32::try_from(self.spec.max_attempts).unwrap_or(i32::MAX);
        let wanted = match db.read(|conn| job::at(conn, &self.spec.name, due))? {
            None => true,
            Some(run) => match run.state {
                RunState::Done => {
                    self.settled = Some(due);
                    false
                }
                RunState::Failed | RunState::Running if run.attempt >= attempts => false,
                RunState::Failed => {
                    run.finished_at.is_none_or(|end| now.since(end) >= AFTER_FAILURE * run.attempt.clamp(1, 10))
                }
                RunState::Running => run.lease_until < now,
            },
        };
        Ok(wanted.then_some(due))
    }

    fn say_next(&mut self) -> Result<()> {
        let now = self.office.clock.now();
        let next = self.spec.schedule.next_after(now);
        if self.beat.is_some_and(|(said, at)| said == next && now.since(at) < BEAT) {
            return Ok(());
        }
        let Watch { office, spec, .. } = &*self;
        command::write_untrailed(&office.db, &office.clock, |tx| job::beat(tx, &spec.name, &spec.about, next))?;
        self.beat = Some((next, now));
        Ok(())
    }
}
