//! Reading and writing. Reads take a `Conn`; writes take a `Tx`, which knows who writes and when, and which
//! `domain::command::run` alone obtains.

use std::ops::{Deref, DerefMut};
use std::time::Duration;

use chrono::NaiveDate;
use diesel::Connection;
use diesel::connection::TransactionManager;
use diesel::r2d2::Pool;

use super::conn::{Address, Conn, Manager};
use super::dialect;
use super::seal::Seal;
use super::trail::Entry;
use crate::error::{Error, Result};
use crate::types::{At, PersonId, Secret, UserId};

type Transactions = <Conn as Connection>::TransactionManager;

/// The register's database: a pool of connections and the key that seals personal values.
#[derive(Clone)]
pub struct Db {
    pool: Pool<Manager>,
    seal: Seal,
}

impl Db {
    /// Opens the database at `url`, keeping up to `connections` open.
    ///
    /// # Errors
    /// When the address will not do or nothing answers within ten seconds.
    pub fn open(url: &Secret, connections: u32, key: &Secret) -> Result<Db> {
        let address = Address::parse(url.reveal()).map_err(Error::Unavailable)?;
        let pool = Pool::builder()
            .max_size(connections)
            .min_idle(Some(1))
            .test_on_check_out(matches!(address, Address::Postgres(_)))
            .connection_timeout(Duration::from_secs(10))
            .build(Manager(address))
            .map_err(|e| Error::Unavailable(format!("the database does not answer: {e}")))?;
        Ok(Db { pool, seal: Seal::new(key) })
    }

    /// The key under which personal values are sealed.
    pub fn seal(&self) -> &Seal {
        &self.seal
    }

    /// Reads, on this thread.
    ///
    /// # Errors
    /// What `work` says, or that no connection was free.
    pub fn read<T>(&self, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        work(&mut *self.pool.get()?)
    }

    /// Reads as of one moment, whoever writes meanwhile, on this thread.
    ///
    /// # Errors
    /// As [`Db::read`].
    pub fn snapshot<T>(&self, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        let mut conn = self.pool.get()?;
        dialect::begin_snapshot(&mut conn)?;
        let found = work(&mut conn);
        Transactions::rollback_transaction(&mut *conn)?;
        found
    }

    /// Reads, off the async threads.
    ///
    /// # Errors
    /// As [`Db::read`].
    pub async fn query<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let db = self.clone();
        tokio::task::spawn_blocking(move || db.read(work)).await?
    }

    /// Wipes from the files what the vault gave up, and with `whole` what the letters did, on this thread and outside a
    /// transaction; says whether all of it is gone, or a long reader stands in the way and it has to be done again.
    ///
    /// # Errors
    /// The database's.
    pub fn wipe(&self, whole: bool) -> Result<bool> {
        Ok(dialect::wipe(&mut *self.pool.get()?, whole)?)
    }

    /// Writes in one transaction; an error undoes all of it. Called by `domain::command` alone.
    ///
    /// # Errors
    /// What `work` says, or the database's.
    pub fn write<T>(
        &self,
        actor: UserId,
        at: At,
        today: NaiveDate,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T>,
    ) -> Result<T> {
        let mut conn = self.pool.get()?;
        dialect::begin_write(&mut conn)?;
        let mut tx =
            Tx { conn: &mut conn, seal: &self.seal, actor, at, today, touched: Vec::new(), entries: Vec::new() };
        match work(&mut tx) {
            Ok(value) => {
                Transactions::commit_transaction(&mut *conn)?;
                Ok(value)
            }
            Err(error) => {
                Transactions::rollback_transaction(&mut *conn)?;
                Err(error)
            }
        }
    }
}

/// A transaction with an author and a time.
pub struct Tx<'a> {
    conn: &'a mut Conn,
    seal: &'a Seal,
    /// Who writes.
    pub actor: UserId,
    /// When.
    pub at: At,
    /// The London day of it.
    pub today: NaiveDate,
    touched: Vec<PersonId>,
    entries: Vec<Entry>,
}

impl Tx<'_> {
    /// Says that something a clearance is read from changed for `person`.
    pub fn touch(&mut self, person: PersonId) {
        if self.touched.last() != Some(&person) {
            self.touched.push(person);
        }
    }

    /// Buffers a row of the trail; it is appended, and chained, at the end of the transaction.
    pub fn trail(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    /// The people touched since last asked, each once, in order.
    pub fn take_touched(&mut self) -> Vec<PersonId> {
        let mut people = std::mem::take(&mut self.touched);
        people.sort_unstable();
        people.dedup();
        people
    }

    /// Whether anything was said to the trail.
    pub fn has_trail(&self) -> bool {
        !self.entries.is_empty()
    }

    /// The buffered rows of the trail.
    pub(super) fn take_entries(&mut self) -> Vec<Entry> {
        std::mem::take(&mut self.entries)
    }

    /// The key under which personal values are sealed.
    pub fn seal(&self) -> Seal {
        self.seal.clone()
    }

    /// Runs `work` under a savepoint: when it fails its rows, touches and trail are gone, and the transaction
    /// goes on.
    ///
    /// # Errors
    /// What `work` says.
    pub fn savepoint<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let (touched, entries) = (self.touched.len(), self.entries.len());
        Transactions::begin_transaction(&mut *self.conn)?;
        match work(self) {
            Ok(value) => {
                Transactions::commit_transaction(&mut *self.conn)?;
                Ok(value)
            }
            Err(error) => {
                Transactions::rollback_transaction(&mut *self.conn)?;
                self.touched.truncate(touched);
                self.entries.truncate(entries);
                Err(error)
            }
        }
    }
}

impl Deref for Tx<'_> {
    type Target = Conn;
    fn deref(&self) -> &Conn {
        self.conn
    }
}

impl DerefMut for Tx<'_> {
    fn deref_mut(&mut self) -> &mut Conn {
        self.conn
    }
}
