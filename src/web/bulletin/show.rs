//! The list of bulletins, and each one's page: its words, and how far it is read at each firm.

use askama::Template;
use chrono::NaiveDate;
use rocket::{Route, State, get, routes};

use super::Viewer;
use crate::domain::bulletin::{self, is_behind, language};
use crate::domain::policy::{self, Policy};
use crate::error::Result;
use crate::store::bulletin::reader::{Tally, tallies};
use crate::store::bulletin::{self as store, Bulletin, Text};
use crate::store::{Conn, contractor, user};
use crate::types::{BulletinId, BulletinState, ContractorId};
use crate::web::answer::{Answer, cut, path};
use crate::web::app::App;
use crate::web::filters;
use crate::web::form::{Choice, Typed};
use crate::web::page::{Frame, NavItem};

const PAGE: i64 = 50;

struct Line {
    row: Bulletin,
    title: String,
    state: &'static str,
    audience: String,
    tally: Option<Tally>,
}

#[derive(Template)]
#[template(path = "bulletin/list.html")]
struct List {
    frame: Frame,
    form: Typed,
    lines: Vec<Line>,
    states: Vec<Choice>,
    chosen: Vec<NavItem>,
    writes: bool,
    /// The firm whose people are counted, and its name.
    firm: Option<(ContractorId, String)>,
    others: Vec<(ContractorId, String)>,
    first: Option<String>,
    next: Option<String>,
}

/// Whom a bulletin is for, in words.
fn audience(conn: &mut Conn, row: &Bulletin, today: NaiveDate) -> Result<String> {
    let policies = policy::published(conn)?;
    let policy = Policy::in_force(&policies, today);
    let title = |code: &String| policy.and_then(|one| one.role(code)).map_or(code.clone(), |role| role.title.clone());
    let roles: Vec<String> = row.roles.iter().map(title).collect();
    let firms: Vec<String> = contractor::names(conn, &row.contractors)?.into_iter().map(|(_, name)| name).collect();
    Ok(match (roles.is_empty(), firms.is_empty()) {
        (true, true) => "Everybody".to_owned(),
        (false, true) => roles.join(", "),
        (true, false) => format!("Everybody at {}", firms.join(", ")),
        (false, false) => format!("{} at {}", roles.join(", "), firms.join(", ")),
    })
}

#[get("/bulletins?<state>&<firm>&<before>")]
async fn list(
    viewer: Viewer,
    app: &State<App>,
    frame: Frame,
    state: Option<&str>,
    firm: Option<i64>,
    before: Option<i64>,
) -> Result<Answer> {
    let today = app.clock.today();
    let firm = viewer.firm(firm.map(ContractorId).filter(|_| !viewer.is_staff()))?;
    let asked: Option<BulletinState> = state.and_then(|word| word.parse().ok());
    let staff = viewer.is_staff();
    let wanted = if staff { asked } else { Some(BulletinState::Published) };
    let (before, own) = (before.map(BulletinId), viewer.firms());
    let (lines, next, names) = app
        .read(move |conn| {
            let mut rows = store::list(conn, wanted, firm, before, PAGE + 1)?;
            let more = cut(&mut rows, PAGE);
            let next = rows.last().filter(|_| more).map(|row| row.id.to_string());
            let ids: Vec<BulletinId> = rows.iter().map(|row| row.id).collect();
            let titles = store::titles(conn, &ids)?;
            let mut lines = Vec::new();
            for row in rows {
                let title = titles.iter().find(|(id, _)| *id == row.id).map(|(_, title)| title.clone());
                let tally = match firm {
                    Some(firm) => tallies(conn, &row, Some(firm), today, None, 1)?.pop(),
                    None => None,
                };
                let audience = if staff { audience(conn, &row, today)? } else { String::new() };
                let (title, state) = (title.unwrap_or_default(), bulletin::title(row.state));
                lines.push(Line { row, title, state, audience, tally });
            }
            Ok((lines, next, contractor::names(conn, &own)?))
        })
        .await?;
    let word = asked.map(|state| state.to_string());
    let of_firm = firm.map(|id| id.to_string()).filter(|_| !staff);
    let (mine, others): (Vec<_>, Vec<_>) = names.into_iter().partition(|(id, _)| Some(*id) == firm);
    let here = |before: Option<String>| {
        path("/bulletins", &[("state", word.clone()), ("firm", of_firm.clone()), ("before", before)])
    };
    let page = List {
        frame: frame.titled(if before.is_some() { "Bulletins (continued)" } else { "Bulletins" }),
        form: word.iter().fold(Typed::default(), |form, word| form.with("state", word)),
        lines,
        states: BulletinState::ALL.iter().map(|one| Choice::new(one, bulletin::title(*one))).collect(),
        chosen: asked.iter().map(|one| NavItem::new(bulletin::title(*one), "/bulletins")).collect(),
        writes: viewer.writes(),
        firm: mine.into_iter().next().filter(|_| !staff),
        others,
        first: before.map(|_| here(None)),
        next: next.map(|last| here(Some(last))),
    };
    Answer::page(&page)
}

