//! The team's tasks: what a machine or a firm could not settle.

use std::collections::HashMap;

use askama::Template;
use chrono::NaiveDate;
use rocket::{Route, State, get, post, routes};

use crate::domain::policy::{self, Policy};
use crate::domain::task;
use crate::error::{Error, Result};
use crate::store::task::{self as store, Task};
use crate::store::today::{CAP, waivers_to_clean_up};
use crate::store::{Conn, contractor, outbox, person, queue, user};
use crate::types::{ApplicationId, ContractorId, OutboxId, PersonId, TaskId, TaskState, UserId, WaiverId};
use crate::web::answer::{Answer, cut, path};
use crate::web::app::App;
use crate::web::filters;
use crate::web::form::{Choice, Typed};
use crate::web::guard::Officer;
use crate::web::page::{Frame, NavItem};

const PAGE: i64 = 50;

/// A queue's name.
pub fn kind_title(kind: &str) -> String {
    match kind {
        "escalation" => "Contractors who have not answered".to_owned(),
        "bounced_letter" => "Letters that came back".to_owned(),
        "failed_letter" => "Letters given up".to_owned(),
        "unwritten_letter" => "Firms to be told by telephone".to_owned(),
        "no_address" => "Contractors without an email address".to_owned(),
        "data_check" => "Details to compare with the certificate".to_owned(),
        "trace_without_decision" => "Certificates to be decided about".to_owned(),
        "new_certificate" => "New certificates to ask for".to_owned(),
        "check_circuit" | "status_checks_late" => "The Update Service watch".to_owned(),
        "join_window_lost" => "Certificates not joined in time".to_owned(),
        "review" => "Reviews opened because of a certificate".to_owned(),
        "late_trace" => "News after an interview".to_owned(),
        "slow_application" => "Applications that stand still".to_owned(),
        "letter_to_post" => "Letters to print and post".to_owned(),
        "subject_access" => "Copies of all that is held to be made".to_owned(),
        "erasure" => "Erasures to be confirmed".to_owned(),
        "refused_at_work" => "Refused for good, and still engaged".to_owned(),
        "badge_to_return" => "Badges to get back".to_owned(),
        "concern" => "Concerns of the public".to_owned(),
        "possible_duplicate" => "People who may be on the register twice".to_owned(),
        other => {
            let words = other.replace('_', " ");
            let mut letters = words.chars();
            letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
        }
    }
}

/// The page of what a task is about.
fn subject(task: &Task) -> Option<String> {
    if task.kind == "data_check" {
        return Some(format!("/people/{}/update-service", task.subject_id));
    }
    let room = match task.subject_kind.as_str() {
        "circuit" => return Some("/update-service".to_owned()),
        "person" => "people",
        "contractor" => "contractors",
        "outbox" | "letter" => "outbox",
        "fuse" => "retention",
        "import" => "imports",
        "concern" => "concerns",
        "application" => "applications",
        _ => return None,
    };
    Some(format!("/{room}/{}", task.subject_id))
}

/// The page on which a task is worked, where it is not its subject's own.
fn work(task: &Task) -> Option<(String, &'static str)> {
    match task.kind.as_str() {
        "possible_duplicate" => {
            let twin: PersonId = task.dedup_key.split(':').nth(1)?.parse().ok()?;
            (twin.0 != task.subject_id)
                .then(|| (format!("/people/{twin}/merge/{}", task.subject_id), "Compare the two"))
        }
        "erasure" => Some((format!("/people/{}/erasure", task.subject_id), "Confirm or withdraw it")),
        _ => None,
    }
}

