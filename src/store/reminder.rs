//! The reminder ledger: what each firm has been told, and the open items it has not been told of yet. Read from the
//! kept clearances, one statement for everybody.

use chrono::NaiveDate;
use diesel::dsl::{exists, not};
use diesel::prelude::*;

use super::conn::Conn;
use super::db::Tx;
use super::dialect::each;
use super::schema::{clearance_items, clearances, contractors, decisions, engagements, holds, reminders};
use crate::error::Result;
use crate::types::{ContractorId, ContractorStatus, ItemState, Kind, OutboxId, PersonId, Status};

/// One thing a firm was told, once.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = reminders, treat_none_as_default_value = false)]
pub struct Reminder {
    /// Whom it concerns.
    pub person_id: PersonId,
    /// Code of the requirement, or `council`.
    pub requirement: String,
    /// The day that matters.
    pub due_on: NaiveDate,
    /// The lead reached, in days.
    pub lead: i32,
    /// Who was told.
    pub contractor_id: ContractorId,
    /// The day it was owed.
    pub owed_on: NaiveDate,
    /// The letter; nothing when the firm has no address.
    pub outbox_id: Option<OutboxId>,
}

/// An open item of somebody engaged at a firm.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct OpenItem {
    /// The firm.
    pub contractor_id: ContractorId,
    /// Whose item.
    pub person_id: PersonId,
    /// In which role.
    pub role: String,
    /// Code of the requirement.
    pub requirement: String,
    /// Its kind.
    pub kind: Kind,
    /// The day that matters; for what only the council can settle, the first day it stopped the person.
    pub day: Option<NaiveDate>,
    /// The lead reached, in days.
    pub lead: Option<i32>,
}

/// Somebody engaged at a firm whom a hold or a decision keeps from work, and since when.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Stopped {
    /// The firm.
    pub contractor_id: ContractorId,
    /// Who.
    pub person_id: PersonId,
    /// In which role.
    pub role: String,
    /// Since when.
    pub since: NaiveDate,
}

/// Standings in roles in which a person works for an active firm today.
macro_rules! engaged {
    ($today:expr) => {
        clearances::table
            .inner_join(
                engagements::table
                    .on(engagements::person_id.eq(clearances::person_id).and(engagements::role.eq(clearances::role))),
            )
            .inner_join(contractors::table.on(contractors::id.eq(engagements::contractor_id)))
            .filter(contractors::status.eq(ContractorStatus::Active))
            .filter(engagements::starts_on.le($today))
            .filter(engagements::ends_on.is_null().or(engagements::ends_on.ge($today)))
    };
}

/// The same with their open items; the people the council has refused are not among them.
macro_rules! open_items {
    ($today:expr) => {
        clearance_items::table
            .inner_join(clearances::table.on(
                clearances::person_id.eq(clearance_items::person_id).and(clearances::role.eq(clearance_items::role)),
            ))
            .inner_join(engagements::table.on(
                engagements::person_id.eq(clearance_items::person_id).and(engagements::role.eq(clearance_items::role)),
            ))
            .inner_join(contractors::table.on(contractors::id.eq(engagements::contractor_id)))
            .filter(clearance_items::lead.is_not_null())
            .filter(contractors::status.eq(ContractorStatus::Active))
            .filter(engagements::starts_on.le($today))
            .filter(engagements::ends_on.is_null().or(engagements::ends_on.ge($today)))
            .filter(clearances::status.ne_all([Status::Unsuitable, Status::Left]))
    };
}

/// A certificate the Update Service struck down: stopped on its very due day.
macro_rules! struck_down {
    () => {
        clearance_items::kind
            .eq(Kind::DbsCertificate)
            .and(clearance_items::state.eq(ItemState::Lapsed))
            .and(clearance_items::stops_on.eq(clearance_items::due_on))
    };
}

/// Open items a firm sees as themselves and has not been told of at their present lead.
///
/// # Errors
/// The database's.
pub fn untold_items(conn: &mut Conn, today: NaiveDate) -> Result<Vec<OpenItem>> {
    let told = reminders::table
        .filter(reminders::person_id.eq(clearance_items::person_id))
        .filter(reminders::requirement.eq(clearance_items::requirement))
        .filter(reminders::due_on.nullable().eq(clearance_items::due_on))
        .filter(reminders::lead.nullable().eq(clearance_items::lead))
        .filter(reminders::contractor_id.eq(engagements::contractor_id));
    let update_service = clearance_items::kind.eq(Kind::UpdateService);
    Ok(open_items!(today)
        .filter(clearance_items::kind.ne_all([Kind::Approval, Kind::Suitability]))
        .filter(not(update_service.and(clearance_items::state.ne(ItemState::Missing))))
        .filter(not(struck_down!()))
        .filter(not(exists(told)))
        .select((
            engagements::contractor_id,
            clearance_items::person_id,
            clearance_items::role,
            clearance_items::requirement,
            clearance_items::kind,
            clearance_items::due_on,
            clearance_items::lead,
        ))
        .load(conn)?)
}

