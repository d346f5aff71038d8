//! Scheduled work: what `jobs/*.toml` may say, when each job is due, and the loop that runs them. Knows no page.

pub mod health;
mod kind;
mod run;
pub mod schedule;
pub mod span;
pub mod spec;
mod worker;

use std::sync::Arc;

use crate::clock::Clock;
use crate::config::Config;
use crate::store::Db;

pub use run::{Outcome, run_once};
pub use worker::Worker;

/// What jobs work with.
#[derive(Clone)]
pub struct Office {
    /// The register.
    pub db: Db,
    /// Where time comes from.
    pub clock: Clock,
    /// The settings.
    pub config: Arc<Config>,
    /// Every job, from [`spec::load`].
    pub specs: Arc<Vec<spec::JobSpec>>,
}
