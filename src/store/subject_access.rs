//! All that is held on a person, table by table, as JSON.

use diesel::prelude::*;
use serde_json::{Map, Value};

use super::conn::Conn;
use super::dialect;
use super::holding::{CASES, HOLDINGS};
use super::schema::{applications, tasks};
use crate::error::Result;
use crate::types::{ApplicationId, PersonId, TaskId};

/// One row: its columns by name.
pub type Fields = Map<String, Value>;

/// The rows of these people in every table that holds something of them, by the table's title.
///
/// # Errors
/// The database's.
pub fn held(conn: &mut Conn, ids: &[PersonId]) -> Result<Vec<(&'static str, Vec<Fields>)>> {
    let mut tables = Vec::new();
    for held in HOLDINGS {
        let Some(title) = held.title else { continue };
        tables.push((title, rows(conn, held.table, "person_id", ids)?));
    }
    let asked: Vec<ApplicationId> =
        applications::table.filter(applications::person_id.eq_any(ids)).select(applications::id).load(conn)?;
    let asked: Vec<i64> = asked.into_iter().map(|id| id.0).collect();
    for held in CASES {
        let Some(title) = held.title else { continue };
        tables.push((title, by_id(conn, held.table, "application_id", &asked)?));
    }
    let about = tasks::table.filter(tasks::subject_kind.eq("person"));
    let raw: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let known: Vec<TaskId> = about.filter(tasks::subject_id.eq_any(raw)).select(tasks::id).load(conn)?;
    let known: Vec<i64> = known.into_iter().map(|id| id.0).collect();
    tables.push(("Tasks of the team", by_id(conn, "tasks", "id", &known)?));
    Ok(tables)
}

/// These applications.
///
/// # Errors
/// The database's.
pub fn applications(conn: &mut Conn, ids: &[ApplicationId]) -> Result<Vec<Fields>> {
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    by_id(conn, "applications", "id", &ids)
}

/// The rows of `people` itself.
///
/// # Errors
/// The database's.
pub fn details(conn: &mut Conn, ids: &[PersonId]) -> Result<Vec<Fields>> {
    rows(conn, "people", "id", ids)
}

fn rows(conn: &mut Conn, table: &'static str, column: &'static str, ids: &[PersonId]) -> Result<Vec<Fields>> {
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    by_id(conn, table, column, &ids)
}

fn by_id(conn: &mut Conn, table: &'static str, column: &'static str, ids: &[i64]) -> Result<Vec<Fields>> {
    let mut found = Vec::new();
    for id in ids {
        for row in dialect::rows_as_json(conn, table, column, *id)? {
            found.push(serde_json::from_str(&row)?);
        }
    }
    Ok(found)
}
