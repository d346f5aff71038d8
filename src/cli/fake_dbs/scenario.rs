//! What the pretend service answers about a certificate: by its first digit, or as a scenario file says.

use std::collections::HashMap;

use chrono::NaiveDate;
use serde::Deserialize;

use crate::error::{Error, Result};
use crate::store::dbs::Certificate;
use crate::types::StatusResult;

/// What is answered about which number.
///
/// ```toml
/// [every]                        # whatever the number: a service that is down, or a flood
/// answer = "NO_MATCH_FOUND"      # or 503, "failure", "malformed"; without it the first digit decides
///
/// [certificates.001200000001]
/// answer = "NEW_INFO"
/// surname = "Other"              # else as asked, in capitals
/// printed_on = "2025-02-03"
/// delay_ms = 2000
/// ```
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Scenario {
    every: Option<Line>,
    certificates: HashMap<String, Line>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Line {
    answer: Option<Written>,
    delay_ms: Option<u64>,
    forename: Option<String>,
    surname: Option<String>,
    printed_on: Option<NaiveDate>,
}

/// How a file spells an answer.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(untagged)]
enum Written {
    Result(StatusResult),
    Trouble(Trouble),
    Status(u16),
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Trouble {
    Failure,
    Malformed,
}

/// The kinds of answer.
#[derive(Debug, Clone, Copy)]
pub(super) enum Says {
    Result(StatusResult),
    Failure,
    Malformed,
    Status(u16),
}

/// One answer, ready to be given.
pub(super) struct Part {
    pub says: Says,
    pub delay_ms: u64,
    pub forename: String,
    /// `None`: as asked.
    pub surname: Option<String>,
    pub printed_on: NaiveDate,
}

impl Scenario {
    /// Reads a scenario file.
    ///
    /// # Errors
    /// `Invalid` for what is not a scenario, and for a status that is no error's.
    pub fn read(text: &str) -> Result<Scenario> {
        let scenario: Scenario = toml::from_str(text).map_err(|error| Error::invalid("scenario", error.to_string()))?;
        let mut lines = scenario.every.iter().chain(scenario.certificates.values());
        if lines.any(|line| matches!(line.answer, Some(Written::Status(code)) if !(400..600).contains(&code))) {
            return Err(Error::invalid("scenario", "a status must be between 400 and 599"));
        }
        Ok(scenario)
    }

    /// One that knows these certificates. What was said of one last is said again, save that one in fifty is not found.
    pub(super) fn of(rows: Vec<(Certificate, Option<StatusResult>)>) -> Scenario {
        let line = |row: &Certificate, last: Option<StatusResult>| {
            let is_lost = row.number.bytes().fold(0_u32, |sum, digit| (sum * 10 + u32::from(digit - b'0')) % 50) == 7;
            let result = match (last, row.has_trace) {
                (Some(StatusResult::NewInfo), _) => StatusResult::NewInfo,
                _ if is_lost => StatusResult::NoMatchFound,
                (_, true) => StatusResult::NonBlankNoNewInfo,
                (_, false) => StatusResult::BlankNoNewInfo,
            };
            Line {
                answer: Some(Written::Result(result)),
                forename: Some(row.forename.to_uppercase()),
                surname: Some(row.surname.clone()),
                printed_on: Some(row.issued_on),
                delay_ms: None,
            }
        };
        let digits = |row: &Certificate| row.number.bytes().all(|sign| sign.is_ascii_digit());
        let rows = rows.into_iter().filter(|(row, _)| digits(row));
        let certificates = rows.map(|(row, last)| (row.number.clone(), line(&row, last))).collect();
        Scenario { every: None, certificates }
    }

    pub(super) fn part(&self, number: &str) -> Part {
        let line = self.every.as_ref().or_else(|| self.certificates.get(number)).cloned().unwrap_or_default();
        let (says, delay_ms) = match line.answer {
            Some(Written::Result(result)) => (Says::Result(result), 0),
            Some(Written::Trouble(Trouble::Failure)) => (Says::Failure, 0),
            Some(Written::Trouble(Trouble::Malformed)) => (Says::Malformed, 0),
            Some(Written::Status(code)) => (Says::Status(code), 0),
            None => by_digit(number),
        };
        Part {
            says,
            delay_ms: line.delay_ms.unwrap_or(delay_ms),
            forename: line.forename.unwrap_or_else(|| "SAMPLE".into()),
            surname: line.surname,
            printed_on: line.printed_on.or(NaiveDate::from_ymd_opt(2024, 4, 22)).unwrap_or_default(),
        }
    }
}

fn by_digit(number: &str) -> (Says, u64) {
    match number.bytes().next() {
        Some(b'1') => (Says::Result(StatusResult::NoMatchFound), 0),
        Some(b'3') => (Says::Result(StatusResult::NonBlankNoNewInfo), 0),
        Some(b'4') => (Says::Result(StatusResult::NewInfo), 0),
        Some(b'5') => (Says::Result(StatusResult::BlankNoNewInfo), 90_000),
        Some(b'6') => (Says::Malformed, 0),
        Some(b'7') => (Says::Failure, 0),
        Some(b'8') => (Says::Status(503), 0),
        Some(b'9') => (Says::Status(500), 0),
        _ => (Says::Result(StatusResult::BlankNoNewInfo), 0),
    }
}
