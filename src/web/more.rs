//! The navigation, and the page that holds what has no place in it.

use askama::Template;
use rocket::{Route, get, routes};

use crate::domain::permission::{Act, Subject, Who, may};
use crate::error::{Error, Result};
use crate::types::Access;
use crate::web::answer::Answer;
use crate::web::guard::Council;
use crate::web::page::{Frame, NavItem};

/// More links than this do not fit beside each other.
const FITS: usize = 7;
/// The pages under "More": what is not in the navigation of somebody who has more links than fit.
const MORE: &[&str] = &[
    "/tasks",
    "/interviews",
    "/badges",
    "/badge-requests",
    "/badge-batches",
    "/appeals",
    "/bulletins",
    "/concerns",
    "/verify",
    "/update-service",
    "/dbs-requests",
    "/outbox",
    "/imports",
    "/retention",
    "/policy",
    "/criteria",
    "/jobs",
    "/users",
];

/// A part of the service.
struct Part {
    text: &'static str,
    href: &'static str,
    /// What one finds there, in a line.
    about: &'static str,
    /// Whether it always stands in the navigation.
    first: bool,
    covers: &'static [&'static str],
    shown: bool,
}

fn part(text: &'static str, href: &'static str, about: &'static str, shown: bool) -> Part {
    Part { text, href, about, first: false, covers: &[], shown }
}

fn first(text: &'static str, href: &'static str, covers: &'static [&'static str], shown: bool) -> Part {
    Part { text, href, about: "", first: true, covers, shown }
}

/// The parts of the service that `who` may see, in order.
fn parts(who: &Who) -> Vec<Part> {
    let own = !who.is_staff() && !who.firms().is_empty();
    let can = |act| may(who, act, Subject::Register).is_ok();
    let team = who.has(Access::Officer) || who.has(Access::DecisionMaker);
    let all = vec![
        first("Today", "/", &["/queues"], can(Act::WorkQueues)),
        first("Home", "/", &[], own),
        first("People", "/people", &[], who.is_staff() || own),
        first("Applications", "/applications", &["/proposals"], can(Act::Apply)),
        first("Contractors", "/contractors", &[], who.is_staff()),
        first("Training", "/training", &["/courses"], can(Act::BookTraining)),
        first("Reports", "/reports/funnel", &["/reports"], can(Act::ViewFunnel)),
        part("Tasks", "/tasks", "What the register asks somebody to do", can(Act::WorkQueues)),
        part("Interviews", "/interviews", "Those to come, and notes to write", who.has(Access::PanelMember) || team),
        part("Badges", "/badges", "Those issued, asked for and given back", who.is_staff() || own),
        part("Appeals", "/appeals", "Those that are open, with their days", can(Act::DecideAppeal) || team),
        part("Bulletins", "/bulletins", "Safeguarding bulletins, and who has read them", can(Act::ViewBulletins)),
        part("Concerns", "/concerns", "What the public wrote about a badge", can(Act::WorkQueues)),
        part("Badges offline", "/verify", "Checking badges without a connection", can(Act::CheckOffline)),
        part("DBS applications", "/dbs-requests", "Those on their way", can(Act::CheckApplications)),
        part(
            "Update Service",
            "/update-service",
            "Whose certificate to check, and what came of it",
            can(Act::WorkQueues),
        ),
        part("Letters", "/outbox", "Letters sent, waiting and failed", can(Act::ViewOutbox)),
        part("Imports", "/imports", "Registers brought in from a file", can(Act::Import)),
        part("Retention", "/retention", "Cases whose notes are due to be destroyed", team),
        part("Policy", "/policy", "What is asked of each role", can(Act::ViewPolicy)),
        part("Criteria", "/criteria", "What cases are assessed against", can(Act::ViewPolicy)),
        part("Jobs", "/jobs", "What runs by itself", can(Act::ViewJobs)),
        part("Users", "/users", "Who may sign in, and what they may do", can(Act::ManageUsers)),
    ];
    all.into_iter().filter(|part| part.shown).collect()
}

/// The links at the top of each page of `who`'s: all of them when they fit, or the first and "More".
pub(super) fn nav(who: &Who) -> Vec<NavItem> {
    let parts = parts(who);
    let fits = parts.len() <= FITS;
    let link = |part: &Part| NavItem::new(part.text, part.href).covering(part.covers);
    let mut links: Vec<NavItem> = parts.iter().filter(|part| fits || part.first).map(link).collect();
    if !fits {
        links.push(NavItem::new("More", "/more").covering(MORE));
    }
    links
}

#[derive(Template)]
#[template(path = "more/show.html")]
struct More {
    frame: Frame,
    parts: Vec<Part>,
}

#[get("/more")]
fn more(council: Council, frame: Frame) -> Result<Answer> {
    let parts: Vec<Part> = parts(&council).into_iter().filter(|part| !part.first).collect();
    if parts.is_empty() {
        return Err(Error::NotFound);
    }
    Answer::page(&More { frame: frame.titled("More"), parts })
}

/// What this room answers.
pub fn routes() -> Vec<Route> {
    routes![more]
}
