//! Rows gathered into people, in the order in which each first appears. A bad row costs itself alone.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

use super::columns::Column;
use super::row::{PersonFacts, RegisterRow, Rules, Work, parse_row};
use super::sheet::{RawRow, Sheet};
use super::{Problem, cell, differ, digest, words};
use crate::types::{Severity, fold};

/// What tells people apart in a file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PersonKey {
    /// The council's reference.
    Ref(String),
    /// Folded forename and surname, and the date of birth, where the file has no references.
    NameDob(String, NaiveDate),
}

/// Someone's work for a firm in a role, once however many rows say it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Engagement {
    /// The row that first says it.
    pub line: u64,
    /// The firm's name as first spelt in the file.
    pub contractor: String,
    /// The firm's key.
    pub contractor_folded: String,
    /// The firm's first address in the file; empty for none.
    pub contractor_email: String,
    /// The role's code.
    pub role: String,
}

/// A licence a row speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Licence {
    /// The row that first says it.
    pub line: u64,
    /// The role of that row: a coach driver's licence is a driving licence.
    pub role: String,
    /// The licensing authority as written; empty for a driving licence.
    pub authority: String,
    /// Its number.
    pub number: String,
    /// Its last day.
    pub expires_on: NaiveDate,
}

/// A badge a row speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Badge {
    /// The row that first says it.
    pub line: u64,
    /// Its number.
    pub number: String,
    /// The key of the firm it was issued for.
    pub contractor_folded: String,
    /// The role it was issued for.
    pub role: String,
    /// The day it was issued.
    pub issued_on: NaiveDate,
    /// Its last day as printed.
    pub expires_on: NaiveDate,
}

/// One person of a file, of all the rows that could be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportPerson {
    /// What tells them apart.
    pub key: PersonKey,
    /// The rows taken, in the order of the file.
    pub lines: Vec<u64>,
    /// What every row says alike.
    pub facts: PersonFacts,
    /// Firms and roles, each once.
    pub engagements: Vec<Engagement>,
    /// Licences, each once.
    pub licences: Vec<Licence>,
    /// Badges, each once.
    pub badges: Vec<Badge>,
    /// SHA-256, in hex, of all of this whatever the order of rows, and of which columns the file has.
    pub digest: String,
}

/// The rows of one person: what can be taken, and what is wrong.
#[derive(Debug, Clone)]
pub struct Grouped {
    /// The person; none where every row was rejected.
    pub person: Option<ImportPerson>,
    /// Every row of theirs, taken or not.
    pub lines: Vec<u64>,
    /// What is wrong with those rows.
    pub problems: Vec<Problem>,
}

/// The people of a file, one after the other; rows are read as they are asked for.
pub struct People<'a> {
    sheet: &'a Sheet,
    rules: Rules<'a>,
    absent: String,
    groups: std::vec::IntoIter<Vec<usize>>,
    firms: HashMap<String, Firm>,
    certificates: HashMap<String, u64>,
}

struct Firm {
    name: String,
    email: String,
    others: HashSet<String>,
}

