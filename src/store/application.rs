//! Applications: a person's request for a role with a firm, from draft to closed.

mod change;
mod list;
mod stale;
mod unlinked;

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;

pub use change::*;
pub use list::{Filter, agreed_conditions, page};
pub use stale::{abandoned, slow, undecided, untouched};
pub use unlinked::{alike, forget, forgettable};

use super::conn::Conn;
use super::db::Tx;
use super::dialect::{each, insert_all, lock_people};
use super::schema::applications;
use crate::error::{Error, Result};
use crate::types::{
    AppealOutcome, ApplicationId, ApplicationKind, ApplicationState, AuthorityId, CertificateId, ContractorId, Origin,
    PersonId, Reach, UserId, Verdict,
};

/// An application. Its answers hold personal data, so no Debug.
#[derive(Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = applications, treat_none_as_default_value = false)]
pub struct Application {
    /// Row id; given by the database.
    #[diesel(skip_insertion)]
    pub id: ApplicationId,
    /// What people call it, such as `A-000123`; names nobody.
    pub reference: String,
    /// What it asks for.
    pub kind: ApplicationKind,
    /// Whose it is; `None` until an officer has found or registered them.
    pub person_id: Option<PersonId>,
    /// The firm; `None` for the council's own staff.
    pub contractor_id: Option<ContractorId>,
    /// The licensing authority, where the role has one.
    pub authority_id: Option<AuthorityId>,
    /// Code of the role.
    pub role: String,
    /// How far it is; moved by [`move_to`] alone.
    pub state: ApplicationState,
    /// Day it came to be in this state.
    pub state_since: NaiveDate,
    /// Folded surname and forename as typed, for lists.
    pub sort_name: String,
    /// What was typed, by question group, as JSON; nothing of a disclosure.
    pub answers: String,
    /// Who began it.
    pub started_by: UserId,
    /// When.
    pub started_on: NaiveDate,
    /// When it was first sent in.
    pub submitted_on: Option<NaiveDate>,
    /// The officer whose it is.
    pub owner: Option<UserId>,
    /// The certificate it is decided on.
    pub certificate_id: Option<CertificateId>,
    /// Whether that certificate, or what the person declared, shows any information.
    pub has_trace: bool,
    /// Day of the last interview held.
    pub interviewed_on: Option<NaiveDate>,
    /// What was decided, once it was; as an appeal left it.
    pub outcome: Option<Verdict>,
    /// When.
    pub decided_on: Option<NaiveDate>,
    /// When an appeal was lodged.
    pub appealed_on: Option<NaiveDate>,
    /// What became of it.
    pub appeal_outcome: Option<AppealOutcome>,
    /// What the submitter has to put right.
    pub returned_reason: String,
    /// When the submitter was last chased.
    pub chased_on: Option<NaiveDate>,
    /// Imported from a legacy register, or recorded here.
    pub origin: Origin,
    /// When somebody last answered anything, after it was begun.
    pub edited_on: Option<NaiveDate>,
}

/// Writes a new application; says which it is.
///
/// # Errors
/// The database's.
pub fn insert(tx: &mut Tx<'_>, row: &Application) -> Result<ApplicationId> {
    Ok(each!(&mut **tx, |c| {
        diesel::insert_into(applications::table).values(row).returning(applications::id).get_result(c)
    })?)
}

/// One application of those within reach: a firm's users reach their firm's.
///
/// # Errors
/// `NotFound`.
pub fn find(conn: &mut Conn, id: ApplicationId, reach: &Reach) -> Result<Application> {
    let query = applications::table.find(id).select(Application::as_select()).into_boxed();
    let query = match reach {
        Reach::Everyone => query,
        Reach::Firms(firms) => query.filter(applications::contractor_id.eq_any(firms)),
        Reach::Nobody => return Err(Error::NotFound),
    };
    Ok(query.first(conn)?)
}

/// Moves an application from one state to another; says whether it was in the first.
///
/// # Errors
/// The database's.
pub fn move_to(tx: &mut Tx<'_>, id: ApplicationId, from: ApplicationState, to: ApplicationState) -> Result<bool> {
    let today = tx.today;
    let changed =
        diesel::update(applications::table.filter(applications::id.eq(id)).filter(applications::state.eq(from)))
            .set((applications::state.eq(to), applications::state_since.eq(today)))
            .execute(&mut **tx)?;
    Ok(changed == 1)
}

/// The person's applications, newest first.
///
/// # Errors
/// The database's.
pub fn of_person(conn: &mut Conn, person: PersonId) -> Result<Vec<Application>> {
    let own = applications::table.filter(applications::person_id.eq(person)).order(applications::id.desc());
    Ok(own.select(Application::as_select()).load(conn)?)
}

/// Who of these people has an application in one of `states`.
///
/// # Errors
/// The database's.
pub fn applying(conn: &mut Conn, people: &[PersonId], states: &[ApplicationState]) -> Result<Vec<PersonId>> {
    let theirs = applications::table.filter(applications::person_id.eq_any(people));
    let found: Vec<Option<PersonId>> =
        theirs.filter(applications::state.eq_any(states)).select(applications::person_id).distinct().load(conn)?;
    Ok(found.into_iter().flatten().collect())
}

/// Writes many new applications at once.
///
/// # Errors
/// The database's.
pub fn insert_many(tx: &mut Tx<'_>, rows: &[Application]) -> Result<()> {
    insert_all!(&mut **tx, applications::table, rows, |row| row)?;
    Ok(())
}

/// The ids of the applications of these references.
///
/// # Errors
/// The database's.
pub fn ids(conn: &mut Conn, references: &[String]) -> Result<HashMap<String, ApplicationId>> {
    let own = applications::table.filter(applications::reference.eq_any(references));
    let rows: Vec<(String, ApplicationId)> = own.select((applications::reference, applications::id)).load(conn)?;
    Ok(rows.into_iter().collect())
}

/// The highest reference given out, such as `A-000123`. Others, and rows written in another order, do not count.
///
/// # Errors
/// The database's.
pub fn last_reference(conn: &mut Conn) -> Result<Option<String>> {
    let own = applications::table.filter(applications::reference.like("A-______"));
    Ok(own.select(diesel::dsl::max(applications::reference)).first(conn)?)
}

/// One application as it stands, held until the transaction ends with the person it is about: whoever changes it changes
/// the newest. The person comes first, here as everywhere, so that no two who write wait for each other.
///
/// # Errors
/// `NotFound`; `Conflict` when it became somebody else's meanwhile.
pub fn held(tx: &mut Tx<'_>, id: ApplicationId) -> Result<Application> {
    let owner = find(tx, id, &Reach::Everyone)?.person_id;
    if let Some(owner) = owner {
        lock_people(tx, &[owner])?;
    }
    diesel::update(applications::table.find(id)).set(applications::id.eq(id)).execute(&mut **tx)?;
    let row = find(tx, id, &Reach::Everyone)?;
    if row.person_id == owner {
        Ok(row)
    } else {
        Err(Error::Conflict("Somebody else has just said whose application this is. Look at it again.".into()))
    }
}
