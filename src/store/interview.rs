//! Interviews: when, where, and who sits on the panel.

use chrono::{NaiveDate, TimeDelta};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as Failed};
use diesel::sql_types::Bool;

use super::conn::Conn;
use super::db::Tx;
use super::dialect::each;
use super::schema::{accesses, applications, interview_panel, interviews, people, users, vault_notes};
use crate::error::{Error, Result};
use crate::types::{
    Access, AccessStatus, ApplicationId, ApplicationState, At, InterviewId, InterviewState, NoteKind, UserId,
    UserStatus,
};

/// An interview.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = interviews, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct Interview {
    /// Row id; given by the database.
    #[diesel(skip_insertion, skip_update)]
    pub id: InterviewId,
    /// Of which application.
    #[diesel(skip_update)]
    pub application_id: ApplicationId,
    /// When it begins.
    pub starts_at: At,
    /// How long it is to take.
    pub minutes: i32,
    /// Where, or how they are called.
    pub place: String,
    /// What became of it.
    pub state: InterviewState,
    /// How often the person was told something new about it.
    pub moves: i32,
    /// Who arranged it.
    #[diesel(skip_update)]
    pub arranged_by: UserId,
    /// The day it was held.
    pub held_on: Option<NaiveDate>,
}

impl Interview {
    /// When it is to end.
    pub fn ends_at(&self) -> At {
        self.starts_at.plus(TimeDelta::minutes(self.minutes.into()))
    }
}

/// What whoever arranges a second interview is told.
pub const ONE: &str = "An interview is arranged already. Move that one instead.";

/// A line of a list: the interview, its application's reference, and forename and surname of whose it is.
pub type Line = (Interview, String, String, String);

