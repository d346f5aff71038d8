//! The suitability criteria, version by version: for the council and its panels, and in words anybody may read.

use askama::Template;
use rocket::{Route, State, get, routes};

use crate::domain::criteria::{self, Criteria, Criterion};
use crate::error::{Error, Result};
use crate::types::CriterionKind;
use crate::web::answer::Answer;
use crate::web::app::App;
use crate::web::filters;
use crate::web::guard::Council;
use crate::web::page::Frame;

#[derive(Template)]
#[template(path = "criteria/show.html")]
struct Show {
    frame: Frame,
    shown: Criteria,
    current: bool,
    others: Vec<Criteria>,
}

#[derive(Template)]
#[template(path = "criteria/public.html")]
struct Public {
    frame: Frame,
    shown: Criteria,
}

/// The period of a guideline, in words.
pub(super) fn period(one: &Criterion) -> String {
    match (one.is_never, one.months) {
        (true, _) => "Never by time alone".to_owned(),
        (false, None) => "None".to_owned(),
        (false, Some(months)) if months.is_multiple_of(12) => format!("{} years", months / 12),
        (false, Some(months)) => format!("{months} months"),
    }
}

async fn page(app: &App, frame: Frame, number: Option<i32>) -> Result<Answer> {
    let today = app.clock.today();
    let (mut all, in_force) =
        app.read(move |conn| Ok((criteria::published(conn)?, criteria::in_force(conn, today)?.number))).await?;
    let wanted = number.unwrap_or(in_force);
    let at = all.iter().position(|one| one.number == wanted).ok_or(Error::NotFound)?;
    let shown = all.remove(at);
    let title = number.map_or_else(|| "Criteria".to_owned(), |number| format!("Criteria version {number}"));
    let page = Show { frame: frame.titled(title), current: shown.number == in_force, shown, others: all };
    Answer::page(&page)
}

#[get("/criteria")]
async fn current(_council: Council, app: &State<App>, frame: Frame) -> Result<Answer> {
    page(app, frame, None).await
}

#[get("/criteria/<number>")]
async fn version(_council: Council, app: &State<App>, frame: Frame, number: i32) -> Result<Answer> {
    page(app, frame, Some(number)).await
}

/// What a letter points to: no account is needed to know by what one is judged.
#[get("/criteria/<number>/public")]
async fn public(app: &State<App>, frame: Frame, number: i32) -> Result<Answer> {
    let shown = app.read(move |conn| criteria::version(conn, number)).await?;
    Answer::page(&Public { frame: frame.titled(format!("Suitability criteria, version {number}")), shown })
}

/// What this room answers.
pub fn routes() -> Vec<Route> {
    routes![current, version, public]
}
