//! One connection type for both databases, and the pool that hands it out.

use std::path::Path;

use diesel::connection::TransactionManager;
use diesel::r2d2::ManageConnection;
use diesel::{Connection, SqliteConnection, connection::SimpleConnection};

/// A connection to the register, whichever database holds it.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    /// PostgreSQL, for a council that outgrew one machine.
    #[cfg(feature = "postgres")]
    Pg(diesel::PgConnection),
    /// SQLite, embedded.
    Sqlite(SqliteConnection),
}

/// Which database an address names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A `postgres://` address, password and all.
    Postgres(String),
    /// The path of a SQLite file.
    Sqlite(String),
}

impl Address {
    /// Reads a database address by its scheme and refuses everything else: Diesel's derived `establish`
    /// would open `postgresql:oops` as a SQLite file.
    ///
    /// # Errors
    /// A sentence without the address, which may hold a password.
    pub fn parse(url: &str) -> Result<Address, String> {
        match url.split_once("://") {
            Some(("sqlite", path)) if !path.is_empty() => Ok(Address::Sqlite(path.to_owned())),
            Some(("postgres" | "postgresql", rest)) if !rest.is_empty() => {
                if cfg!(feature = "postgres") {
                    Ok(Address::Postgres(url.to_owned()))
                } else {
                    Err("this build knows SQLite only: build with `--features postgres`".to_owned())
                }
            }
            _ => Err("the database address must begin with sqlite:// or postgres://".to_owned()),
        }
    }
}

/// Opens connections for the pool.
pub(super) struct Manager(pub Address);

/// busy_timeout comes first so that the others wait their turn; FULL because the outbox and the trail may not
/// lose the last commit. The page cache stays at SQLite's own 2 MB: every connection has one, and the system has another.
/// What is deleted is overwritten, so that who was erased is not found in free pages.
const PRAGMAS: &str = "PRAGMA busy_timeout = 20000; PRAGMA foreign_keys = ON; PRAGMA journal_mode = WAL; \
                       PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA secure_delete = ON;";

impl ManageConnection for Manager {
    type Connection = Conn;
    type Error = ConnectionFailed;

    fn connect(&self) -> Result<Conn, ConnectionFailed> {
        match &self.0 {
            Address::Sqlite(path) => {
                if let Some(folder) = Path::new(path).parent().filter(|folder| !folder.as_os_str().is_empty()) {
                    std::fs::create_dir_all(folder).map_err(|e| ConnectionFailed(e.to_string()))?;
                }
                let mut conn = SqliteConnection::establish(path).map_err(|e| ConnectionFailed(e.to_string()))?;
                conn.batch_execute(PRAGMAS).map_err(|e| ConnectionFailed(e.to_string()))?;
                Ok(Conn::Sqlite(conn))
            }
            #[cfg(feature = "postgres")]
            Address::Postgres(url) => {
                let mut conn =
                    diesel::PgConnection::establish(url).map_err(|_| ConnectionFailed("PostgreSQL refused".into()))?;
                conn.batch_execute("SET timezone = 'UTC'; SET lock_timeout = '20s'")
                    .map_err(|e| ConnectionFailed(e.to_string()))?;
                Ok(Conn::Pg(conn))
            }
            #[cfg(not(feature = "postgres"))]
            Address::Postgres(_) => Err(ConnectionFailed("this build knows SQLite only".into())),
        }
    }

    fn is_valid(&self, conn: &mut Conn) -> Result<(), ConnectionFailed> {
        conn.batch_execute("SELECT 1").map_err(|e| ConnectionFailed(e.to_string()))
    }

    fn has_broken(&self, conn: &mut Conn) -> bool {
        std::thread::panicking() || <Conn as Connection>::TransactionManager::is_broken_transaction_manager(conn)
    }
}

/// A database that could not be reached; never holds its address.
#[derive(Debug)]
pub struct ConnectionFailed(String);

impl std::fmt::Display for ConnectionFailed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ConnectionFailed {}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn only_the_two_schemes_are_taken() {
        assert_eq!(Address::parse("sqlite://data/x.db"), Ok(Address::Sqlite("data/x.db".into())));
        for bad in ["postgresql:oops", "sqlite://", "mysql://x/y", "x.db", ":memory:"] {
            assert!(Address::parse(bad).is_err(), "{bad}");
        }
    }
}
