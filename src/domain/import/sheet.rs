//! A register file as rows of text, whatever it came as. Knows no column and no rule.

use csv::StringRecord;

use super::{cell, decode, workbook};
use crate::error::{Error, Result};

/// The largest file read, in bytes.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;
/// The most rows read.
pub const MAX_ROWS: usize = 200_000;
/// The most columns read.
pub const MAX_COLUMNS: usize = 200;
/// The most characters of a cell.
pub const MAX_CELL: usize = 4_000;

const HEADER_WITHIN: usize = 20;

/// A file's header and rows.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    /// The headings, trimmed; blank where a column has none.
    pub header: Vec<String>,
    /// The rows that hold anything, in the order of the file.
    pub rows: Vec<RawRow>,
    /// What was assumed in reading, for the officer.
    pub notes: Vec<String>,
}

/// One row as it stands in the file.
#[derive(Debug, Clone)]
pub struct RawRow {
    /// Line of the file (of its first line, where a cell holds several), or row of the worksheet. From 1.
    pub line: u64,
    /// The cells as text.
    pub cells: StringRecord,
    /// Why the row cannot be used, where reading it failed.
    pub fault: Option<String>,
}

/// Reads a CSV or XLSX file by its content, never by its name.
///
/// # Errors
/// `Invalid` (field `file`) in plain words: empty, too large, no header, not a spreadsheet, an old format, protected.
pub fn read(bytes: &[u8], file_name: &str) -> Result<Sheet> {
    let name = if file_name.is_empty() { "The file" } else { file_name };
    if bytes.len() > MAX_BYTES {
        return Err(fault(format!("{name} is larger than 64 MB.")));
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(fault(format!("{name} is empty.")));
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return workbook::read(bytes, name);
    }
    if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        let protected: Vec<u8> = "EncryptedPackage".bytes().flat_map(|b| [b, 0]).collect();
        let is_protected = bytes.windows(protected.len()).any(|window| window == protected);
        return Err(fault(if is_protected {
            format!("{name} is protected with a password. Save a copy without one and import that.")
        } else {
            format!("{name} is an old Excel file (.xls). Open it in Excel, save it as .xlsx or CSV, and import that.")
        }));
    }
    decode::read(bytes, name)
}

pub(super) fn fault(message: impl Into<String>) -> Error {
    Error::invalid("file", message)
}

/// Gathers rows into a [`Sheet`], finding the header and keeping the caps.
#[derive(Default)]
pub(super) struct Gather {
    sheet: Sheet,
    above: usize,
}

impl Gather {
    /// Takes the next row. Blank rows are skipped; the first of two filled cells or more is the header.
    pub(super) fn row(&mut self, line: u64, mut cells: StringRecord, mut broken: Option<String>) -> Result<()> {
        let filled = cells.iter().filter(|cell| !is_blank(cell)).count();
        if filled == 0 && broken.is_none() {
            return Ok(());
        }
        if self.sheet.header.is_empty() {
            if filled >= 2 {
                self.head(&cells)?;
            } else {
                self.above += 1;
                if self.above > HEADER_WITHIN {
                    return Err(no_header());
                }
            }
            return Ok(());
        }
        if self.sheet.rows.len() == MAX_ROWS {
            return Err(fault(
                "The file has more than 200,000 rows. Split it and import the parts one after the other.",
            ));
        }
        if let Some(long) = cells.iter().position(|cell| cell.len() > MAX_CELL && cell.chars().count() > MAX_CELL) {
            let heading = self.sheet.header.get(long).map_or("a cell", String::as_str);
            broken.get_or_insert(format!("“{heading}” holds more than 4,000 characters."));
            cells = cells.iter().map(|cell| cell.chars().take(MAX_CELL).collect::<String>()).collect();
        }
        let width = self.sheet.header.len();
        if cells.len() > width && cells.iter().skip(width).all(is_blank) {
            cells.truncate(width);
        }
        self.sheet.rows.push(RawRow { line, cells, fault: broken });
        Ok(())
    }

    fn head(&mut self, cells: &StringRecord) -> Result<()> {
        if cells.len() > MAX_COLUMNS {
            return Err(too_wide());
        }
        self.sheet.header = cells.iter().map(|cell| cell::clean(cell).into_owned()).collect();
        while self.sheet.header.last().is_some_and(String::is_empty) {
            self.sheet.header.pop();
        }
        if self.above > 0 {
            self.note(format!("{} line(s) above the header were passed over.", self.above));
        }
        Ok(())
    }

    /// Whether the header has been met.
    pub(super) fn has_header(&self) -> bool {
        !self.sheet.header.is_empty()
    }

    /// How many cells a row has.
    pub(super) fn width(&self) -> usize {
        self.sheet.header.len()
    }

    /// Tells the officer of something assumed.
    pub(super) fn note(&mut self, note: impl Into<String>) {
        self.sheet.notes.push(note.into());
    }

    /// The sheet, once the file is read.
    pub(super) fn finish(self) -> Result<Sheet> {
        if self.sheet.header.is_empty() { Err(no_header()) } else { Ok(self.sheet) }
    }
}

fn no_header() -> Error {
    fault("No header row was found. The first row should name the columns, at least two of them.")
}

pub(super) fn too_wide() -> Error {
    fault("The file has more than 200 columns. Delete those the register does not need.")
}

fn is_gap(sign: char) -> bool {
    sign.is_whitespace() || sign == '\u{feff}'
}

fn is_blank(cell: &str) -> bool {
    cell.chars().all(is_gap)
}
