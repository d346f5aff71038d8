//! Contractors: the firms that employ people, and whom to write to.

mod people;

use diesel::prelude::*;

pub use people::{at_firm, in_need, users_of};

use super::conn::Conn;
use super::db::Tx;
use super::dialect::is_duplicate;
use super::schema::contractors;
use crate::error::{Error, Result};
use crate::types::{At, ContractorId, ContractorStatus, Origin, Reach};

/// What is wrong with a name that another firm has.
pub const NAME_TAKEN: &str = "There is already a contractor of this name";

/// A firm.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = contractors)]
pub struct Contractor {
    /// Row id.
    pub id: ContractorId,
    /// Its name as it writes it.
    pub name: String,
    /// Its key: one firm per folded name.
    pub folded_name: String,
    /// Whether the council still works with it.
    pub status: ContractorStatus,
    /// Whom to ask for.
    pub contact_name: String,
    /// Where its letters go; empty when nobody told us.
    pub email: String,
    /// Telephone.
    pub phone: String,
    /// Second contact.
    pub second_name: String,
    /// Copied when something is about to lapse; may be empty.
    pub second_email: String,
    /// Imported or recorded here.
    pub origin: Origin,
    /// When the row was made.
    pub created_at: At,
}

/// A firm to be.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = contractors)]
#[allow(missing_docs)]
pub struct NewContractor {
    pub name: String,
    pub folded_name: String,
    pub status: ContractorStatus,
    pub contact_name: String,
    pub email: String,
    pub phone: String,
    pub second_name: String,
    pub second_email: String,
    pub origin: Origin,
    pub created_at: At,
}

/// The firm, when within `reach`.
///
/// # Errors
/// `NotFound` for one that is missing and for another's, alike.
pub fn find(conn: &mut Conn, id: ContractorId, reach: &Reach) -> Result<Contractor> {
    let theirs = match reach {
        Reach::Everyone => true,
        Reach::Firms(firms) => firms.contains(&id),
        Reach::Nobody => false,
    };
    if !theirs {
        return Err(Error::NotFound);
    }
    Ok(contractors::table.find(id).select(Contractor::as_select()).first(conn)?)
}

/// The firm of this folded name.
///
/// # Errors
/// The database's.
pub fn by_folded_name(conn: &mut Conn, folded: &str) -> Result<Option<Contractor>> {
    Ok(contractors::table
        .filter(contractors::folded_name.eq(folded))
        .select(Contractor::as_select())
        .first(conn)
        .optional()?)
}

/// These firms, in no order.
///
/// # Errors
/// The database's.
pub fn by_ids(conn: &mut Conn, ids: &[ContractorId]) -> Result<Vec<Contractor>> {
    Ok(contractors::table.filter(contractors::id.eq_any(ids)).select(Contractor::as_select()).load(conn)?)
}

/// The ids of the firms of these folded names that have an address: to the others a file may bring one.
///
/// # Errors
/// The database's.
pub fn by_folded_names(conn: &mut Conn, names: &[String]) -> Result<Vec<(String, ContractorId)>> {
    Ok(contractors::table
        .filter(contractors::folded_name.eq_any(names))
        .filter(contractors::email.ne(""))
        .select((contractors::folded_name, contractors::id))
        .load(conn)?)
}

/// Ids and names of these firms, by name.
///
/// # Errors
/// The database's.
pub fn names(conn: &mut Conn, ids: &[ContractorId]) -> Result<Vec<(ContractorId, String)>> {
    Ok(contractors::table
        .filter(contractors::id.eq_any(ids))
        .order(contractors::folded_name)
        .select((contractors::id, contractors::name))
        .load(conn)?)
}

/// A page of firms by name, after the one named.
///
/// # Errors
/// The database's.
pub fn list(
    conn: &mut Conn,
    status: Option<ContractorStatus>,
    prefix: &str,
    after: Option<ContractorId>,
    limit: i64,
) -> Result<Vec<Contractor>> {
    let mut query =
        contractors::table.select(Contractor::as_select()).order(contractors::folded_name).limit(limit).into_boxed();
    if let Some(status) = status {
        query = query.filter(contractors::status.eq(status));
    }
    if !prefix.is_empty() {
        query = query
            .filter(contractors::folded_name.ge(prefix.to_owned()))
            .filter(contractors::folded_name.lt(format!("{prefix}~")));
    }
    if let Some(after) = after {
        let name: Option<String> =
            contractors::table.find(after).select(contractors::folded_name).first(conn).optional()?;
        query = query.filter(contractors::folded_name.gt(name.unwrap_or_default()));
    }
    Ok(query.load(conn)?)
}

/// Ids and names of all firms, for a choice in a form; a council has hundreds, not more.
///
/// # Errors
/// The database's.
pub fn choices(conn: &mut Conn) -> Result<Vec<(ContractorId, String)>> {
    Ok(contractors::table
        .order(contractors::folded_name)
        .select((contractors::id, contractors::name))
        .limit(10_000)
        .load(conn)?)
}

/// As [`choices`], unless there are more than `most`: then nothing.
///
/// # Errors
/// The database's.
pub fn few_choices(conn: &mut Conn, most: usize) -> Result<Option<Vec<(ContractorId, String)>>> {
    let found: Vec<(ContractorId, String)> = contractors::table
        .order(contractors::folded_name)
        .select((contractors::id, contractors::name))
        .limit(i64::try_from(most).unwrap_or(i64::MAX).saturating_add(1))
        .load(conn)?;
    Ok((found.len() <= most).then_some(found))
}

/// Writes a new firm.
///
/// # Errors
/// `Invalid` at `name` when the folded name is taken.
pub fn insert(tx: &mut Tx<'_>, new: &NewContractor) -> Result<ContractorId> {
    let inserted = diesel::insert_into(contractors::table).values(new).returning(contractors::id);
    inserted.get_result(&mut **tx).map_err(refused)
}

/// Rewrites a firm's name and contacts.
///
/// # Errors
/// `Invalid` at `name` when the folded name is taken.
pub fn update(tx: &mut Tx<'_>, firm: &Contractor) -> Result<()> {
    diesel::update(contractors::table.find(firm.id))
        .set((
            contractors::name.eq(&firm.name),
            contractors::folded_name.eq(&firm.folded_name),
            contractors::contact_name.eq(&firm.contact_name),
            contractors::email.eq(&firm.email),
            contractors::phone.eq(&firm.phone),
            contractors::second_name.eq(&firm.second_name),
            contractors::second_email.eq(&firm.second_email),
        ))
        .execute(&mut **tx)
        .map_err(refused)?;
    Ok(())
}

/// Says whether the council works with a firm.
///
/// # Errors
/// The database's.
pub fn set_status(tx: &mut Tx<'_>, id: ContractorId, status: ContractorStatus) -> Result<()> {
    diesel::update(contractors::table.find(id)).set(contractors::status.eq(status)).execute(&mut **tx)?;
    Ok(())
}

/// Gives a firm an address unless it has one; says whether it had none.
///
/// # Errors
/// The database's.
pub fn fill_email(tx: &mut Tx<'_>, id: ContractorId, email: &str) -> Result<bool> {
    let blank = contractors::table.find(id).filter(contractors::email.eq(""));
    Ok(diesel::update(blank).set(contractors::email.eq(email)).execute(&mut **tx)? == 1)
}

fn refused(error: diesel::result::Error) -> Error {
    if is_duplicate(&error) { Error::invalid("name", NAME_TAKEN) } else { error.into() }
}
