//! Subject access: all that is held on a person, as one value. Staff and firms are named; other people are not, as far
//! as a program can tell: somebody reads it before it is given.

use std::collections::HashMap;

use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use super::application::applicant;
use super::permission::{Act, Subject, Who, may};
use super::{person, reason};
use crate::error::{Error, Result};
use crate::store::erasure::{Traces, problems};
use crate::store::subject_access::{self as store, Fields};
use crate::store::task::{self, NewTask, Task};
use crate::store::trail::{self, Entry};
use crate::store::{Conn, Seal, Tx, contractor, lock_people, person as people, register};
use crate::types::{ContractorId, PersonId, UserId, add_months, long_date};

/// Columns that are the program's own, and what the vault seals: that there are interview notes is told, their owner
/// adds what they say.
const HIDDEN: [&str; 11] = [
    "import_digest",
    "dedup_key",
    "lease_key",
    "next_attempt_at",
    "sort_name",
    "body_html",
    "params",
    "merged_into",
    "subject_id",
    "sealed",
    "token_hash",
];

/// What the public wrote of somebody; who wrote it is not theirs to be told (Data Protection Act 2018, Schedule 2,
/// paragraph 16).
const RAISED: &str = "Concerns written about them";

/// The kind of the task that somebody has asked for what is held on them; while it is open nothing of it is destroyed.
pub const TASK: &str = "subject_access";

/// Records that the person asked for what is held on them: it is due in one calendar month (UK GDPR Art 12(3)).
///
/// # Errors
/// `NotFound`; `Forbidden`; `Conflict` while an earlier request is open; `Invalid` at `received_on`.
pub fn ask(tx: &mut Tx<'_>, who: &Who, id: PersonId, received_on: Option<NaiveDate>) -> Result<()> {
    may(who, Act::SubjectAccess, Subject::Register)?;
    lock_people(tx, &[id])?;
    person::live(tx, id)?;
    if let Some(open) = standing(tx, id)? {
        let due = long_date(open.due_on);
        return Err(Error::Conflict(format!("Their request is recorded already. It is due by {due}.")));
    }
    let today = tx.today;
    let received_on = match received_on {
        None => return Err(Error::invalid("received_on", "Enter the day the request came")),
        Some(day) if day > today => {
            return Err(Error::invalid("received_on", "The day must be today or in the past"));
        }
        Some(day) => day,
    };
    let due_on = add_months(received_on, 1);
    let cause = format!("{TASK}:{id}:{received_on}:{}", tx.at);
    let detail = format!("They asked on {} for all that is held on them: make the copy", long_date(received_on));
    let (subject_kind, subject_id) = ("person", id.0);
    task::open(tx, &NewTask { kind: TASK, cause: &cause, subject_kind, subject_id, detail: &detail, due_on })?;
    let new = json!({ "received_on": received_on, "due_on": due_on });
    tx.trail(Entry::new("subject_access.ask", "person", id.0).about(id).new_value(&new));
    Ok(())
}

/// The request of this person that is open, whichever of their rows it was made about.
///
/// # Errors
/// The database's.
pub fn standing(conn: &mut Conn, id: PersonId) -> Result<Option<Task>> {
    for row in people::rows_of(conn, id)? {
        if let Some(open) = task::open_about(conn, TASK, "person", row.0)?.into_iter().next() {
            return Ok(Some(open));
        }
    }
    Ok(None)
}

/// A table as its reader sees it.
#[derive(Debug, Clone)]
pub struct Section {
    /// Its title.
    pub title: String,
    /// Its rows: names and values.
    pub rows: Vec<Vec<(String, String)>>,
}

/// All that is held on a person.
#[derive(Debug, Clone)]
pub struct Holdings {
    /// For machines.
    pub json: Value,
    /// For people.
    pub sections: Vec<Section>,
}

