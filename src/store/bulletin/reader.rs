//! Who has to read a bulletin, and who has.

mod at_work;

use chrono::NaiveDate;
use diesel::dsl::{exists, not, sql};
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::Bulletin;
use crate::error::Result;
use crate::store::conn::Conn;
use crate::store::db::Tx;
use crate::store::schema::{bulletin_readers as readers, bulletins, clearances, engagements};
use crate::types::{At, BulletinId, BulletinState, ContractorId, PersonId, ReaderId, Status};

pub use at_work::{Asked, Line, Standing, Tally, list, tallies, unread_at};

/// A person who has to read a bulletin, or may.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = readers)]
pub struct Reader {
    /// Row id; goes into the link.
    pub id: ReaderId,
    /// Of which bulletin.
    pub bulletin_id: BulletinId,
    /// Who.
    pub person_id: PersonId,
    /// Which link of theirs is good.
    pub turn: i32,
    /// The last day on which it is read in time: a newcomer has longer.
    pub due_on: NaiveDate,
    /// When the link stops working.
    pub expires_at: At,
    /// When the last letter was written.
    pub sent_at: Option<At>,
    /// When the link was first opened.
    pub opened_at: Option<At>,
    /// The language it was acknowledged in.
    pub language: String,
    /// How often the questions were answered wrongly.
    pub tries: i32,
    /// When both questions were answered rightly.
    pub acknowledged_at: Option<At>,
    /// The day their firm was last written to about it.
    pub chased_on: Option<NaiveDate>,
}

/// What a clearance hangs on: a mandatory bulletin that reached a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Row id.
    pub id: ReaderId,
    /// Who.
    pub person_id: PersonId,
    /// The last day on which it is read in time.
    pub due_on: NaiveDate,
    /// When it was acknowledged.
    pub acknowledged_at: Option<At>,
    /// Codes of the roles it is for; empty for all.
    pub roles: Vec<String>,
    /// The firms whose people it is for; empty for all.
    pub contractors: Vec<ContractorId>,
}

/// What mandatory published bulletins these people were given to read, oldest first.
///
/// # Errors
/// The database's.
pub fn of_people(conn: &mut Conn, people: &[PersonId]) -> Result<Vec<Reading>> {
    let rows = readers::table
        .inner_join(bulletins::table)
        .filter(bulletins::mandatory.eq(true))
        .filter(bulletins::state.eq(BulletinState::Published))
        .order(readers::id)
        .select((
            readers::id,
            readers::person_id,
            readers::due_on,
            readers::acknowledged_at,
            bulletins::roles,
            bulletins::contractors,
        ));
    let rows: Vec<Given> = match people {
        [person] => rows.filter(readers::person_id.eq(person)).load(conn)?,
        people => rows.filter(readers::person_id.eq_any(people)).load(conn)?,
    };
    let read = |(id, person_id, due_on, acknowledged_at, roles, firms): Given| {
        let (roles, contractors) = (serde_json::from_str(&roles)?, serde_json::from_str(&firms)?);
        Ok(Reading { id, person_id, due_on, acknowledged_at, roles, contractors })
    };
    rows.into_iter().map(read).collect()
}

type Given = (ReaderId, PersonId, NaiveDate, Option<At>, String, String);

/// Everything one person was given to read, newest first.
///
/// # Errors
/// The database's.
pub fn all_of(conn: &mut Conn, person: PersonId) -> Result<Vec<(Reader, BulletinState, bool)>> {
    Ok(readers::table
        .inner_join(bulletins::table)
        .filter(readers::person_id.eq(person))
        .order(readers::id.desc())
        .select((Reader::as_select(), bulletins::state, bulletins::mandatory))
        .load(conn)?)
}

