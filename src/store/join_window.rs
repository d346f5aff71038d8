//! What was told of the days left to join a certificate to the Update Service: once for each day of notice.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::conn::Conn;
use super::db::Tx;
use super::schema::join_reminders as told;
use crate::error::Result;
use crate::types::CertificateId;

/// What was told of these certificates: which, and at how many days after its issue.
///
/// # Errors
/// The database's.
pub fn told_of(conn: &mut Conn, certificates: &[CertificateId]) -> Result<Vec<(CertificateId, i32)>> {
    Ok(told::table
        .filter(told::certificate_id.eq_any(certificates))
        .select((told::certificate_id, told::day))
        .load(conn)?)
}

/// Notes that it was told today.
///
/// # Errors
/// The database's.
pub fn note(tx: &mut Tx<'_>, certificate: CertificateId, day: i32) -> Result<()> {
    let today: NaiveDate = tx.today;
    diesel::insert_into(told::table)
        .values((told::certificate_id.eq(certificate), told::day.eq(day), told::told_on.eq(today)))
        .execute(&mut **tx)?;
    Ok(())
}
