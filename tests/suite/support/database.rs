//! A fresh register per test: a copied SQLite file, or a PostgreSQL schema when `CHAPERONE_TEST_POSTGRES` names a
//! server. The same suite runs on both.

use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use chaperone::clock::Clock;
use chaperone::domain::{command, criteria, policy};
use chaperone::store::{Db, migrate};
use chaperone::types::{Secret, UserId};
use tempfile::TempDir;

static NEXT: AtomicU32 = AtomicU32::new(0);

/// The key every test database is sealed under.
pub const KEY: &str = "a key for tests only, 32 characters or more";

/// A migrated, empty trial register, gone when dropped.
pub struct TestDb {
    /// The open database.
    pub db: Db,
    /// Its address, for a child process.
    pub url: String,
    _folder: TempDir,
    schema: Option<String>,
}

impl TestDb {
    /// On SQLite, or on PostgreSQL when the environment names one.
    pub fn new() -> TestDb {
        let folder = tempfile::tempdir().unwrap();
        let (url, schema) = match std::env::var("CHAPERONE_TEST_POSTGRES") {
            Ok(server) if !server.is_empty() => {
                let name = format!("t{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
                psql(&server, &format!("CREATE SCHEMA {name}"));
                let glue = if server.contains('?') { '&' } else { '?' };
                (format!("{server}{glue}options=-c%20search_path%3D{name}"), Some(name))
            }
            _ => {
                let file = folder.path().join("chaperone.db");
                std::fs::copy(template(), &file).unwrap();
                (format!("sqlite://{}", file.display()), None)
            }
        };
        let db = Db::open(&Secret::new(&url), 4, &Secret::new(KEY)).unwrap();
        if schema.is_some() {
            prepare(&db);
        }
        TestDb { db, url, _folder: folder, schema }
    }

    /// Whether this is PostgreSQL.
    pub fn is_postgres(&self) -> bool {
        self.schema.is_some()
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        if let (Some(schema), Ok(server)) = (&self.schema, std::env::var("CHAPERONE_TEST_POSTGRES")) {
            psql(&server, &format!("DROP SCHEMA {schema} CASCADE"));
        }
    }
}

fn psql(server: &str, statement: &str) {
    #[cfg(feature = "postgres")]
    {
        use diesel::connection::SimpleConnection;
        use diesel::{Connection, PgConnection};
        let mut conn = PgConnection::establish(server).expect("CHAPERONE_TEST_POSTGRES answers");
        conn.batch_execute(&format!("SET client_min_messages = warning; {statement}")).unwrap();
    }
    #[cfg(not(feature = "postgres"))]
    panic!("CHAPERONE_TEST_POSTGRES is set and this build knows SQLite only: {server} {statement}");
}

fn prepare(db: &Db) {
    migrate::migrate(db).unwrap();
    command::run(db, UserId::SYSTEM, &Clock::Fixed(day("2026-11-22")), |tx| {
        migrate::dedicate(tx, migrate::Purpose::Trial)?;
        policy::establish(tx)?;
        criteria::establish(tx)
    })
    .unwrap();
}

/// A migrated SQLite file, made once per run and copied for each test.
fn template() -> &'static PathBuf {
    static TEMPLATE: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    let (_, file) = TEMPLATE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("template.db");
        let db = Db::open(&Secret::new(format!("sqlite://{}", file.display())), 1, &Secret::new(KEY)).unwrap();
        prepare(&db);
        migrate::settle(&db).unwrap();
        (folder, file)
    });
    file
}

/// `YYYY-MM-DD`.
pub fn day(text: &str) -> chrono::NaiveDate {
    text.parse().unwrap()
}
