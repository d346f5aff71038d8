//! Links by which applicants answer for themselves. A token is kept as its SHA-256 alone.

use diesel::prelude::*;

use super::conn::Conn;
use super::db::Tx;
use super::schema::own_links;
use crate::error::Result;
use crate::types::{ApplicationId, At, OwnLinkId};

/// A link.
#[derive(Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = own_links)]
pub struct OwnLink {
    /// Row id.
    pub id: OwnLinkId,
    /// Whose application it opens.
    pub application_id: ApplicationId,
    /// Where it was sent.
    pub sent_to: String,
    /// When.
    pub sent_at: At,
    /// Dead from this moment.
    pub expires_at: At,
    /// When it was first opened.
    pub opened_at: Option<At>,
    /// When another took its place, or its application was taken back.
    pub ended_at: Option<At>,
}

/// Writes a link.
///
/// # Errors
/// The database's.
pub fn insert(tx: &mut Tx<'_>, application: ApplicationId, hash: &str, to: &str, expires_at: At) -> Result<OwnLinkId> {
    let row = (
        own_links::application_id.eq(application),
        own_links::token_hash.eq(hash),
        own_links::sent_to.eq(to),
        own_links::sent_at.eq(tx.at),
        own_links::expires_at.eq(expires_at),
    );
    Ok(diesel::insert_into(own_links::table).values(row).returning(own_links::id).get_result(&mut **tx)?)
}

/// The application's links, newest first.
///
/// # Errors
/// The database's.
pub fn of(conn: &mut Conn, application: ApplicationId) -> Result<Vec<OwnLink>> {
    Ok(own_links::table
        .filter(own_links::application_id.eq(application))
        .order(own_links::id.desc())
        .select(OwnLink::as_select())
        .load(conn)?)
}

/// The link whose token hashes to this.
///
/// # Errors
/// The database's.
pub fn by_hash(conn: &mut Conn, hash: &str) -> Result<Option<OwnLink>> {
    let found = own_links::table.filter(own_links::token_hash.eq(hash)).select(OwnLink::as_select());
    Ok(found.first(conn).optional()?)
}

/// A link.
///
/// # Errors
/// `NotFound`.
pub fn find(conn: &mut Conn, id: OwnLinkId) -> Result<OwnLink> {
    Ok(own_links::table.find(id).select(OwnLink::as_select()).first(conn)?)
}

/// Notes that a link was opened, when that is its first time.
///
/// # Errors
/// The database's.
pub fn opened(tx: &mut Tx<'_>, id: OwnLinkId) -> Result<()> {
    let at = tx.at;
    diesel::update(own_links::table.find(id).filter(own_links::opened_at.is_null()))
        .set(own_links::opened_at.eq(at))
        .execute(&mut **tx)?;
    Ok(())
}

/// Ends every link of the application.
///
/// # Errors
/// The database's.
pub fn end_all(tx: &mut Tx<'_>, application: ApplicationId) -> Result<()> {
    let at = tx.at;
    diesel::update(own_links::table.filter(own_links::application_id.eq(application)))
        .filter(own_links::ended_at.is_null())
        .set(own_links::ended_at.eq(at))
        .execute(&mut **tx)?;
    Ok(())
}
