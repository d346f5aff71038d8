//! `chaperone job`: what runs by itself, and running it by hand.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use chrono::NaiveDate;
use clap::Subcommand;

use super::open::{self, Opened};
use super::say;
use crate::error::{Error, Result};
use crate::jobs::{Office, run_once, spec};
use crate::store::job;

/// What runs by itself.
#[derive(clap::Args)]
pub struct Job {
    #[command(subcommand)]
    act: Act,
}

#[derive(Subcommand)]
enum Act {
    /// Every job, when it runs next and how it ran last.
    List,
    /// Run one now. Exit code 2 when items failed, 1 when the run did.
    Run {
        /// The job's name.
        name: String,
        /// Another day than today; on a demonstration or trial register only.
        #[arg(long)]
        on: Option<NaiveDate>,
    },
}

impl Job {
    pub fn run(self) -> Result<ExitCode> {
        let office = office(open::open()?)?;
        match self.act {
            Act::List => list(&office),
            Act::Run { name, on } => {
                let outcome = run_once(&office, &name, on)?;
                say::line(&format!("{name}: {} done, {} failed. {}", outcome.done, outcome.failed, outcome.detail));
                Ok(ExitCode::from(if outcome.red {
                    1
                } else if outcome.failed > 0 {
                    2
                } else {
                    0
                }))
            }
        }
    }
}

/// What jobs work with, from what every command begins with.
///
/// # Errors
/// Every fault of every job file together.
pub fn office(opened: Opened) -> Result<Office> {
    let specs = spec::load(opened.config.jobs_dir.as_deref().map(Path::new))
        .map_err(|faults| Error::Conflict(format!("the job files will not do:\n  {}", faults.join("\n  "))))?;
    Ok(Office { db: opened.db, clock: opened.clock, config: Arc::new(opened.config), specs: Arc::new(specs) })
}

fn list(office: &Office) -> Result<ExitCode> {
    let now = office.clock.now();
    for spec in office.specs.iter() {
        let last = match office.db.read(|conn| job::last(conn, &spec.name))? {
            Some(run) => format!("{} {}, {} done, {} failed", run.state, run.started_at, run.done, run.failed),
            None => "never ran".to_owned(),
        };
        let next = match spec.schedule.next_after(now).filter(|_| spec.enabled) {
            Some(next) => next.to_string(),
            None => "not scheduled".to_owned(),
        };
        say::line(&format!("{:<14} next {next}  last: {last}", spec.name));
    }
    Ok(ExitCode::SUCCESS)
}