/// Open items that only the council can settle and that stop the person, told or not; `day` is the first day stopped.
///
/// # Errors
/// The database's.
pub fn council_items(conn: &mut Conn, today: NaiveDate) -> Result<Vec<OpenItem>> {
    let decision = clearance_items::kind.eq_any([Kind::Approval, Kind::Suitability]);
    Ok(open_items!(today)
        .filter(decision.or(struck_down!()))
        .filter(clearance_items::stops_on.le(today))
        .select((
            engagements::contractor_id,
            clearance_items::person_id,
            clearance_items::role,
            clearance_items::requirement,
            clearance_items::kind,
            clearance_items::stops_on,
            clearance_items::lead,
        ))
        .load(conn)?)
}

/// People under a hold today, one row for each hold; not those the council has refused.
///
/// # Errors
/// The database's.
pub fn held(conn: &mut Conn, today: NaiveDate) -> Result<Vec<Stopped>> {
    Ok(engaged!(today)
        .inner_join(holds::table.on(holds::person_id.eq(clearances::person_id)))
        .filter(holds::starts_on.le(today))
        .filter(holds::lifted_on.is_null().or(holds::lifted_on.gt(today)))
        .filter(holds::until.is_null().or(holds::until.ge(today)))
        .filter(clearances::status.ne_all([Status::Unsuitable, Status::Left]))
        .select((engagements::contractor_id, clearances::person_id, clearances::role, holds::starts_on))
        .load(conn)?)
}

/// People the council has refused, one row for each of their decisions.
///
/// # Errors
/// The database's.
pub fn refused(conn: &mut Conn, today: NaiveDate) -> Result<Vec<Stopped>> {
    Ok(engaged!(today)
        .inner_join(decisions::table.on(decisions::person_id.eq(clearances::person_id)))
        .filter(decisions::decided_on.le(today))
        .filter(clearances::status.eq(Status::Unsuitable))
        .select((engagements::contractor_id, clearances::person_id, clearances::role, decisions::decided_on))
        .load(conn)?)
}

/// What firms have been told of these people under `requirement`.
///
/// # Errors
/// The database's.
pub fn told(conn: &mut Conn, people: &[PersonId], requirement: &str) -> Result<Vec<Reminder>> {
    Ok(reminders::table
        .filter(reminders::person_id.eq_any(people))
        .filter(reminders::requirement.eq(requirement))
        .select(Reminder::as_select())
        .load(conn)?)
}

/// What `firm` has been told of these people.
///
/// # Errors
/// The database's.
pub fn told_to(conn: &mut Conn, firm: ContractorId, people: &[PersonId]) -> Result<Vec<Reminder>> {
    Ok(reminders::table
        .filter(reminders::person_id.eq_any(people))
        .filter(reminders::contractor_id.eq(firm))
        .select(Reminder::as_select())
        .load(conn)?)
}

/// What these letters were written for.
///
/// # Errors
/// The database's.
pub fn of_letters(conn: &mut Conn, letters: &[OutboxId], firms: &[ContractorId]) -> Result<Vec<Reminder>> {
    Ok(reminders::table
        .filter(reminders::contractor_id.eq_any(firms))
        .filter(reminders::outbox_id.eq_any(letters))
        .select(Reminder::as_select())
        .load(conn)?)
}

/// Items told at lead 0 on or before `told_by` and open still.
///
/// # Errors
/// The database's.
pub fn long_open(conn: &mut Conn, today: NaiveDate, told_by: NaiveDate) -> Result<Vec<OpenItem>> {
    Ok(open_items!(today)
        .inner_join(
            reminders::table.on(reminders::person_id
                .eq(clearance_items::person_id)
                .and(reminders::requirement.eq(clearance_items::requirement))
                .and(reminders::due_on.nullable().eq(clearance_items::due_on))
                .and(reminders::contractor_id.eq(engagements::contractor_id))),
        )
        .filter(clearance_items::due_on.le(told_by))
        .filter(reminders::lead.eq(0))
        .filter(reminders::owed_on.le(told_by))
        .select((
            engagements::contractor_id,
            clearance_items::person_id,
            clearance_items::role,
            clearance_items::requirement,
            clearance_items::kind,
            clearance_items::due_on,
            clearance_items::lead,
        ))
        .load(conn)?)
}

/// Writes the ledger.
///
/// # Errors
/// The database's.
pub fn insert(tx: &mut Tx<'_>, rows: &[Reminder]) -> Result<()> {
    for chunk in rows.chunks(1000) {
        each!(&mut **tx, |c| diesel::insert_into(reminders::table).values(chunk).execute(c))?;
    }
    Ok(())
}
