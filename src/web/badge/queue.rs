//! The queue of badges asked for: the longest waiting first, each with what stands in its way.

use askama::Template;
use chrono::NaiveDate;
use rocket::{Route, State, get, routes};

use crate::domain::badge::{cause_title, issue};
use crate::domain::clearance::dossiers;
use crate::domain::permission::{Act, Subject, Who, may};
use crate::domain::policy;
use crate::error::Result;
use crate::store::badge_request::{self as store, BadgeRequest};
use crate::store::{Conn, register};
use crate::types::{BadgeRequestId, PersonId};
use crate::web::answer::{Answer, cut, path};
use crate::web::app::App;
use crate::web::filters;
use crate::web::form::Typed;
use crate::web::page::Frame;
use crate::web::person::Reader;

const PAGE: i64 = 50;

/// A line of the queue.
struct Line {
    id: BadgeRequestId,
    name: String,
    role: String,
    firm: String,
    cause: &'static str,
    asked_on: NaiveDate,
    /// What stands in the way; empty when it can be issued.
    obstacle: &'static str,
}

#[derive(Template)]
#[template(path = "badge/requests.html")]
pub(super) struct List<'a> {
    frame: Frame,
    form: &'a Typed,
    lines: Vec<Line>,
    team: bool,
    today: NaiveDate,
    first: Option<String>,
    next: Option<String>,
}

fn lines(conn: &mut Conn, rows: Vec<store::Row>, team: bool, today: NaiveDate) -> Result<Vec<Line>> {
    let people: Vec<PersonId> = rows.iter().map(|(row, ..)| row.person_id).collect();
    let files = dossiers(conn, &people)?;
    let asked: Vec<&BadgeRequest> = rows.iter().map(|(row, ..)| row).collect();
    let facts = issue::facts(conn, &asked, &files, today)?;
    let (policies, titles) = (policy::published(conn)?, register::titles(conn, today)?);
    let line = |((row, forename, surname, firm), facts): (store::Row, issue::Facts)| {
        let file = files.iter().find(|file| file.person == row.person_id);
        let ready = file.map(|file| issue::judged(&policies, &row, file, facts, today));
        let obstacle = match ready {
            Some(Ok(_)) if team => "",
            Some(Ok(_)) => "With the council",
            Some(Err(obstacle)) if team => obstacle.sentence(),
            Some(Err(obstacle)) => obstacle.outward(),
            None => "With the council",
        };
        Line {
            id: row.id,
            name: format!("{forename} {surname}").trim().to_owned(),
            role: titles.role(&row.role).to_owned(),
            firm,
            cause: cause_title(row.cause),
            asked_on: row.asked_on,
            obstacle,
        }
    };
    Ok(rows.into_iter().zip(facts).map(line).collect())
}

/// The queue's page.
pub(super) async fn list_page(app: &App, who: &Who, frame: Frame, after: Option<i64>, form: &Typed) -> Result<Answer> {
    may(who, Act::RequestBadge, Subject::Register)?;
    let (reach, today) = (who.reach(), app.clock.today());
    let team = may(who, Act::IssueBadges, Subject::Register).is_ok();
    let (lines, next) = app
        .read(move |conn| {
            let mut rows = store::open(conn, &reach, after.map(BadgeRequestId), PAGE + 1)?;
            let more = cut(&mut rows, PAGE);
            let next = rows.last().filter(|_| more).map(|(row, ..)| row.id.to_string());
            Ok((lines(conn, rows, team, today)?, next))
        })
        .await?;
    let base = "/badge-requests";
    let title = if after.is_some() { "Badges asked for (continued)" } else { "Badges asked for" };
    let page = List {
        frame: frame.titled(title).with_faults(form),
        form,
        lines,
        team,
        today,
        first: after.map(|_| base.to_owned()),
        next: next.map(|id| path(base, &[("after", Some(id))])),
    };
    Answer::form(&page, form.is_good())
}

#[get("/badge-requests?<after>")]
async fn list(reader: Reader, app: &State<App>, frame: Frame, after: Option<i64>) -> Result<Answer> {
    list_page(app, &reader, frame, after, &Typed::default()).await
}

pub(super) fn routes() -> Vec<Route> {
    routes![list]
}
