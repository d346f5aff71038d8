//! What comes next for an application, as links for the transport team: interview, assessment, decision, appeal.

use crate::domain::appeal::{self, appealable};
use crate::domain::permission::{Act, Subject, Who, may};
use crate::error::{Error, Result};
use crate::store::application::Application;
use crate::store::{Conn, appeal as appeals, assessment, proposal};
use crate::types::ApplicationState::{Assessed, Checking, InterviewDue, Interviewed};
use crate::web::page::NavItem;

/// The ways on from where the application is, the next step first.
pub(super) fn steps(conn: &mut Conn, who: &Who, application: &Application) -> Result<Vec<NavItem>> {
    let (id, state) = (application.id, application.state);
    let decides = may(who, Act::Propose, Subject::Register).is_ok();
    let mut steps = Vec::new();
    let mut add = |shown: bool, text: &str, href: String| {
        if shown {
            steps.push(NavItem::new(text, href));
        }
    };
    add(state == InterviewDue, "Arrange the interview", format!("/applications/{id}/interviews/new"));
    add(state == Interviewed, "Record the assessment", format!("/applications/{id}/assessment"));
    let ready = match state {
        Assessed => true,
        Checking if application.has_trace => assessment::latest(conn, id)?.is_some(),
        Checking => application.person_id.is_some(),
        _ => false,
    };
    add(ready && decides, "Propose a decision", format!("/applications/{id}/proposal"));
    let open = match appealable(conn, application) {
        Ok(_) => true,
        Err(Error::Conflict(_)) => false,
        Err(other) => return Err(other),
    };
    add(open, "Record an appeal", format!("/applications/{id}/appeal"));
    for one in appeals::of_application(conn, id)?.iter().rev() {
        add(true, &format!("Appeal {}: {}", one.id, appeal::standing(one)), format!("/appeals/{}", one.id));
    }
    for paper in proposal::of_application(conn, id)?.iter().rev() {
        let title = crate::domain::proposal::title(paper.outcome);
        add(true, &format!("Decision paper {}: {title}", paper.id), format!("/proposals/{}", paper.id));
    }
    let assessed = state != Interviewed && assessment::latest(conn, id)?.is_some();
    add(assessed, "Assessment", format!("/applications/{id}/assessment"));
    Ok(steps)
}