/// Gathers it, and notes in the trail that it was and why. A request for it is met.
///
/// # Errors
/// `NotFound`; `Forbidden`; `Conflict` for somebody erased; `Invalid` at `reason`.
pub fn gather(tx: &mut Tx<'_>, who: &Who, id: PersonId, why: &str) -> Result<Holdings> {
    may(who, Act::SubjectAccess, Subject::Register)?;
    lock_people(tx, &[id])?;
    person::live(tx, id)?;
    let mut faults = Vec::new();
    let why = reason::needed("reason", why, &mut faults);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    tx.trail(Entry::new("subject_access.export", "person", id.0).about(id).reason(why));
    let (seal, today) = (tx.seal(), tx.today);
    let rows = people::rows_of(tx, id)?;
    let mut tables = vec![("Details", store::details(tx, &rows)?)];
    tables.extend(store::held(tx, &rows)?);
    let unlinked: Vec<_> = applicant::unlinked(tx, &rows)?.into_iter().map(|one| one.id).collect();
    tables.push(("Applications that name them", store::applications(tx, &unlinked)?));
    tables.push(("Rows of imported files", imported(tx, &rows)?));
    tables.push(("What was done", history(tx, &seal, id)?));
    while let Some(open) = standing(tx, id)? {
        task::settle(tx, &open, "The copy was made")?;
    }
    let known = Names::of(tx, &tables)?;
    let mut held = Map::new();
    let mut sections = Vec::new();
    for (title, rows) in tables {
        let rows = rows.into_iter().map(|row| known.told(row));
        let rows: Vec<Fields> = rows.map(|row| if title == RAISED { unsigned(row) } else { row }).collect();
        sections.push(Section { title: title.to_owned(), rows: rows.iter().map(lines).collect() });
        held.insert(title.to_owned(), json!(rows));
    }
    Ok(Holdings { json: json!({ "made_on": today, "held": held }), sections })
}

/// What was kept of imported rows that go by a code of theirs, and so are nobody else's.
fn imported(conn: &mut Conn, rows: &[PersonId]) -> Result<Vec<Fields>> {
    let traces = Traces::of(conn, rows)?;
    let found = problems(conn, |text| traces.name_surely(text))?;
    Ok(found.into_iter().map(|(_, message, row)| fields(json!({ "message": message, "row": row }))).collect())
}

fn history(conn: &mut Conn, seal: &Seal, id: PersonId) -> Result<Vec<Fields>> {
    let open = |text: Option<String>| text.map(|text| serde_json::from_str(&text).unwrap_or(Value::String(text)));
    let rows = trail::of_person(conn, seal, id, None, i64::from(i32::MAX))?;
    Ok(rows
        .into_iter()
        .map(|opened| {
            fields(json!({
                "row": opened.row.seq, "at": opened.row.at.to_string(), "done_by": opened.row.actor,
                "act": opened.row.act, "before": open(opened.old), "after": open(opened.new), "reason": opened.reason,
            }))
        })
        .collect())
}

/// A concern without who raised it: they were promised nothing less, and are not who asks.
fn unsigned(row: Fields) -> Fields {
    row.into_iter().filter(|(column, _)| !matches!(column.as_str(), "name" | "contact")).collect()
}

fn fields(value: Value) -> Fields {
    match value {
        Value::Object(fields) => fields,
        _ => Fields::new(),
    }
}

/// What ids stand for.
struct Names {
    staff: HashMap<UserId, String>,
    firms: HashMap<ContractorId, String>,
}

/// Whether a column names somebody of the council.
fn is_staff(column: &str) -> bool {
    column.ends_with("_by") || matches!(column, "assigned_to" | "user_id" | "owner")
}

impl Names {
    fn of(conn: &mut Conn, tables: &[(&str, Vec<Fields>)]) -> Result<Names> {
        let ids = |wanted: fn(&str) -> bool| {
            let all = tables.iter().flat_map(|(_, rows)| rows).flatten();
            let mut ids: Vec<i64> =
                all.filter(|(column, _)| wanted(column)).filter_map(|(_, value)| value.as_i64()).collect();
            ids.sort_unstable();
            ids.dedup();
            ids
        };
        let staff: Vec<UserId> = ids(is_staff).into_iter().map(UserId).collect();
        let firms: Vec<ContractorId> = ids(|column| column == "contractor_id").into_iter().map(ContractorId).collect();
        Ok(Names {
            staff: register::staff_names(conn, &staff)?,
            firms: contractor::names(conn, &firms)?.into_iter().collect(),
        })
    }

    /// A row with names for ids, without what is the program's own, and without the addresses of a firm's people.
    fn told(&self, row: Fields) -> Fields {
        let is_firms = row.get("contractor_id").is_some_and(|id| !id.is_null());
        let mut told = Fields::new();
        for (column, value) in row {
            let address = matches!(column.as_str(), "to_email" | "cc_email") && is_firms;
            if HIDDEN.contains(&column.as_str()) || address || value.is_null() {
                continue;
            }
            let name = match value.as_i64() {
                Some(id) if is_staff(&column) => self.staff.get(&UserId(id)).cloned(),
                Some(id) if column == "contractor_id" => self.firms.get(&ContractorId(id)).cloned(),
                _ => None,
            };
            let column = if column == "contractor_id" { "contractor".to_owned() } else { column };
            told.insert(column, name.map_or(value, Value::String));
        }
        told
    }
}

/// A row as names and values, without what is empty.
fn lines(row: &Fields) -> Vec<(String, String)> {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let lines = row.iter().map(|(name, value)| (name.replace('_', " "), text(value)));
    lines.filter(|(_, value)| !value.is_empty()).collect()
}
