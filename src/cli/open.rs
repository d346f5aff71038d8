//! What every command begins with: the configuration, the log, the key and the database.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use tracing_subscriber::EnvFilter;

use crate::clock::Clock;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::store::migrate::{self, Purpose};
use crate::store::{Db, random_token};
use crate::types::Secret;

/// A command's surroundings.
pub struct Opened {
    /// The configuration, with its key.
    pub config: Config,
    /// The database.
    pub db: Db,
    /// What time it is.
    pub clock: Clock,
}

/// JSON lines on stderr; `CHAPERONE_LOG` chooses how much (`info` by default). Rocket's own lines are left out whatever
/// it says: they print addresses with their queries.
pub fn start_log() {
    let chosen = std::env::var("CHAPERONE_LOG").unwrap_or_else(|_| "warn,chaperone=info".into());
    let filter = EnvFilter::new(format!("{chosen},rocket=off"));
    tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(std::io::stderr).init();
}

/// Reads the configuration and opens its database, whatever its tables.
///
/// # Errors
/// Every fault of the configuration together; a database that does not answer.
pub fn unchecked() -> Result<Opened> {
    let mut config = Config::load().map_err(|faults| Error::Conflict(faults.to_string()))?;
    if config.secret_key.reveal().is_empty() {
        config.secret_key = kept_key(config.database_url.reveal())?;
    }
    let db = Db::open(&config.database_url, config.database_pool, &config.secret_key)?;
    let clock = config.clock();
    Ok(Opened { config, db, clock })
}

/// As [`unchecked`], and refuses tables that are behind, and a fixed day on a live register: it would lapse people and
/// write to firms early.
///
/// # Errors
/// As said.
pub fn open() -> Result<Opened> {
    let opened = unchecked()?;
    if migrate::is_behind(&opened.db)? {
        return Err(Error::Conflict("the database is not up to date: run `chaperone migrate`".into()));
    }
    let purpose = opened.db.read(migrate::purpose)?;
    if opened.clock.is_fixed() && purpose == Purpose::Live {
        return Err(Error::Conflict("CHAPERONE_TODAY is set and this is a live register".into()));
    }
    Ok(opened)
}

/// The key kept beside a SQLite file, made at first use. PostgreSQL wants it from the configuration: several processes
/// share it.
fn kept_key(url: &str) -> Result<Secret> {
    let Some(path) = url.strip_prefix("sqlite://") else {
        return Err(Error::Conflict("secret_key must be set (CHAPERONE_SECRET_KEY), 32 characters or more".into()));
    };
    let path = format!("{path}.key");
    if let Some(folder) = Path::new(&path).parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
        Ok(mut file) => {
            let key = random_token();
            file.write_all(key.as_bytes())?;
            file.sync_all()?;
            Ok(Secret::new(key))
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            let key = Secret::new(std::fs::read_to_string(&path)?.trim());
            if key.reveal().len() < 32 {
                Err(Error::Conflict(format!("the key in {path} is too short")))
            } else {
                Ok(key)
            }
        }
        Err(error) => Err(error.into()),
    }
}
