//! The only file that asks which database it is.

use diesel::connection::{AnsiTransactionManager, SimpleConnection};
use diesel::result::{DatabaseErrorKind, Error as Failed};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::conn::Conn;
use crate::types::{ContractorId, PersonId};

/// Runs the same Diesel code against the connection within: for what MultiConnection cannot express, such as
/// inserting many rows at once.
macro_rules! each {
    ($conn:expr, |$inner:ident| $body:expr) => {
        match $conn {
            #[cfg(feature = "postgres")]
            $crate::store::Conn::Pg($inner) => $body,
            $crate::store::Conn::Sqlite($inner) => $body,
        }
    };
}
pub(crate) use each;

/// Inserts many rows, each as `$value` makes it of `$row`: on PostgreSQL a thousand to a statement, which saves round
/// trips; on SQLite one by one under one prepared statement, which is cheaper there than a long statement parsed anew.
macro_rules! insert_all {
    ($conn:expr, $table:expr, $rows:expr, |$row:pat_param| $value:expr) => {
        match $conn {
            #[cfg(feature = "postgres")]
            $crate::store::Conn::Pg(pg) => $rows.chunks(1000).try_for_each(|chunk| {
                let values: Vec<_> = chunk.iter().map(|$row| $value).collect();
                diesel::insert_into($table).values(values).execute(pg).map(drop)
            }),
            $crate::store::Conn::Sqlite(sqlite) => {
                $rows.iter().try_for_each(|$row| diesel::insert_into($table).values($value).execute(sqlite).map(drop))
            }
        }
    };
}
pub(crate) use insert_all;

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
#[cfg(feature = "postgres")]
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

type AnyError = Box<dyn std::error::Error + Send + Sync>;

/// Begins a writing transaction. SQLite takes the write lock at once: with a deferred BEGIN, reading first
/// and writing later fails as busy under load, whatever the timeout.
pub(super) fn begin_write(conn: &mut Conn) -> Result<(), Failed> {
    match conn {
        #[cfg(feature = "postgres")]
        Conn::Pg(pg) => AnsiTransactionManager::begin_transaction_sql(pg, "BEGIN"),
        Conn::Sqlite(sqlite) => AnsiTransactionManager::begin_transaction_sql(sqlite, "BEGIN IMMEDIATE"),
    }
}

