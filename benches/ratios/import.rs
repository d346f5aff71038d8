//! Rows of a register file a second, clearances and trail and all, against inserting the rows it ends with.

use std::time::{Duration, Instant};

use chaperone::cli::demo;
use chaperone::clock::Clock;
use chaperone::domain::import::{ColumnMap, apply, read};
use chaperone::store::migrate;
use chaperone::types::UserId;
use rusqlite::Connection;
use rusqlite::types::Value;

use crate::bare::Bare;
use crate::ground::{Ground, today};
use crate::table::{Aim, Table, median};

/// People whose rows share a transaction, as in an import.
const BATCH: i64 = 250;
const SEED: u64 = 1;

/// Measures, and leaves the register for the other rows.
pub fn rows(table: &mut Table, people: u32, rounds: u32) -> Ground {
    let rounds = if people <= 5_000 { rounds.min(5) } else { 1 };
    let mut csv = Vec::new();
    let lines = demo::write_csv(&mut csv, demo::register(people, SEED, today())).unwrap() as f64;
    let (mut ours, mut bare, mut ground) = (Vec::new(), Vec::new(), None);
    for _ in 0..rounds {
        let fresh = Ground::empty(people);
        let began = Instant::now();
        import(&fresh, &csv);
        ours.push(began.elapsed());
        migrate::settle(&fresh.db).unwrap();
        bare.push(insert(&fresh, &Ground::empty(people)));
        ground = Some(fresh);
    }
    let (ours, bare) = (median(ours), median(bare));
    let rate = |time: Duration| lines / time.as_secs_f64();
    let shown = |time| format!("{:.0} rows/s", rate(time));
    table.ratio(people, "import", shown(ours), shown(bare), rate(ours) / rate(bare), Aim::AtLeast(0.5));
    ground.unwrap()
}

fn import(ground: &Ground, csv: &[u8]) {
    let clock = Clock::Fixed(today());
    let sheet = read(csv, "register.csv").unwrap();
    let map = ColumnMap::of(&sheet.header).unwrap();
    let order = apply::Order { file_name: "register.csv", dry_run: false, by: UserId::SYSTEM };
    let begun = apply::begin(&ground.db, &clock, order, &sheet).unwrap();
    let done = apply::apply(&ground.db, &clock, begun, &sheet, &map, |_| {}).unwrap();
    assert_eq!(done.import.rejected, 0);
}

/// Inserts the rows of `from` into the empty `to` and answers how long the inserting took.
fn insert(from: &Ground, to: &Ground) -> Duration {
    let (from, to) = (Bare::open(&from.file).conn, Bare::open(&to.file).conn);
    let tables = tables(&from);
    let mut took = Duration::ZERO;
    let whole: Vec<_> = tables.iter().filter(|table| table.key.is_none()).map(|t| (t, t.all(&from))).collect();
    took += write(&to, &whole);
    let last: i64 = from.query_row("SELECT MAX(id) FROM people", [], |row| row.get(0)).unwrap();
    for first in (1..=last).step_by(BATCH as usize) {
        let keyed = tables.iter().filter(|table| table.key.is_some());
        let batch: Vec<_> = keyed.map(|table| (table, table.of(&from, first, first + BATCH - 1))).collect();
        took += write(&to, &batch);
    }
    let count = |conn: &Connection| -> Vec<i64> {
        let of = |table: &Keyed| format!("SELECT COUNT(*) FROM {}", table.name);
        tables.iter().map(|table| conn.query_row(&of(table), [], |row| row.get(0)).unwrap()).collect()
    };
    assert_eq!(count(&from), count(&to), "the same rows");
    took
}

fn write(to: &Connection, batch: &[(&Keyed, Vec<Vec<Value>>)]) -> Duration {
    let began = Instant::now();
    to.execute_batch("BEGIN IMMEDIATE").unwrap();
    for (table, rows) in batch {
        let mut insert = to.prepare_cached(&table.insert).unwrap();
        for row in rows {
            insert.execute(rusqlite::params_from_iter(row)).unwrap();
        }
    }
    to.execute_batch("COMMIT").unwrap();
    began.elapsed()
}

/// A table and the column that says whose a row is; none for what is no person's.
struct Keyed {
    name: String,
    key: Option<&'static str>,
    insert: String,
}

fn tables(conn: &Connection) -> Vec<Keyed> {
    let mut names = conn
        .prepare(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_\\_%' ESCAPE '\\' \
                      AND name NOT LIKE 'sqlite%' ORDER BY rowid",
        )
        .unwrap();
    let names: Vec<String> = names.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let table = |name: String| {
        let columns: Vec<String> = conn
            .prepare(&format!("SELECT name FROM pragma_table_info('{name}')"))
            .unwrap()
            .query_map([], |row| row.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        let key = match name.as_str() {
            "people" => Some("id"),
            _ if columns.iter().any(|column| column == "person_id") => Some("person_id"),
            _ => None,
        };
        // What a new register has already is passed over.
        let marks = vec!["?"; columns.len()].join(",");
        let or = if key.is_none() || name == "trail" { "OR IGNORE" } else { "" };
        Keyed { insert: format!("INSERT {or} INTO {name} VALUES ({marks})"), name, key }
    };
    names.into_iter().map(table).collect()
}

impl Keyed {
    fn all(&self, conn: &Connection) -> Vec<Vec<Value>> {
        self.read(conn, "1")
    }

    fn of(&self, conn: &Connection, first: i64, last: i64) -> Vec<Vec<Value>> {
        let key = self.key.unwrap();
        // What the trail holds of no person in particular goes with the first.
        let none = if first == 1 { format!(" OR {key} IS NULL") } else { String::new() };
        self.read(conn, &format!("{key} BETWEEN {first} AND {last}{none}"))
    }

    fn read(&self, conn: &Connection, condition: &str) -> Vec<Vec<Value>> {
        let mut all = conn.prepare(&format!("SELECT * FROM {} WHERE {condition}", self.name)).unwrap();
        let columns = all.column_count();
        let row = |row: &rusqlite::Row<'_>| (0..columns).map(|column| row.get(column)).collect();
        all.query_map([], row).unwrap().map(Result::unwrap).collect()
    }
}
