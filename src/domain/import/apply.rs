//! A checked file into the register: in batches, each row's person under a savepoint, so that one bad row costs
//! only itself; killed and run again, it goes on where it was.

use std::collections::HashMap;

use chrono::TimeDelta;

use super::register::Register;
use super::take::{Known, Taken};
use super::{Grouped, People, PersonKey, Problem, Rules, Sheet};
use crate::clock::Clock;
use crate::domain::command;
use crate::domain::policy::{self, Policy};
use crate::error::{Error, Result};
use crate::store::import::{self as store, Import, RowProblem};
use crate::store::person::Person;
use crate::store::trail::Entry;
use crate::store::{Db, Tx, lock_people, person};
use crate::types::{At, ImportId, ImportState, PersonId, Severity, UserId};

use super::ColumnMap;

/// People written in one transaction.
const BATCH: usize = 250;

/// An import that has not moved for so long has lost its process.
pub const PATIENCE: TimeDelta = TimeDelta::minutes(5);
/// What is said of one that ended before its time.
const STOPPED: &str = "The import stopped part of the way. Import the same file again to go on.";

/// What to do with a file.
#[derive(Debug, Clone, Copy)]
pub struct Order<'a> {
    /// The file's name, for the list of imports.
    pub file_name: &'a str,
    /// Judge every row and write none.
    pub dry_run: bool,
    /// Who asked for it.
    pub by: UserId,
}

/// What became of a file.
#[derive(Debug, Clone)]
pub struct Done {
    /// The counts; each row of the file is taken, unchanged or rejected.
    pub import: Import,
    /// Every problem, in the order of the file.
    pub problems: Vec<Problem>,
}

/// Notes that an import begins.
///
/// # Errors
/// The database's.
pub fn begin(db: &Db, clock: &Clock, order: Order<'_>, sheet: &Sheet) -> Result<Import> {
    command::run(db, order.by, clock, |tx| begin_in(tx, order, sheet))
}

/// As [`begin`], in a transaction with what else follows from it. An import of the same file that stopped is over.
///
/// # Errors
/// The database's.
pub fn begin_in(tx: &mut Tx<'_>, order: Order<'_>, sheet: &Sheet) -> Result<Import> {
    if !order.dry_run {
        store::end_stopped(tx, order.file_name, tx.at.plus(-PATIENCE), STOPPED)?;
    }
    let mut import = Import {
        id: ImportId(0),
        file_name: order.file_name.to_owned(),
        header: csv_line(&sheet.header),
        state: ImportState::Running,
        dry_run: order.dry_run,
        started_by: order.by,
        started_at: tx.at,
        seen_at: tx.at,
        finished_at: None,
        rows_total: i64::try_from(sheet.rows.len()).unwrap_or(i64::MAX),
        rows_seen: 0,
        taken: 0,
        unchanged: 0,
        warned: 0,
        rejected: 0,
        detail: String::new(),
    };
    import.id = store::insert(tx, &import)?;
    tx.trail(Entry::new("import.begin", "import", import.id.0).new_value(&(order.file_name, order.dry_run)));
    Ok(import)
}

/// The import as of `now`: one that says it runs and has not moved for [`PATIENCE`] has stopped.
pub fn as_of(import: Import, now: At) -> Import {
    if import.state == ImportState::Running && now.since(import.seen_at) > PATIENCE {
        return Import { state: ImportState::Failed, detail: STOPPED.into(), ..import };
    }
    import
}

/// Works through the file; `progress` hears the rows seen so far. A failure that is not a row's is kept on the import.
///
/// # Errors
/// The database's, or that no policy is published.
pub fn apply(
    db: &Db,
    clock: &Clock,
    mut import: Import,
    sheet: &Sheet,
    map: &ColumnMap,
    progress: impl FnMut(&Import),
) -> Result<Done> {
    match work(db, clock, &mut import, sheet, map, progress) {
        Ok(problems) => Ok(Done { import, problems }),
        Err(error) => {
            import.state = ImportState::Failed;
            import.finished_at = Some(clock.now());
            import.detail = STOPPED.into();
            command::write_untrailed(db, clock, |tx| store::update(tx, &import))?;
            Err(error)
        }
    }
}

fn work(
    db: &Db,
    clock: &Clock,
    import: &mut Import,
    sheet: &Sheet,
    map: &ColumnMap,
    mut progress: impl FnMut(&Import),
) -> Result<Vec<Problem>> {
    let today = clock.today();
    let policies = db.read(policy::published)?;
    let policy = Policy::in_force(&policies, today)
        .ok_or_else(|| Error::Conflict("no policy is in force: run `chaperone migrate` first".into()))?;
    let roles: Vec<String> = policy.roles.iter().map(|role| role.code.clone()).collect();
    let mut people = People::new(sheet, Rules { map, today, roles: &roles });
    let mut problems = Vec::new();
    loop {
        let batch: Vec<Grouped> = people.by_ref().take(BATCH).collect();
        if batch.is_empty() {
            break;
        }
        let mut next = import.clone();
        let mut found = Vec::new();
        let written = command::run_if_needed(db, import.started_by, clock, |tx| {
            let mut register = Register::open(tx, policy, map, &batch)?;
            take_batch(tx, &mut register, &batch, &mut next, &mut found)?;
            if import.dry_run {
                return Err(Error::Conflict(DRY_RUN.into()));
            }
            store::insert_problems(tx, &kept(import.id, sheet, &found))?;
            store::update(tx, &next)
        });
        match written {
            Err(Error::Conflict(why)) if why == DRY_RUN => command::write_untrailed(db, clock, |tx| {
                store::insert_problems(tx, &kept(import.id, sheet, &found))?;
                store::update(tx, &next)
            })?,
            other => other?,
        }
        *import = next;
        problems.append(&mut found);
        progress(import);
    }
    import.state = ImportState::Done;
    import.finished_at = Some(clock.now());
    command::run(db, import.started_by, clock, |tx| {
        let counts = (import.taken, import.unchanged, import.warned, import.rejected);
        tx.trail(Entry::new("import.end", "import", import.id.0).new_value(&counts));
        store::update(tx, import)
    })?;
    problems.sort_by_key(|problem| problem.line);
    Ok(problems)
}

