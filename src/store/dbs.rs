//! DBS certificates, consents to status checks, Update Service subscriptions and status checks. Never a certificate's content.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::types::{
    BarredLists, CertificateId, CertificateSource, ConsentId, DbsLevel, Origin, PersonId, StatusCheckId, StatusResult,
    SubscriptionId, UserId, Workforce,
};

/// A DBS certificate. It has no expiry date: the policy says when its review is due (facts.md §1.4).
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = crate::store::schema::dbs_certificates, treat_none_as_default_value = false)]
pub struct Certificate {
    /// Row id; given by the database.
    #[diesel(skip_insertion)]
    pub id: CertificateId,
    /// Whose it is.
    pub person_id: PersonId,
    /// Twelve digits.
    pub number: String,
    /// Basic, standard or enhanced.
    pub level: DbsLevel,
    /// Printed in line one of "position applied for".
    pub workforce: Workforce,
    /// Barred lists it was checked against.
    pub barred_lists: BarredLists,
    /// Day printed on it.
    pub issued_on: NaiveDate,
    /// Forename printed on it.
    pub forename: String,
    /// Surname printed on it: status checks go by this one.
    pub surname: String,
    /// Whether it shows anything at all; never what.
    pub has_trace: bool,
    /// Who saw the original in person.
    pub original_seen_by: String,
    /// Day the original was seen.
    pub original_seen_on: Option<NaiveDate>,
    /// Who applied for it.
    pub source: CertificateSource,
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

/// A consent to status checks. No consent, no check (facts.md §2.1).
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = crate::store::schema::status_check_consents, treat_none_as_default_value = false)]
pub struct Consent {
    /// Row id; given by the database.
    #[diesel(skip_insertion)]
    pub id: ConsentId,
    /// Whose it is.
    pub person_id: PersonId,
    /// Day it was given.
    pub given_on: NaiveDate,
    /// Day it was withdrawn; further checks are unlawful.
    pub withdrawn_on: Option<NaiveDate>,
    /// Version of the wording agreed to.
    pub text_version: String,
    /// How it was given.
    pub evidence: String,
    /// Who wrote it down.
    pub recorded_by: UserId,
    /// Day it was written down.
    pub recorded_on: NaiveDate,
}

/// A certificate joined to the Update Service.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = crate::store::schema::update_subscriptions, treat_none_as_default_value = false)]
pub struct Subscription {
    /// Row id; given by the database.
    #[diesel(skip_insertion)]
    pub id: SubscriptionId,
    /// Whose it is.
    pub person_id: PersonId,
    /// The certificate joined.
    pub certificate_id: CertificateId,
    /// Day it was joined.
    pub joined_on: NaiveDate,
    /// Day the yearly subscription ends unless renewed.
    pub renewal_due: Option<NaiveDate>,
    /// Day it was found ended; `None` while live.
    pub ended_on: Option<NaiveDate>,
    /// Imported from a legacy register, or recorded here.
    pub origin: Origin,
    /// Who wrote it down.
    pub recorded_by: UserId,
    /// Day it was written down.
    pub recorded_on: NaiveDate,
}

/// One answer of the Update Service. An error is not an answer.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = crate::store::schema::status_checks, treat_none_as_default_value = false)]
pub struct StatusCheck {
    /// Row id; given by the database.
    #[diesel(skip_insertion)]
    pub id: StatusCheckId,
    /// Whose it is.
    pub person_id: PersonId,
    /// The certificate asked about.
    pub certificate_id: CertificateId,
    /// Day of the answer.
    pub checked_on: NaiveDate,
    /// The answer.
    pub result: StatusResult,
    /// Who asked.
    pub checker: String,
    /// Imported from a legacy register, or recorded here.
    pub origin: Origin,
    /// Who wrote it down.
    pub recorded_by: UserId,
    /// Day it was written down.
    pub recorded_on: NaiveDate,
}

/// Certificates.
pub mod certificate {
    use diesel::prelude::*;

    use super::Certificate;
    use crate::types::CertificateId;

    crate::store::rows::dossier_rows!(dbs_certificates, Certificate, CertificateId);
}

/// Consents to status checks.
pub mod consent {
    use diesel::prelude::*;

    use super::Consent;
    use crate::types::ConsentId;

    crate::store::rows::dossier_rows!(status_check_consents, Consent, ConsentId);
}

/// Update Service subscriptions.
pub mod subscription {
    use diesel::prelude::*;

    use super::Subscription;
    use crate::types::SubscriptionId;

    crate::store::rows::dossier_rows!(update_subscriptions, Subscription, SubscriptionId);
}

/// Status checks.
pub mod status_check {
    use diesel::prelude::*;

    use super::StatusCheck;
    use crate::types::StatusCheckId;

    crate::store::rows::dossier_rows!(status_checks, StatusCheck, StatusCheckId);
}
