//! The officer's part of an application's page: who has it, what the role asks, what the application alone is checked
//! for, and the ways on: take, give away, return, resume.

mod acts;

use chrono::NaiveDate;
use rocket::Route;

use super::steps::{Lack, Next, next, steps};
use crate::domain::application::applicant::Applicant;
use crate::domain::application::checklist::{Reading, Stands, checks};
use crate::domain::application::link::{against, linkable};
use crate::domain::application::moves::{self, Event, after};
use crate::domain::application::trace;
use crate::domain::clearance::{Clearance, Dossier, clearance, dossiers};
use crate::domain::dbs_request::requestable;
use crate::domain::permission::{Act, Subject, Who, may};
use crate::domain::policy::{self, Policy, Requirement};
use crate::domain::{proposal, vault};
use crate::error::Result;
use crate::store::application::{self as store, Application};
use crate::store::dbs::Certificate;
use crate::store::{Conn, dbs_request, interview as interviews, person, register};
use crate::types::{
    ApplicationId, ApplicationKind, ApplicationState, DbsRequestId, InterviewState, Kind, NoteKind, PersonId, Reach,
    Strength, long_date, moment,
};
use crate::web::page::NavItem;
use crate::web::tag::{Tagged, Wanted};

/// What an officer sees of an application beside what its submitter does.
pub struct Panel {
    pub(super) id: ApplicationId,
    pub(super) since: NaiveDate,
    pub(super) owner: String,
    pub(super) person: Option<(PersonId, String)>,
    pub(super) interview: String,
    /// The page of the interview that is arranged, or was the last held.
    pub(super) interview_page: Option<String>,
    /// Why an interview is needed; none where none is.
    pub(super) because: Vec<Lack>,
    pub(super) against: Vec<String>,
    pub(super) next: Next,
    /// Whether the checks are what the application waits for.
    pub(super) is_checking: bool,
    /// Whether nothing more is asked for it.
    pub(super) is_settled: bool,
    pub(super) missing: Vec<Lack>,
    pub(super) tasks: Vec<Task>,
    pub(super) checks: Vec<Line>,
    pub(super) requests: Vec<(DbsRequestId, String)>,
    pub(super) may_take: bool,
    pub(super) may_assign: bool,
    pub(super) may_link: bool,
    pub(super) may_request: bool,
    pub(super) may_return: bool,
    pub(super) steps: Vec<NavItem>,
}

/// One thing the role asks.
pub(super) struct Task {
    pub title: String,
    pub state: Wanted,
    pub note: String,
    pub href: Option<String>,
}

/// One check of the application.
pub(super) struct Line {
    pub title: &'static str,
    pub mark: Option<Mark>,
    pub told: Vec<String>,
}

/// How a check stands, as a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark(Stands);

impl Tagged for Mark {
    fn word(&self) -> &'static str {
        match self.0 {
            Stands::Done => "Checked",
            Stands::Open => "To do",
            Stands::Wrong => "There is a problem",
            Stands::Told => "To know",
        }
    }

    fn colour(&self) -> &'static str {
        match self.0 {
            Stands::Done => "green",
            Stands::Open => "blue",
            Stands::Wrong => "red",
            Stands::Told => "grey",
        }
    }
}