/// Begins a reading transaction in which every statement sees the register as it was at the first.
pub(super) fn begin_snapshot(conn: &mut Conn) -> Result<(), Failed> {
    match conn {
        #[cfg(feature = "postgres")]
        Conn::Pg(pg) => {
            AnsiTransactionManager::begin_transaction_sql(pg, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        }
        Conn::Sqlite(sqlite) => AnsiTransactionManager::begin_transaction_sql(sqlite, "BEGIN"),
    }
}

/// Holds these people's rows until the transaction ends, so that two writers of one person compute its
/// clearance one after the other. SQLite has one writer anyway. NO KEY: plain UPDATE locks would deadlock with
/// the share locks that foreign keys take.
pub fn lock_people(conn: &mut Conn, people: &[PersonId]) -> Result<(), Failed> {
    match conn {
        #[cfg(feature = "postgres")]
        Conn::Pg(pg) => {
            use diesel::RunQueryDsl;
            use diesel::sql_types::{Array, BigInt};
            let ids: Vec<i64> = people.iter().map(|id| id.0).collect();
            diesel::sql_query("SELECT 1 FROM people WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE")
                .bind::<Array<BigInt>, _>(ids)
                .execute(pg)
                .map(|_| ())
        }
        Conn::Sqlite(_) => {
            let _ = people;
            Ok(())
        }
    }
}

/// Holds a firm's row until the transaction ends, so that two processes owe it its letter one after the other.
pub fn lock_contractor(conn: &mut Conn, firm: ContractorId) -> Result<(), Failed> {
    match conn {
        #[cfg(feature = "postgres")]
        Conn::Pg(pg) => {
            use diesel::RunQueryDsl;
            diesel::sql_query("SELECT 1 FROM contractors WHERE id = $1 FOR NO KEY UPDATE")
                .bind::<diesel::sql_types::BigInt, _>(firm)
                .execute(pg)
                .map(|_| ())
        }
        Conn::Sqlite(_) => {
            let _ = firm;
            Ok(())
        }
    }
}

/// Makes one process at a time run what follows in this transaction.
pub(super) fn lock_schema(conn: &mut Conn) -> Result<(), Failed> {
    match conn {
        #[cfg(feature = "postgres")]
        Conn::Pg(pg) => pg.batch_execute("SELECT pg_advisory_lock(718281828)"),
        Conn::Sqlite(sqlite) => sqlite.batch_execute("SELECT 1"),
    }
}

/// Lets the next process at the schema.
pub(super) fn unlock_schema(conn: &mut Conn) -> Result<(), Failed> {
    match conn {
        #[cfg(feature = "postgres")]
        Conn::Pg(pg) => pg.batch_execute("SELECT pg_advisory_unlock(718281828)"),
        Conn::Sqlite(sqlite) => sqlite.batch_execute("SELECT 1"),
    }
}

/// Applies what is pending and answers how many steps that was.
pub(super) fn migrate(conn: &mut Conn) -> Result<usize, AnyError> {
    match conn {
        #[cfg(feature = "postgres")]
        Conn::Pg(pg) => pg.run_pending_migrations(POSTGRES).map(|done| done.len()),
        Conn::Sqlite(sqlite) => sqlite.run_pending_migrations(SQLITE).map(|done| done.len()),
    }
}

/// Takes everything back, newest first; for the test that every step can be undone.
pub(super) fn unmigrate(conn: &mut Conn) -> Result<usize, AnyError> {
    match conn {
        #[cfg(feature = "postgres")]
        Conn::Pg(pg) => pg.revert_all_migrations(POSTGRES).map(|done| done.len()),
        Conn::Sqlite(sqlite) => sqlite.revert_all_migrations(SQLITE).map(|done| done.len()),
    }
}

/// Whether any step is pending.
pub(super) fn is_behind(conn: &mut Conn) -> Result<bool, AnyError> {
    match conn {
        #[cfg(feature = "postgres")]
        Conn::Pg(pg) => pg.has_pending_migration(POSTGRES),
        Conn::Sqlite(sqlite) => sqlite.has_pending_migration(SQLITE),
    }
}

/// Empties SQLite's journal into the file and lets its planner look at the tables; PostgreSQL does both itself.
pub(super) fn settle(conn: &mut Conn) -> Result<(), Failed> {
    match conn {
        #[cfg(feature = "postgres")]
        Conn::Pg(pg) => pg.batch_execute("ANALYZE"),
        Conn::Sqlite(sqlite) => {
            sqlite.batch_execute("PRAGMA analysis_limit = 1000; ANALYZE; PRAGMA wal_checkpoint(TRUNCATE)")
        }
    }
}

/// Keeps every other writer and reader away from the vault until the transaction ends, before it is written anew.
/// SQLite has one writer anyway.
pub(super) fn lock_vault(conn: &mut Conn) -> Result<(), Failed> {
    match conn {
        #[cfg(feature = "postgres")]
        Conn::Pg(pg) => pg.batch_execute("LOCK TABLE vault_keys, vault_notes IN ACCESS EXCLUSIVE MODE"),
        Conn::Sqlite(_) => Ok(()),
    }
}

/// Writes the vault anew after something was taken out. A page of SQLite keeps copies of rows that moved within it, and
/// secure_delete wipes pages that are given up but not those. PostgreSQL keeps what anybody might still see, even
/// through VACUUM FULL, but not through TRUNCATE.
pub(super) fn rewrite_vault(conn: &mut Conn) -> Result<(), Failed> {
    match conn {
        #[cfg(feature = "postgres")]
        Conn::Pg(pg) => pg.batch_execute(
            "CREATE TEMP TABLE kept_keys AS SELECT * FROM vault_keys;
             CREATE TEMP TABLE kept_notes AS SELECT * FROM vault_notes;
             TRUNCATE vault_keys, vault_notes;
             INSERT INTO vault_keys SELECT * FROM kept_keys ORDER BY application_id;
             INSERT INTO vault_notes SELECT * FROM kept_notes ORDER BY id;
             DROP TABLE kept_keys; DROP TABLE kept_notes",
        ),
        Conn::Sqlite(sqlite) => sqlite.batch_execute(
            "CREATE TEMP TABLE kept_keys AS SELECT * FROM vault_keys;
             DELETE FROM vault_keys;
             INSERT INTO vault_keys SELECT * FROM kept_keys ORDER BY application_id;
             DROP TABLE kept_keys",
        ),
    }
}

/// Wipes from the files what was given up. SQLite's journal is emptied into the file, where secure_delete has
/// overwritten it. `whole` also clears the letters that were emptied: SQLite writes the whole file anew, PostgreSQL
/// their table. Outside a transaction. Says whether it was done: a reader of the old state keeps SQLite's journal.
pub(super) fn wipe(conn: &mut Conn, whole: bool) -> Result<bool, Failed> {
    match conn {
        #[cfg(feature = "postgres")]
        Conn::Pg(pg) => {
            if whole {
                pg.batch_execute("VACUUM FULL outbox")?;
            }
            Ok(true)
        }
        Conn::Sqlite(sqlite) => {
            use diesel::RunQueryDsl;
            #[derive(diesel::QueryableByName)]
            struct Checkpoint {
                #[diesel(sql_type = diesel::sql_types::Integer)]
                busy: i32,
            }
            if whole {
                sqlite.batch_execute("VACUUM")?;
            }
            let done: Checkpoint = diesel::sql_query("PRAGMA wal_checkpoint(TRUNCATE)").get_result(sqlite)?;
            Ok(done.busy == 0)
        }
    }
}

/// A day's month as `2026-11`, in SQL.
pub(super) fn month_of(conn: &Conn, column: &str) -> String {
    match conn {
        #[cfg(feature = "postgres")]
        Conn::Pg(_) => format!("to_char({column}, 'YYYY-MM')"),
        Conn::Sqlite(_) => format!("substr({column}, 1, 7)"),
    }
}

#[derive(diesel::QueryableByName)]
struct Word {
    #[diesel(sql_type = diesel::sql_types::Text)]
    word: String,
}

/// The rows of a table in which a column is `id`, each as one JSON object with every column; the table and the column
/// are words of ours.
pub(super) fn rows_as_json(
    conn: &mut Conn,
    table: &'static str,
    column: &'static str,
    id: i64,
) -> Result<Vec<String>, Failed> {
    use diesel::{RunQueryDsl, sql_query};
    let found: Vec<Word> = match conn {
        #[cfg(feature = "postgres")]
        Conn::Pg(pg) => {
            sql_query(format!("SELECT row_to_json(t)::text AS word FROM {table} t WHERE t.{column} = {id} ORDER BY 1"))
                .load(pg)?
        }
        Conn::Sqlite(sqlite) => {
            // A truth is kept as a number there.
            let say = "CASE type WHEN 'BOOLEAN' THEN 'json(CASE ' || name || ' WHEN 1 THEN ''true'' WHEN 0 THEN ''false'' \
                       ELSE ''null'' END)' ELSE name END";
            let columns: Vec<Word> = sql_query(format!(
                "SELECT '''' || name || ''', ' || {say} AS word FROM pragma_table_info('{table}') ORDER BY cid"
            ))
            .load(sqlite)?;
            let columns: Vec<String> = columns.into_iter().map(|one| one.word).collect();
            let object = format!("json_object({})", columns.join(", "));
            sql_query(format!("SELECT {object} AS word FROM {table} WHERE {column} = {id} ORDER BY rowid"))
                .load(sqlite)?
        }
    };
    Ok(found.into_iter().map(|one| one.word).collect())
}

/// Whether a row was refused because its like is there already.
pub fn is_duplicate(error: &Failed) -> bool {
    matches!(error, Failed::DatabaseError(DatabaseErrorKind::UniqueViolation, _))
}
