//! Taxi licensing authorities: dated data with delegations, not an enum (facts.md §4).

use chrono::NaiveDate;
use diesel::prelude::*;

use super::conn::Conn;
use super::db::Tx;
use super::schema::authorities;
use crate::error::Result;
use crate::types::AuthorityId;

/// A licensing authority.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = authorities)]
#[allow(missing_docs)]
pub struct Authority {
    pub id: AuthorityId,
    pub code: String,
    pub name: String,
    pub folded_name: String,
    pub valid_from: Option<NaiveDate>,
    pub valid_to: Option<NaiveDate>,
    /// Who does its licensing now; empty when it does its own.
    pub delegates_to: String,
    pub delegated_from: Option<NaiveDate>,
}

/// An authority to be.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = authorities)]
#[allow(missing_docs)]
pub struct NewAuthority {
    pub code: String,
    pub name: String,
    pub folded_name: String,
    pub valid_from: Option<NaiveDate>,
    pub valid_to: Option<NaiveDate>,
    pub delegates_to: String,
    pub delegated_from: Option<NaiveDate>,
}

/// All of them, by name; an area has a handful.
///
/// # Errors
/// The database's.
pub fn all(conn: &mut Conn) -> Result<Vec<Authority>> {
    Ok(authorities::table.order(authorities::folded_name).select(Authority::as_select()).load(conn)?)
}

/// Writes one.
///
/// # Errors
/// The database's.
pub fn insert(tx: &mut Tx<'_>, new: &NewAuthority) -> Result<AuthorityId> {
    Ok(diesel::insert_into(authorities::table).values(new).returning(authorities::id).get_result(&mut **tx)?)
}
