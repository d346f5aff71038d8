//! Two rows of one person put together: every row of the one becomes the other's, and what is left of the one is its
//! reference.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_query;

use super::bulletin;
use super::db::Tx;
use super::dbs::Certificate;
use super::engagement::Engagement;
use super::holding::{HOLDINGS, OnMerge};
use super::schema::{dbs_certificates, decisions, engagements, people, person_names, person_terms};
use super::schema::{status_checks, tasks, update_subscriptions};
use crate::error::Result;
use crate::types::{CertificateId, EngagementId, NameKind, PersonId};

/// Moves all rows of `from` to `to`, but for engagements and terms.
///
/// # Errors
/// The database's.
pub fn move_rows(tx: &mut Tx<'_>, from: PersonId, to: PersonId) -> Result<()> {
    bulletin::reader::keep_acknowledged(tx, from, to)?;
    for held in HOLDINGS {
        let table = held.table;
        let drop = match held.merge {
            OnMerge::Own | OnMerge::Stay => continue,
            OnMerge::Move => None,
            OnMerge::Drop => Some(format!("DELETE FROM {table} WHERE person_id = {from}")),
            OnMerge::MoveUnless(key) => {
                let same: Vec<String> = key.iter().map(|column| format!("kept.{column} = {table}.{column}")).collect();
                let same = same.join(" AND ");
                let kept = format!("SELECT 1 FROM {table} AS kept WHERE kept.person_id = {to} AND {same}");
                Some(format!("DELETE FROM {table} WHERE person_id = {from} AND EXISTS ({kept})"))
            }
        };
        if let Some(drop) = drop {
            sql_query(drop).execute(&mut **tx)?;
        }
        if held.merge != OnMerge::Drop {
            sql_query(format!("UPDATE {table} SET person_id = {to} WHERE person_id = {from}")).execute(&mut **tx)?;
        }
    }
    let about = tasks::table.filter(tasks::subject_kind.eq("person")).filter(tasks::subject_id.eq(from.0));
    diesel::update(about).set(tasks::subject_id.eq(to.0)).execute(&mut **tx)?;
    tx.touch(from);
    tx.touch(to);
    Ok(())
}

/// Moves the names of `from`: what it was called until now is a former name of `to`. The terms of `from` go.
///
/// # Errors
/// The database's.
pub fn move_names(tx: &mut Tx<'_>, from: PersonId, to: PersonId) -> Result<()> {
    let current =
        person_names::table.filter(person_names::person_id.eq(from)).filter(person_names::kind.eq(NameKind::Current));
    diesel::update(current).set(person_names::kind.eq(NameKind::Former)).execute(&mut **tx)?;
    diesel::update(person_names::table.filter(person_names::person_id.eq(from)))
        .set(person_names::person_id.eq(to))
        .execute(&mut **tx)?;
    diesel::delete(person_terms::table.filter(person_terms::person_id.eq(from))).execute(&mut **tx)?;
    Ok(())
}

/// Writes an engagement of `to` that stands for `row` and for those it was combined with, which go.
///
/// # Errors
/// The database's.
pub fn combine(tx: &mut Tx<'_>, to: PersonId, row: &Engagement, gone: &[EngagementId]) -> Result<()> {
    diesel::delete(engagements::table.filter(engagements::id.eq_any(gone))).execute(&mut **tx)?;
    diesel::update(engagements::table.find(row.id))
        .set((
            engagements::person_id.eq(to),
            engagements::starts_on.eq(row.starts_on),
            engagements::ends_on.eq(row.ends_on),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

/// One certificate was recorded twice: what hangs on `twin` hangs on `kept`, and `twin` is set aside. A trace on
/// either is a trace.
///
/// # Errors
/// The database's.
pub fn same_certificate(tx: &mut Tx<'_>, kept: &Certificate, twin: &Certificate, today: NaiveDate) -> Result<()> {
    let (from, to): (CertificateId, CertificateId) = (twin.id, kept.id);
    diesel::update(decisions::table.filter(decisions::certificate_id.eq(from)))
        .set(decisions::certificate_id.eq(Some(to)))
        .execute(&mut **tx)?;
    diesel::update(status_checks::table.filter(status_checks::certificate_id.eq(from)))
        .set(status_checks::certificate_id.eq(to))
        .execute(&mut **tx)?;
    diesel::update(update_subscriptions::table.filter(update_subscriptions::certificate_id.eq(from)))
        .set(update_subscriptions::certificate_id.eq(to))
        .execute(&mut **tx)?;
    diesel::update(dbs_certificates::table.find(to))
        .set(dbs_certificates::has_trace.eq(kept.has_trace || twin.has_trace))
        .execute(&mut **tx)?;
    diesel::update(dbs_certificates::table.find(from))
        .set((dbs_certificates::retired_on.eq(Some(today)), dbs_certificates::reason.eq("Recorded twice")))
        .execute(&mut **tx)?;
    Ok(())
}

/// Leaves of `from` its reference and the way to `to`; those merged into it before go to `to` too.
///
/// # Errors
/// The database's.
pub fn bury(tx: &mut Tx<'_>, from: PersonId, to: PersonId) -> Result<()> {
    diesel::update(people::table.filter(people::merged_into.eq(from)))
        .set(people::merged_into.eq(Some(to)))
        .execute(&mut **tx)?;
    diesel::update(people::table.find(from))
        .set((
            people::merged_into.eq(Some(to)),
            people::forename.eq(""),
            people::surname.eq(""),
            people::sort_name.eq(""),
            people::date_of_birth.eq(None::<NaiveDate>),
            people::email.eq(""),
            people::phone.eq(""),
        ))
        .execute(&mut **tx)?;
    Ok(())
}
