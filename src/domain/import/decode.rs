//! Text files: which alphabet, which delimiter, and rows that keep the line they stand on.

use std::borrow::Cow;

use csv::{ReaderBuilder, StringRecord};
use encoding_rs::{Encoding, WINDOWS_1252};

use super::sheet::{Gather, MAX_CELL, Sheet, fault, too_wide};
use crate::error::Result;

const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];
/// A quotation mark that never closes swallows the rest of a file: so many are stepped over, then we give up.
const MAX_RESTARTS: usize = 20;
const MAX_LINES_OF_ROW: u64 = 100;

/// Reads the bytes of a CSV file.
pub(super) fn read(bytes: &[u8], name: &str) -> Result<Sheet> {
    let mut gather = Gather::default();
    let (text, encoding) = decode(bytes);
    if is_something_else(&text) {
        return Err(fault(format!("{name} is not a spreadsheet. Save it as CSV or .xlsx and import that.")));
    }
    if let Some(note) = encoding {
        gather.note(note);
    }
    let (delimiter, skipped) = delimiter(&text);
    rows(&text, delimiter, skipped, &mut gather)?;
    gather.finish()
}

/// The text of `bytes`, and what had to be assumed: a mark decides, then UTF-8, then Windows-1252.
fn decode(bytes: &[u8]) -> (Cow<'_, str>, Option<&'static str>) {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let (text, _) = encoding.decode_without_bom_handling(bytes.get(mark..).unwrap_or_default());
        return (text, None);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), None),
        Err(_) => {
            let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
            (text, Some("The file is not UTF-8: it was read as Windows-1252. Check that accented names look right."))
        }
    }
}

fn is_something_else(text: &str) -> bool {
    let start: String = text.trim_start().chars().take(9).collect::<String>().to_ascii_lowercase();
    text.contains('\0')
        || ["%pdf", "<html", "<!doctype", "<?xml", "<table", "{\\rtf"].iter().any(|x| start.starts_with(x))
}

/// The delimiter, and how many bytes to step over before the rows: Excel's own `sep=;` line is obeyed.
fn delimiter(text: &str) -> (u8, usize) {
    let first = text.split_inclusive(['\n', '\r']).next().unwrap_or_default();
    if let Some(&[sign]) = first.trim().strip_prefix("sep=").map(str::as_bytes) {
        return (sign, first.len());
    }
    let counts = text.lines().take(20).map(|line| DELIMITERS.map(|sign| outside_quotes(line, sign)));
    let counts = counts.into_iter().find(|counts| counts.iter().any(|n| *n > 0)).unwrap_or_default();
    let most = counts.iter().max().copied().unwrap_or_default();
    let found = DELIMITERS.iter().zip(counts).find(|(_, n)| *n == most);
    (found.map_or(b',', |(sign, _)| *sign), 0)
}

fn outside_quotes(line: &str, sign: u8) -> usize {
    let mut quoted = false;
    let mut count = 0;
    for byte in line.bytes() {
        quoted ^= byte == b'"';
        count += usize::from(byte == sign && !quoted);
    }
    count
}

fn rows(text: &str, delimiter: u8, skipped: usize, gather: &mut Gather) -> Result<()> {
    let mut lines = Lines { text: text.as_bytes(), at: 0, line: 1 };
    let mut start = skipped;
    for _ in 0..=MAX_RESTARTS {
        match run(text, start, delimiter, &mut lines, gather)? {
            None => return Ok(()),
            Some(next) => start = next,
        }
    }
    Err(fault(format!("The file has many quotation marks that are never closed, the last before line {}.", lines.line)))
}

/// Reads rows from byte `start`; gives back where to go on when a quotation mark was left open.
fn run(text: &str, start: usize, delimiter: u8, lines: &mut Lines, gather: &mut Gather) -> Result<Option<usize>> {
    let rest = text.as_bytes().get(start..).unwrap_or_default();
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(rest);
    let mut record = StringRecord::new();
    loop {
        let from = start + usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => return Ok(None),
            Err(error) => return Err(fault(format!("The file cannot be read: {error}."))),
        }
        if !gather.has_header() && record.len() > super::sheet::MAX_COLUMNS {
            return Err(too_wide());
        }
        let (line, begins) = lines.go_to_row(from);
        let until = start + usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
        let swallowed = record.iter().any(|cell| cell.len() > MAX_CELL && cell.contains(['\n', '\r']));
        if swallowed || (until >= text.len() && lines.spanned(begins, until) > MAX_LINES_OF_ROW) {
            let next = lines.end_of_line(begins);
            let broken = "A quotation mark is opened on this row and never closed.".to_owned();
            let row = text.get(begins..next).unwrap_or_default().trim_end_matches(['\n', '\r']);
            let cells = row.split(char::from(delimiter)).map(|cell| cell.trim_matches('"')).collect();
            gather.row(line, cells, Some(broken))?;
            return Ok(Some(next));
        }
        gather.row(line, record.clone(), None)?;
    }
}

/// Counts lines as rows are read: the reader's own count is that of the blank lines before a row.
struct Lines<'t> {
    text: &'t [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line and the byte at which the row read from byte `from` truly begins.
    fn go_to_row(&mut self, from: usize) -> (u64, usize) {
        let blank = self.text.get(from..).unwrap_or_default().iter().take_while(|b| matches!(b, b'\n' | b'\r')).count();
        let begins = from + blank;
        self.line += self.ends_in(self.at, begins);
        self.at = begins.max(self.at);
        (self.line, begins)
    }

    fn spanned(&self, from: usize, until: usize) -> u64 {
        self.ends_in(from, until)
    }

    /// How many lines end between two bytes: at `\n`, or at `\r` alone.
    fn ends_in(&self, from: usize, until: usize) -> u64 {
        let part = self.text.get(from..until.min(self.text.len())).unwrap_or_default();
        let next = self.text.get(from + 1..).unwrap_or_default().iter().copied().chain(std::iter::once(0));
        part.iter().zip(next).map(|(byte, next)| u64::from(*byte == b'\n' || (*byte == b'\r' && next != b'\n'))).sum()
    }

    fn end_of_line(&self, from: usize) -> usize {
        let rest = self.text.get(from..).unwrap_or_default();
        rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).map_or(self.text.len(), |n| from + n + 1)
    }
}
