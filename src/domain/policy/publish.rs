//! Published versions: read, and written once.

use super::Policy;
use crate::error::{Error, Result};
use crate::store::policy::{self as store, PolicyRow};
use crate::store::trail::Entry;
use crate::store::{Conn, Tx};
use crate::types::PolicyId;

/// Every published version, oldest first.
///
/// # Errors
/// The database's.
pub fn published(conn: &mut Conn) -> Result<Vec<Policy>> {
    let (policies, roles, requirements) = store::all(conn)?;
    policies.iter().map(|row| Policy::from_rows(row, &roles, &requirements)).collect()
}

/// Publishes a version. It is never edited afterwards: a change is a version of its own.
///
/// # Errors
/// `Conflict` when its number is not the next.
pub fn publish(tx: &mut Tx<'_>, policy: &Policy) -> Result<PolicyId> {
    let next = store::last_number(tx)? + 1;
    if policy.number != next {
        return Err(Error::Conflict(format!("the next version is {next}, not {}", policy.number)));
    }
    let row = PolicyRow {
        id: PolicyId(0),
        number: policy.number,
        title: policy.title.clone(),
        effective_from: policy.effective_from,
        published_by: tx.actor,
        published_at: tx.at,
        digest: policy.digest()?,
    };
    let id = store::insert(tx, &row)?;
    store::insert_rows(tx, &policy.role_rows(id)?, &policy.requirement_rows(id)?)?;
    tx.trail(Entry::new("policy.publish", "policy", id.0).new_value(&(policy.number, &row.digest)));
    Ok(id)
}

/// Publishes the shipped policy as version 1 on a register that has none; says whether it did.
///
/// # Errors
/// The database's, or that the shipped file is broken.
pub fn establish(tx: &mut Tx<'_>) -> Result<bool> {
    if store::last_number(tx)? > 0 {
        return Ok(false);
    }
    let shipped = Policy::shipped().map_err(|faults| Error::internal(faults.join("; ")))?;
    publish(tx, &shipped)?;
    Ok(true)
}
