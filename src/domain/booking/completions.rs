//! Completions of a course taken at a screen, from its provider's file: good rows become evidence, bad ones are named
//! with their column, and the same file again changes nothing.

use chrono::NaiveDate;

use crate::clock::Clock;
use crate::domain::clearance::dossiers;
use crate::domain::command;
use crate::domain::evidence::{self, Answers, Asked};
use crate::domain::permission::{Act, Subject, Who, may};
use crate::error::{Error, Result};
use crate::store::course::{self, Course};
use crate::store::person::{self, Person};
use crate::store::{Db, Tx};
use crate::types::{CourseId, CourseMode, Kind, fold, parse_date};

/// The largest file that is read.
pub const MAX_BYTES: usize = 2 * 1024 * 1024;
/// The most rows of one file.
const MAX_ROWS: usize = 5_000;
/// Rows taken in one transaction.
const BATCH: usize = 100;
const COLUMNS: [&str; 3] = ["reference", "surname", "completed_on"];

/// A row that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRow {
    /// Its line in the file, the heading being 1.
    pub line: usize,
    /// The column that is wrong.
    pub column: &'static str,
    /// What is wrong, as a sentence.
    pub wrong: String,
}

/// What came of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Completions {
    /// Rows that became evidence.
    pub taken: usize,
    /// Rows that were on file already.
    pub known: usize,
    /// Rows that will not do.
    pub bad: Vec<BadRow>,
}

/// A row as the file has it: its line, and its columns in their order.
struct Row {
    line: usize,
    cells: Option<[String; 4]>,
}

/// Takes the good rows of a file, some at a time so that others write in between; what was taken before a failure is
/// known when the file comes again.
///
/// # Errors
/// `NotFound`; `Conflict` for a course given in a room; `Invalid` at `file` for one that is no such file.
pub fn complete(db: &Db, clock: &Clock, who: &Who, id: CourseId, file: &[u8]) -> Result<Completions> {
    may(who, Act::RunTraining, Subject::Register)?;
    let course = db.read(|conn| course::find(conn, id))?;
    if course.mode != CourseMode::Elearning {
        return Err(Error::Conflict("This course has sessions: record its results there.".into()));
    }
    let mut done = Completions::default();
    for some in rows(file)?.chunks(BATCH) {
        let taken = command::run_if_needed(db, who.user, clock, |tx| batch(tx, who, &course, some))?;
        done.taken += taken.taken;
        done.known += taken.known;
        done.bad.extend(taken.bad);
    }
    Ok(done)
}

/// The rows of a file.
fn rows(file: &[u8]) -> Result<Vec<Row>> {
    let text = std::str::from_utf8(file).map_err(|_| Error::invalid("file", "The file must be CSV in UTF-8"))?;
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let header = reader.headers().map_err(|_| Error::invalid("file", "The file must be CSV in UTF-8"))?.clone();
    let place = |name: &str| header.iter().position(|column| column.eq_ignore_ascii_case(name));
    let missing: Vec<&str> = COLUMNS.iter().copied().filter(|name| place(name).is_none()).collect();
    if !missing.is_empty() {
        return Err(Error::invalid("file", format!("The file has no column {}", missing.join(", "))));
    }
    let places = ["reference", "surname", "completed_on", "certificate"].map(place);
    let mut rows = Vec::new();
    for (at, record) in reader.records().enumerate() {
        if at >= MAX_ROWS {
            return Err(Error::invalid("file", format!("The file has more than {MAX_ROWS} rows: split it")));
        }
        let cell = |record: &csv::StringRecord, place: Option<usize>| {
            place.and_then(|at| record.get(at)).unwrap_or_default().to_owned()
        };
        rows.push(Row { line: at + 2, cells: record.ok().map(|record| places.map(|place| cell(&record, place))) });
    }
    Ok(rows)
}

fn batch(tx: &mut Tx<'_>, who: &Who, course: &Course, rows: &[Row]) -> Result<Completions> {
    let mut done = Completions::default();
    for Row { line, cells } in rows {
        let line = *line;
        let Some(cells) = cells else {
            done.bad.push(BadRow { line, column: "reference", wrong: "This row cannot be read".into() });
            continue;
        };
        match take(tx, who, course, cells.each_ref().map(String::as_str))? {
            Ok(true) => done.taken += 1,
            Ok(false) => done.known += 1,
            Err((column, wrong)) => done.bad.push(BadRow { line, column, wrong }),
        }
    }
    Ok(done)
}

type Wrong = (&'static str, String);

/// Takes a row; says whether it is new, or what is wrong with it.
fn take(
    tx: &mut Tx<'_>,
    who: &Who,
    course: &Course,
    [reference, surname, on, number]: [&str; 4],
) -> Result<Result<bool, Wrong>> {
    let owner = person::by_reference(tx, &reference.to_uppercase())?;
    let Some(owner) = owner.filter(|one| one.erased_on.is_none()) else {
        return Ok(Err(("reference", "Nobody has this reference".into())));
    };
    let owner: Person = match owner.merged_into {
        Some(kept) => person::find(tx, kept, &crate::types::Reach::Everyone)?,
        None => owner,
    };
    if fold(surname) != fold(&owner.surname) {
        return Ok(Err(("surname", "This is not the surname of whoever has this reference".into())));
    }
    let today = tx.today;
    let on: NaiveDate = match parse_date(on) {
        None => return Ok(Err(("completed_on", "This is no date, such as 2026-11-22 or 22/11/2026".into()))),
        Some(day) if day > today => return Ok(Err(("completed_on", "This day is in the future".into()))),
        Some(day) => day,
    };
    let dossier = dossiers(tx, &[owner.id])?.pop().ok_or(Error::NotFound)?;
    let is_known = dossier.evidence.iter().any(|row| {
        row.kind == Kind::Training
            && row.code == course.requirement
            && row.valid_from == Some(on)
            && row.retired_on.is_none()
    });
    if is_known {
        return Ok(Ok(false));
    }
    let asked = Asked { role: String::new(), requirement: course.requirement.clone() };
    let answers = Answers::default()
        .with_day("valid_from", Some(on))
        .with("provider", &course.provider)
        .with("reference", number);
    match tx.savepoint(|tx| evidence::record(tx, who, owner.id, &asked, &answers)) {
        Ok(_) => Ok(Ok(true)),
        Err(Error::NotFound) => Ok(Err(("reference", "This person works in no role that asks for this course".into()))),
        Err(Error::Invalid(faults)) => {
            let said = faults.into_iter().map(|fault| fault.message).collect::<Vec<_>>().join(". ");
            Ok(Err(("completed_on", said)))
        }
        Err(Error::Conflict(why)) => Ok(Err(("reference", why))),
        Err(other) => Err(other),
    }
}
