//! Courses: what is taught, by whom, and which requirement passing it meets.

use diesel::prelude::*;

use super::conn::Conn;
use super::db::Tx;
use super::dialect::{each, is_duplicate};
use super::schema::courses;
use crate::error::{Error, Result};
use crate::types::{CourseId, CourseMode, CourseState};

/// A course.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset, serde::Serialize)]
#[diesel(table_name = courses)]
pub struct Course {
    /// Row id; given by the database.
    #[diesel(skip_insertion, skip_update)]
    pub id: CourseId,
    /// Its short name, such as `SG1`; unique.
    pub code: String,
    /// Its name.
    pub title: String,
    /// Who gives it.
    pub provider: String,
    /// Whether a body accredits it.
    pub accredited: bool,
    /// In a room, or at a screen.
    pub mode: CourseMode,
    /// Code of the policy's requirement that passing it meets.
    pub requirement: String,
    /// What people are told before they come.
    pub joining: String,
    /// What is charged for not coming, in pence; 0 for nothing.
    pub no_show_pence: i32,
    /// Whether it is still given.
    pub state: CourseState,
}

/// Writes a new course; says which it is.
///
/// # Errors
/// `Invalid` at `code` when another course has it.
pub fn insert(tx: &mut Tx<'_>, row: &Course) -> Result<CourseId> {
    let inserted =
        each!(&mut **tx, |c| diesel::insert_into(courses::table).values(row).returning(courses::id).get_result(c));
    inserted.map_err(taken)
}

/// Keeps what changed of a course.
///
/// # Errors
/// As [`insert`].
pub fn update(tx: &mut Tx<'_>, row: &Course) -> Result<()> {
    diesel::update(courses::table.find(row.id)).set(row).execute(&mut **tx).map(drop).map_err(taken)
}

fn taken(error: diesel::result::Error) -> Error {
    if is_duplicate(&error) { Error::invalid("code", "Another course has this code") } else { error.into() }
}

/// One course.
///
/// # Errors
/// `NotFound`.
pub fn find(conn: &mut Conn, id: CourseId) -> Result<Course> {
    Ok(courses::table.find(id).select(Course::as_select()).first(conn)?)
}

/// The course of this code.
///
/// # Errors
/// The database's.
pub fn by_code(conn: &mut Conn, code: &str) -> Result<Option<Course>> {
    Ok(courses::table.filter(courses::code.eq(code)).select(Course::as_select()).first(conn).optional()?)
}

/// Every course, by title: a council has some dozens.
///
/// # Errors
/// The database's.
pub fn all(conn: &mut Conn) -> Result<Vec<Course>> {
    Ok(courses::table.order((courses::title, courses::id)).limit(500).select(Course::as_select()).load(conn)?)
}
