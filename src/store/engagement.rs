//! Who works for whom, in which role, and since when.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::types::{ContractorId, EngagementId, Origin, PersonId};

/// A person's work for a contractor in a role.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = crate::store::schema::engagements, treat_none_as_default_value = false)]
pub struct Engagement {
    /// Row id; given by the database.
    #[diesel(skip_insertion)]
    pub id: EngagementId,
    /// Whose it is.
    pub person_id: PersonId,
    /// The firm.
    pub contractor_id: ContractorId,
    /// Code of the role.
    pub role: String,
    /// First day of the work.
    pub starts_on: NaiveDate,
    /// Last day of the work, inclusive; `None` while open-ended.
    pub ends_on: Option<NaiveDate>,
    /// Imported from a legacy register, or recorded here.
    pub origin: Origin,
    /// Day it was written down.
    pub recorded_on: NaiveDate,
}

super::rows::dossier_rows!(engagements, Engagement, EngagementId);

/// Ends an engagement on its last day; says whether it was open.
///
/// # Errors
/// The database's.
pub fn end(tx: &mut super::Tx<'_>, engagement: &Engagement, last_day: NaiveDate) -> crate::error::Result<bool> {
    use super::schema::engagements;
    let changed = diesel::update(
        engagements::table.filter(engagements::id.eq(engagement.id)).filter(engagements::ends_on.is_null()),
    )
    .set(engagements::ends_on.eq(Some(last_day)))
    .execute(&mut **tx)?;
    tx.touch(engagement.person_id);
    Ok(changed == 1)
}

/// Gives an engagement its last day, whether it had one or not.
///
/// # Errors
/// The database's.
pub fn end_at(tx: &mut super::Tx<'_>, engagement: &Engagement, last_day: NaiveDate) -> crate::error::Result<()> {
    use super::schema::engagements;
    diesel::update(engagements::table.find(engagement.id))
        .set(engagements::ends_on.eq(Some(last_day)))
        .execute(&mut **tx)?;
    tx.touch(engagement.person_id);
    Ok(())
}

/// Who works for these firms on `today`, in which role.
///
/// # Errors
/// The database's.
pub fn current_at(
    conn: &mut super::Conn,
    firms: &[ContractorId],
    today: NaiveDate,
) -> crate::error::Result<Vec<(ContractorId, PersonId, String)>> {
    use super::schema::engagements;
    Ok(engagements::table
        .filter(engagements::contractor_id.eq_any(firms))
        .filter(engagements::starts_on.le(today))
        .filter(engagements::ends_on.is_null().or(engagements::ends_on.ge(today)))
        .order((engagements::contractor_id, engagements::person_id, engagements::role))
        .select((engagements::contractor_id, engagements::person_id, engagements::role))
        .load(conn)?)
}
