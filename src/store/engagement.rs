//! Who works for whom, in which role, and since when.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::types::{ContractorId, EngagementId, Origin, PersonId};

/// A person's work for a contractor in a role.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = crate::store::schema::engagements, treat_none_as_default_value = false)]
pub struct Engagement {
    /// Row id.
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
