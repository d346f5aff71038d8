//! Imports: a register file is uploaded, its columns settled, and the rows taken while anybody may leave the page.

mod map;
mod show;
mod upload;
mod waiting;

use askama::Template;
use rocket::{Route, State, get, routes};

use crate::domain::import::{ColumnMap, apply};
use crate::domain::submission;
use crate::error::Result;
use crate::store::import::{self as store, Import};
use crate::store::migrate;
use crate::types::{ImportId, UserId};
use crate::web::answer::{Answer, cut, path};
use crate::web::app::App;
use crate::web::filters;
use crate::web::guard::Officer;
use crate::web::page::Frame;
use waiting::File;

const PAGE: i64 = 50;
const BEGUN: &str = "The import has begun";

#[derive(Template)]
#[template(path = "import/list.html")]
struct List {
    frame: Frame,
    imports: Vec<Import>,
    first: Option<String>,
    next: Option<String>,
}

#[get("/imports?<before>")]
async fn list(_officer: Officer, app: &State<App>, frame: Frame, before: Option<i64>) -> Result<Answer> {
    let mut imports = app.read(move |conn| store::list(conn, before.map(ImportId), PAGE + 1)).await?;
    let more = cut(&mut imports, PAGE);
    let now = app.clock.now();
    let last = imports.last().filter(|_| more).map(|import| import.id.to_string());
    let page = List {
        frame: frame.titled(if before.is_some() { "Imports (continued)" } else { "Imports" }),
        imports: imports.into_iter().map(|import| apply::as_of(import, now)).collect(),
        first: before.map(|_| "/imports".to_owned()),
        next: last.map(|last| path("/imports", &[("before", Some(last))])),
    };
    Answer::page(&page)
}

/// Begins the import of a read file, once for each `key`, and leaves it to a thread of its own; what becomes of it is
/// kept on the import. Answers the import's page.
async fn begin(app: &App, user: UserId, key: String, file: File, map: ColumnMap) -> Result<String> {
    let File { name, dry_run, sheet } = file;
    let (to, begun, sheet) = app
        .act_if_needed(user, move |tx| {
            let mut begun = None;
            let to = submission::once(tx, &key, |tx| {
                let import = apply::begin_in(tx, apply::Order { file_name: &name, dry_run, by: user }, &sheet)?;
                waiting::drop(tx, &key)?;
                let to = format!("/imports/{}", import.id);
                begun = Some(import);
                Ok(to)
            })?;
            Ok((to, begun, sheet))
        })
        .await?;
    if let Some(import) = begun {
        let (id, app) = (import.id, app.clone());
        tokio::task::spawn_blocking(move || {
            let done = apply::apply(&app.db, &app.clock, import, &sheet, &map, |_| {});
            if let Err(error) = done.and_then(|_| migrate::settle(&app.db)) {
                tracing::error!(import = id.0, error = %error, "an import stopped");
            }
        });
    }
    Ok(to)
}

/// What this room answers.
pub fn routes() -> Vec<Route> {
    let mut all = routes![list];
    all.extend(upload::routes());
    all.extend(map::routes());
    all.extend(show::routes());
    all
}
