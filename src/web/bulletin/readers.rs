//! Who has read a bulletin and who has not; their link again, by mail or on paper.

use askama::Template;
use chrono::NaiveDate;
use qrcode::{Color, EcLevel, QrCode};
use rocket::http::ContentType;
use rocket::{Route, State, get, post, routes};

use super::Viewer;
use crate::domain::bulletin::{self, Printed};
use crate::error::{Error, Result};
use crate::store::bulletin::reader::{self, Asked, Line as Row, Standing};
use crate::store::bulletin::{self as store, Bulletin};
use crate::store::contractor;
use crate::store::trail::Entry;
use crate::types::{At, BulletinId, BulletinState, ContractorId, Reach, ReaderId, guarded, in_london};
use crate::web::answer::{Answer, Download, cut, path};
use crate::web::app::App;
use crate::web::filters;
use crate::web::form::{Choice, Typed};
use crate::web::page::{Frame, NavItem};
use crate::web::submission::{Sent, press};

const PAGE: i64 = 50;
const STANDINGS: [(&str, &str, Standing); 3] = [
    ("unread", "Not read", Standing::Unread),
    ("overdue", "Overdue", Standing::Overdue),
    ("read", "Read", Standing::Read),
];

struct Line {
    id: ReaderId,
    person: i64,
    name: String,
    reference: String,
    due_on: NaiveDate,
    read: Option<At>,
    is_late: bool,
    sent: Option<At>,
    tries: i32,
}

fn line((row, forename, surname, reference, _): Row, today: NaiveDate) -> Line {
    Line {
        id: row.id,
        person: row.person_id.0,
        name: format!("{forename} {surname}").trim().to_owned(),
        reference,
        due_on: row.due_on,
        read: row.acknowledged_at,
        is_late: row.acknowledged_at.is_none() && row.due_on < today,
        sent: row.sent_at,
        tries: row.tries,
    }
}

#[derive(Template)]
#[template(path = "bulletin/readers.html")]
struct Readers {
    frame: Frame,
    form: Typed,
    row: Bulletin,
    title: String,
    firm: Option<(ContractorId, String)>,
    lines: Vec<Line>,
    standings: Vec<Choice>,
    chosen: Vec<NavItem>,
    firms: Vec<Choice>,
    csv: String,
    may_send: bool,
    writes: bool,
    first: Option<String>,
    next: Option<String>,
}

fn standing(word: Option<&str>) -> Option<(&'static str, &'static str, Standing)> {
    STANDINGS.into_iter().find(|(known, ..)| Some(*known) == word)
}

#[get("/bulletins/<id>/readers?<firm>&<standing>&<after>")]
async fn readers(
    viewer: Viewer,
    app: &State<App>,
    frame: Frame,
    id: BulletinId,
    firm: Option<i64>,
    standing: Option<&str>,
    after: Option<i64>,
) -> Result<Answer> {
    let today = app.clock.today();
    let asked_firm = viewer.firm(firm.map(ContractorId))?;
    let narrowed = self::standing(standing);
    let asked = Asked { firm: asked_firm, standing: narrowed.map(|(.., standing)| standing) };
    let after = after.map(ReaderId);
    let may_send = bulletin::may_send(&viewer, asked_firm).is_ok();
    let (staff, reach, writes) = (viewer.is_staff(), viewer.reach(), viewer.writes());
    let (row, title, name, lines, next, firms) = app
        .read(move |conn| {
            let row = store::find(conn, id)?;
            viewer.sees(&row, asked_firm)?;
            let name = asked_firm.map(|firm| contractor::find(conn, firm, &reach)).transpose()?.map(|one| one.name);
            let mut rows = reader::list(conn, &row, &asked, today, after, PAGE + 1)?;
            let more = cut(&mut rows, PAGE);
            let next = rows.last().filter(|_| more).map(|(last, ..)| last.id.to_string());
            let title = bulletin::main(conn, id)?.title;
            let own = viewer.firms();
            let firms = if staff { contractor::choices(conn)? } else { contractor::names(conn, &own)? };
            let lines: Vec<Line> = rows.into_iter().map(|row| line(row, today)).collect();
            Ok((row, title, name, lines, next, firms))
        })
        .await?;
    let base = format!("/bulletins/{id}/readers");
    let query = |firm: Option<ContractorId>, word: Option<&str>, after: Option<String>| {
        let firm = firm.map(|firm| firm.to_string());
        path(&base, &[("firm", firm), ("standing", word.map(str::to_owned)), ("after", after)])
    };
    let word = narrowed.map(|(word, ..)| word);
    let mut chosen = Vec::new();
    if let Some((_, text, _)) = narrowed {
        chosen.push(NavItem::new(text, query(asked_firm, None, None)));
    }
    if let Some(name) = name.clone().filter(|_| staff) {
        chosen.push(NavItem::new(name, query(None, word, None)));
    }
    let mut form = word.iter().fold(Typed::default(), |form, word| form.with("standing", word));
    if let Some(firm) = asked_firm {
        form = form.with("firm", firm);
    }
    let continued = if after.is_some() { " (continued)" } else { "" };
    let of_firm = asked_firm.map(|firm| firm.to_string());
    let page = Readers {
        frame: frame.titled(format!("Who has read “{title}”{continued}")),
        form,
        row,
        title,
        firm: asked_firm.zip(name),
        lines,
        standings: STANDINGS.iter().map(|(word, text, _)| Choice::new(word, *text)).collect(),
        chosen,
        firms: firms.into_iter().map(|(id, name)| Choice::new(id, name)).collect(),
        csv: path(&format!("/bulletins/{id}/readers.csv"), &[("firm", of_firm), ("standing", word.map(str::to_owned))]),
        may_send,
        writes,
        first: after.map(|_| query(asked_firm, word, None)),
        next: next.map(|last| query(asked_firm, word, Some(last))),
    };
    Answer::page(&page)
}

