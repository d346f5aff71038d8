//! The fuses of the vault: when each case's notes are due to be destroyed, who put that off, and the proof that it was done.

use chrono::{NaiveDate, TimeDelta};
use diesel::dsl::{exists, not, sql};
use diesel::prelude::*;
use diesel::sql_types::Bool;
use serde::Deserialize;

use super::conn::Conn;
use super::db::Tx;
use super::schema::{appeals, applications, fuses, outbox, proposals, vault_keys};
use crate::error::Result;
use crate::types::{
    AppealId, ApplicationId, ApplicationState, At, FuseState, OutboxState, PersonId, ProposalId, UserId,
};

/// A fuse.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = fuses, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct Fuse {
    /// Whose vault.
    pub application_id: ApplicationId,
    /// The day it was lit: that of the decision.
    pub lit_on: NaiveDate,
    /// The day on which it is to be reviewed.
    pub burns_on: NaiveDate,
    /// How far it is.
    pub state: FuseState,
    /// How often it was put off.
    pub delays: i32,
    /// Why, the last time.
    pub delay_reason: String,
    /// Who reviewed it last.
    pub reviewed_by: Option<UserId>,
    /// When the notes were destroyed.
    pub destroyed_at: Option<At>,
    /// SHA-256 over what was destroyed, when and by whom.
    pub proof: String,
}

/// What a letter is rendered from, as far as it says which case it is about.
#[derive(Default, Deserialize)]
struct About {
    proposal: Option<i64>,
    appeal: Option<i64>,
}

/// A fuse with its application's reference and state.
pub type Line = (Fuse, String, ApplicationState);

/// The fuse of an application's vault.
///
/// # Errors
/// The database's.
pub fn find(conn: &mut Conn, application: ApplicationId) -> Result<Option<Fuse>> {
    Ok(fuses::table.find(application).select(Fuse::as_select()).first(conn).optional()?)
}

/// Writes a fuse, or what became of it.
///
/// # Errors
/// The database's.
pub fn keep(tx: &mut Tx<'_>, fuse: &Fuse) -> Result<()> {
    let changed = diesel::update(fuses::table.find(fuse.application_id)).set(fuse).execute(&mut **tx)?;
    if changed == 0 {
        super::dialect::each!(&mut **tx, |c| diesel::insert_into(fuses::table).values(fuse).execute(c))?;
    }
    Ok(())
}

/// Fuses in a state, the first to burn first, or the last destroyed first.
///
/// # Errors
/// The database's.
pub fn list(conn: &mut Conn, state: FuseState, limit: i64) -> Result<Vec<Line>> {
    let rows = fuses::table
        .inner_join(applications::table)
        .filter(fuses::state.eq(state))
        .limit(limit)
        .select((Fuse::as_select(), applications::reference, applications::state))
        .into_boxed();
    let rows = match state {
        FuseState::Destroyed => rows.order((fuses::destroyed_at.desc(), fuses::application_id.desc())),
        FuseState::Burning | FuseState::Proposed => rows.order((fuses::burns_on, fuses::application_id)),
    };
    Ok(rows.load(conn)?)
}

/// Burning fuses whose day has come.
///
/// # Errors
/// The database's.
pub fn due(conn: &mut Conn, today: NaiveDate) -> Result<Vec<ApplicationId>> {
    Ok(fuses::table
        .filter(fuses::state.eq(FuseState::Burning))
        .filter(fuses::burns_on.le(today))
        .order((fuses::burns_on, fuses::application_id))
        .select(fuses::application_id)
        .load(conn)?)
}

/// Applications that have ended, with a vault and no fuse that burns.
///
/// # Errors
/// The database's.
pub fn unlit(conn: &mut Conn, ended: &[ApplicationState]) -> Result<Vec<ApplicationId>> {
    let alight = fuses::table
        .filter(fuses::application_id.eq(vault_keys::application_id))
        .filter(fuses::state.ne(FuseState::Destroyed));
    Ok(vault_keys::table
        .inner_join(applications::table)
        .filter(applications::state.eq_any(ended))
        .filter(not(exists(alight)))
        .order(vault_keys::application_id)
        .select(vault_keys::application_id)
        .load(conn)?)
}

/// Whether anything was destroyed since `at`.
///
/// # Errors
/// The database's.
pub fn destroyed_since(conn: &mut Conn, at: At) -> Result<bool> {
    let late = fuses::table.filter(fuses::state.eq(FuseState::Destroyed)).filter(fuses::destroyed_at.ge(at));
    Ok(diesel::select(exists(late)).get_result(conn)?)
}

/// Whether an appeal of the application waits to be decided.
///
/// # Errors
/// The database's.
pub fn is_under_appeal(conn: &mut Conn, application: ApplicationId) -> Result<bool> {
    // Written out, not bound: the partial index serves only a condition the planner can read.
    let open = appeals::table
        .filter(appeals::application_id.eq(application))
        .filter(sql::<Bool>("state IN ('lodged', 'hearing_arranged')"));
    Ok(diesel::select(exists(open)).get_result(conn)?)
}

/// Puts `said` in the place of the words of the person's letters of these kinds about this case that were written by the
/// day the fuse was lit; one that never left stays at home. Says which they were.
///
/// # Errors
/// The database's.
pub fn empty_letters(
    tx: &mut Tx<'_>,
    (person, case): (PersonId, ApplicationId),
    kinds: &[&str],
    lit_on: NaiveDate,
    said: &str,
) -> Result<Vec<i64>> {
    // A day more than the calendar's: instants are kept in UTC.
    let until = At::new(crate::types::london_midnight(lit_on)).plus(TimeDelta::days(1));
    let papers = proposals::table.filter(proposals::application_id.eq(case)).select(proposals::id);
    let papers: Vec<ProposalId> = papers.load(&mut **tx)?;
    let heard = appeals::table.filter(appeals::application_id.eq(case)).select(appeals::id);
    let heard: Vec<AppealId> = heard.load(&mut **tx)?;
    let theirs: Vec<(i64, OutboxState, String)> = outbox::table
        .filter(outbox::person_id.eq(person))
        .filter(outbox::letter.eq_any(kinds))
        .filter(outbox::created_at.lt(until))
        .order(outbox::id)
        .select((outbox::id, outbox::state, outbox::params))
        .load(&mut **tx)?;
    let is_of_case = |params: &str| {
        let About { proposal, appeal } = serde_json::from_str(params).unwrap_or_default();
        proposal.is_some_and(|id| papers.contains(&ProposalId(id)))
            || appeal.is_some_and(|id| heard.contains(&AppealId(id)))
    };
    let theirs: Vec<_> = theirs.into_iter().filter(|(_, _, params)| is_of_case(params)).collect();
    for (id, state, _) in &theirs {
        let state = if *state == OutboxState::Sent { OutboxState::Sent } else { OutboxState::Unneeded };
        diesel::update(outbox::table.filter(outbox::id.eq(id)))
            .set((
                outbox::state.eq(state),
                outbox::params.eq("{}"),
                outbox::body_text.eq(Some(said)),
                outbox::body_html.eq(Some(format!("<p>{said}</p>"))),
            ))
            .execute(&mut **tx)?;
    }
    Ok(theirs.into_iter().map(|(id, _, _)| id).collect())
}
