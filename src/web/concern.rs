//! Concerns of the public, for the team: the list, each one, and what was done about it.

use askama::Template;
use rocket::{Route, State, get, post, routes};

use crate::domain::concern;
use crate::error::Result;
use crate::store::concern::{self as store, Concern};
use crate::store::{badge, person, user};
use crate::types::{ConcernId, ConcernState, PersonId, Reach};
use crate::web::answer::{Answer, cut, path};
use crate::web::app::App;
use crate::web::filters;
use crate::web::form::{Choice, Typed};
use crate::web::guard::Officer;
use crate::web::page::{Frame, NavItem};
use crate::web::submission::{Sent, send};

const PAGE: i64 = 50;

fn title(state: ConcernState) -> &'static str {
    match state {
        ConcernState::New => "New",
        ConcernState::Seen => "Seen",
    }
}

#[derive(Template)]
#[template(path = "concern/list.html")]
struct List {
    frame: Frame,
    form: Typed,
    lines: Vec<Concern>,
    states: Vec<Choice>,
    chosen: Vec<NavItem>,
    first: Option<String>,
    next: Option<String>,
}

impl List {
    fn title(&self, concern: &Concern) -> &'static str {
        title(concern.state)
    }
}

#[get("/concerns?<state>&<before>")]
async fn list(
    _officer: Officer,
    app: &State<App>,
    frame: Frame,
    state: Option<&str>,
    before: Option<i64>,
) -> Result<Answer> {
    let asked: Option<ConcernState> = state.and_then(|word| word.parse().ok());
    let before = before.map(ConcernId);
    let mut lines = app.read(move |conn| store::list(conn, asked, before, PAGE + 1)).await?;
    let more = cut(&mut lines, PAGE);
    let word = asked.map(|state| state.to_string());
    let here = |before: Option<String>| path("/concerns", &[("state", word.clone()), ("before", before)]);
    let page = List {
        frame: frame.titled(if before.is_some() { "Concerns (continued)" } else { "Concerns" }),
        form: word.iter().fold(Typed::default(), |form, word| form.with("state", word)),
        states: ConcernState::ALL.iter().map(|one| Choice::new(one, title(*one))).collect(),
        chosen: asked.iter().map(|one| NavItem::new(title(*one), "/concerns")).collect(),
        first: before.map(|_| here(None)),
        next: lines.last().filter(|_| more).map(|last| here(Some(last.id.to_string()))),
        lines,
    };
    Answer::page(&page)
}

#[derive(Template)]
#[template(path = "concern/show.html")]
struct Show<'a> {
    frame: Frame,
    form: &'a Typed,
    concern: Concern,
    about: Option<(PersonId, String, String)>,
    seen_by: String,
}

impl Show<'_> {
    fn is_new(&self) -> bool {
        self.concern.state == ConcernState::New
    }
}

async fn show_page(app: &App, frame: Frame, id: ConcernId, form: &Typed) -> Result<Answer> {
    let (concern, about, seen_by) = app
        .read(move |conn| {
            let concern = store::find(conn, id)?;
            let about = match (concern.person_id, concern.badge_id) {
                (Some(person), Some(badge)) => {
                    let number = badge::find(conn, badge)?.number;
                    Some((person, person::find(conn, person, &Reach::Everyone)?.full_name(), number))
                }
                _ => None,
            };
            let seen_by = concern.seen_by.map(|by| user::find(conn, by)).transpose()?;
            Ok((concern, about, seen_by.map(|by| by.name).unwrap_or_default()))
        })
        .await?;
    let frame = frame.titled(format!("Concern {id}")).with_faults(form);
    Answer::form(&Show { frame, form, concern, about, seen_by }, form.is_good())
}

#[get("/concerns/<id>")]
async fn show(_officer: Officer, app: &State<App>, frame: Frame, id: ConcernId) -> Result<Answer> {
    show_page(app, frame, id, &Typed::default()).await
}

#[post("/concerns/<id>", data = "<form>")]
async fn see(officer: Officer, app: &State<App>, frame: Frame, id: ConcernId, mut form: Typed) -> Result<Answer> {
    let note = form.text("note").to_owned();
    let sent = send(app, &officer, &form, move |tx, who| {
        concern::see(tx, who, id, &note)?;
        Ok(Sent::to(format!("/concerns/{id}")))
    });
    match sent.await? {
        Ok(sent) => Ok(sent.answer("It is recorded that you looked at this concern")),
        Err(faults) => {
            form.refuse_all(faults);
            show_page(app, frame, id, &form).await
        }
    }
}

/// What this room answers.
pub fn routes() -> Vec<Route> {
    routes![list, show, see]
}