/// What undoes a batch of a dry run.
const DRY_RUN: &str = "dry run";

fn take_batch(
    tx: &mut Tx<'_>,
    register: &mut Register<'_>,
    batch: &[Grouped],
    import: &mut Import,
    problems: &mut Vec<Problem>,
) -> Result<()> {
    let known = known_people(tx, batch)?;
    for group in batch {
        let mut said = group.problems.clone();
        let rows = i64::try_from(group.lines.len()).unwrap_or(0);
        let mut rejected: Vec<u64> = lines(&said, Severity::Rejected);
        if let Some(new) = &group.person {
            let taken = tx.savepoint(|tx| register.take(tx, new, known.get(&new.key), &mut said));
            let count = rows - i64::try_from(rejected.len()).unwrap_or(0);
            match taken {
                Ok(Taken::Changed) => import.taken += count,
                Ok(Taken::Unchanged) => import.unchanged += count,
                Err(error) => {
                    register.forget();
                    said.extend(new.lines.iter().map(|line| refusal(*line, &error)));
                    rejected = lines(&said, Severity::Rejected);
                }
            }
        }
        import.rows_seen += rows;
        import.rejected += i64::try_from(rejected.len()).unwrap_or(0);
        import.warned +=
            i64::try_from(lines(&said, Severity::Warning).iter().filter(|line| !rejected.contains(line)).count())
                .unwrap_or(0);
        problems.extend(said);
    }
    Ok(())
}

/// The people of a batch that the register knows already, held so that nobody's edit of them is undone.
fn known_people(tx: &mut Tx<'_>, batch: &[Grouped]) -> Result<HashMap<PersonKey, Known>> {
    let mut references = Vec::new();
    let mut found: Vec<(PersonKey, PersonId, PersonId)> = Vec::new();
    for person in batch.iter().filter_map(|group| group.person.as_ref()) {
        match &person.key {
            PersonKey::Ref(reference) => references.push(reference.clone()),
            PersonKey::NameDob(_, born) => {
                let sort_name = person::sort_name(&person.facts.forename, &person.facts.surname);
                if let Some(twin) = person::twins(tx, &sort_name, *born, None)?.into_iter().next() {
                    found.push((person.key.clone(), twin.id, twin.id));
                }
            }
        }
    }
    // A reference merged into another person's finds that person.
    for row in person::by_references(tx, &references)? {
        found.push((PersonKey::Ref(row.reference), row.id, row.merged_into.unwrap_or(row.id)));
    }
    let mut ids: Vec<PersonId> = found.iter().flat_map(|(_, row, person)| [*row, *person]).collect();
    ids.sort_unstable();
    ids.dedup();
    lock_people(tx, &ids)?;
    let held: HashMap<PersonId, Person> = person::by_ids(tx, &ids)?.into_iter().map(|row| (row.id, row)).collect();
    let known = found.into_iter().filter_map(|(key, row, person)| {
        let digest = held.get(&row)?.import_digest.clone();
        Some((key, Known { person: held.get(&person)?.clone(), row, digest }))
    });
    Ok(known.collect())
}

fn lines(problems: &[Problem], severity: Severity) -> Vec<u64> {
    let mut lines: Vec<u64> = problems.iter().filter(|p| p.severity == severity).map(|p| p.line).collect();
    lines.sort_unstable();
    lines.dedup();
    lines
}

fn refusal(line: u64, error: &Error) -> Problem {
    let message = match error {
        Error::Invalid(faults) => faults.iter().map(|fault| fault.message.as_str()).collect::<Vec<_>>().join(" "),
        Error::Conflict(why) => why.clone(),
        other => {
            tracing::error!(line, %other, "a row could not be written");
            "The row could not be written. Import it again; if it fails again, tell whoever runs this service.".into()
        }
    };
    Problem { line, severity: Severity::Rejected, column: String::new(), message }
}

fn kept(import_id: ImportId, sheet: &Sheet, problems: &[Problem]) -> Vec<RowProblem> {
    let row = |problem: &Problem| RowProblem {
        id: 0,
        import_id,
        line: i64::try_from(problem.line).unwrap_or(i64::MAX),
        severity: problem.severity,
        column_name: problem.column.clone(),
        message: problem.message.clone(),
        row_text: sheet
            .rows
            .binary_search_by_key(&problem.line, |row| row.line)
            .ok()
            .and_then(|at| sheet.rows.get(at))
            .map_or_else(String::new, |row| csv_line(&row.cells.iter().collect::<Vec<_>>())),
    };
    problems.iter().map(row).collect()
}

fn csv_line<T: AsRef<[u8]>>(cells: &[T]) -> String {
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    let written = writer.write_record(cells);
    let bytes = writer.into_inner().unwrap_or_default();
    written.map(|()| String::from_utf8_lossy(&bytes).trim_end().to_owned()).unwrap_or_default()
}
