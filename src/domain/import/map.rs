//! Which column of a file is which of ours: by the native heading, by a common synonym, or by a council's map file.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

use super::columns::Column;
use crate::error::{Error, Fault, Result};
use crate::types::fold;

/// What a row needs beside a column it has: a certificate without its date, level or trace can be judged by nobody.
const COMPANIONS: &[(Column, Column)] = &[
    (Column::DbsCertificateNumber, Column::DbsIssueDate),
    (Column::DbsCertificateNumber, Column::DbsLevel),
    (Column::DbsCertificateNumber, Column::DbsTrace),
    (Column::SuitabilityOutcome, Column::SuitabilityDate),
    (Column::UpdateServiceResult, Column::UpdateServiceLastCheck),
    (Column::UpdateServiceLastCheck, Column::UpdateServiceResult),
    (Column::LicenceNumber, Column::LicenceExpiry),
    (Column::BadgeNumber, Column::BadgeIssued),
    (Column::BadgeNumber, Column::BadgeExpiry),
];

/// A council's map file. It states what differs: columns it does not name are still found by their headings.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct MapFile {
    /// Native column = heading in the file; an empty heading leaves the column out.
    columns: BTreeMap<String, String>,
    /// Native column → what the file says = what we say.
    values: BTreeMap<String, BTreeMap<String, String>>,
    /// Native column = the same value for every row.
    constants: BTreeMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Source {
    Absent,
    Heading(usize),
    Constant(String),
}

/// Where each native column is found in one file.
#[derive(Debug, Clone)]
pub struct ColumnMap {
    sources: Vec<Option<Source>>,
    values: HashMap<Column, HashMap<String, String>>,
    header: Vec<String>,
}

impl ColumnMap {
    /// The map of a file by its headings alone: native ones, or common synonyms.
    ///
    /// # Errors
    /// `Invalid` with every fault at once: two headings for one column, a required column missing.
    pub fn of(header: &[String]) -> Result<ColumnMap> {
        build(header, &MapFile::default())
    }

    /// The map of a file by a council's map file (TOML), then by its headings.
    ///
    /// # Errors
    /// As [`ColumnMap::of`], and for unknown native names, headings not in the file, a heading used twice.
    pub fn from_toml(text: &str, header: &[String]) -> Result<ColumnMap> {
        let file: MapFile = toml::from_str(text.trim_start_matches('\u{feff}'))
            .map_err(|error| Error::invalid("map", format!("The map file cannot be read: {}", error.message())))?;
        build(header, &file)
    }

    /// Whether the file says anything of `column`; a full name stands for forename and surname.
    pub fn has(&self, column: Column) -> bool {
        let named = matches!(column, Column::Forename | Column::Surname) && self.parts_name();
        named || self.source(column) != &Source::Absent
    }

    /// The native columns the file does not have: what they would show is waived, not missing (data.md §4).
    pub fn absent(&self) -> Vec<Column> {
        Column::native().filter(|column| !self.has(*column)).collect()
    }

    /// Native columns and the headings they are read from, for the officer to check.
    pub fn chosen(&self) -> Vec<(Column, &str)> {
        Column::ALL.iter().filter_map(|column| Some((*column, self.heading(*column)?))).collect()
    }

    /// Headings nobody reads.
    pub fn unused(&self) -> Vec<&str> {
        let used = self.used();
        let headings = self.header.iter().enumerate();
        headings.filter(|(i, h)| !used.contains(i) && !h.is_empty()).map(|(_, h)| h.as_str()).collect()
    }

    /// What the file calls `column`; the native name where it has none.
    pub fn title(&self, column: Column) -> &str {
        self.heading(column).unwrap_or(column.as_str())
    }

    /// The raw text of `column` in a row of the file, after the map's constants and values.
    pub(super) fn raw<'a>(&'a self, column: Column, cells: &'a csv::StringRecord) -> &'a str {
        let text = match self.source(column) {
            Source::Absent => "",
            Source::Heading(place) => cells.get(*place).unwrap_or(""),
            Source::Constant(text) => text,
        };
        if self.values.is_empty() || text.is_empty() {
            return text;
        }
        match self.values.get(&column) {
            Some(words) => words.get(&fold(text)).map_or(text, String::as_str),
            None => text,
        }
    }

    /// Whether forename and surname have to be parted from one column.
    pub(super) fn parts_name(&self) -> bool {
        self.source(Column::Name) != &Source::Absent
    }

    /// How many cells a row of the file should have.
    pub(super) fn width(&self) -> usize {
        self.header.len()
    }

    fn source(&self, column: Column) -> &Source {
        self.sources.get(column as usize).and_then(Option::as_ref).unwrap_or(&Source::Absent)
    }

    fn is_settled(&self, column: Column) -> bool {
        self.sources.get(column as usize).is_some_and(Option::is_some)
    }

    fn settle(&mut self, column: Column, source: Source) {
        if let Some(slot) = self.sources.get_mut(column as usize) {
            *slot = Some(source);
        }
    }

    fn used(&self) -> Vec<usize> {
        self.sources.iter().flatten().filter_map(Source::place).collect()
    }

