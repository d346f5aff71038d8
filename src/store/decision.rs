//! Suitability decisions.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::types::{CertificateId, DecisionId, Origin, Outcome, PersonId, UserId};

/// A suitability decision about a person, or about one certificate of theirs.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = crate::store::schema::decisions, treat_none_as_default_value = false)]
pub struct Decision {
    /// Row id; given by the database.
    #[diesel(skip_insertion)]
    pub id: DecisionId,
    /// Whose it is.
    pub person_id: PersonId,
    /// The certificate decided about.
    pub certificate_id: Option<CertificateId>,
    /// Suitable or unsuitable.
    pub outcome: Outcome,
    /// Day of the decision.
    pub decided_on: NaiveDate,
    /// Imported from a legacy register, or recorded here.
    pub origin: Origin,
    /// Who decided.
    pub decided_by: UserId,
    /// Day it was written down.
    pub recorded_on: NaiveDate,
    /// Why, in the words of whoever recorded it.
    pub reason: String,
}

super::rows::dossier_rows!(decisions, Decision, DecisionId);
