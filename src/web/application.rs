//! Applications: the list of a firm's own, or of all for the transport team, and the ways into one.

mod answers;
pub mod check;
mod dbs_request;
mod group;
mod link;
mod list;
mod new;
mod review;
mod show;
mod steps;
mod summary;
mod typed;
mod withdraw;

use std::collections::HashMap;

use rocket::Route;

use crate::domain::application::moves;
use crate::domain::policy;
use crate::error::Result;
use crate::store::Conn;
use crate::types::{ApplicationKind, ApplicationState};
use crate::web::tag::Tagged;

/// What an application is for.
pub(in crate::web) fn kind_title(kind: ApplicationKind) -> &'static str {
    match kind {
        ApplicationKind::New => "Somebody new",
        ApplicationKind::Renewal => "Renewal",
        ApplicationKind::RoleChange => "Change of role",
        ApplicationKind::ContractorChange => "Change of contractor",
        ApplicationKind::Replacement => "Replacement of a badge or certificate",
        ApplicationKind::Review => "Review by the council",
    }
}

/// An application's state: the council's word for the council, and the one word that firms may know for firms.
pub(in crate::web) struct Stage {
    state: ApplicationState,
    is_council: bool,
}

impl Stage {
    pub(in crate::web) fn of(state: ApplicationState, is_council: bool) -> Stage {
        Stage { state, is_council }
    }
}

impl Tagged for Stage {
    fn word(&self) -> &'static str {
        if !self.is_council {
            return moves::outward(self.state);
        }
        match self.state {
            ApplicationState::Draft => "Draft",
            ApplicationState::Submitted => "To check",
            ApplicationState::Returned => "Returned",
            ApplicationState::Checking => "Being checked",
            ApplicationState::InterviewDue => "Interview due",
            ApplicationState::Interviewed => "Interviewed",
            ApplicationState::Assessed => "Assessed",
            ApplicationState::Proposed => "Awaiting second",
            ApplicationState::Deferred => "Deferred",
            ApplicationState::Decided => "Decided",
            ApplicationState::Appealed => "Under appeal",
            ApplicationState::Closed => "Closed",
            ApplicationState::Withdrawn => "Withdrawn",
        }
    }

    fn colour(&self) -> &'static str {
        match self.state {
            ApplicationState::Draft => "blue",
            ApplicationState::Returned => "yellow",
            ApplicationState::Withdrawn | ApplicationState::Closed | ApplicationState::Decided => "grey",
            ApplicationState::Appealed if !self.is_council => "grey",
            ApplicationState::Submitted if self.is_council => "blue",
            _ => "purple",
        }
    }
}

/// The titles of every role that any policy knows, by code.
pub(in crate::web) fn role_titles(conn: &mut Conn) -> Result<HashMap<String, String>> {
    let roles = policy::published(conn)?.into_iter().flat_map(|policy| policy.roles);
    Ok(roles.map(|role| (role.code, role.title)).collect())
}

/// What this room answers.
pub fn routes() -> Vec<Route> {
    let mut all = list::routes();
    all.extend(new::routes());
    all.extend(show::routes());
    all.extend(group::routes());
    all.extend(answers::routes());
    all.extend(withdraw::routes());
    all.extend(check::routes());
    all.extend(link::routes());
    all.extend(dbs_request::routes());
    all.extend(review::routes());
    all
}
