//! The team's queues: which kinds of task are open, how many, and since when.

use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use crate::error::Result;
use crate::store::Conn;
use crate::store::schema::tasks;
use crate::types::At;

/// The open tasks of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    /// The kind.
    pub kind: String,
    /// When each was opened, the most urgent first; no more than `limit`.
    pub opened: Vec<At>,
}

/// Written out, not bound: the partial index serves only a condition the planner can read.
fn open() -> SqlLiteral<Bool> {
    sql("state = 'open'")
}

/// The kinds with open tasks, by name; of each, up to `limit`. Steps from kind to kind along the index.
///
/// # Errors
/// The database's.
pub fn queues(conn: &mut Conn, limit: i64) -> Result<Vec<Queue>> {
    let mut queues: Vec<Queue> = Vec::new();
    loop {
        let last = queues.last().map_or("", |queue| queue.kind.as_str()).to_owned();
        let next: Option<String> = tasks::table
            .filter(open())
            .filter(tasks::kind.gt(last))
            .order(tasks::kind)
            .select(tasks::kind)
            .first(conn)
            .optional()?;
        let Some(kind) = next else { return Ok(queues) };
        let opened = tasks::table
            .filter(open())
            .filter(tasks::kind.eq(&kind))
            .order((tasks::due_on, tasks::id))
            .limit(limit)
            .select(tasks::opened_at)
            .load(conn)?;
        queues.push(Queue { kind, opened });
    }
}
