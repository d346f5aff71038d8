//! DBS applications that we submitted, stage by stage. What a stage means is domain's.

use chrono::NaiveDate;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::conn::Conn;
use super::db::Tx;
use super::dialect::each;
use super::schema::{applications, dbs_requests};
use crate::error::Result;
use crate::types::{ApplicationId, DbsLevel, DbsRequestId, DbsTrouble, PersonId, UserId, Workforce};

/// A DBS application on its way.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = dbs_requests, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct DbsRequest {
    /// Row id; given by the database.
    #[diesel(skip_insertion, skip_update)]
    pub id: DbsRequestId,
    /// The application it was made for.
    pub application_id: ApplicationId,
    /// The DBS's own reference: F and ten digits, or an e-reference; never a certificate's number.
    pub reference: String,
    /// What was asked for.
    pub level: DbsLevel,
    /// For which workforce.
    pub workforce: Workforce,
    /// Why the check is lawful.
    pub basis: String,
    /// Day it was sent off.
    pub sent_on: NaiveDate,
    /// From 1, received, to 5, certificate printed.
    pub stage: i32,
    /// Day it came to this stage; the day it was sent while no stage is known.
    pub stage_on: NaiveDate,
    /// What holds it up.
    pub trouble: DbsTrouble,
    /// Who recorded it.
    pub recorded_by: UserId,
    /// Day the person says they joined the Update Service by this reference.
    pub joined_on: Option<NaiveDate>,
    /// Day the DBS had it; `None` until they say so.
    pub received_on: Option<NaiveDate>,
}

/// Writes a new one.
///
/// # Errors
/// The database's.
pub fn insert(tx: &mut Tx<'_>, row: &DbsRequest) -> Result<DbsRequestId> {
    Ok(each!(&mut **tx, |c| {
        diesel::insert_into(dbs_requests::table).values(row).returning(dbs_requests::id).get_result(c)
    })?)
}

/// Keeps what changed.
///
/// # Errors
/// The database's.
pub fn keep(tx: &mut Tx<'_>, row: &DbsRequest) -> Result<()> {
    diesel::update(dbs_requests::table.find(row.id)).set(row).execute(&mut **tx)?;
    Ok(())
}

/// One of them.
///
/// # Errors
/// `NotFound`.
pub fn find(conn: &mut Conn, id: DbsRequestId) -> Result<DbsRequest> {
    Ok(dbs_requests::table.find(id).select(DbsRequest::as_select()).first(conn)?)
}

/// Those of an application, newest first.
///
/// # Errors
/// The database's.
pub fn of_application(conn: &mut Conn, application: ApplicationId) -> Result<Vec<DbsRequest>> {
    let own = dbs_requests::table.filter(dbs_requests::application_id.eq(application));
    Ok(own.order(dbs_requests::id.desc()).select(DbsRequest::as_select()).load(conn)?)
}

/// Those of any of the person's applications, newest first.
///
/// # Errors
/// The database's.
pub fn of_person(conn: &mut Conn, person: PersonId) -> Result<Vec<DbsRequest>> {
    let own = dbs_requests::table.inner_join(applications::table).filter(applications::person_id.eq(person));
    Ok(own.order(dbs_requests::id.desc()).select(DbsRequest::as_select()).load(conn)?)
}

/// Whether this reference is on file already.
///
/// # Errors
/// The database's.
pub fn is_known(conn: &mut Conn, reference: &str) -> Result<bool> {
    let same = dbs_requests::table.filter(dbs_requests::reference.eq(reference));
    Ok(diesel::select(diesel::dsl::exists(same)).get_result(conn)?)
}

/// A page of those still on their way, the longest unmoved first, with what their application is called.
///
/// # Errors
/// The database's.
pub fn open(
    conn: &mut Conn,
    after: Option<(NaiveDate, DbsRequestId)>,
    limit: i64,
) -> Result<Vec<(DbsRequest, String)>> {
    // Written out, not bound: the partial index serves only a condition the planner can read.
    let mut query = dbs_requests::table
        .inner_join(applications::table)
        .filter(sql::<Bool>("stage < 5 AND trouble <> 'withdrawn'"))
        .order((dbs_requests::stage_on, dbs_requests::id))
        .limit(limit)
        .select((DbsRequest::as_select(), applications::reference))
        .into_boxed();
    if let Some((day, id)) = after {
        let same_day = dbs_requests::stage_on.eq(day).and(dbs_requests::id.gt(id));
        query = query.filter(dbs_requests::stage_on.gt(day).or(same_day));
    }
    Ok(query.load(conn)?)
}