/// Up to `limit` people of the bulletin's audience, after the one named, who were not given it yet: at work for a firm of it in a role of it,
/// and neither refused nor gone. Somebody lapsed or held is among them: they may be back tomorrow, and their firm, which
/// sees who was given it, must not learn from that who is held.
///
/// # Errors
/// The database's.
pub fn newcomers(
    conn: &mut Conn,
    bulletin: &Bulletin,
    today: NaiveDate,
    after: PersonId,
    limit: i64,
) -> Result<Vec<PersonId>> {
    let standing = clearances::table
        .on(clearances::person_id.eq(engagements::person_id).and(clearances::role.eq(engagements::role)));
    let given = readers::table
        .filter(readers::bulletin_id.eq(bulletin.id))
        .filter(readers::person_id.eq(engagements::person_id));
    let out = [Status::Unsuitable, Status::Left];
    let mut query = engagements::table
        .inner_join(standing)
        .filter(engagements::starts_on.le(today))
        .filter(engagements::ends_on.is_null().or(engagements::ends_on.ge(today)))
        .filter(clearances::status.ne_all(out))
        .filter(not(exists(given)))
        .filter(engagements::person_id.gt(after))
        .order(engagements::person_id)
        .limit(limit)
        .select(engagements::person_id)
        .distinct()
        .into_boxed();
    if !bulletin.roles.is_empty() {
        query = query.filter(engagements::role.eq_any(&bulletin.roles));
    }
    if !bulletin.contractors.is_empty() {
        query = query.filter(engagements::contractor_id.eq_any(&bulletin.contractors));
    }
    Ok(query.load(conn)?)
}

/// Gives a person a bulletin to read.
///
/// # Errors
/// The database's.
pub fn insert(
    tx: &mut Tx<'_>,
    bulletin: BulletinId,
    person: PersonId,
    due_on: NaiveDate,
    expires_at: At,
) -> Result<ReaderId> {
    tx.touch(person);
    let row = (
        readers::bulletin_id.eq(bulletin),
        readers::person_id.eq(person),
        readers::due_on.eq(due_on),
        readers::expires_at.eq(expires_at),
    );
    Ok(diesel::insert_into(readers::table).values(row).returning(readers::id).get_result(&mut **tx)?)
}

/// One reader.
///
/// # Errors
/// `NotFound`.
pub fn find(conn: &mut Conn, id: ReaderId) -> Result<Reader> {
    Ok(readers::table.find(id).select(Reader::as_select()).first(conn)?)
}

/// Keeps everything that moves about a reader, and says that their clearance may have.
///
/// # Errors
/// The database's.
pub fn keep(tx: &mut Tx<'_>, row: &Reader) -> Result<()> {
    tx.touch(row.person_id);
    diesel::update(readers::table.find(row.id))
        .set((
            readers::turn.eq(row.turn),
            readers::expires_at.eq(row.expires_at),
            readers::sent_at.eq(row.sent_at),
            readers::opened_at.eq(row.opened_at),
            readers::language.eq(&row.language),
            readers::tries.eq(row.tries),
            readers::acknowledged_at.eq(row.acknowledged_at),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

/// Everybody who was given a bulletin.
///
/// # Errors
/// The database's.
pub fn people(conn: &mut Conn, bulletin: BulletinId) -> Result<Vec<PersonId>> {
    let own = readers::table.filter(readers::bulletin_id.eq(bulletin)).order(readers::person_id);
    Ok(own.select(readers::person_id).load(conn)?)
}

/// Keeps that the firm of these readers was written to.
///
/// # Errors
/// The database's.
pub fn chased(tx: &mut Tx<'_>, ids: &[ReaderId]) -> Result<()> {
    let today = tx.today;
    diesel::update(readers::table.filter(readers::id.eq_any(ids)))
        .set(readers::chased_on.eq(Some(today)))
        .execute(&mut **tx)?;
    Ok(())
}

/// What one of two rows of a person acknowledged stays acknowledged when `from` goes into `to`.
///
/// # Errors
/// The database's.
pub fn keep_acknowledged(tx: &mut Tx<'_>, from: PersonId, to: PersonId) -> Result<()> {
    let read: Vec<BulletinId> = readers::table
        .filter(readers::person_id.eq(from))
        .filter(readers::acknowledged_at.is_not_null())
        .select(readers::bulletin_id)
        .load(&mut **tx)?;
    let unread = readers::table
        .filter(readers::person_id.eq(to))
        .filter(sql::<Bool>("acknowledged_at IS NULL"))
        .filter(readers::bulletin_id.eq_any(read));
    diesel::delete(unread).execute(&mut **tx)?;
    Ok(())
}
