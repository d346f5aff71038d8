//! SQLite without the program: the same pragmas, each statement prepared once, every row read whole.

use std::path::Path;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, params_from_iter};

use crate::record::Statement;

pub struct Bare {
    pub conn: Connection,
}

impl Bare {
    pub fn open(file: &Path) -> Bare {
        let conn = Connection::open(file).unwrap();
        conn.execute_batch(
            "PRAGMA busy_timeout = 20000; PRAGMA foreign_keys = ON; PRAGMA journal_mode = WAL; \
             PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY;",
        )
        .unwrap();
        conn.set_prepared_statement_cache_capacity(512);
        Bare { conn }
    }

    /// Does what was recorded; answers how many rows were read.
    pub fn replay(&self, statements: &[Statement]) -> usize {
        let mut read = 0;
        for Statement { sql, binds } in statements {
            let mut prepared = self.conn.prepare_cached(sql).unwrap_or_else(|error| panic!("{error}: {sql}"));
            let columns = prepared.column_count();
            let mut rows = prepared.query(params_from_iter(binds)).unwrap();
            while let Some(row) = rows.next().unwrap_or_else(|error| panic!("{error}: {sql} {binds:?}")) {
                read += 1;
                for column in 0..columns {
                    match row.get_ref(column).unwrap() {
                        ValueRef::Text(text) => drop(std::hint::black_box(String::from_utf8_lossy(text).into_owned())),
                        other => drop(std::hint::black_box(other)),
                    }
                }
            }
        }
        read
    }
}
