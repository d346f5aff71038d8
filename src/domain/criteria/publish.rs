//! Published versions of the criteria: read, and written once.

use chrono::NaiveDate;

use super::{Criteria, Criterion};
use crate::error::{Error, Fault, Result};
use crate::store::criteria::{self as store, CriterionRow, VersionRow};
use crate::store::trail::Entry;
use crate::store::{Conn, Tx};

/// Every published version, oldest first.
///
/// # Errors
/// The database's.
pub fn published(conn: &mut Conn) -> Result<Vec<Criteria>> {
    let (versions, rows) = store::all(conn)?;
    versions.iter().map(|version| from_rows(version, &rows)).collect()
}

/// The version in force on `day`: the latest to have taken effect.
///
/// # Errors
/// The database's; `Conflict` before the first took effect.
pub fn in_force(conn: &mut Conn, day: NaiveDate) -> Result<Criteria> {
    let all = published(conn)?.into_iter().filter(|one| one.effective_from <= day);
    all.max_by_key(|one| (one.effective_from, one.number))
        .ok_or_else(|| Error::Conflict("No suitability criteria are in force.".into()))
}

/// One version.
///
/// # Errors
/// `NotFound`.
pub fn version(conn: &mut Conn, number: i32) -> Result<Criteria> {
    published(conn)?.into_iter().find(|one| one.number == number).ok_or(Error::NotFound)
}

fn from_rows(version: &VersionRow, rows: &[CriterionRow]) -> Result<Criteria> {
    let own = rows.iter().filter(|row| row.version == version.number);
    let criterion = |row: &CriterionRow| {
        Ok(Criterion {
            code: row.code.clone(),
            kind: row.kind,
            title: row.title.clone(),
            months: row.months.map(u32::try_from).transpose().map_err(Error::internal)?,
            is_never: row.is_never,
            guidance: row.guidance.clone(),
            source: row.source.clone(),
        })
    };
    Ok(Criteria {
        number: version.number,
        title: version.title.clone(),
        effective_from: version.effective_from,
        rules: serde_json::from_str(&version.rules)?,
        criteria: own.map(criterion).collect::<Result<_>>()?,
    })
}

/// Publishes a version. It is never edited afterwards: a change is a version of its own.
///
/// # Errors
/// `Conflict` when its number is not the next.
pub fn publish(tx: &mut Tx<'_>, criteria: &Criteria) -> Result<()> {
    let next = store::last_number(tx)? + 1;
    if criteria.number != next {
        return Err(Error::Conflict(format!("the next version is {next}, not {}", criteria.number)));
    }
    let row = VersionRow {
        number: criteria.number,
        title: criteria.title.clone(),
        effective_from: criteria.effective_from,
        published_by: tx.actor,
        published_at: tx.at,
        digest: criteria.digest()?,
        rules: serde_json::to_string(&criteria.rules)?,
    };
    let mut rows = Vec::new();
    for (position, one) in (1..).zip(&criteria.criteria) {
        rows.push(CriterionRow {
            version: criteria.number,
            code: one.code.clone(),
            kind: one.kind,
            title: one.title.clone(),
            months: one.months.map(i32::try_from).transpose().map_err(Error::internal)?,
            is_never: one.is_never,
            guidance: one.guidance.clone(),
            position,
            source: one.source.clone(),
        });
    }
    store::insert(tx, &row, &rows)?;
    let entry = Entry::new("criteria.publish", "criteria", row.number.into());
    tx.trail(entry.new_value(&(row.number, &row.digest)));
    Ok(())
}

/// Publishes what a file holds. It takes effect on a day to come: what was decided stays decided under its version.
///
/// # Errors
/// `Invalid` with every fault of the file; `Conflict` when its number is not the next.
pub fn publish_file(tx: &mut Tx<'_>, text: &str) -> Result<Criteria> {
    let fault = |message: String| Fault::new("file", message);
    let read = Criteria::from_toml(text);
    let criteria = read.map_err(|faults| Error::Invalid(faults.into_iter().map(fault).collect()))?;
    if criteria.effective_from < tx.today {
        return Err(Error::invalid("file", "the version must take effect today or later"));
    }
    publish(tx, &criteria)?;
    Ok(criteria)
}

/// Publishes the shipped criteria as version 1 on a register that has none; says whether it did.
///
/// # Errors
/// The database's, or that the shipped file is broken.
pub fn establish(tx: &mut Tx<'_>) -> Result<bool> {
    if store::last_number(tx)? > 0 {
        return Ok(false);
    }
    let shipped = Criteria::shipped().map_err(|faults| Error::internal(faults.join("; ")))?;
    publish(tx, &shipped)?;
    Ok(true)
}
