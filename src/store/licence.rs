//! Licences granted by taxi licensing authorities.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::types::{AuthorityId, LicenceId, LicenceType, Origin, PersonId, UserId};

/// A taxi or private-hire driver's licence.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = crate::store::schema::licences, treat_none_as_default_value = false)]
pub struct Licence {
    /// Row id; given by the database.
    #[diesel(skip_insertion)]
    pub id: LicenceId,
    /// Whose it is.
    pub person_id: PersonId,
    /// The licensing authority.
    pub authority_id: AuthorityId,
    /// Hackney carriage, private hire or dual.
    pub licence_type: LicenceType,
    /// As the authority wrote it.
    pub number: String,
    /// First valid day, where recorded.
    pub valid_from: Option<NaiveDate>,
    /// Last valid day, inclusive.
    pub expires_on: NaiveDate,
    /// First day on which it no longer stands: surrendered, suspended or revoked.
    pub ended_on: Option<NaiveDate>,
    /// Imported from a legacy register, or recorded here.
    pub origin: Origin,
    /// Who wrote it down.
    pub recorded_by: UserId,
    /// Day it was written down.
    pub recorded_on: NaiveDate,
    /// Day it was set aside as no longer to be relied on; `None` while live.
    pub retired_on: Option<NaiveDate>,
    /// Why, in the words of whoever recorded it.
    pub reason: String,
}

super::rows::dossier_rows!(licences, Licence, LicenceId);

/// Says that a licence no longer stands from a day; whether it stood.
///
/// # Errors
/// The database's.
pub fn end(tx: &mut super::Tx<'_>, licence: &Licence, on: NaiveDate) -> crate::error::Result<bool> {
    use super::schema::licences;
    let changed =
        diesel::update(licences::table.filter(licences::id.eq(licence.id)).filter(licences::ended_on.is_null()))
            .set(licences::ended_on.eq(Some(on)))
            .execute(&mut **tx)?;
    tx.touch(licence.person_id);
    Ok(changed == 1)
}

/// Sets a licence aside as recorded in error; says whether it was relied on.
///
/// # Errors
/// The database's.
pub fn retire(tx: &mut super::Tx<'_>, licence: &Licence, reason: &str) -> crate::error::Result<bool> {
    use super::schema::licences;
    let today = tx.today;
    let changed =
        diesel::update(licences::table.filter(licences::id.eq(licence.id)).filter(licences::retired_on.is_null()))
            .set((licences::retired_on.eq(Some(today)), licences::reason.eq(reason)))
            .execute(&mut **tx)?;
    tx.touch(licence.person_id);
    Ok(changed == 1)
}
