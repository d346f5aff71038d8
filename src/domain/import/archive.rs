//! A workbook's archive, looked through before the workbook is read: an archive says of itself whatever its maker
//! liked, and the reader makes room for what a table of strings says it holds.

use std::io::{self, Cursor, Read};

use zip::ZipArchive;

use super::sheet::fault;
use crate::error::Result;

/// What the parts of a workbook may come to once unpacked, in bytes.
const MAX_UNPACKED: u64 = 1 << 30;
/// An archive's last record, with the longest comment it may have.
const END_WITHIN: usize = 22 + 65_535;

/// What the table of strings may come to: all of it is in memory at once.
const MAX_STRINGS: u64 = 256 << 20;
/// No string of the table is shorter.
const SHORTEST_STRING: u64 = 5;

/// Unpacks every part once, keeping none.
///
/// # Errors
/// `Invalid` (field `file`) for an archive that is broken, too large once unpacked, or lies about how many strings
/// it holds.
pub(super) fn check(bytes: &[u8], name: &str) -> Result<()> {
    let too_large = || fault(format!("{name} is too large once unpacked."));
    let damaged = || fault(format!("{name} is damaged or not an Excel workbook (.xlsx)."));
    if unpacked(bytes) > MAX_UNPACKED {
        return Err(too_large());
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    let mut left = MAX_UNPACKED;
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(|_| damaged())?;
        let is_strings = part.name_raw().to_ascii_lowercase().ends_with(b"sharedstrings.xml");
        let most = if is_strings { left.min(MAX_STRINGS) } else { left };
        let mut strings = Vec::new();
        let mut limited = part.by_ref().take(most + 1);
        let size = if is_strings {
            limited.read_to_end(&mut strings).map(|size| size as u64)
        } else {
            io::copy(&mut limited, &mut io::sink())
        };
        let size = size.map_err(|_| damaged())?;
        if size > most {
            return Err(too_large());
        }
        if is_strings && !is_honest(&strings) {
            return Err(damaged());
        }
        left -= size;
    }
    Ok(())
}

/// Whether no count in a table of strings is more than it can hold. One in another alphabet is not read.
fn is_honest(strings: &[u8]) -> bool {
    const COUNT: &[u8] = b"uniqueCount";
    let most = strings.len() as u64 / SHORTEST_STRING;
    let counts = strings.windows(COUNT.len()).enumerate().filter(|(_, text)| *text == COUNT);
    let said = |at: usize| {
        let rest = strings.get(at + COUNT.len()..).unwrap_or_default().iter();
        let digits = rest.skip_while(|byte| byte.is_ascii_whitespace() || b"='\"+0".contains(byte));
        digits
            .take_while(|byte| byte.is_ascii_digit())
            .fold(0u64, |sum, digit| sum.saturating_mul(10).saturating_add(u64::from(digit - b'0')))
    };
    !strings.contains(&0) && counts.map(|(at, _)| said(at)).all(|count| count <= most)
}

/// The sum of the sizes that the archive's directory declares; nothing where there is no directory to read.
fn unpacked(bytes: &[u8]) -> u64 {
    let end = bytes.len().saturating_sub(END_WITHIN);
    let tail = bytes.get(end..).unwrap_or_default();
    let Some(found) = tail.windows(4).rposition(|sign| sign == b"PK\x05\x06") else { return 0 };
    let mut at = number(bytes, end + found + 16, 4);
    let mut sum = 0;
    while bytes.get(at..).is_some_and(|entry| entry.starts_with(b"PK\x01\x02")) {
        sum += number(bytes, at + 24, 4) as u64;
        at += 46 + number(bytes, at + 28, 2) + number(bytes, at + 30, 2) + number(bytes, at + 32, 2);
    }
    sum
}

fn number(bytes: &[u8], at: usize, width: usize) -> usize {
    let digits = bytes.get(at..at + width).unwrap_or_default();
    digits.iter().rev().fold(0, |sum, byte| (sum << 8) | usize::from(*byte))
}