/// The panel of `application`, for whoever checks applications; none for anybody else.
///
/// # Errors
/// The database's.
pub fn panel(conn: &mut Conn, who: &Who, application: &Application, today: NaiveDate) -> Result<Option<Panel>> {
    if may(who, Act::CheckApplications, Subject::Register).is_err() {
        return Ok(None);
    }
    let found = match application.person_id {
        Some(person) => dossiers(conn, &[person])?.pop(),
        None => None,
    };
    let person = match application.person_id {
        Some(id) => Some((id, person::find(conn, id, &Reach::Everyone)?.full_name())),
        None => None,
    };
    let against = match &found {
        Some(dossier) => {
            let others = store::of_person(conn, dossier.person)?.into_iter().filter(|one| one.id != application.id);
            against(dossier, &others.collect::<Vec<_>>(), today)
        }
        None => Vec::new(),
    };
    let policies = policy::published(conn)?;
    let requests = dbs_request::of_application(conn, application.id)?;
    let owner = match application.owner {
        Some(owner) => register::staff_names(conn, &[owner])?.remove(&owner).unwrap_or_default(),
        None => "Nobody".to_owned(),
    };
    let role = application.role.as_str();
    let standing = found.as_ref().map(|dossier| clearance(&policies, role, dossier, today));
    let (applicant, nothing) = (Applicant::of(application), Dossier::default());
    let dossier = found.as_ref().unwrap_or(&nothing);
    let mut lines = Vec::new();
    let lacks = match &found {
        Some(dossier) => proposal::open_among(&policies, &requests, application, dossier, today).stopping,
        None => vec!["Find the applicant on the register, or register them".to_owned()],
    };
    if let Some(policy) = Policy::in_force(&policies, today) {
        let reading = Reading { applicant: &applicant, dossier, policy, role, requests: &requests, today };
        let line = |one: crate::domain::application::checklist::Check| Line {
            title: one.title,
            mark: (one.stands != Stands::Told).then_some(Mark(one.stands)),
            told: one.told,
        };
        lines = checks(&reading).into_iter().map(line).collect();
    }
    let is_open = moves::OPEN.contains(&application.state);
    let asked = Policy::in_force(&policies, today).map(|policy| policy.asked_of(role)).unwrap_or_default();
    let tasks = standing.map(|standing| tasks(application, &standing, &asked)).unwrap_or_default();
    let way = |title: &String| tasks.iter().find(|task| task.title == *title).and_then(|task| task.href.clone());
    let waits = is_open && application.state != ApplicationState::Submitted && application.person_id.is_some();
    let missing: Vec<Lack> = lacks.into_iter().filter(|_| waits).map(|title| (title.clone(), way(&title))).collect();
    let next = next(conn, who, application, found.as_ref(), &missing)?;
    let can = |event| after(application.state, event).is_some();
    let (interview, interview_page) = interview(conn, application)?;
    Ok(Some(Panel {
        id: application.id,
        since: application.state_since,
        owner,
        interview,
        interview_page,
        because: if is_open { because(conn, application, dossier, today)? } else { Vec::new() },
        against,
        steps: steps(conn, who, application, found.as_ref(), &next)?,
        next,
        is_checking: matches!(application.state, ApplicationState::Submitted | ApplicationState::Checking),
        is_settled: !is_open && application.state != ApplicationState::Returned,
        missing,
        tasks,
        checks: lines,
        requests: requests.into_iter().map(|one| (one.id, one.reference)).collect(),
        may_take: can(Event::Take),
        may_assign: is_open,
        may_link: linkable(application).is_ok(),
        may_request: requestable(application.state).is_ok(),
        may_return: can(Event::Return) && application.kind != ApplicationKind::Review,
        person,
    }))
}

/// How the interview stands: when and where the arranged one is, else what came of it; and its page.
fn interview(conn: &mut Conn, application: &Application) -> Result<(String, Option<String>)> {
    let all = interviews::of_application(conn, application.id)?;
    let page = |one: &interviews::Interview| format!("/interviews/{}", one.id);
    if let Some(one) = all.iter().find(|one| one.state == InterviewState::Arranged) {
        return Ok((format!("{}, {}", moment(one.starts_at), one.place), Some(page(one))));
    }
    let held = all.iter().rev().find(|one| one.state == InterviewState::Held);
    let told = match (application.has_trace, application.state, application.interviewed_on) {
        (_, ApplicationState::InterviewDue, _) | (true, _, None) => "Needed: to be arranged".to_owned(),
        (_, _, Some(day)) => format!("Held on {}", long_date(day)),
        (false, _, None) => "Not needed so far".to_owned(),
    };
    Ok((told, held.map(page)))
}

/// Why somebody has to be heard: what they declared, or what a certificate shows. What it says is the vault's.
fn because(conn: &mut Conn, application: &Application, dossier: &Dossier, today: NaiveDate) -> Result<Vec<Lack>> {
    let mut told = Vec::new();
    if application.has_trace && vault::has(conn, application.id, NoteKind::Declaration)? {
        let href = format!("/applications/{}/vault", application.id);
        told.push(("The applicant declared something by their own link".to_owned(), Some(href)));
    }
    let about = |one: &Certificate| Some(one.id) == application.certificate_id && one.has_trace;
    if trace::undecided(dossier, today).is_some() || dossier.certificates.iter().any(about) {
        told.push(("The certificate shows something".to_owned(), None));
    }
    Ok(told)
}

/// What the role asks, with the way to the form of each. A decision is nobody's to record here.
fn tasks(application: &Application, standing: &Clearance, asked: &[&Requirement]) -> Vec<Task> {
    let is_hard = |code: &str| asked.iter().any(|one| one.code == code && one.strength == Strength::Hard);
    let decided = |kind| matches!(kind, Kind::Approval | Kind::Suitability | Kind::MinimumAge | Kind::BulletinsRead);
    let items = standing.items.iter().filter(|item| !decided(item.kind));
    let task = |item: &crate::domain::clearance::Item| Task {
        title: item.title.clone(),
        state: Wanted { state: item.state, stops: is_hard(&item.code) },
        note: item.note.clone(),
        href: application.person_id.map(|person| {
            let (code, role, id) = (&item.code, &application.role, application.id);
            format!("/people/{person}/evidence/new?requirement={code}&role={role}&application={id}")
        }),
    };
    items.map(task).collect()
}

/// What this room answers.
pub fn routes() -> Vec<Route> {
    acts::routes()
}
