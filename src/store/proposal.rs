//! Decision papers: what one decision maker proposed and another agreed or sent back.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::dialect::each;
use super::schema::{applications, proposals};
use super::{Conn, Tx};
use crate::error::Result;
use crate::types::{
    ApplicationId, ApplicationState, ApprovalId, At, DecisionId, NoteId, PersonId, ProposalId, ProposalState, UserId,
    Verdict,
};

/// A decision paper. Its reasons are in the vault, or with the approval.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = proposals, treat_none_as_default_value = false)]
pub struct Proposal {
    /// Row id; given by the database.
    #[diesel(skip_insertion)]
    pub id: ProposalId,
    /// The case.
    pub application_id: ApplicationId,
    /// Whom it is about.
    pub person_id: PersonId,
    /// What is proposed.
    pub outcome: Verdict,
    /// The criteria in force when it was made.
    pub criteria_version: i32,
    /// The policy in force when it was made.
    pub policy_number: i32,
    /// Whether the case had a trace.
    pub has_trace: bool,
    /// What an approval depends on; empty when nothing.
    pub conditions: String,
    /// Last day the conditions cover, inclusive.
    pub conditions_until: Option<NaiveDate>,
    /// The vault's note with the reasons.
    pub note_id: Option<NoteId>,
    /// How it stands.
    pub state: ProposalState,
    /// Who proposed.
    pub proposed_by: UserId,
    /// When.
    pub proposed_at: At,
    /// Who agreed it or sent it back; nobody where one person decides.
    pub seconded_by: Option<UserId>,
    /// When.
    pub seconded_at: Option<At>,
    /// Why it was sent back.
    pub sent_back_reason: String,
    /// The suitability decision it became.
    pub decision_id: Option<DecisionId>,
    /// The approval it became.
    pub approval_id: Option<ApprovalId>,
    /// When it was decided.
    pub decided_on: Option<NaiveDate>,
    /// Last day to appeal.
    pub appeal_by: Option<NaiveDate>,
}

/// What became of a paper.
#[derive(Debug, Clone, Default, AsChangeset)]
#[diesel(table_name = proposals)]
pub struct Settled {
    /// Agreed or sent back.
    pub state: Option<ProposalState>,
    /// By whom, where another person did.
    pub seconded_by: Option<UserId>,
    /// When.
    pub seconded_at: Option<At>,
    /// Why it was sent back.
    pub sent_back_reason: Option<String>,
    /// The suitability decision it became.
    pub decision_id: Option<DecisionId>,
    /// The approval it became.
    pub approval_id: Option<ApprovalId>,
    /// When it was decided.
    pub decided_on: Option<NaiveDate>,
    /// Last day to appeal.
    pub appeal_by: Option<NaiveDate>,
}

/// Writes a paper.
///
/// # Errors
/// The database's.
pub fn insert(tx: &mut Tx<'_>, row: &Proposal) -> Result<ProposalId> {
    Ok(each!(&mut **tx, |c| {
        diesel::insert_into(proposals::table).values(row).returning(proposals::id).get_result(c)
    })?)
}

/// One paper.
///
/// # Errors
/// `NotFound`.
pub fn find(conn: &mut Conn, id: ProposalId) -> Result<Proposal> {
    Ok(proposals::table.find(id).select(Proposal::as_select()).first(conn)?)
}

/// The case's papers, oldest first.
///
/// # Errors
/// The database's.
pub fn of_application(conn: &mut Conn, application: ApplicationId) -> Result<Vec<Proposal>> {
    let own = proposals::table.filter(proposals::application_id.eq(application)).order(proposals::id);
    Ok(own.select(Proposal::as_select()).load(conn)?)
}

/// Keeps what became of an open paper; says whether it was open.
///
/// # Errors
/// The database's; the table itself refuses that whoever proposed it agrees it.
pub fn settle(tx: &mut Tx<'_>, id: ProposalId, settled: &Settled) -> Result<bool> {
    let open = proposals::table.filter(proposals::id.eq(id)).filter(proposals::state.eq(ProposalState::Open));
    Ok(diesel::update(open).set(settled).execute(&mut **tx)? == 1)
}

/// Decided cases whose time to appeal ended before `day`, up to `limit`.
///
/// # Errors
/// The database's.
pub fn past_appeal(conn: &mut Conn, day: NaiveDate, limit: i64) -> Result<Vec<ApplicationId>> {
    Ok(proposals::table
        .inner_join(applications::table)
        .filter(applications::state.eq(ApplicationState::Decided))
        .filter(proposals::state.eq(ProposalState::Agreed))
        .filter(proposals::appeal_by.lt(day))
        .order(applications::id)
        .select(applications::id)
        .distinct()
        .limit(limit)
        .load(conn)?)
}
