//! What has been seen and recorded about a person. What the policy makes of it is not kept here.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::types::{EvidenceId, Kind, Origin, PersonId, UserId};

/// One thing that can meet a requirement (data.md §3). A renewal supersedes; nothing is overwritten.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = crate::store::schema::evidence, treat_none_as_default_value = false)]
pub struct Evidence {
    /// Row id; given by the database.
    #[diesel(skip_insertion)]
    pub id: EvidenceId,
    /// Whose it is.
    pub person_id: PersonId,
    /// Kind of requirement.
    pub kind: Kind,
    /// Which course or document, where the kind has several.
    pub code: String,
    /// Day it was earned, examined or issued.
    pub valid_from: Option<NaiveDate>,
    /// Last valid day, only when printed on the document itself.
    pub expires_on: Option<NaiveDate>,
    /// The document's own number.
    pub reference: String,
    /// The kind's own fields, as a small JSON object.
    pub facts: String,
    /// Whether the original was seen; `None` when not recorded.
    pub original: Option<bool>,
    /// Who saw it.
    pub seen_by: String,
    /// Day it was seen.
    pub seen_on: Option<NaiveDate>,
    /// Imported from a legacy register, or recorded here.
    pub origin: Origin,
    /// Who wrote it down.
    pub recorded_by: UserId,
    /// Day it was written down.
    pub recorded_on: NaiveDate,
    /// The row that renews or corrects this one.
    pub superseded_by: Option<EvidenceId>,
    /// Day it was set aside as no longer to be relied on; `None` while live.
    pub retired_on: Option<NaiveDate>,
    /// Why, in the words of whoever recorded it.
    pub reason: String,
}

super::rows::dossier_rows!(evidence, Evidence, EvidenceId);

/// Says that `new` renews or corrects `old`; a correction also retires it.
///
/// # Errors
/// The database's.
pub fn supersede(
    tx: &mut super::Tx<'_>,
    old: &Evidence,
    new: EvidenceId,
    retired_on: Option<NaiveDate>,
) -> crate::error::Result<()> {
    use super::schema::evidence;
    diesel::update(evidence::table.find(old.id))
        .set((evidence::superseded_by.eq(Some(new)), evidence::retired_on.eq(retired_on.or(old.retired_on))))
        .execute(&mut **tx)?;
    tx.touch(old.person_id);
    Ok(())
}

/// Sets a row aside as recorded in error.
///
/// # Errors
/// The database's.
pub fn retire(tx: &mut super::Tx<'_>, old: &Evidence, on: NaiveDate, reason: &str) -> crate::error::Result<()> {
    use super::schema::evidence;
    diesel::update(evidence::table.find(old.id))
        .set((evidence::retired_on.eq(Some(on)), evidence::reason.eq(reason)))
        .execute(&mut **tx)?;
    tx.touch(old.person_id);
    Ok(())
}

/// Lets live again what `gone` had taken the place of: it was recorded in error.
///
/// # Errors
/// The database's.
pub fn revive(tx: &mut super::Tx<'_>, gone: &Evidence) -> crate::error::Result<()> {
    use super::schema::evidence;
    diesel::update(evidence::table.filter(evidence::superseded_by.eq(gone.id)).filter(evidence::retired_on.is_null()))
        .set(evidence::superseded_by.eq(gone.superseded_by))
        .execute(&mut **tx)?;
    tx.touch(gone.person_id);
    Ok(())
}
