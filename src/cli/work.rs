//! `chaperone work`: the jobs without the pages.

use std::process::ExitCode;

use tokio::signal::unix::{SignalKind, signal};

use super::{job, open, say};
use crate::error::Result;
use crate::jobs::Worker;

/// Run the jobs, without pages. Any number of these share a PostgreSQL.
#[derive(clap::Args)]
pub struct Work {}

impl Work {
    pub fn run(self) -> Result<ExitCode> {
        let worker = Worker::start(&job::office(open::open()?)?)?;
        say::line("Working; stop with Ctrl-C.");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let mut terminated = signal(SignalKind::terminate())?;
            tokio::select! {
                result = tokio::signal::ctrl_c() => result,
                _ = terminated.recv() => Ok(()),
            }
        })?;
        worker.stop();
        Ok(ExitCode::SUCCESS)
    }
}
