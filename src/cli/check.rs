//! `chaperone check`.

use std::process::ExitCode;

use indicatif::{ProgressBar, ProgressStyle};

use super::{open, say};
use crate::domain::clearance::keep;
use crate::error::Result;

/// Recompute every clearance and report what is kept otherwise.
#[derive(clap::Args)]
pub struct Check {}

impl Check {
    pub fn run(self) -> Result<ExitCode> {
        let opened = open::open()?;
        let bar = ProgressBar::new_spinner().with_style(ProgressStyle::default_spinner());
        let differences = opened.db.snapshot(|conn| keep::check(conn, |people| bar.inc(people as u64)))?;
        bar.finish_and_clear();
        differences.iter().for_each(|difference| say::line(difference));
        say::line(&format!("{} people checked, {} differences", bar.position(), differences.len()));
        Ok(if differences.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
    }
}
