//! XLSX files: the first visible worksheet with a header, its cells as the text an officer sees.

use std::io::Cursor;

use calamine::{Data, DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxError};

use super::archive;
use super::sheet::{Gather, MAX_COLUMNS, Sheet, fault, too_wide};
use crate::error::{Error, Result};

/// Reads the bytes of a workbook.
pub(super) fn read(bytes: &[u8], name: &str) -> Result<Sheet> {
    archive::check(bytes, name)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| refused(name, &error))?;
    let sheets: Vec<String> = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible)
        .map(|sheet| sheet.name.clone())
        .collect();
    let mut last = None;
    for title in &sheets {
        match worksheet(&mut book, title, name) {
            Ok(mut sheet) => {
                if sheets.len() > 1 {
                    sheet
                        .notes
                        .push(format!("Only the worksheet “{title}” was read; the workbook has {}.", sheets.len()));
                }
                return Ok(sheet);
            }
            Err(error) => last = last.or(Some(error)),
        }
    }
    Err(last.unwrap_or_else(|| fault(format!("{name} has no worksheet."))))
}

fn worksheet(book: &mut Xlsx<Cursor<&[u8]>>, title: &str, name: &str) -> Result<Sheet> {
    let mut gather = Gather::default();
    let mut reader = book.worksheet_cells_reader(title).map_err(|error| refused(name, &error))?;
    let mut row: Vec<String> = Vec::new();
    let mut at = 0u32;
    while let Some(cell) = reader.next_cell().map_err(|error| refused(name, &error))? {
        let (line, column) = cell.get_position();
        if line < at {
            return Err(fault(format!("{name} is damaged: its rows are out of order.")));
        }
        if line > at {
            flush(&mut gather, at, &mut row)?;
            at = line;
        }
        let text = text(cell.get_value());
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        if text.is_empty() {
            continue;
        }
        if column >= MAX_COLUMNS {
            return Err(too_wide());
        }
        if row.len() <= column {
            row.resize(column + 1, String::new());
        }
        if let Some(slot) = row.get_mut(column) {
            *slot = text;
        }
    }
    flush(&mut gather, at, &mut row)?;
    gather.finish()
}

fn flush(gather: &mut Gather, at: u32, row: &mut Vec<String>) -> Result<()> {
    if !row.is_empty() && row.len() < gather.width() {
        row.resize(gather.width(), String::new());
    }
    let cells = row.drain(..).collect();
    gather.row(u64::from(at) + 1, cells, None)
}

fn text(value: &DataRef<'_>) -> String {
    match Data::from(value.clone()) {
        Data::Empty => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text,
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number.to_string(),
        Data::Bool(truth) => if truth { "yes" } else { "no" }.to_owned(),
        Data::Error(error) => error.to_string(),
        Data::DateTime(when) if when.is_datetime() => match when.as_datetime() {
            Some(at) if at.time() == chrono::NaiveTime::MIN => at.date().to_string(),
            Some(at) => at.format("%Y-%m-%d %H:%M:%S").to_string(),
            None => when.as_f64().to_string(),
        },
        Data::DateTime(when) => when.as_f64().to_string(),
    }
}

fn refused(name: &str, error: &XlsxError) -> Error {
    match error {
        XlsxError::Password => fault(format!("{name} is protected with a password. Save a copy without one.")),
        XlsxError::FileNotFound(_) | XlsxError::WorksheetNotFound(_) => {
            fault(format!("{name} is not an Excel workbook (.xlsx). Save it as .xlsx or CSV and import that."))
        }
        _ => fault(format!("{name} is damaged or not an Excel workbook (.xlsx).")),
    }
}
