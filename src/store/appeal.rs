//! Appeals against a decision, and who sits on them.

use chrono::NaiveDate;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::dialect::each;
use super::schema::{accesses, appeal_panel, appeals, applications, people, users};
use super::{Conn, Tx};
use crate::error::Result;
use crate::types::{
    Access, AccessStatus, AppealId, AppealOutcome, AppealState, ApplicationId, ApprovalId, At, DecisionId, NoteId,
    PersonId, ProposalId, UserId, UserStatus,
};

/// An appeal. One that came too late and was not accepted is decided without an outcome.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = appeals, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct Appeal {
    /// Row id; given by the database.
    #[diesel(skip_insertion, skip_update)]
    pub id: AppealId,
    /// The case.
    #[diesel(skip_update)]
    pub application_id: ApplicationId,
    /// The decision appealed against.
    #[diesel(skip_update)]
    pub proposal_id: ProposalId,
    /// Who appeals.
    #[diesel(skip_update)]
    pub person_id: PersonId,
    /// Day it reached the council, or was posted, whichever counts for it.
    #[diesel(skip_update)]
    pub lodged_on: NaiveDate,
    /// Whether that was after the last day.
    #[diesel(skip_update)]
    pub is_late: bool,
    /// Why a late one was accepted, or was not; empty until then.
    pub late_reason: String,
    /// How it stands.
    pub state: AppealState,
    /// Last day to acknowledge it.
    #[diesel(skip_update)]
    pub acknowledge_by: NaiveDate,
    /// When it was acknowledged.
    pub acknowledged_on: Option<NaiveDate>,
    /// Last day to hear it.
    #[diesel(skip_update)]
    pub hear_by: NaiveDate,
    /// When it is heard.
    pub hearing_at: Option<At>,
    /// Where.
    pub place: String,
    /// Last day for the letter after the hearing.
    pub decide_by: Option<NaiveDate>,
    /// What the panel decided.
    pub outcome: Option<AppealOutcome>,
    /// The vault's newest note: the grounds, then the panel's reasons.
    pub note_id: Option<NoteId>,
    /// The suitability decision it became.
    pub decision_id: Option<DecisionId>,
    /// The approval it became.
    pub approval_id: Option<ApprovalId>,
    /// When it was decided.
    pub decided_on: Option<NaiveDate>,
    /// By whom: the chair.
    pub decided_by: Option<UserId>,
    /// Whether the appellant was at the hearing; nobody was asked of the earliest.
    pub appellant_attended: Option<bool>,
    /// Why fewer than the whole panel took part; empty when all did.
    pub absent_why: String,
}

/// Somebody who sits on an appeal.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Sitting {
    /// Who.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// Whether they speak for the panel.
    pub is_chair: bool,
    /// Whether they took part in the decision; empty until it is made.
    pub attended: Option<bool>,
}

/// An appeal for a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The appeal.
    pub appeal: Appeal,
    /// What people call the application.
    pub reference: String,
    /// The appellant's name.
    pub name: String,
}

/// Writes an appeal.
///
/// # Errors
/// The database's.
pub fn insert(tx: &mut Tx<'_>, row: &Appeal) -> Result<AppealId> {
    Ok(each!(&mut **tx, |c| diesel::insert_into(appeals::table).values(row).returning(appeals::id).get_result(c))?)
}

/// One appeal.
///
/// # Errors
/// `NotFound`.
pub fn find(conn: &mut Conn, id: AppealId) -> Result<Appeal> {
    Ok(appeals::table.find(id).select(Appeal::as_select()).first(conn)?)
}

/// The case's appeals, oldest first.
///
/// # Errors
/// The database's.
pub fn of_application(conn: &mut Conn, application: ApplicationId) -> Result<Vec<Appeal>> {
    let own = appeals::table.filter(appeals::application_id.eq(application)).order(appeals::id);
    Ok(own.select(Appeal::as_select()).load(conn)?)
}

