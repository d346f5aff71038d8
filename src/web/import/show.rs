//! How far an import is, what became of it, and the report to mend.

use askama::Template;
use rocket::http::{ContentType, Header};
use rocket::{Responder, Route, State, get, routes};

use crate::domain::import::{apply, write_kept_report};
use crate::error::Result;
use crate::store::import::{self as store, Import, RowProblem};
use crate::store::user;
use crate::types::{ImportId, ImportState, UserId};
use crate::web::answer::{Download, cut, path};
use crate::web::app::App;
use crate::web::filters;
use crate::web::guard::Officer;
use crate::web::page::{Frame, Page};

const PAGE: i64 = 50;
/// Problems read at a time for the report.
const BATCH: i64 = 5000;

#[derive(Template)]
#[template(path = "import/show.html")]
struct Show {
    frame: Frame,
    import: Import,
    by: String,
    problems: Vec<RowProblem>,
    continued: bool,
    first: Option<String>,
    next: Option<String>,
}

impl Show {
    fn percent(&self) -> i64 {
        if self.import.rows_total == 0 { 100 } else { self.import.rows_seen * 100 / self.import.rows_total }
    }
}

/// A page that asks for itself again while there is something to wait for.
#[derive(Responder)]
enum Moving {
    Still(Page),
    Again(Page, Header<'static>),
}

#[get("/imports/<id>?<after>")]
async fn show(_officer: Officer, app: &State<App>, frame: Frame, id: ImportId, after: Option<i64>) -> Result<Moving> {
    let now = app.clock.now();
    let (import, by, mut problems) = app
        .read(move |conn| {
            let import = apply::as_of(store::find(conn, id)?, now);
            let by = match import.started_by {
                UserId::SYSTEM => "The command line".to_owned(),
                user => user::find(conn, user)?.name,
            };
            let problems = store::problems(conn, id, after.unwrap_or(0), PAGE + 1)?;
            Ok((import, by, problems))
        })
        .await?;
    let more = cut(&mut problems, PAGE);
    let here = format!("/imports/{id}");
    let last = problems.last().filter(|_| more).map(|problem| problem.id.to_string());
    let running = import.state == ImportState::Running;
    let title = format!("Import {id}");
    let page = Page::show(&Show {
        frame: frame.titled(if after.is_some() { format!("{title} (continued)") } else { title }),
        import,
        by,
        problems,
        continued: after.is_some(),
        first: after.map(|_| here.clone()),
        next: last.map(|last| path(&here, &[("after", Some(last))])),
    })?;
    Ok(if running { Moving::Again(page, Header::new("Refresh", "3")) } else { Moving::Still(page) })
}

#[get("/imports/<id>/report.csv")]
async fn report(_officer: Officer, app: &State<App>, id: ImportId) -> Result<Download> {
    let body = app
        .read(move |conn| {
            let import = store::find(conn, id)?;
            let mut problems: Vec<RowProblem> = Vec::new();
            loop {
                let after = problems.last().map_or(0, |problem| problem.id);
                let batch = store::problems(conn, id, after, BATCH)?;
                let end = i64::try_from(batch.len()).unwrap_or(0) < BATCH;
                problems.extend(batch);
                if end {
                    break;
                }
            }
            let mut file = Vec::new();
            write_kept_report(&mut file, &import, &problems)?;
            Ok(file)
        })
        .await?;
    Ok(Download::new(&format!("import-{id}-to-mend.csv"), ContentType::CSV, body))
}

pub(super) fn routes() -> Vec<Route> {
    routes![show, report]
}
