//! What handlers work with: the register, the clock and the settings. Reads and commands run off the async threads.

use std::sync::Arc;

use url::Url;

use crate::clock::Clock;
use crate::config::Config;
use crate::domain::command;
use crate::error::Result;
use crate::store::{Conn, Db, Tx};
use crate::types::{UserId, is_loopback};

/// Managed by the Rocket; cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The register.
    pub db: Db,
    /// Where time comes from.
    pub clock: Clock,
    /// The settings, with the secret key that is in force.
    pub config: Arc<Config>,
}

impl App {
    /// The register `db` under `config`.
    pub fn new(config: Config, db: Db) -> App {
        App { db, clock: config.clock(), config: Arc::new(config) }
    }

    /// Reads.
    ///
    /// # Errors
    /// What `work` says, or that the database does not answer.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.db.query(work).await
    }

    /// Runs a command as `user`.
    ///
    /// # Errors
    /// What `work` says.
    pub async fn act<T: Send + 'static>(
        &self,
        user: UserId,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.blocking(move |db, clock| command::run(db, user, clock, work)).await
    }

    /// As [`App::act`], for a command that may find nothing to do.
    ///
    /// # Errors
    /// What `work` says.
    pub async fn act_if_needed<T: Send + 'static>(
        &self,
        user: UserId,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.blocking(move |db, clock| command::run_if_needed(db, user, clock, work)).await
    }

    /// Runs what takes its own transactions.
    ///
    /// # Errors
    /// What `work` says.
    pub async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Db, &Clock) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let app = self.clone();
        tokio::task::spawn_blocking(move || work(&app.db, &app.clock)).await?
    }

    /// Whether people reach the pages without TLS, on this very machine: only there may cookies go without.
    pub fn is_loopback(&self) -> bool {
        let Ok(url) = Url::parse(&self.config.base_url) else { return false };
        url.scheme() == "http" && url.host_str().is_some_and(is_loopback)
    }

    /// The origin of the pages as a browser names it.
    pub fn origin(&self) -> String {
        Url::parse(&self.config.base_url).map(|url| url.origin().ascii_serialization()).unwrap_or_default()
    }
}
