//! The report of an import that is over, from the rows kept with its problems.

use std::collections::BTreeMap;
use std::io::Write;

use csv::StringRecord;

use super::sheet::{RawRow, Sheet};
use super::{Problem, report};
use crate::error::{Error, Result};
use crate::store::import::{Import, RowProblem};

/// Writes the report as [`report::write`] does and says how many rows it holds.
///
/// # Errors
/// When a kept line cannot be read back, or `out` cannot be written.
pub fn write_kept_report(out: impl Write, import: &Import, problems: &[RowProblem]) -> Result<u64> {
    let mut rows: BTreeMap<u64, RawRow> = BTreeMap::new();
    let mut said = Vec::with_capacity(problems.len());
    for problem in problems {
        let line = u64::try_from(problem.line).unwrap_or(0);
        if let std::collections::btree_map::Entry::Vacant(free) = rows.entry(line) {
            free.insert(RawRow { line, cells: cells(&problem.row_text)?, fault: None });
        }
        let (severity, column, message) = (problem.severity, problem.column_name.clone(), problem.message.clone());
        said.push(Problem { line, severity, column, message });
    }
    let header = cells(&import.header)?.iter().map(str::to_owned).collect();
    let sheet = Sheet { header, rows: rows.into_values().collect(), notes: Vec::new() };
    report::write(out, &sheet, &said)
}

fn cells(line: &str) -> Result<StringRecord> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(line.as_bytes());
    let mut record = StringRecord::new();
    reader.read_record(&mut record).map_err(Error::internal)?;
    Ok(record)
}
