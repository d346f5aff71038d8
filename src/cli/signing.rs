//! `chaperone signing`: the keys behind the squares on the badges.

use std::process::ExitCode;

use clap::Subcommand;

use super::{open, say};
use crate::domain::{command, signing};
use crate::error::Result;
use crate::store::signing_key;
use crate::types::{SigningKeyId, UserId, in_london, long_date};

/// The keys that sign the squares on the badges.
#[derive(clap::Args)]
pub struct Signing {
    #[command(subcommand)]
    act: Act,
}

#[derive(Subcommand)]
enum Act {
    /// Show the keys, newest first.
    List,
    /// Make a new key, which signs from now on. Badges printed under earlier keys stay good.
    Rotate,
    /// Believe a key no more, because it got into other hands. Every badge printed under it has to be printed again.
    Retire {
        /// The key's number.
        #[arg(long)]
        key: i64,
        /// Why, for the trail.
        #[arg(long)]
        reason: String,
    },
}

impl Signing {
    pub fn run(self) -> Result<ExitCode> {
        let opened = open::open()?;
        match self.act {
            Act::List => {
                for key in opened.db.read(signing_key::all)? {
                    let made = long_date(in_london(key.made_at.utc()));
                    let since =
                        key.retired_at.map(|at| format!(", believed no more since {}", long_date(in_london(at.utc()))));
                    say::line(&format!("{} {} made {made}{}", key.id, key.public_key, since.unwrap_or_default()));
                }
            }
            Act::Rotate => {
                let id = command::run(&opened.db, UserId::SYSTEM, &opened.clock, signing::rotate)?;
                say::line(&format!("key {id} signs from now on"));
            }
            Act::Retire { key, reason } => {
                let key = SigningKeyId(key);
                command::run(&opened.db, UserId::SYSTEM, &opened.clock, |tx| signing::retire(tx, key, &reason))?;
                say::line(&format!("key {key} is believed no more: print its badges again"));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