/// What each task is about, by name: a person, a firm, or the firm and address of a letter.
pub(super) fn names(conn: &mut Conn, tasks: &[Task]) -> Result<HashMap<TaskId, String>> {
    let ids =
        |kind: &'static str| tasks.iter().filter(move |task| task.subject_kind == kind).map(|task| task.subject_id);
    let people: Vec<PersonId> = ids("person").map(PersonId).collect();
    let letters = outbox::by_ids(conn, &ids("outbox").map(OutboxId).collect::<Vec<_>>())?;
    let firms: Vec<ContractorId> =
        ids("contractor").map(ContractorId).chain(letters.iter().filter_map(|row| row.contractor_id)).collect();
    let firms: HashMap<ContractorId, String> =
        contractor::by_ids(conn, &firms)?.into_iter().map(|firm| (firm.id, firm.name)).collect();
    let mut names: HashMap<(&str, i64), String> = HashMap::new();
    names.extend(person::by_ids(conn, &people)?.into_iter().map(|one| (("person", one.id.0), one.full_name())));
    names.extend(firms.iter().map(|(id, name)| (("contractor", id.0), name.clone())));
    names.extend(letters.into_iter().map(|row| {
        let firm = row.contractor_id.and_then(|id| firms.get(&id));
        (("outbox", row.id.0), firm.map_or_else(|| row.to_email.clone(), |name| format!("{name}, {}", row.to_email)))
    }));
    names.extend(applications(conn, &ids("application").map(ApplicationId).collect::<Vec<_>>())?);
    let named = |task: &Task| Some((task.id, names.get(&(task.subject_kind.as_str(), task.subject_id))?.clone()));
    Ok(tasks.iter().filter_map(named).collect())
}

/// What each application is called: its reference, whose it is, and the firm.
fn applications(conn: &mut Conn, ids: &[ApplicationId]) -> Result<Vec<((&'static str, i64), String)>> {
    let rows = queue::by_ids(conn, ids)?;
    let told = |row: queue::Line| {
        let parts = [row.reference.clone(), row.full_name(), row.firm.clone().unwrap_or_default()];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        (("application", row.id.0), parts.join(", "))
    };
    Ok(rows.into_iter().map(told).collect())
}

struct Line {
    href: Option<String>,
    task: Task,
    title: String,
    about: String,
}

#[derive(Template)]
#[template(path = "task/list.html")]
struct List {
    frame: Frame,
    form: Typed,
    kinds: Vec<Choice>,
    chosen: Vec<NavItem>,
    lines: Vec<Line>,
    today: NaiveDate,
    first: Option<String>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "task/show.html")]
struct Show<'a> {
    frame: Frame,
    form: &'a Typed,
    task: &'a Task,
    title: String,
    subject: Option<String>,
    work: Option<(String, &'static str)>,
    closed_by: String,
    today: NaiveDate,
}

struct Waived {
    person: PersonId,
    name: String,
    role: String,
    title: String,
    ends_on: NaiveDate,
}

#[derive(Template)]
#[template(path = "task/waivers.html")]
struct Waivers {
    frame: Frame,
    lines: Vec<Waived>,
    today: NaiveDate,
    first: Option<String>,
    next: Option<String>,
}

#[get("/tasks?<kind>&<after>")]
async fn list(
    _officer: Officer,
    app: &State<App>,
    frame: Frame,
    kind: Option<String>,
    after: Option<i64>,
) -> Result<Answer> {
    let after = after.map(TaskId);
    let today = app.clock.today();
    let kind = kind.filter(|kind| !kind.is_empty());
    let wanted = kind.clone();
    let (mut tasks, queues, mut about) = app
        .read(move |conn| {
            let after = after.map(|id| store::find(conn, id)).transpose()?.map(|task| (task.due_on, task.id));
            let tasks = store::open_ones(conn, wanted.as_deref(), after, PAGE + 1)?;
            let about = names(conn, &tasks)?;
            Ok((tasks, store::queues(conn, CAP + 1)?, about))
        })
        .await?;
    let more = cut(&mut tasks, PAGE);
    let next = tasks.last().filter(|_| more).map(|last| last.id.to_string());
    let page = List {
        frame: frame.titled(if after.is_some() { "Tasks (continued)" } else { "Tasks" }),
        form: kind.iter().fold(Typed::default(), |form, kind| form.with("kind", kind)),
        kinds: queues.into_iter().map(|queue| Choice::new(&queue.kind, kind_title(&queue.kind))).collect(),
        chosen: kind.iter().map(|kind| NavItem::new(kind_title(kind), "/tasks")).collect(),
        lines: tasks
            .into_iter()
            .map(|task| Line {
                href: subject(&task).filter(|_| task.subject_kind == "application"),
                title: kind_title(&task.kind),
                about: about.remove(&task.id).unwrap_or_default(),
                task,
            })
            .collect(),
        today,
        first: after.map(|_| path("/tasks", &[("kind", kind.clone())])),
        next: next.map(|id| path("/tasks", &[("kind", kind), ("after", Some(id))])),
    };
    Answer::page(&page)
}

