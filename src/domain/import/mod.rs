//! A legacy register's file: read, checked and gathered into people, which is pure, and then taken into the register.

pub mod apply;
mod archive;
mod cell;
mod cells;
mod check;
mod columns;
mod decode;
mod differ;
mod digest;
mod group;
mod guess;
mod held;
mod kept;
mod map;
mod register;
mod report;
mod row;
mod sheet;
mod take;
mod words;
mod workbook;

#[cfg(test)]
mod tests;

pub use columns::Column;
pub use group::{Badge, Engagement, Grouped, ImportPerson, Licence, People, PersonKey};
pub use guess::guess;
pub use held::NOT_IN_REGISTER;
pub use kept::write_kept_report;
pub use map::ColumnMap;
pub use report::{OWN as REPORT_COLUMNS, write as write_report};
pub use row::{PersonFacts, RegisterRow, Rules, Work, parse_row};
pub use sheet::{MAX_BYTES, RawRow, Sheet, read};
pub use words::NATIVE_ROLES;

use crate::types::Severity;

/// One thing the officer should know of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Line of the file or row of the worksheet.
    pub line: u64,
    /// Whether the row was taken all the same.
    pub severity: Severity,
    /// The column as the file heads it; empty when the whole row is meant.
    pub column: String,
    /// What is wrong and what to do, in plain words.
    pub message: String,
}