struct Written {
    code: String,
    own: &'static str,
    direction: &'static str,
    /// Whether the English text changed since it was translated.
    behind: bool,
    text: Text,
}

#[derive(Template)]
#[template(path = "bulletin/show.html")]
struct Show {
    frame: Frame,
    row: Bulletin,
    title: String,
    state: &'static str,
    audience: String,
    author: String,
    written: Vec<Written>,
    tallies: Vec<Tally>,
    writes: bool,
    staff: bool,
    first: Option<String>,
    next: Option<String>,
}

impl Show {
    fn is_draft(&self) -> bool {
        self.row.state == BulletinState::Draft
    }

    fn is_published(&self) -> bool {
        self.row.state == BulletinState::Published
    }
}

fn written(text: Text, english: Option<&Text>) -> Written {
    let behind = english.is_some_and(|english| is_behind(&text, english));
    let direction = if bulletin::is_right_to_left(&text.language) { "rtl" } else { "ltr" };
    let own = language(&text.language).unwrap_or_default();
    Written { code: text.language.clone(), own, direction, behind, text }
}

#[get("/bulletins/<id>?<firm>&<after>")]
async fn show(
    viewer: Viewer,
    app: &State<App>,
    frame: Frame,
    id: BulletinId,
    firm: Option<i64>,
    after: Option<i64>,
) -> Result<Answer> {
    let firm = viewer.firm(firm.map(ContractorId).filter(|_| !viewer.is_staff()))?;
    let page = read(app, viewer, frame, id, firm, after.map(ContractorId)).await?;
    Answer::page(&page)
}

/// The page again, with what keeps the bulletin from being published.
pub(super) async fn refused(app: &App, viewer: Viewer, frame: Frame, id: BulletinId, form: &Typed) -> Result<Answer> {
    let mut page = read(app, viewer, frame, id, None, None).await?;
    page.frame = page.frame.with_faults(form);
    Answer::form(&page, form.is_good())
}

async fn read(
    app: &App,
    viewer: Viewer,
    frame: Frame,
    id: BulletinId,
    firm: Option<ContractorId>,
    after: Option<ContractorId>,
) -> Result<Show> {
    let today = app.clock.today();
    let (staff, writes, continued) = (viewer.is_staff(), viewer.writes(), after.is_some());
    let page = app.read(move |conn| {
        let row = store::find(conn, id)?;
        viewer.sees(&row, firm)?;
        let texts = store::texts(conn, id)?;
        let english = texts.first().cloned();
        let title = english.as_ref().map(|text| text.title.clone()).unwrap_or_default();
        let mut tallies = tallies(conn, &row, firm, today, after, PAGE + 1)?;
        let more = cut(&mut tallies, PAGE);
        let last = tallies.last().filter(|_| more).map(|tally| tally.firm.to_string());
        let suffix = if continued { " (continued)" } else { "" };
        Ok(Show {
            frame: frame.titled(format!("Bulletin: {title}{suffix}")),
            audience: if staff { audience(conn, &row, today)? } else { String::new() },
            author: if staff {
                user::find(conn, row.written_by).map_or_else(|_| "Chaperone".into(), |by| by.name)
            } else {
                String::new()
            },
            state: bulletin::title(row.state),
            title,
            written: texts.into_iter().map(|text| written(text, english.as_ref())).collect(),
            tallies,
            writes,
            staff,
            first: continued.then(|| format!("/bulletins/{id}")),
            next: last.map(|last| path(&format!("/bulletins/{id}"), &[("after", Some(last))])),
            row,
        })
    });
    page.await
}

pub(super) fn routes() -> Vec<Route> {
    routes![list, show]
}