/// Writes a new interview; says which it is.
///
/// # Errors
/// `Conflict` when one is arranged already; the table itself refuses a second.
pub fn insert(tx: &mut Tx<'_>, row: &Interview) -> Result<InterviewId> {
    let inserted = each!(&mut **tx, |c| {
        diesel::insert_into(interviews::table).values(row).returning(interviews::id).get_result(c)
    });
    match inserted {
        Err(Failed::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Err(Error::Conflict(ONE.into())),
        other => Ok(other?),
    }
}

/// One interview.
///
/// # Errors
/// `NotFound`.
pub fn find(conn: &mut Conn, id: InterviewId) -> Result<Interview> {
    Ok(interviews::table.find(id).select(Interview::as_select()).first(conn)?)
}

/// Keeps what changed of an interview that is still arranged; says whether it was.
///
/// # Errors
/// The database's.
pub fn keep(tx: &mut Tx<'_>, row: &Interview) -> Result<bool> {
    let arranged =
        interviews::table.filter(interviews::id.eq(row.id)).filter(interviews::state.eq(InterviewState::Arranged));
    Ok(diesel::update(arranged).set(row).execute(&mut **tx)? == 1)
}

/// An application's interviews, oldest first.
///
/// # Errors
/// The database's.
pub fn of_application(conn: &mut Conn, application: ApplicationId) -> Result<Vec<Interview>> {
    let own = interviews::table.filter(interviews::application_id.eq(application)).order(interviews::id);
    Ok(own.select(Interview::as_select()).load(conn)?)
}

/// Who sits on the panel.
///
/// # Errors
/// The database's.
pub fn panel(conn: &mut Conn, id: InterviewId) -> Result<Vec<UserId>> {
    let own = interview_panel::table.filter(interview_panel::interview_id.eq(id)).order(interview_panel::user_id);
    Ok(own.select(interview_panel::user_id).load(conn)?)
}

/// The names of those who sit on the panels of these interviews.
///
/// # Errors
/// The database's.
pub fn panels(conn: &mut Conn, ids: &[InterviewId]) -> Result<Vec<(InterviewId, UserId, String)>> {
    Ok(interview_panel::table
        .inner_join(users::table)
        .filter(interview_panel::interview_id.eq_any(ids))
        .order((interview_panel::interview_id, users::name, users::id))
        .select((interview_panel::interview_id, users::id, users::name))
        .load(conn)?)
}

/// Makes these users the panel.
///
/// # Errors
/// The database's.
pub fn set_panel(tx: &mut Tx<'_>, id: InterviewId, panel: &[UserId]) -> Result<()> {
    diesel::delete(interview_panel::table.filter(interview_panel::interview_id.eq(id))).execute(&mut **tx)?;
    for user in panel {
        diesel::insert_into(interview_panel::table)
            .values((interview_panel::interview_id.eq(id), interview_panel::user_id.eq(user)))
            .execute(&mut **tx)?;
    }
    Ok(())
}

/// Who may sit on a panel: active users with an access for it, by name.
///
/// # Errors
/// The database's.
pub fn may_sit(conn: &mut Conn) -> Result<Vec<(UserId, String)>> {
    let able = [Access::Officer, Access::DecisionMaker, Access::PanelMember];
    Ok(users::table
        .inner_join(accesses::table)
        .filter(users::status.eq(UserStatus::Active))
        .filter(accesses::status.eq(AccessStatus::Active))
        .filter(accesses::access.eq_any(able))
        .select((users::id, users::name))
        .distinct()
        .order((users::name, users::id))
        .load(conn)?)
}

/// Whether any of `panel` sits in another arranged interview that overlaps this one.
///
/// # Errors
/// The database's.
pub fn clashes(conn: &mut Conn, this: &Interview, panel: &[UserId]) -> Result<bool> {
    // No interview takes longer than half a day.
    let near: Vec<Interview> = interviews::table
        .inner_join(interview_panel::table)
        .filter(sql::<Bool>("state = 'arranged'"))
        .filter(interviews::id.ne(this.id))
        .filter(interview_panel::user_id.eq_any(panel))
        .filter(interviews::starts_at.gt(this.starts_at.plus(-TimeDelta::hours(12))))
        .filter(interviews::starts_at.lt(this.ends_at()))
        .select(Interview::as_select())
        .load(conn)?;
    Ok(near.iter().any(|other| other.ends_at() > this.starts_at))
}

/// Arranged interviews, the first to come first, those of one panel member or all; a page after the one named.
///
/// # Errors
/// `NotFound` when there is no such interview to go on from.
pub fn coming(conn: &mut Conn, of: Option<UserId>, after: Option<InterviewId>, limit: i64) -> Result<Vec<Line>> {
    let mut query = interviews::table
        .inner_join(applications::table.left_join(people::table))
        // Written out, not bound: the partial index serves only a condition the planner can read.
        .filter(sql::<Bool>("interviews.state = 'arranged'"))
        .order((interviews::starts_at, interviews::id))
        .limit(limit)
        .into_boxed();
    if let Some(user) = of {
        query = query.filter(interviews::id.eq_any(
            interview_panel::table.filter(interview_panel::user_id.eq(user)).select(interview_panel::interview_id),
        ));
    }
    if let Some(after) = after {
        let last = find(conn, after)?;
        let (at, id) = (last.starts_at, last.id);
        query = query.filter(interviews::starts_at.gt(at).or(interviews::starts_at.eq(at).and(interviews::id.gt(id))));
    }
    let rows: Vec<Joined> = query
        .select((
            Interview::as_select(),
            applications::reference,
            people::forename.nullable(),
            people::surname.nullable(),
        ))
        .load(conn)?;
    Ok(rows.into_iter().map(line).collect())
}

/// Interviews that were held, of which `user` sat on the panel and has written nothing, while the case is open.
///
/// # Errors
/// The database's.
pub fn unwritten(conn: &mut Conn, user: UserId) -> Result<Vec<Line>> {
    let written = vault_notes::table
        .filter(vault_notes::written_by.eq(user))
        .filter(vault_notes::kind.eq(NoteKind::Interview))
        .select(vault_notes::application_id);
    let rows: Vec<Joined> = interview_panel::table
        .inner_join(interviews::table.inner_join(applications::table.left_join(people::table)))
        .filter(interview_panel::user_id.eq(user))
        .filter(interviews::state.eq(InterviewState::Held))
        .filter(applications::state.eq(ApplicationState::Interviewed))
        .filter(diesel::dsl::not(applications::id.eq_any(written)))
        .order(interviews::id)
        .limit(50)
        .select((
            Interview::as_select(),
            applications::reference,
            people::forename.nullable(),
            people::surname.nullable(),
        ))
        .load(conn)?;
    Ok(rows.into_iter().map(line).collect())
}

type Joined = (Interview, String, Option<String>, Option<String>);

fn line((interview, reference, forename, surname): Joined) -> Line {
    (interview, reference, forename.unwrap_or_default(), surname.unwrap_or_default())
}