/// Keeps what changed of an appeal that was in state `from`; says whether it was.
///
/// # Errors
/// The database's.
pub fn keep(tx: &mut Tx<'_>, row: &Appeal, from: AppealState) -> Result<bool> {
    let own = appeals::table.filter(appeals::id.eq(row.id)).filter(appeals::state.eq(from));
    Ok(diesel::update(own).set(row).execute(&mut **tx)? == 1)
}

/// Who sits on it, the chair first.
///
/// # Errors
/// The database's.
pub fn panel(conn: &mut Conn, id: AppealId) -> Result<Vec<Sitting>> {
    Ok(appeal_panel::table
        .inner_join(users::table)
        .filter(appeal_panel::appeal_id.eq(id))
        .order((appeal_panel::is_chair.desc(), users::name, users::id))
        .select((users::id, users::name, appeal_panel::is_chair, appeal_panel::attended))
        .load(conn)?)
}

/// Puts these people on it in place of whoever was.
///
/// # Errors
/// The database's.
pub fn seat(tx: &mut Tx<'_>, id: AppealId, panel: &[UserId], chair: UserId) -> Result<()> {
    diesel::delete(appeal_panel::table.filter(appeal_panel::appeal_id.eq(id))).execute(&mut **tx)?;
    for user in panel {
        diesel::insert_into(appeal_panel::table)
            .values((
                appeal_panel::appeal_id.eq(id),
                appeal_panel::user_id.eq(user),
                appeal_panel::is_chair.eq(*user == chair),
            ))
            .execute(&mut **tx)?;
    }
    Ok(())
}

/// Keeps who of the panel took part in its decision.
///
/// # Errors
/// The database's.
pub fn took_part(tx: &mut Tx<'_>, id: AppealId, who: &[UserId]) -> Result<()> {
    for one in panel(tx, id)? {
        let seat = appeal_panel::table.find((id, one.user));
        diesel::update(seat).set(appeal_panel::attended.eq(Some(who.contains(&one.user)))).execute(&mut **tx)?;
    }
    Ok(())
}

/// Active users who may sit on a panel, by name.
///
/// # Errors
/// The database's.
pub fn may_sit(conn: &mut Conn) -> Result<Vec<(UserId, String)>> {
    Ok(accesses::table
        .inner_join(users::table)
        .filter(accesses::access.eq_any([Access::PanelMember, Access::DecisionMaker]))
        .filter(accesses::status.eq(AccessStatus::Active))
        .filter(users::status.eq(UserStatus::Active))
        .order((users::name, users::id))
        .select((users::id, users::name))
        .distinct()
        .load(conn)?)
}

/// Up to `limit` open appeals by the day they have to be heard by, after the one given; of `of` alone, those that one
/// sits on.
///
/// # Errors
/// The database's.
pub fn open(
    conn: &mut Conn,
    of: Option<UserId>,
    after: Option<(NaiveDate, AppealId)>,
    limit: i64,
) -> Result<Vec<Listed>> {
    let mut query = appeals::table
        .inner_join(applications::table)
        .inner_join(people::table)
        .filter(sql::<Bool>("appeals.state IN ('lodged', 'hearing_arranged')"))
        .order((appeals::hear_by, appeals::id))
        .limit(limit)
        .select((Appeal::as_select(), applications::reference, people::forename, people::surname))
        .into_boxed();
    if let Some(user) = of {
        let sits = appeal_panel::table.filter(appeal_panel::user_id.eq(user)).select(appeal_panel::appeal_id);
        query = query.filter(appeals::id.eq_any(sits));
    }
    if let Some((day, id)) = after {
        query = query.filter(appeals::hear_by.gt(day).or(appeals::hear_by.eq(day).and(appeals::id.gt(id))));
    }
    let rows: Vec<(Appeal, String, String, String)> = query.load(conn)?;
    let listed = |(appeal, reference, forename, surname): (Appeal, String, String, String)| Listed {
        appeal,
        reference,
        name: format!("{forename} {surname}").trim().to_owned(),
    };
    Ok(rows.into_iter().map(listed).collect())
}
