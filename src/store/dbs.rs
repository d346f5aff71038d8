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
    /// Free, for volunteers: no basis for paid work (facts.md §8.30).
    pub volunteer: bool,
    /// Ended because the service knew it no longer, and not by anybody's word (facts.md §8.8).
    pub lost: bool,
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
    use crate::error::Result;
    use crate::store::schema::dbs_certificates;
    use crate::store::{Conn, Tx};
    use crate::types::{CertificateId, PersonId, StatusResult};

    crate::store::rows::dossier_rows!(dbs_certificates, Certificate, CertificateId);

    /// Whether a certificate of this number is on file, and relied on, for somebody else.
    ///
    /// # Errors
    /// The database's.
    pub fn is_of_another(conn: &mut Conn, number: &str, person: PersonId) -> Result<bool> {
        let others = dbs_certificates::table
            .filter(dbs_certificates::number.eq(number))
            .filter(dbs_certificates::retired_on.is_null())
            .filter(dbs_certificates::person_id.ne(person));
        Ok(diesel::select(diesel::dsl::exists(others)).get_result(conn)?)
    }

    /// Every joined certificate and the last thing the service is known to have said of it: for the pretend service.
    ///
    /// # Errors
    /// The database's.
    pub fn joined(conn: &mut Conn) -> Result<Vec<(Certificate, Option<StatusResult>)>> {
        use crate::store::schema::{status_checks as checks, update_subscriptions as joins};
        let live = joins::table.filter(joins::ended_on.is_null()).select(joins::certificate_id);
        let rows: Vec<Certificate> = dbs_certificates::table
            .filter(dbs_certificates::id.eq_any(live))
            .select(Certificate::as_select())
            .load(conn)?;
        let said: Vec<(CertificateId, StatusResult)> =
            checks::table.order(checks::id).select((checks::certificate_id, checks::result)).load(conn)?;
        let said: std::collections::HashMap<_, _> = said.into_iter().collect();
        Ok(rows.into_iter().map(|row| (said.get(&row.id).copied(), row)).map(|(last, row)| (row, last)).collect())
    }

    /// Those issued between two days, both included, that are neither set aside nor joined.
    ///
    /// # Errors
    /// The database's.
    pub fn unjoined(conn: &mut Conn, from: chrono::NaiveDate, to: chrono::NaiveDate) -> Result<Vec<Certificate>> {
        use crate::store::schema::update_subscriptions as joins;
        let joined = joins::table.filter(joins::certificate_id.eq(dbs_certificates::id));
        Ok(dbs_certificates::table
            .filter(dbs_certificates::issued_on.between(from, to))
            .filter(dbs_certificates::retired_on.is_null())
            .filter(diesel::dsl::not(diesel::dsl::exists(joined)))
            .order(dbs_certificates::id)
            .select(Certificate::as_select())
            .load(conn)?)
    }

    /// Sets a certificate aside as recorded in error; says whether it was relied on.
    ///
    /// # Errors
    /// The database's.
    pub fn retire(tx: &mut Tx<'_>, old: &Certificate, reason: &str) -> Result<bool> {
        let today = tx.today;
        let live = dbs_certificates::table
            .filter(dbs_certificates::id.eq(old.id))
            .filter(dbs_certificates::retired_on.is_null());
        let changed = diesel::update(live)
            .set((dbs_certificates::retired_on.eq(Some(today)), dbs_certificates::reason.eq(reason)))
            .execute(&mut **tx)?;
        tx.touch(old.person_id);
        Ok(changed == 1)
    }
}

/// Consents to status checks.
pub mod consent {
    use diesel::prelude::*;

    use super::Consent;
    use crate::error::Result;
    use crate::store::Tx;
    use crate::store::schema::status_check_consents;
    use crate::types::ConsentId;

    crate::store::rows::dossier_rows!(status_check_consents, Consent, ConsentId);

    /// Withdraws a consent from a day; says whether it was in force.
    ///
    /// # Errors
    /// The database's.
    pub fn withdraw(tx: &mut Tx<'_>, old: &Consent, on: chrono::NaiveDate) -> Result<bool> {
        let live = status_check_consents::table
            .filter(status_check_consents::id.eq(old.id))
            .filter(status_check_consents::withdrawn_on.is_null());
        let changed = diesel::update(live).set(status_check_consents::withdrawn_on.eq(Some(on))).execute(&mut **tx)?;
        tx.touch(old.person_id);
        Ok(changed == 1)
    }
}

/// Update Service subscriptions.
pub mod subscription {
    use diesel::prelude::*;

    use super::Subscription;
    use crate::error::Result;
    use crate::store::Tx;
    use crate::store::schema::update_subscriptions;
    use crate::types::SubscriptionId;

    crate::store::rows::dossier_rows!(update_subscriptions, Subscription, SubscriptionId);

    /// Ends a subscription from today, the service knowing it no longer; says whether it was live.
    ///
    /// # Errors
    /// The database's.
    pub fn lose(tx: &mut Tx<'_>, old: &Subscription) -> Result<bool> {
        let today = tx.today;
        let live = update_subscriptions::table
            .filter(update_subscriptions::id.eq(old.id))
            .filter(update_subscriptions::ended_on.is_null());
        let changed = diesel::update(live)
            .set((update_subscriptions::ended_on.eq(Some(today)), update_subscriptions::lost.eq(true)))
            .execute(&mut **tx)?;
        tx.touch(old.person_id);
        Ok(changed == 1)
    }

    /// Ends a subscription from a day; says whether it was live.
    ///
    /// # Errors
    /// The database's.
    pub fn end(tx: &mut Tx<'_>, old: &Subscription, on: chrono::NaiveDate) -> Result<bool> {
        let live = update_subscriptions::table
            .filter(update_subscriptions::id.eq(old.id))
            .filter(update_subscriptions::ended_on.is_null());
        let changed = diesel::update(live).set(update_subscriptions::ended_on.eq(Some(on))).execute(&mut **tx)?;
        tx.touch(old.person_id);
        Ok(changed == 1)
    }
}

/// Status checks.
pub mod status_check {
    use chrono::NaiveDate;
    use diesel::prelude::*;

    use super::StatusCheck;
    use crate::error::Result;
    use crate::store::Conn;
    use crate::store::schema::status_checks;
    use crate::types::StatusCheckId;

    crate::store::rows::dossier_rows!(status_checks, StatusCheck, StatusCheckId);

    /// How many answers since a day, up to `limit`.
    ///
    /// # Errors
    /// The database's.
    pub fn count_since(conn: &mut Conn, from: NaiveDate, limit: i64) -> Result<usize> {
        let since = status_checks::table.filter(status_checks::checked_on.ge(from)).select(status_checks::id);
        Ok(since.limit(limit).load::<StatusCheckId>(conn)?.len())
    }
}