async fn show_page(app: &App, frame: Frame, id: TaskId, form: &Typed) -> Result<Answer> {
    let (task, closed_by) = app
        .read(move |conn| {
            let task = store::find(conn, id)?;
            let by = task.closed_by.filter(|by| *by != UserId::SYSTEM);
            let by = by.map(|by| user::find(conn, by)).transpose()?;
            Ok((task, by.map_or_else(|| "Chaperone".to_owned(), |by| by.name)))
        })
        .await?;
    let page = Show {
        frame: frame.titled("Task").with_faults(form),
        form,
        title: kind_title(&task.kind),
        subject: subject(&task),
        work: work(&task).filter(|_| task.state == TaskState::Open),
        closed_by,
        task: &task,
        today: app.clock.today(),
    };
    Answer::form(&page, form.is_good())
}

#[get("/tasks/<id>")]
async fn show(_officer: Officer, app: &State<App>, frame: Frame, id: TaskId) -> Result<Answer> {
    show_page(app, frame, id, &Typed::default()).await
}

#[post("/tasks/<id>/close", data = "<form>")]
async fn close(officer: Officer, app: &State<App>, frame: Frame, id: TaskId, mut form: Typed) -> Result<Answer> {
    let reason = form.text("reason").to_owned();
    let who = officer.clone();
    match app.act(officer.user, move |tx| task::close(tx, &who, id, &reason)).await {
        Ok(()) => Ok(Answer::done("/tasks".into(), "The task is closed")),
        Err(Error::Invalid(faults)) => {
            form.refuse_all(faults);
            show_page(app, frame, id, &form).await
        }
        Err(other) => Err(other),
    }
}

#[get("/tasks/waivers?<after>")]
async fn waivers(_officer: Officer, app: &State<App>, frame: Frame, after: Option<i64>) -> Result<Answer> {
    let after = after.map(WaiverId);
    let today = app.clock.today();
    let (mut rows, policies) = app
        .read(move |conn| Ok((waivers_to_clean_up(conn, today, after, PAGE + 1)?, policy::published(conn)?)))
        .await?;
    let more = cut(&mut rows, PAGE);
    let next = rows.last().filter(|_| more).map(|last| last.id.to_string());
    let policy = Policy::in_force(&policies, today);
    let asked = |role: &str, code: &str| {
        policy.and_then(|p| p.requirements.iter().find(|asked| asked.role == role && asked.code == code))
    };
    let lines = rows.into_iter().map(|row| Waived {
        person: row.person_id,
        name: format!("{} {}", row.forename, row.surname).trim().to_owned(),
        title: asked(&row.role, &row.requirement).map_or(row.requirement, |asked| asked.title.clone()),
        role: policy.and_then(|p| p.role(&row.role)).map_or(row.role, |role| role.title.clone()),
        ends_on: row.ends_on,
    });
    let title = "Waivers from the imported register";
    let page = Waivers {
        frame: frame.titled(if after.is_some() { format!("{title} (continued)") } else { title.into() }),
        lines: lines.collect(),
        today,
        first: after.map(|_| "/tasks/waivers".to_owned()),
        next: next.map(|id| path("/tasks/waivers", &[("after", Some(id))])),
    };
    Answer::page(&page)
}

/// What this room answers.
pub fn routes() -> Vec<Route> {
    routes![list, waivers, show, close]
}
