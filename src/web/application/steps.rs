//! What comes next for an application: the one thing it waits for, and the other ways on for the transport team.

use crate::domain::appeal::{self, appealable};
use crate::domain::clearance::Dossier;
use crate::domain::permission::{Act, Subject, Who, may};
use crate::domain::proposal as papers;
use crate::error::{Error, Result};
use crate::store::application::Application;
use crate::store::{Conn, appeal as appeals, assessment, interview, proposal};
use crate::types::ApplicationState::{
    Appealed, Assessed, Checking, Closed, Decided, Deferred, Draft, InterviewDue, Interviewed, Proposed, Returned,
    Submitted, Withdrawn,
};
use crate::types::{InterviewState, ProposalState, long_date, moment};
use crate::web::page::NavItem;

/// What an application waits for.
pub(super) struct Next {
    /// In a sentence.
    pub told: String,
    /// The way to do it, for whoever looks.
    pub way: Option<NavItem>,
}

/// Something missing, and where it is recorded.
pub(super) type Lack = (String, Option<String>);

/// What the application waits for, given what is missing before a decision can be proposed.
pub(super) fn next(
    conn: &mut Conn,
    who: &Who,
    application: &Application,
    dossier: Option<&Dossier>,
    lacks: &[Lack],
) -> Result<Next> {
    let (id, state) = (application.id, application.state);
    let decides = may(who, Act::Propose, Subject::Register).is_ok();
    let at = |path: &str| format!("/applications/{id}/{path}");
    let propose = || decides.then(|| NavItem::new("Propose a decision", at("proposal")));
    let said = |told: &str, way: Option<NavItem>| Next { told: told.to_owned(), way };
    Ok(match state {
        Draft => said("It has not been sent in yet.", None),
        Submitted => said("Nobody has taken it up yet.", None),
        Returned => said("It is with whoever sent it, to be put right and sent again.", None),
        Checking if application.person_id.is_none() => said(
            "Say who the applicant is: find them on the register, or register them.",
            Some(NavItem::new("Find or register the person", at("link"))),
        ),
        Checking if !lacks.is_empty() => {
            let first = lacks.iter().find_map(|(title, href)| Some((title, href.as_ref()?)));
            let way = first.map(|(title, href)| NavItem::new(format!("Record: {title}"), href));
            said("Record what is missing. A decision can be proposed then.", way)
        }
        Checking => match unready(conn, application, dossier)? {
            None => said("Nothing is missing: a decision maker can propose a decision.", propose()),
            Some(_) if application.interviewed_on.is_none() => said("Interview to be held.", None),
            Some(why) => Next { told: format!("Assessment to be made. {why}"), way: None },
        },
        InterviewDue => {
            let all = interview::of_application(conn, id)?;
            match all.into_iter().find(|one| one.state == InterviewState::Arranged) {
                Some(one) => Next {
                    told: format!("Interview to be held: on {}, {}.", moment(one.starts_at), one.place),
                    way: Some(NavItem::new("Open the interview", format!("/interviews/{}", one.id))),
                },
                None => said(
                    "Interview to be held: the applicant has to be heard before anything is decided.",
                    Some(NavItem::new("Arrange the interview", at("interviews/new"))),
                ),
            }
        }
        Interviewed => said(
            "Assessment to be made: the interview was held. Record the findings against the criteria.",
            Some(NavItem::new("Record the assessment", at("assessment"))),
        ),
        Assessed => match unready(conn, application, dossier)? {
            None => said("A decision maker proposes a decision.", propose()),
            Some(why) => Next { told: why, way: None },
        },
        Proposed => {
            let open = proposal::of_application(conn, id)?.into_iter().find(|one| one.state == ProposalState::Open);
            let way = open.map(|one| NavItem::new("Read the decision paper", format!("/proposals/{}", one.id)));
            said("A second decision maker agrees to the decision, or sends it back.", way)
        }
        Deferred => said(
            "The decision waits for something that was asked for.",
            Some(NavItem::new("Take it up again", at("resume"))),
        ),
        Decided => {
            let last = proposal::of_application(conn, id)?.into_iter().filter_map(|one| one.appeal_by).max();
            match last {
                Some(day) => said(&format!("Nothing, unless an appeal comes: it may until {}.", long_date(day)), None),
                None => said("Nothing more.", None),
            }
        }
        Appealed => {
            let open = appeals::of_application(conn, id)?.into_iter().rev().find(appeal::is_open);
            let way = open.map(|one| NavItem::new("Open the appeal", format!("/appeals/{}", one.id)));
            said("The appeal is under way. The decision stands until it is settled.", way)
        }
        Closed | Withdrawn => said("Nothing more.", None),
    })
}

/// Why no outcome can be proposed yet; none when one can.
fn unready(conn: &mut Conn, application: &Application, dossier: Option<&Dossier>) -> Result<Option<String>> {
    let Some(dossier) = dossier else { return Ok(Some("Nobody has said who the applicant is.".to_owned())) };
    match papers::ready(conn, application, dossier) {
        Ok(()) => Ok(None),
        Err(Error::Conflict(why)) => Ok(Some(why.to_string())),
        Err(other) => Err(other),
    }
}

/// The ways on beside the `next` one, the newest paper first.
pub(super) fn steps(
    conn: &mut Conn,
    who: &Who,
    application: &Application,
    dossier: Option<&Dossier>,
    next: &Next,
) -> Result<Vec<NavItem>> {
    let (id, state) = (application.id, application.state);
    let mut steps: Vec<NavItem> = Vec::new();
    let mut add = |shown: bool, text: &str, href: String| {
        if shown && next.way.as_ref().is_none_or(|way| way.href != href) {
            steps.push(NavItem::new(text, href));
        }
    };
    // A refusal or a deferral waits for no papers.
    let proposes = may(who, Act::Propose, Subject::Register).is_ok() && unready(conn, application, dossier)?.is_none();
    add(proposes, "Propose a decision", format!("/applications/{id}/proposal"));
    let heard = state == Checking && application.interviewed_on.is_some();
    add(heard, "Interview them again", format!("/applications/{id}/interview-again"));
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
        let title = papers::title(paper.outcome);
        add(true, &format!("Decision paper {}: {title}", paper.id), format!("/proposals/{}", paper.id));
    }
    let assessed = state != Interviewed && assessment::latest(conn, id)?.is_some();
    add(assessed, "Assessment", format!("/applications/{id}/assessment"));
    for one in interview::of_application(conn, id)?.iter().rev() {
        let on = moment(one.starts_at);
        add(one.state != InterviewState::Cancelled, &format!("Interview of {on}"), format!("/interviews/{}", one.id));
    }
    Ok(steps)
}