impl<'a> People<'a> {
    /// Sorts the rows of `sheet` by person; nothing is judged yet.
    pub fn new(sheet: &'a Sheet, rules: Rules<'a>) -> People<'a> {
        let mut places: HashMap<String, usize> = HashMap::with_capacity(sheet.rows.len());
        let mut groups: Vec<Vec<usize>> = Vec::with_capacity(sheet.rows.len());
        for (at, raw) in sheet.rows.iter().enumerate() {
            let place = rough_key(raw, &rules).map(|key| *places.entry(key).or_insert(groups.len()));
            match place.and_then(|place| groups.get_mut(place)) {
                Some(group) => group.push(at),
                None => groups.push(vec![at]),
            }
        }
        let absent = rules.map.absent().iter().map(|column| column.as_str()).collect::<Vec<_>>().join(",");
        let groups = groups.into_iter();
        People { sheet, rules, absent, groups, firms: HashMap::new(), certificates: HashMap::new() }
    }

    fn gather(&mut self, rows: &[usize]) -> Grouped {
        let mut problems = Vec::new();
        let mut lines = Vec::with_capacity(rows.len());
        let mut taken: Vec<RegisterRow> = Vec::with_capacity(rows.len());
        for raw in rows.iter().filter_map(|at| self.sheet.rows.get(*at)) {
            lines.push(raw.line);
            let Some(row) = parse_row(raw, &self.rules, &mut problems) else { continue };
            let mut say = |severity, column: &str, message| {
                problems.push(Problem { line: row.line, severity, column: column.to_owned(), message });
            };
            if let Some(first) = taken.first() {
                if let Some(found) = differ::first(&first.person, &row.person) {
                    let title = self.rules.map.title(found.column);
                    say(Severity::Rejected, title, found.message(title, first.line, row.line));
                    continue;
                }
                if let Some(same) = taken.iter().find(|other| other.work == row.work) {
                    say(
                        Severity::Warning,
                        "",
                        format!("The row says the same as line {} and was passed over.", same.line),
                    );
                    continue;
                }
            } else {
                self.shared_certificate(&row, &mut say);
            }
            self.firm(&row.work, &mut say);
            taken.push(row);
        }
        Grouped { person: self.person(taken), lines, problems }
    }

    fn shared_certificate(&mut self, row: &RegisterRow, say: &mut impl FnMut(Severity, &str, String)) {
        let Some(number) = &row.person.dbs_certificate_number else { return };
        if let Some(line) = self.certificates.get(number) {
            let title = self.rules.map.title(Column::DbsCertificateNumber);
            say(Severity::Warning, title, format!("Certificate {number} is also on line {line}, for somebody else."));
        } else {
            self.certificates.insert(number.clone(), row.line);
        }
    }

    fn firm(&mut self, work: &Work, say: &mut impl FnMut(Severity, &str, String)) {
        let firm = self.firms.entry(work.contractor_folded.clone()).or_insert_with(|| Firm {
            name: work.contractor.clone(),
            email: String::new(),
            others: HashSet::new(),
        });
        if work.contractor_email.is_empty() || firm.email.eq_ignore_ascii_case(&work.contractor_email) {
            return;
        }
        if firm.email.is_empty() {
            firm.email.clone_from(&work.contractor_email);
        } else if firm.others.insert(work.contractor_email.to_lowercase()) {
            let title = self.rules.map.title(Column::ContractorEmail);
            let message = format!("{} has another address in this file, {}, which is kept.", firm.name, firm.email);
            say(Severity::Warning, title, message);
        }
    }

    fn person(&self, rows: Vec<RegisterRow>) -> Option<ImportPerson> {
        let digest = digest::of(&rows, &self.absent);
        let (mut engagements, mut licences, mut badges) = (Vec::new(), Vec::new(), Vec::new());
        for RegisterRow { line, work, .. } in &rows {
            let (line, role, contractor_folded) = (*line, work.role.clone(), work.contractor_folded.clone());
            if let Some(expires_on) = work.licence_expiry {
                let (authority, number) = (work.licensing_authority.clone(), work.licence_number.clone());
                let new = Licence { line, role: role.clone(), authority, number, expires_on };
                add(&mut licences, new, |a, b| {
                    (&a.authority, &a.number, a.expires_on) == (&b.authority, &b.number, b.expires_on)
                });
            }
            if let (Some(issued_on), Some(expires_on)) = (work.badge_issued, work.badge_expiry) {
                let (number, contractor_folded) = (work.badge_number.clone(), contractor_folded.clone());
                let new = Badge { line, number, contractor_folded, role: role.clone(), issued_on, expires_on };
                add(&mut badges, new, |a, b| Badge { line: 0, ..a.clone() } == Badge { line: 0, ..b.clone() });
            }
            let firm = self.firms.get(&contractor_folded);
            let new = Engagement {
                line,
                contractor: firm.map_or_else(|| work.contractor.clone(), |firm| firm.name.clone()),
                contractor_email: firm.map_or_else(String::new, |firm| firm.email.clone()),
                contractor_folded,
                role,
            };
            add(&mut engagements, new, |a, b| (&a.contractor_folded, &a.role) == (&b.contractor_folded, &b.role));
        }
        let lines = rows.iter().map(|row| row.line).collect();
        let facts = rows.into_iter().next()?.person;
        let key = if self.rules.map.has(Column::Ref) {
            PersonKey::Ref(facts.reference.clone())
        } else {
            PersonKey::NameDob(fold(&format!("{} {}", facts.forename, facts.surname)), facts.date_of_birth?)
        };
        Some(ImportPerson { key, lines, facts, engagements, licences, badges, digest })
    }
}

impl Iterator for People<'_> {
    type Item = Grouped;

    fn next(&mut self) -> Option<Grouped> {
        let rows = self.groups.next()?;
        Some(self.gather(&rows))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.groups.size_hint()
    }
}

fn add<T>(all: &mut Vec<T>, new: T, same: impl Fn(&T, &T) -> bool) {
    if !all.iter().any(|old| same(old, &new)) {
        all.push(new);
    }
}

/// Enough of a row to know whose it is; none where that cannot be told.
fn rough_key(raw: &RawRow, rules: &Rules<'_>) -> Option<String> {
    if raw.fault.is_some() || raw.cells.len() != rules.map.width() {
        return None;
    }
    let text = |column| cell::clean(rules.map.raw(column, &raw.cells));
    if rules.map.has(Column::Ref) {
        return Some(text(Column::Ref).into_owned()).filter(|key| !key.is_empty());
    }
    let (forename, surname) = if rules.map.parts_name() {
        let (forename, surname, _) = words::split_name(&text(Column::Name));
        (forename, surname)
    } else {
        (text(Column::Forename).into_owned(), text(Column::Surname).into_owned())
    };
    match cell::date(&text(Column::DateOfBirth), Some(rules.today)) {
        cell::Read::Good(day) | cell::Read::Mended(day, _) => {
            Some(format!("{} {day}", fold(&format!("{forename} {surname}"))))
        }
        _ => None,
    }
}
