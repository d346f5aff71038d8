//! Who took part in an application's case.

use diesel::prelude::*;

use super::conn::Conn;
use super::schema::{appeal_panel, appeals, assessments, interview_panel, interviews, proposals};
use crate::error::Result;
use crate::types::{AppealOutcome, ApplicationId, InterviewState, ProposalState, UserId};

/// One decision paper's hands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable)]
pub struct Hands {
    /// How it stands.
    pub state: ProposalState,
    /// Who proposed.
    pub proposed_by: UserId,
    /// Who agreed it or sent it back.
    pub seconded_by: Option<UserId>,
}

/// Everybody on the panel of any interview of the application that was held, or will be.
///
/// # Errors
/// The database's.
pub fn interviewers(conn: &mut Conn, application: ApplicationId) -> Result<Vec<UserId>> {
    Ok(interview_panel::table
        .inner_join(interviews::table)
        .filter(interviews::application_id.eq(application))
        .filter(interviews::state.eq_any([InterviewState::Arranged, InterviewState::Held]))
        .select(interview_panel::user_id)
        .distinct()
        .load(conn)?)
}

/// The hands on each decision paper, oldest first.
///
/// # Errors
/// The database's.
pub fn hands(conn: &mut Conn, application: ApplicationId) -> Result<Vec<Hands>> {
    Ok(proposals::table
        .filter(proposals::application_id.eq(application))
        .order(proposals::id)
        .select((proposals::state, proposals::proposed_by, proposals::seconded_by))
        .load(conn)?)
}

/// The hands on each decision that an appeal sent back to be made anew.
///
/// # Errors
/// The database's.
pub fn sent_back_on_appeal(conn: &mut Conn, application: ApplicationId) -> Result<Vec<Hands>> {
    Ok(appeals::table
        .inner_join(proposals::table)
        .filter(appeals::application_id.eq(application))
        .filter(appeals::outcome.eq(AppealOutcome::Remitted))
        .select((proposals::state, proposals::proposed_by, proposals::seconded_by))
        .load(conn)?)
}

/// Who recorded findings.
///
/// # Errors
/// The database's.
pub fn assessors(conn: &mut Conn, application: ApplicationId) -> Result<Vec<UserId>> {
    let own = assessments::table.filter(assessments::application_id.eq(application));
    Ok(own.select(assessments::assessed_by).distinct().load(conn)?)
}

/// Who sits, or sat, on an appeal of the application.
///
/// # Errors
/// The database's.
pub fn appeal_panel(conn: &mut Conn, application: ApplicationId) -> Result<Vec<UserId>> {
    Ok(appeal_panel::table
        .inner_join(appeals::table)
        .filter(appeals::application_id.eq(application))
        .select(appeal_panel::user_id)
        .distinct()
        .load(conn)?)
}