    fn heading(&self, column: Column) -> Option<&str> {
        self.header.get(self.source(column).place()?).map(String::as_str)
    }
}

impl Source {
    fn place(&self) -> Option<usize> {
        match self {
            Source::Heading(place) => Some(*place),
            _ => None,
        }
    }
}

fn build(header: &[String], file: &MapFile) -> Result<ColumnMap> {
    let mut faults = Vec::new();
    let mut map = ColumnMap { sources: vec![None; Column::ALL.len()], values: HashMap::new(), header: header.to_vec() };
    by_file(&mut map, file, &mut faults);
    by_heading(&mut map, |column, heading| heading.trim().eq_ignore_ascii_case(column.as_str()), &mut faults);
    by_heading(
        &mut map,
        |column, heading| {
            let folded = fold(heading);
            folded == fold(column.as_str()) || column.synonyms().contains(&folded.as_str())
        },
        &mut faults,
    );
    if map.source(Column::Surname) != &Source::Absent {
        map.settle(Column::Name, Source::Absent);
    }
    required(&map, &mut faults);
    if faults.is_empty() { Ok(map) } else { Err(Error::Invalid(faults)) }
}

fn by_file(map: &mut ColumnMap, file: &MapFile, faults: &mut Vec<Fault>) {
    let known = |name: &String, faults: &mut Vec<Fault>| {
        let column = Column::named(name);
        if column.is_none() {
            faults.push(Fault::new(name, "This is not the name of a column of the register."));
        }
        column
    };
    for (name, heading) in &file.columns {
        let Some(column) = known(name, faults) else { continue };
        map.settle(column, Source::Absent);
        if heading.trim().is_empty() {
            continue;
        }
        let exact = places(&map.header, |h| h.trim() == heading.trim());
        let found = if exact.is_empty() { places(&map.header, |h| fold(h) == fold(heading)) } else { exact };
        let rival = Column::ALL.iter().find(|c| !found.is_empty() && map.source(**c).place() == found.first().copied());
        match (found.as_slice(), rival) {
            ([], _) => faults.push(Fault::new(name, format!("The file has no column headed “{heading}”."))),
            ([_], Some(other)) => {
                faults.push(Fault::new(name, format!("“{heading}” is already used for {}.", other.as_str())));
            }
            ([place], None) => {
                map.settle(column, Source::Heading(*place));
            }
            _ => faults.push(Fault::new(name, format!("The file has {} columns headed “{heading}”.", found.len()))),
        }
    }
    for (name, value) in &file.constants {
        let Some(column) = known(name, faults) else { continue };
        if map.source(column).place().is_some() {
            faults.push(Fault::new(name, "The map gives both a column and a constant: keep one."));
        }
        map.settle(column, Source::Constant(value.clone()));
    }
    for (name, words) in &file.values {
        let Some(column) = known(name, faults) else { continue };
        map.values.insert(column, words.iter().map(|(theirs, ours)| (fold(theirs), ours.clone())).collect());
    }
}

fn by_heading(map: &mut ColumnMap, fits: impl Fn(Column, &str) -> bool, faults: &mut Vec<Fault>) {
    for column in Column::ALL.iter().copied() {
        if map.is_settled(column) {
            continue;
        }
        let used = map.used();
        let mut found = places(&map.header, |heading| fits(column, heading));
        found.retain(|place| !used.contains(place));
        match found.as_slice() {
            [] => {}
            [place] => {
                map.settle(column, Source::Heading(*place));
            }
            many => {
                let headings: Vec<_> =
                    many.iter().filter_map(|i| map.header.get(*i)).map(|h| format!("“{h}”")).collect();
                let which =
                    format!("Several columns could be this: {}. A map file can say which.", headings.join(", "));
                faults.push(Fault::new(column.as_str(), which));
                map.settle(column, Source::Absent);
            }
        }
    }
}

fn places(header: &[String], fits: impl Fn(&str) -> bool) -> Vec<usize> {
    header.iter().enumerate().filter(|(_, h)| !h.trim().is_empty() && fits(h)).map(|(i, _)| i).collect()
}

fn required(map: &ColumnMap, faults: &mut Vec<Fault>) {
    let mut want = |met: bool, column: Column, message: String| {
        if !met && !faults.iter().any(|fault| fault.field == column.as_str()) {
            faults.push(Fault::new(column.as_str(), message));
        }
    };
    let missing = |what: &str| format!("The file has no column for {what}. A map file can say which one it is.");
    want(map.has(Column::Surname), Column::Surname, missing("the surname or the full name"));
    want(map.has(Column::Contractor), Column::Contractor, missing("the contractor"));
    want(map.has(Column::Role), Column::Role, missing("the role"));
    let keyed = map.has(Column::Ref) || map.has(Column::DateOfBirth);
    want(keyed, Column::Ref, missing("a reference or a date of birth, one of which tells people apart"));
    for (column, companion) in COMPANIONS {
        let (has, needs) = (column.as_str(), companion.as_str());
        let message = format!(
            "The file has {has} but nothing for {needs}. Name its column in a map file, give a constant, \
             or leave {has} out with {has} = \"\"."
        );
        want(!map.has(*column) || map.has(*companion), *companion, message);
    }
}
