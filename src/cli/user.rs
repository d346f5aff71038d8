//! `chaperone user add`: the way in when nobody can invite yet.

use std::process::ExitCode;

use clap::Subcommand;

use super::{open, say};
use crate::domain::command;
use crate::domain::user::bootstrap_admin;
use crate::error::Result;
use crate::types::UserId;

/// The people who sign in.
#[derive(clap::Args)]
pub struct User {
    #[command(subcommand)]
    act: Act,
}

#[derive(Subcommand)]
enum Act {
    /// Make an admin and print the link that sets their password. They invite everybody else.
    Admin {
        /// What they sign in with.
        #[arg(long)]
        email: String,
        /// Their name.
        #[arg(long)]
        name: String,
    },
}

impl User {
    pub fn run(self) -> Result<ExitCode> {
        let Act::Admin { email, name } = self.act;
        let opened = open::open()?;
        let invited = command::run(&opened.db, UserId::SYSTEM, &opened.clock, |tx| bootstrap_admin(tx, &email, &name))?;
        let base = opened.config.base_url.trim_end_matches('/');
        say::line(&format!("{base}/password/{}", invited.link.reveal()));
        say::line("This link sets the password, once, within three days.");
        Ok(ExitCode::SUCCESS)
    }
}
