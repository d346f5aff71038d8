//! Applications as lists, newest first, a page at a time by key; and what a firm must know of an outcome.

use chrono::NaiveDate;
use diesel::dsl::max;
use diesel::prelude::*;

use super::Application;
use crate::error::Result;
use crate::store::Conn;
use crate::store::schema::{appeals, applications, approvals, proposals};
use crate::types::{
    ApplicationId, ApplicationKind, ApplicationState, ApprovalId, ContractorId, ProposalState, Reach, UserId,
};

/// What a list is narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// How far: any of these; empty for every state.
    pub states: Vec<ApplicationState>,
    /// Of which kind.
    pub kind: Option<ApplicationKind>,
    /// For which role.
    pub role: Option<String>,
    /// Of which firm.
    pub contractor: Option<ContractorId>,
    /// Whose it is to deal with.
    pub owner: Option<UserId>,
    /// What the folded name begins with; may be empty.
    pub name: String,
}

/// A page of the applications within reach, those before the one named.
///
/// # Errors
/// The database's.
pub fn page(
    conn: &mut Conn,
    reach: &Reach,
    filter: &Filter,
    before: Option<ApplicationId>,
    limit: i64,
) -> Result<Vec<Application>> {
    let mut query = applications::table.select(Application::as_select()).into_boxed();
    query = match reach {
        Reach::Everyone => query,
        Reach::Firms(firms) => query.filter(applications::contractor_id.eq_any(firms)),
        Reach::Nobody => return Ok(Vec::new()),
    };
    if !filter.states.is_empty() {
        query = query.filter(applications::state.eq_any(&filter.states));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(applications::kind.eq(kind));
    }
    if let Some(role) = &filter.role {
        query = query.filter(applications::role.eq(role));
    }
    if let Some(firm) = filter.contractor {
        query = query.filter(applications::contractor_id.eq(firm));
    }
    if let Some(owner) = filter.owner {
        query = query.filter(applications::owner.eq(owner));
    }
    if !filter.name.is_empty() {
        // A range, which the index serves on both databases; LIKE it does not.
        let end = format!("{}\u{10ffff}", filter.name);
        query = query.filter(applications::sort_name.ge(&filter.name)).filter(applications::sort_name.lt(end));
    }
    if let Some(before) = before {
        query = query.filter(applications::id.lt(before));
    }
    Ok(query.order(applications::id.desc()).limit(limit).load(conn)?)
}

/// The conditions of the approval that the application led to, by the decision or by an appeal after it, and the day they
/// end; none when there are none.
///
/// # Errors
/// The database's.
pub fn agreed_conditions(conn: &mut Conn, id: ApplicationId) -> Result<Option<(String, Option<NaiveDate>)>> {
    let agreed = proposals::table
        .filter(proposals::application_id.eq(id))
        .filter(proposals::state.eq(ProposalState::Agreed))
        .select(max(proposals::approval_id))
        .first::<Option<ApprovalId>>(conn)?;
    let appealed = appeals::table
        .filter(appeals::application_id.eq(id))
        .select(max(appeals::approval_id))
        .first::<Option<ApprovalId>>(conn)?;
    let Some(stands) = agreed.max(appealed) else { return Ok(None) };
    let terms = approvals::table.find(stands).select((approvals::conditions, approvals::conditions_until));
    let terms = terms.first::<(String, Option<NaiveDate>)>(conn).optional()?;
    Ok(terms.filter(|(conditions, _)| !conditions.is_empty()))
}
