//! Interviews: those to come, each one's page, and the forms that arrange it and say what became of it.

mod arrange;
mod outcome;

use std::collections::HashMap;

use askama::Template;
use rocket::{Route, State, get, routes};

use crate::domain::interview::{self, Sitting};
use crate::domain::permission::{Act, Subject, Who, may};
use crate::error::Result;
use crate::store::interview::{self as store, Line as Row};
use crate::store::{Conn, person, user};
use crate::types::{
    ApplicationId, ApplicationState, At, InterviewId, InterviewState, NoteKind, PersonId, Reach, UserId,
};
use crate::web::answer::{Answer, cut, path};
use crate::web::app::App;
use crate::web::filters;
use crate::web::guard::Sitter;
use crate::web::page::Frame;

const PAGE: i64 = 50;

struct Line {
    id: InterviewId,
    starts_at: At,
    name: String,
    reference: String,
    place: String,
    panel: String,
    is_past: bool,
}

#[derive(Template)]
#[template(path = "interview/list.html")]
struct List {
    frame: Frame,
    unwritten: Vec<Line>,
    lines: Vec<Line>,
    own: bool,
    first: Option<String>,
    next: Option<String>,
}

fn lines(conn: &mut Conn, rows: Vec<Row>, now: At) -> Result<Vec<Line>> {
    let ids: Vec<InterviewId> = rows.iter().map(|(row, ..)| row.id).collect();
    let mut panels: HashMap<InterviewId, Vec<String>> = HashMap::new();
    for (id, _, name) in store::panels(conn, &ids)? {
        panels.entry(id).or_default().push(name);
    }
    let line = |(row, reference, forename, surname): Row| Line {
        id: row.id,
        starts_at: row.starts_at,
        name: format!("{forename} {surname}").trim().to_owned(),
        reference,
        panel: panels.remove(&row.id).unwrap_or_default().join(", "),
        place: row.place,
        is_past: row.starts_at <= now,
    };
    Ok(rows.into_iter().map(line).collect())
}

#[get("/interviews?<after>")]
async fn list(sitter: Sitter, app: &State<App>, frame: Frame, after: Option<i64>) -> Result<Answer> {
    let now = app.clock.now();
    let after = after.map(InterviewId);
    let me = sitter.user;
    let own = may(&sitter, Act::CheckApplications, Subject::Register).is_err();
    let (unwritten, lines, next) = app
        .read(move |conn| {
            let mut rows = store::coming(conn, own.then_some(me), after, PAGE + 1)?;
            let more = cut(&mut rows, PAGE);
            let next = rows.last().filter(|_| more).map(|(last, ..)| last.id.to_string());
            let unwritten = if after.is_none() { store::unwritten(conn, me)? } else { Vec::new() };
            Ok((lines(conn, unwritten, now)?, lines(conn, rows, now)?, next))
        })
        .await?;
    let page = List {
        frame: frame.titled(if after.is_some() { "Interviews (continued)" } else { "Interviews" }),
        unwritten,
        lines,
        own,
        first: after.map(|_| "/interviews".to_owned()),
        next: next.map(|id| path("/interviews", &[("after", Some(id))])),
    };
    Answer::page(&page)
}

/// What every page of one interview says of it.
struct Head {
    id: InterviewId,
    application: ApplicationId,
    person: Option<PersonId>,
    reference: String,
    name: String,
    starts_at: At,
    minutes: i32,
    place: String,
    state: &'static str,
    panel: Vec<(UserId, String)>,
}

impl Head {
    fn read(conn: &mut Conn, sitting: &Sitting) -> Result<Head> {
        let Sitting { interview, application, .. } = sitting;
        let owner = application.person_id.map(|id| person::find(conn, id, &Reach::Everyone)).transpose()?;
        let panel = store::panels(conn, &[interview.id])?;
        Ok(Head {
            id: interview.id,
            application: application.id,
            person: application.person_id,
            reference: application.reference.clone(),
            name: owner.map_or_else(String::new, |owner| owner.full_name()),
            starts_at: interview.starts_at,
            minutes: interview.minutes,
            place: interview.place.clone(),
            state: interview::title(interview.state),
            panel: panel.into_iter().map(|(_, user, name)| (user, name)).collect(),
        })
    }
}

/// What the viewer may do on the page.
#[allow(clippy::struct_excessive_bools, reason = "one for each button")]
struct Ways {
    team: bool,
    arranges: bool,
    records: bool,
    writes: bool,
    reads: bool,
    again: bool,
}

#[derive(Template)]
#[template(path = "interview/show.html")]
struct Show {
    frame: Frame,
    head: Head,
    ways: Ways,
    held_on: Option<chrono::NaiveDate>,
    arranged_by: String,
    written: Vec<String>,
}

fn ways(who: &Who, sitting: &Sitting, now: At) -> Ways {
    let team = may(who, Act::CheckApplications, Subject::Case(&sitting.case)).is_ok();
    let arranged = sitting.interview.state == InterviewState::Arranged;
    let due = sitting.application.state == ApplicationState::InterviewDue;
    let gone = matches!(sitting.interview.state, InterviewState::Cancelled | InterviewState::NotAttended);
    Ways {
        team,
        arranges: team && arranged,
        records: arranged && due && now >= sitting.interview.starts_at,
        writes: interview::may_write(who, sitting).is_ok(),
        reads: may(who, Act::ReadVault, Subject::Case(&sitting.case)).is_ok(),
        again: team && due && gone,
    }
}

#[get("/interviews/<id>")]
async fn show(sitter: Sitter, app: &State<App>, frame: Frame, id: InterviewId) -> Result<Answer> {
    let now = app.clock.now();
    let page = app.read(move |conn| {
        let sitting = Sitting::find(conn, &sitter, id)?;
        let head = Head::read(conn, &sitting)?;
        let authors = crate::store::vault::authors(conn, sitting.application.id, NoteKind::Interview)?;
        let written = head.panel.iter().filter(|(user, _)| authors.contains(user)).map(|(_, name)| name.clone());
        Ok(Show {
            frame: frame.titled(format!("Interview {}", head.reference)),
            ways: ways(&sitter, &sitting, now),
            held_on: sitting.interview.held_on,
            arranged_by: user::find(conn, sitting.interview.arranged_by)
                .map_or_else(|_| "Chaperone".into(), |by| by.name),
            written: written.collect(),
            head,
        })
    });
    Answer::page(&page.await?)
}

/// What this room answers.
pub fn routes() -> Vec<Route> {
    [routes![list, show], arrange::routes(), outcome::routes()].concat()
}
