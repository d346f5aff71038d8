//! `chaperone criteria publish FILE`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;

use super::{open, say};
use crate::domain::{command, criteria};
use crate::error::Result;
use crate::types::{UserId, long_date};

/// The suitability criteria.
#[derive(clap::Args)]
pub struct Criteria {
    #[command(subcommand)]
    act: Act,
}

#[derive(Subcommand)]
enum Act {
    /// Publish the next version from a TOML file. What was decided stays decided under its own version.
    Publish {
        /// The file, in the form of the shipped `policy/criteria.toml`.
        file: PathBuf,
    },
}

impl Criteria {
    pub fn run(self) -> Result<ExitCode> {
        let Act::Publish { file } = self.act;
        let text = std::fs::read_to_string(file)?;
        let opened = open::open()?;
        let published =
            command::run(&opened.db, UserId::SYSTEM, &opened.clock, |tx| criteria::publish_file(tx, &text))?;
        let from = long_date(published.effective_from);
        say::line(&format!("version {} is published and in force from {from}", published.number));
        Ok(ExitCode::SUCCESS)
    }
}
