//! The report of an import: the rows that were rejected or warned of, each with its own cells, so that the file can be
//! mended where it stands and imported again.

use std::collections::BTreeMap;
use std::io::Write;

use csv::WriterBuilder;

use super::Problem;
use super::sheet::Sheet;
use crate::error::{Error, Result};
use crate::types::{Severity, guarded};

/// Columns of the report's own. They come first, so that a row with a cell too many or too few stays as it was.
pub const OWN: [&str; 3] = ["line", "result", "problem"];

/// Writes the report as CSV (UTF-8 with a mark, for Excel) and says how many rows it holds: one for each line with a
/// problem, in the order of the file. A cell that a spreadsheet would run as a formula is guarded with `'`.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(mut out: impl Write, sheet: &Sheet, problems: &[Problem]) -> Result<u64> {
    out.write_all("\u{feff}".as_bytes())?;
    let mut writer = WriterBuilder::new().flexible(true).from_writer(out);
    let kept: Vec<bool> = sheet.header.iter().map(|heading| !OWN.contains(&heading.as_str())).collect();
    let header = OWN.into_iter().chain(keep(sheet.header.iter().map(String::as_str), &kept));
    writer.write_record(header.map(|cell| guarded(cell).into_owned())).map_err(Error::internal)?;
    let mut by_line: BTreeMap<u64, Vec<&Problem>> = BTreeMap::new();
    for problem in problems {
        by_line.entry(problem.line).or_default().push(problem);
    }
    let mut count = 0;
    for (line, said) in by_line {
        let Ok(place) = sheet.rows.binary_search_by_key(&line, |row| row.line) else { continue };
        let Some(row) = sheet.rows.get(place) else { continue };
        let worst = said.iter().map(|problem| problem.severity).max().unwrap_or(Severity::Warning);
        let own = [line.to_string(), worst.to_string(), sentences(&said)];
        let cells = own.iter().map(String::as_str).chain(keep(row.cells.iter(), &kept));
        writer.write_record(cells.map(|cell| guarded(cell).into_owned())).map_err(Error::internal)?;
        count += 1;
    }
    writer.flush()?;
    Ok(count)
}

fn keep<'a>(cells: impl Iterator<Item = &'a str>, kept: &[bool]) -> impl Iterator<Item = &'a str> {
    cells.enumerate().filter(|(at, _)| kept.get(*at).copied().unwrap_or(true)).map(|(_, cell)| cell)
}

fn sentences(said: &[&Problem]) -> String {
    let one = |problem: &&Problem| match problem.column.as_str() {
        "" => problem.message.clone(),
        column => format!("{column}: {}", problem.message),
    };
    said.iter().map(one).collect::<Vec<_>>().join(" ")
}