impl Readers {
    fn is_open(&self) -> bool {
        self.row.state == BulletinState::Published
    }
}

#[get("/bulletins/<id>/readers.csv?<firm>&<standing>")]
async fn export(
    viewer: Viewer,
    app: &State<App>,
    id: BulletinId,
    firm: Option<i64>,
    standing: Option<&str>,
) -> Result<Download> {
    let today = app.clock.today();
    let firm = viewer.firm(firm.map(ContractorId))?;
    let asked = Asked { firm, standing: self::standing(standing).map(|(.., standing)| standing) };
    let user = viewer.user;
    let rows = app
        .act(user, move |tx| {
            let row = store::find(tx, id)?;
            viewer.sees(&row, firm)?;
            let rows = reader::list(tx, &row, &asked, today, None, i64::MAX)?;
            tx.trail(Entry::new("bulletin.export", "bulletin", id.0).new_value(&rows.len()));
            Ok(rows)
        })
        .await?;
    let mut file = csv::Writer::from_writer(Vec::new());
    file.write_record(["reference", "forename", "surname", "read_by", "sent", "read", "standing"])
        .map_err(Error::internal)?;
    let day = |at: Option<At>| at.map(|at| in_london(at.utc()).to_string()).unwrap_or_default();
    for (row, forename, surname, reference, _) in rows {
        let word = match row.acknowledged_at {
            Some(_) => "read",
            None if row.due_on < today => "overdue",
            None => "not read",
        };
        let (due, sent, read) = (row.due_on.to_string(), day(row.sent_at), day(row.acknowledged_at));
        let cells = [&reference, &forename, &surname, &due, &sent, &read, word];
        file.write_record(cells.map(|cell| guarded(cell).into_owned())).map_err(Error::internal)?;
    }
    let body = file.into_inner().map_err(Error::internal)?;
    Ok(Download::new(&format!("bulletin-{id}-{today}.csv"), ContentType::CSV, body))
}

#[post("/bulletins/<id>/readers/<reader>/send", data = "<form>")]
async fn again(viewer: Viewer, app: &State<App>, id: BulletinId, reader: ReaderId, form: Typed) -> Result<Answer> {
    let firm = viewer.firm(form.value("firm").map(ContractorId))?;
    let sent = press(app, &viewer, &form, move |tx, who| {
        let mailed = bulletin::renew(tx, who, id, reader, firm)?;
        let to = path(&format!("/bulletins/{id}/readers"), &[("firm", firm.map(|firm| firm.to_string()))]);
        let warning = if mailed { "" } else { "They have no email address of their own, so print it for them" };
        Ok(Sent { to, warning: warning.to_owned() })
    });
    Ok(sent.await?.answer("They have a new link, and the old one works no more"))
}

struct Square {
    printed: Printed,
    link: String,
    /// The modules that are dark, as a path.
    path: String,
    size: usize,
}

#[derive(Template)]
#[template(path = "bulletin/sheet.html")]
struct Sheet {
    frame: Frame,
    id: BulletinId,
    firm: ContractorId,
    name: String,
    title: String,
    squares: Vec<Square>,
    all: bool,
}

fn square(base: &str, printed: Printed) -> Result<Square> {
    let link = format!("{base}{}", printed.path);
    let code = QrCode::with_error_correction_level(&link, EcLevel::M).map_err(Error::internal)?;
    let width = code.width();
    let dark = code.to_colors().into_iter().enumerate().filter(|(_, colour)| *colour == Color::Dark);
    let path: Vec<String> = dark.map(|(at, _)| format!("M{} {}h1v1h-1z", at % width + 4, at / width + 4)).collect();
    Ok(Square { printed, link, path: path.concat(), size: width + 8 })
}

#[post("/bulletins/<id>/sheet", data = "<form>")]
async fn sheet(viewer: Viewer, app: &State<App>, frame: Frame, id: BulletinId, form: Typed) -> Result<Answer> {
    let firm = viewer.firm(form.value("firm").map(ContractorId))?.ok_or(Error::NotFound)?;
    let all = form.has("all", "yes");
    let who = viewer.0.who.clone();
    let (printed, title, name) = app
        .act(viewer.user, move |tx| {
            let printed = bulletin::print(tx, &who, id, firm, all)?;
            let name = contractor::find(tx, firm, &Reach::Everyone)?.name;
            Ok((printed, bulletin::main(tx, id)?.title, name))
        })
        .await?;
    let base = app.config.base_url.trim_end_matches('/');
    let squares = printed.into_iter().map(|one| square(base, one)).collect::<Result<Vec<Square>>>()?;
    Answer::page(&Sheet { frame: frame.titled("Links to print"), id, firm, name, title, squares, all })
}

pub(super) fn routes() -> Vec<Route> {
    routes![readers, export, again, sheet]
}
