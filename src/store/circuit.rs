//! Times in which the Update Service was not believed, or not asked: since when, and why.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::conn::Conn;
use super::db::Tx;
use super::schema::check_circuits as circuits;
use crate::error::Result;
use crate::types::{At, CircuitCause, CircuitId};

/// One such time.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = circuits)]
pub struct Circuit {
    /// Row id.
    pub id: CircuitId,
    /// Since when.
    pub opened_at: At,
    /// Why.
    pub cause: CircuitCause,
    /// How many questions the run had asked.
    pub asked: i64,
    /// How many of them went that way.
    pub failed: i64,
    /// When the service was believed again.
    pub closed_at: Option<At>,
}

/// The one that lasts.
///
/// # Errors
/// The database's.
pub fn open_one(conn: &mut Conn) -> Result<Option<Circuit>> {
    Ok(circuits::table
        .filter(sql::<Bool>("closed_at IS NULL"))
        .order(circuits::id)
        .select(Circuit::as_select())
        .first(conn)
        .optional()?)
}

/// Begins one now.
///
/// # Errors
/// The database's.
pub fn open(tx: &mut Tx<'_>, cause: CircuitCause, asked: i64, failed: i64) -> Result<CircuitId> {
    let now = tx.at;
    Ok(diesel::insert_into(circuits::table)
        .values((
            circuits::opened_at.eq(now),
            circuits::cause.eq(cause),
            circuits::asked.eq(asked),
            circuits::failed.eq(failed),
        ))
        .returning(circuits::id)
        .get_result(&mut **tx)?)
}

/// Ends it now.
///
/// # Errors
/// The database's.
pub fn close(tx: &mut Tx<'_>, id: CircuitId) -> Result<()> {
    let now = tx.at;
    diesel::update(circuits::table.find(id)).set(circuits::closed_at.eq(Some(now))).execute(&mut **tx)?;
    Ok(())
}
