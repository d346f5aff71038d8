//! The cells of one row by their columns, with somewhere to say what is wrong with them.

use std::borrow::Cow;

use chrono::{Datelike, NaiveDate};

use super::cell::{self, Read};
use super::columns::Column;
use super::row::Rules;
use super::sheet::RawRow;
use super::{Problem, words};
use crate::types::Severity;

const YOUNGEST: u32 = 14;
const OLDEST: u32 = 100;
/// How registers write a right to work that has no end.
const NO_LIMIT: [&str; 8] = [
    "indefinite",
    "permanent",
    "unlimited",
    "no limit",
    "no time limit",
    "british",
    "british citizen",
    "settled status",
];

/// One row being read.
pub(super) struct Cells<'r> {
    raw: &'r RawRow,
    /// What the row is read by.
    pub(super) rules: &'r Rules<'r>,
    problems: &'r mut Vec<Problem>,
    is_rejected: bool,
}

impl<'r> Cells<'r> {
    pub(super) fn new(raw: &'r RawRow, rules: &'r Rules<'r>, problems: &'r mut Vec<Problem>) -> Cells<'r> {
        Cells { raw, rules, problems, is_rejected: false }
    }

    /// Whether anything so far costs the row.
    pub(super) fn is_rejected(&self) -> bool {
        self.is_rejected
    }

    /// Something that costs the row.
    pub(super) fn reject(&mut self, column: Column, message: impl Into<String>) {
        self.is_rejected = true;
        self.say(Severity::Rejected, self.rules.map.title(column).to_owned(), message.into());
    }

    /// Something to look at; the row is taken.
    pub(super) fn warn(&mut self, column: Column, message: impl Into<String>) {
        self.say(Severity::Warning, self.rules.map.title(column).to_owned(), message.into());
    }

    /// A cell that must not be blank beside the others; silent where the row is rejected already, perhaps for that cell.
    pub(super) fn need(&mut self, column: Column, message: impl Into<String>) {
        if !self.is_rejected {
            self.reject(column, message);
        }
    }

    /// Something of the whole row that costs it.
    pub(super) fn whole(&mut self, message: String) {
        self.is_rejected = true;
        self.say(Severity::Rejected, String::new(), message);
    }

    fn say(&mut self, severity: Severity, column: String, message: String) {
        self.problems.push(Problem { line: self.raw.line, severity, column, message });
    }

    fn clean(&mut self, column: Column) -> Cow<'r, str> {
        let text = cell::clean(self.rules.map.raw(column, &self.raw.cells));
        if cell::is_excel_error(&text) {
            self.reject(column, format!("The cell shows Excel’s error {text}. Type the value itself."));
            return Cow::Borrowed("");
        }
        text
    }

    pub(super) fn text(&mut self, column: Column) -> String {
        self.clean(column).into_owned()
    }

    /// Text that is no name of a person: a dash or “n/a” says there is none.
    pub(super) fn text_or_none(&mut self, column: Column) -> String {
        let text = self.clean(column);
        if cell::says_nothing(&text) { String::new() } else { text.into_owned() }
    }

    /// A cell read by `reader`; what it cannot read costs the row.
    pub(super) fn read<T>(&mut self, column: Column, reader: impl Fn(&str) -> Read<T>) -> Option<T> {
        let text = self.clean(column);
        match reader(&text) {
            Read::Blank => None,
            Read::Good(value) => Some(value),
            Read::Mended(value, why) => {
                self.warn(column, why);
                Some(value)
            }
            Read::Bad(why) => {
                self.reject(column, why);
                None
            }
        }
    }

    /// A cell read by `reader`; what it cannot read is left out with a warning.
    pub(super) fn or_drop(&mut self, column: Column, reader: impl Fn(&str) -> Read<String>) -> String {
        let kindly = |text: &str| match reader(text) {
            Read::Bad(why) => Read::Mended(String::new(), why),
            other => other,
        };
        self.read(column, kindly).unwrap_or_default()
    }

    pub(super) fn date(&mut self, column: Column) -> Option<NaiveDate> {
        self.read(column, |text| cell::date(text, None))
    }

    pub(super) fn word<T>(&mut self, column: Column, reader: impl Fn(&str) -> Option<T>, allowed: &str) -> Option<T> {
        self.read(column, |text| {
            if text.is_empty() {
                return Read::Blank;
            }
            match reader(text) {
                Some(word) => Read::Good(word),
                None if cell::says_nothing(text) => Read::Blank,
                None => Read::Bad(format!("“{}” is not known here. Write {allowed}.", cell::short(text))),
            }
        })
    }

    /// Forename and surname, parted where the file has them in one column.
    pub(super) fn name(&mut self) -> (String, String) {
        if !self.rules.map.parts_name() {
            let (forename, surname) = (self.text(Column::Forename), self.text(Column::Surname));
            if surname.is_empty() {
                self.reject(Column::Surname, "The surname is blank.");
            } else if forename.is_empty() && self.rules.map.has(Column::Forename) {
                self.warn(
                    Column::Forename,
                    "The forename is blank. That is right only for someone with a single name.",
                );
            }
            return (forename, surname);
        }
        let full = self.clean(Column::Name);
        let (forename, surname, is_doubtful) = words::split_name(&full);
        if surname.is_empty() {
            self.reject(Column::Name, "The name is blank.");
        } else if is_doubtful {
            self.warn(Column::Name, format!("“{full}” was read as forename “{forename}”, surname “{surname}”."));
        }
        (forename, surname)
    }

    pub(super) fn birth(&mut self) -> Option<NaiveDate> {
        let today = self.rules.today;
        let day = self.read(Column::DateOfBirth, |text| cell::date(text, Some(today)))?;
        let age = today.years_since(day);
        match age {
            None => self.reject(Column::DateOfBirth, format!("{} is in the future.", cell::uk(day))),
            Some(age) if age > OLDEST => {
                let why = format!("A birth in {} would make the person {age} years old.", day.year());
                self.reject(Column::DateOfBirth, why);
            }
            Some(age) if age < YOUNGEST => {
                let why = format!("A birth on {} would make the person {age} years old.", cell::uk(day));
                self.reject(Column::DateOfBirth, why);
            }
            Some(_) => {}
        }
        Some(day)
    }

    pub(super) fn right_to_work(&mut self) -> Option<NaiveDate> {
        self.read(Column::RightToWorkExpiry, |text| {
            if NO_LIMIT.iter().any(|words| words.eq_ignore_ascii_case(text)) {
                Read::Blank
            } else {
                cell::date(text, None)
            }
        })
    }

    pub(super) fn role(&mut self) -> String {
        let text = self.clean(Column::Role);
        if let Some(role) = words::role(&text, self.rules.roles) {
            return role;
        }
        let allowed = self.rules.roles.join(", ");
        let why = if text.is_empty() {
            format!("The role is blank. Write one of: {allowed}.")
        } else {
            format!("“{}” is not a role of the policy. Write one of: {allowed}.", cell::short(&text))
        };
        self.reject(Column::Role, why);
        String::new()
    }
}
