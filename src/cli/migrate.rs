//! `chaperone migrate`.

use std::process::ExitCode;

use super::{open, say};
use crate::domain::{authority, command, criteria, policy};
use crate::error::Result;
use crate::store::Db;
use crate::store::migrate::{self, Purpose};
use crate::types::UserId;

/// Bring the database to this program's tables and publish the shipped policy.
#[derive(clap::Args)]
pub struct Migrate {
    /// Make a database for trying things: it may live on a fixed day (CHAPERONE_TODAY).
    #[arg(long)]
    trial: bool,
}

impl Migrate {
    pub fn run(self) -> Result<ExitCode> {
        let opened = open::unchecked()?;
        let purpose = if self.trial { Purpose::Trial } else { Purpose::Live };
        let steps = prepare(&opened.db, &opened.clock, purpose)?;
        say::line(&format!("{steps} migrations applied; the database is up to date"));
        Ok(ExitCode::SUCCESS)
    }
}

/// Migrates, says what a new database is for, and gives it policy, criteria and authorities.
pub fn prepare(db: &Db, clock: &crate::clock::Clock, purpose: Purpose) -> Result<usize> {
    let steps = migrate::migrate(db)?;
    command::run_if_needed(db, UserId::SYSTEM, clock, |tx| {
        if purpose != Purpose::Live && migrate::purpose(tx)? != purpose {
            migrate::dedicate(tx, purpose)?;
        }
        policy::establish(tx)?;
        criteria::establish(tx)?;
        authority::establish(tx)
    })?;
    Ok(steps)
}
