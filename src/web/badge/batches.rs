//! The orders of many badges: who asked, when, and how far each is.

use askama::Template;
use rocket::{Route, State, get, routes};

use super::batch::asker;
use crate::domain::permission::{Act, Subject, may};
use crate::error::Result;
use crate::store::badge_batch::{self as store, Batch};
use crate::types::BatchId;
use crate::web::answer::{Answer, cut, path};
use crate::web::app::App;
use crate::web::filters;
use crate::web::form::{Choice, Typed};
use crate::web::page::{Frame, NavItem};
use crate::web::person::Reader;

const PAGE: i64 = 50;
const BASE: &str = "/badge-batches";
/// What the list can be narrowed to: the word in the address, and on the page.
const STATES: [(&str, &str); 2] = [("open", "Being issued"), ("done", "Ended")];

struct Row {
    batch: Batch,
    by: String,
}

impl Row {
    fn waiting(&self) -> i32 {
        self.batch.total - self.batch.issued - self.batch.refused
    }
}

#[derive(Template)]
#[template(path = "badge/batches.html")]
struct List {
    frame: Frame,
    form: Typed,
    states: Vec<Choice>,
    chosen: Vec<NavItem>,
    rows: Vec<Row>,
    /// Whether each order's own page is open to the reader.
    team: bool,
    first: Option<String>,
    next: Option<String>,
}

#[get("/badge-batches?<state>&<before>")]
async fn list(
    reader: Reader,
    app: &State<App>,
    frame: Frame,
    state: Option<&str>,
    before: Option<i64>,
) -> Result<Answer> {
    may(&reader, Act::ViewBadgeOrders, Subject::Register)?;
    let state = STATES.into_iter().find(|(word, _)| Some(*word) == state);
    let open = state.map(|(word, _)| word == "open");
    let mut found = app.read(move |conn| store::page(conn, open, before.map(BatchId), PAGE + 1)).await?;
    let more = cut(&mut found, PAGE);
    let next = found.last().filter(|_| more).map(|(last, _)| last.id.to_string());
    let at =
        |before: Option<String>| path(BASE, &[("state", state.map(|(word, _)| word.to_owned())), ("before", before)]);
    let page = List {
        frame: frame.titled(if before.is_some() {
            "Badges issued together (continued)"
        } else {
            "Badges issued together"
        }),
        form: state.iter().fold(Typed::default(), |form, (word, _)| form.with("state", *word)),
        states: STATES.iter().map(|(word, title)| Choice::new(word, *title)).collect(),
        chosen: state.iter().map(|(_, title)| NavItem::new(*title, BASE)).collect(),
        rows: found.into_iter().map(|(batch, name)| Row { by: asker(&batch, name), batch }).collect(),
        team: may(&reader, Act::IssueBadges, Subject::Register).is_ok(),
        first: before.map(|_| at(None)),
        next: next.map(|id| at(Some(id))),
    };
    Answer::page(&page)
}

pub(super) fn routes() -> Vec<Route> {
    routes![list]
}
