//! What happened to a person: in plain words for the transport team, as the chain's bare rows for an auditor, who
//! sees no value and no reason.

use std::collections::HashMap;

use askama::Template;
use rocket::{State, get};

use super::words;
use crate::domain::permission::{Act, Subject, may};
use crate::error::Result;
use crate::store::register::{self, Titles};
use crate::store::trail::{self, Opened, Row};
use crate::store::{Conn, Seal, person};
use crate::types::{At, PersonId, UserId};
use crate::web::app::App;
use crate::web::filters;
use crate::web::guard::Staff;
use crate::web::page::{Frame, Page};

const PAGE: usize = 50;

/// Something that was done.
pub(super) struct Event {
    pub what: String,
    pub who: String,
    pub at: At,
    pub old: Vec<String>,
    pub new: Vec<String>,
    pub reason: String,
    seq: i64,
}

struct Link {
    row: Row,
    what: String,
    who: String,
}

#[derive(Template)]
#[template(path = "person/history.html")]
struct History {
    frame: Frame,
    id: PersonId,
    name: String,
    events: Vec<Event>,
    first: Option<String>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "person/trail.html")]
struct Trail {
    frame: Frame,
    id: PersonId,
    name: String,
    links: Vec<Link>,
    first: Option<String>,
    next: Option<String>,
}

impl Event {
    /// Whether there is anything more to tell.
    pub(super) fn has_more(&self) -> bool {
        !self.old.is_empty() || !self.new.is_empty() || !self.reason.is_empty()
    }
}

/// A page of events, newest first, older than `before`; and whether there are older ones.
pub(super) fn page(
    conn: &mut Conn,
    seal: &Seal,
    id: PersonId,
    before: Option<i64>,
    size: usize,
    titles: &Titles,
) -> Result<(Vec<Event>, bool)> {
    let (rows, names, more) = read(conn, seal, id, before, size)?;
    Ok((rows.into_iter().map(|row| event(row, &names, titles)).collect(), more))
}

type Read = (Vec<Opened>, HashMap<UserId, String>, bool);

fn read(conn: &mut Conn, seal: &Seal, id: PersonId, before: Option<i64>, size: usize) -> Result<Read> {
    let limit = i64::try_from(size).unwrap_or(i64::MAX).saturating_add(1);
    let mut rows = trail::of_person(conn, seal, id, before, limit)?;
    let more = rows.len() > size;
    rows.truncate(size);
    let mut actors: Vec<UserId> = rows.iter().map(|opened| opened.row.actor).collect();
    actors.sort_unstable();
    actors.dedup();
    let names = register::staff_names(conn, &actors)?;
    Ok((rows, names, more))
}

fn event(opened: Opened, names: &HashMap<UserId, String>, titles: &Titles) -> Event {
    let (old, new) = (opened.old.as_deref(), opened.new.as_deref());
    let changed = if opened.row.act == "clearance.change" {
        words::change(old, new, |role| titles.role(role).to_owned())
    } else {
        None
    };
    let told = changed.is_some();
    Event {
        what: changed.unwrap_or_else(|| words::act(&opened.row.act)),
        who: names.get(&opened.row.actor).cloned().unwrap_or_default(),
        at: opened.row.at,
        old: if told { Vec::new() } else { words::lines(old) },
        new: if told { Vec::new() } else { words::lines(new) },
        reason: opened.reason.unwrap_or_default(),
        seq: opened.row.seq,
    }
}

#[get("/people/<id>/history?<before>")]
pub(super) async fn history(
    staff: Staff,
    app: &State<App>,
    frame: Frame,
    id: PersonId,
    before: Option<i64>,
) -> Result<Page> {
    may(&staff, Act::ViewHistory, Subject::Register)?;
    let (today, seal, reach) = (app.clock.today(), app.db.seal().clone(), staff.reach());
    let (name, events, more) = app
        .read(move |conn| {
            let person = person::find(conn, id, &reach)?;
            let titles = register::titles(conn, today)?;
            let (events, more) = page(conn, &seal, id, before, PAGE, &titles)?;
            Ok((person.full_name(), events, more))
        })
        .await?;
    let next = events.last().filter(|_| more).map(|event| format!("/people/{id}/history?before={}", event.seq));
    let first = before.map(|_| format!("/people/{id}/history"));
    let continued = if before.is_some() { " (continued)" } else { "" };
    let frame = frame.titled(format!("History of {name}{continued}"));
    Page::show(&History { frame, id, name, events, first, next })
}

#[get("/people/<id>/trail?<before>")]
pub(super) async fn raw(
    staff: Staff,
    app: &State<App>,
    frame: Frame,
    id: PersonId,
    before: Option<i64>,
) -> Result<Page> {
    may(&staff, Act::ViewTrail, Subject::Register)?;
    let (seal, reach) = (app.db.seal().clone(), staff.reach());
    let (name, (rows, names, more)) = app
        .read(move |conn| {
            let person = person::find(conn, id, &reach)?;
            Ok((person.full_name(), read(conn, &seal, id, before, PAGE)?))
        })
        .await?;
    let links: Vec<Link> = rows
        .into_iter()
        .map(|opened| Link {
            what: act_without_reasons(&opened.row.act),
            who: names.get(&opened.row.actor).cloned().unwrap_or_default(),
            row: opened.row,
        })
        .collect();
    let next = links.last().filter(|_| more).map(|link| format!("/people/{id}/trail?before={}", link.row.seq));
    let first = before.map(|_| format!("/people/{id}/trail"));
    let continued = if before.is_some() { " (continued)" } else { "" };
    let frame = frame.titled(format!("Trail of {name}{continued}"));
    Page::show(&Trail { frame, id, name, links, first, next })
}

/// An auditor is told that something was decided, not that there was a trace to decide about: the steps that only a
/// trace brings read as any other.
fn act_without_reasons(act: &str) -> String {
    match act.split('.').next() {
        Some("suitability" | "proposal" | "appeal") => "Decision recorded".to_owned(),
        Some("application" | "assessment" | "interview" | "vault" | "fuse") => "Application moved on".to_owned(),
        _ => words::act(act),
    }
}
