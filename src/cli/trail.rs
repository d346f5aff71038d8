//! `chaperone trail verify`.

use std::process::ExitCode;

use clap::Subcommand;

use super::{open, say};
use crate::error::{Error, Result};
use crate::store::trail;

/// The append-only history.
#[derive(clap::Args)]
pub struct Trail {
    #[command(subcommand)]
    act: Act,
}

#[derive(Subcommand)]
enum Act {
    /// Walk the whole chain and name the first row that was changed, or missing.
    Verify,
}

impl Trail {
    pub fn run(self) -> Result<ExitCode> {
        let Act::Verify = self.act;
        let opened = open::open()?;
        match opened.db.read(trail::verify) {
            Ok(rows) => {
                let (_, hash) = opened.db.read(trail::head)?;
                say::line(&format!("{rows} rows, unbroken; head {hash}"));
                Ok(ExitCode::SUCCESS)
            }
            Err(Error::Conflict(why)) => {
                say::line(&why);
                Ok(ExitCode::from(1))
            }
            Err(error) => Err(error),
        }
    }
}
