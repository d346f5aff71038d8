//! What runs by itself, for admins: how each job does, its history, and a run now.

use askama::Template;
use rocket::{Route, State, get, post, routes};

use crate::domain::job::{self, JobHealth};
use crate::error::{Error, Result};
use crate::store::job::{self as store, Run};
use crate::types::{At, JobRunId};
use crate::web::answer::{Answer, cut, path};
use crate::web::app::App;
use crate::web::filters;
use crate::web::form::Typed;
use crate::web::guard::Admin;
use crate::web::page::Frame;

const PAGE: i64 = 50;

#[derive(Template)]
#[template(path = "job/list.html")]
struct List {
    frame: Frame,
    jobs: Vec<JobHealth>,
    red: bool,
}

#[derive(Template)]
#[template(path = "job/show.html")]
struct Show {
    frame: Frame,
    job: JobHealth,
    asked: bool,
    runs: Vec<Run>,
    continued: bool,
    first: Option<String>,
    next: Option<String>,
}

fn took(run: &Run) -> String {
    let seconds = |end: At| end.since(run.started_at).num_seconds().max(0);
    match run.finished_at.map(seconds) {
        None => String::new(),
        Some(seconds) if seconds < 60 => format!("{seconds} s"),
        Some(seconds) => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

#[get("/jobs")]
async fn list(_admin: Admin, app: &State<App>, frame: Frame) -> Result<Answer> {
    let now = app.clock.now();
    let jobs = app.read(move |conn| job::health(conn, now)).await?;
    let red = jobs.iter().any(JobHealth::is_red);
    Answer::page(&List { frame: frame.titled("Jobs"), jobs, red })
}

#[get("/jobs/<name>?<before>")]
async fn show(_admin: Admin, app: &State<App>, frame: Frame, name: &str, before: Option<i64>) -> Result<Answer> {
    let (now, name) = (app.clock.now(), name.to_owned());
    let before = before.map(JobRunId);
    let (job, asked, mut runs) = app
        .read(move |conn| {
            let job = job::health(conn, now)?.into_iter().find(|job| job.beat.name == name).ok_or(Error::NotFound)?;
            Ok((job, store::is_requested(conn, &name)?, store::history(conn, &name, before, PAGE + 1)?))
        })
        .await?;
    let more = cut(&mut runs, PAGE);
    let here = format!("/jobs/{}", job.beat.name);
    let last = runs.last().filter(|_| more).map(|run| run.id.to_string());
    let title = format!("Job {}", job.beat.name);
    let page = Show {
        frame: frame.titled(if before.is_some() { format!("{title} (continued)") } else { title }),
        asked,
        runs,
        continued: before.is_some(),
        first: before.map(|_| here.clone()),
        next: last.map(|last| path(&here, &[("before", Some(last))])),
        job,
    };
    Answer::page(&page)
}

#[post("/jobs/<name>/run", data = "<_form>")]
async fn run(admin: Admin, app: &State<App>, name: &str, _form: Typed) -> Result<Answer> {
    let (who, job) = (admin.clone(), name.to_owned());
    let page = format!("/jobs/{name}");
    let asked = app.act_if_needed(admin.user, move |tx| job::request(tx, &who, &job)).await?;
    Ok(Answer::done(page, if asked { "A worker will run it within a minute" } else { "A run was asked for already" }))
}

/// What this room answers.
pub fn routes() -> Vec<Route> {
    routes![list, show, run]
}
