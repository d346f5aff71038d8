//! The list as a file: the same rows that its reader sees, told to the trail before it goes. CSV is streamed; a
//! workbook is an archive, whose directory comes last, so it is made first and then sent.

use chrono::NaiveDate;
use rocket::futures::stream::{self, BoxStream, StreamExt};
use rocket::http::ContentType;
use rocket::response::stream::ByteStream;
use rocket::response::{self, Responder, Response};
use rocket::{Request, State, get};
use rust_xlsxwriter::{DocProperties, Format, Workbook};
use tokio::sync::mpsc;

use super::index::{Asked, Query};
use super::{Reader, Row, rows, scope};
use crate::domain::clearance::FOREVER;
use crate::domain::permission::{Act, Subject, may};
use crate::error::{Error, Result};
use crate::store::register::{self, Cursor, Scope, Titles};
use crate::store::trail::Entry;
use crate::store::{Conn, Db};
use crate::types::guarded;
use crate::web::answer::Download;
use crate::web::app::App;
use crate::web::tag::Tagged;

/// Rows read at a time.
const BATCH: i64 = 500;

/// A file sent as it is written.
pub(super) struct File {
    name: String,
    body: BoxStream<'static, Vec<u8>>,
}

impl<'r> Responder<'r, 'r> for File {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'r> {
        Response::build_from(ByteStream::from(self.body).respond_to(request)?)
            .header(ContentType::CSV)
            .raw_header("Content-Disposition", format!("attachment; filename=\"{}\"", self.name))
            .ok()
    }
}

#[get("/people/export.csv?<query..>")]
pub(super) async fn export(reader: Reader, app: &State<App>, query: Query<'_>) -> Result<File> {
    let (asked, today) = ask(&reader, app, &query).await?;
    let (send, receive) = mpsc::channel(4);
    let db = app.db.clone();
    // The response ends when this does: nobody waits for it otherwise.
    drop(tokio::task::spawn_blocking(move || stream(&db, &reader, &asked, today, &send)));
    let body = stream::unfold(receive, |mut receive| async move { Some((receive.recv().await?, receive)) }).boxed();
    Ok(File { name: format!("people-{today}.csv"), body })
}

#[get("/people/export.xlsx?<query..>")]
pub(super) async fn export_workbook(reader: Reader, app: &State<App>, query: Query<'_>) -> Result<Download> {
    let (asked, today) = ask(&reader, app, &query).await?;
    let body = app.blocking(move |db, _| workbook(db, &reader, &asked, today)).await?;
    let kind = ContentType::new("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet");
    Ok(Download::new(&format!("people-{today}.xlsx"), kind, body))
}

/// What is asked for, when the reader may take it away; the trail has it then.
async fn ask(reader: &Reader, app: &App, query: &Query<'_>) -> Result<(Asked, NaiveDate)> {
    may(reader, Act::Export, Subject::Register)?;
    let today = app.clock.today();
    let asked = Asked::of(query, reader.is_staff(), today);
    let (bound, wanted) = (scope(reader, today), asked.clone());
    app.act(reader.user, move |tx| {
        let rows = register::count(tx, &bound, &wanted.filter, wanted.sort, i64::MAX)?;
        tx.trail(Entry::new("people.export", "people", 0).new_value(&told(&wanted, rows)));
        Ok(())
    })
    .await?;
    Ok((asked, today))
}

/// What the trail is told: how many rows, narrowed to what; never a name.
fn told(asked: &Asked, rows: i64) -> serde_json::Value {
    let filter = &asked.filter;
    serde_json::json!({
        "rows": rows,
        "role": filter.role,
        "contractor": filter.contractor,
        "authority": filter.authority,
        "status": filter.status,
        "due_within": filter.due_within,
    })
}

fn stream(db: &Db, reader: &Reader, asked: &Asked, today: NaiveDate, send: &mpsc::Sender<Vec<u8>>) {
    let scope = scope(reader, today);
    let columns = columns(reader.is_staff()).into_iter().map(str::to_owned);
    // Without the mark a spreadsheet reads names in its own code page.
    let mut text = [b"\xef\xbb\xbf".to_vec(), record(columns)].concat();
    let mut cursor = None;
    loop {
        let batch = db.read(|conn| batch(conn, reader, &scope, asked, cursor.as_ref()));
        let (rows, next) = batch.unwrap_or_else(|error| {
            tracing::error!(error = %error, "an export stopped early");
            let sorry = "The list stops here because something went wrong. Export it again.";
            (vec![vec![Cell::Text(sorry.into())]], None)
        });
        text.extend(rows.into_iter().flat_map(|row| record(row.iter().map(Cell::plain))));
        // The reader may have gone away.
        if send.blocking_send(std::mem::take(&mut text)).is_err() || next.is_none() {
            return;
        }
        cursor = next;
    }
}

fn record(cells: impl Iterator<Item = String>) -> Vec<u8> {
    let mut out = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    // Writing to memory does not fail.
    let _ = out.write_record(cells.map(|cell| guarded(&cell).into_owned()));
    out.into_inner().unwrap_or_default()
}

fn workbook(db: &Db, reader: &Reader, asked: &Asked, today: NaiveDate) -> Result<Vec<u8>> {
    let scope = scope(reader, today);
    let day = Format::new().set_num_format("dd/mm/yyyy");
    let mut book = Workbook::new();
    // Who may not tell two people apart may not by the second either in which each list was made.
    book.set_properties(&DocProperties::new().set_creation_datetime(&today));
    let sheet = book.add_worksheet_with_constant_memory().map_err(Error::internal)?;
    sheet.set_name("People").map_err(Error::internal)?;
    sheet.set_freeze_panes(1, 0).map_err(Error::internal)?;
    for (column, title) in (0..).zip(columns(reader.is_staff())) {
        sheet.set_column_width(column, 20).map_err(Error::internal)?;
        sheet.write_string_with_format(0, column, title, &Format::new().set_bold()).map_err(Error::internal)?;
    }
    let (mut line, mut cursor) = (1, None);
    loop {
        let (rows, next) = db.read(|conn| batch(conn, reader, &scope, asked, cursor.as_ref()))?;
        for row in rows {
            for (column, cell) in (0..).zip(&row) {
                match cell {
                    Cell::Text(text) => sheet.write_string(line, column, text),
                    Cell::Day(date) => sheet.write_date_with_format(line, column, date, &day),
                }
                .map_err(Error::internal)?;
            }
            line += 1;
        }
        if next.is_none() {
            return book.save_to_buffer().map_err(Error::internal);
        }
        cursor = next;
    }
}

/// Words, or a day that a spreadsheet can sort by.
enum Cell {
    Text(String),
    Day(NaiveDate),
}

impl Cell {
    fn plain(&self) -> String {
        match self {
            Cell::Text(text) => text.clone(),
            Cell::Day(day) => day.format("%d/%m/%Y").to_string(),
        }
    }

    fn day(day: Option<NaiveDate>) -> Cell {
        match day {
            Some(day) if day < FOREVER => Cell::Day(day),
            Some(_) => Cell::Text("No end date".to_owned()),
            None => Cell::Text(String::new()),
        }
    }
}

type Batch = (Vec<Vec<Cell>>, Option<Cursor>);

fn batch(conn: &mut Conn, reader: &Reader, scope: &Scope, asked: &Asked, cursor: Option<&Cursor>) -> Result<Batch> {
    let titles: Titles = register::titles(conn, scope.today)?;
    let found = register::page(conn, scope, &asked.filter, asked.sort, cursor, BATCH)?;
    let is_full = found.len() as i64 == BATCH;
    let lines = register::lines(conn, scope, found)?;
    let rows = rows(conn, reader, scope, &titles, lines)?;
    let last = rows.last().filter(|_| is_full);
    let next = last.map(|row| Cursor {
        person: row.person,
        role: row.role_code.clone(),
        due_on: row.due.as_ref().map(|due| due.due_on),
        back: false,
    });
    Ok((rows.iter().map(cells).collect(), next))
}

fn columns(is_staff: bool) -> Vec<&'static str> {
    let until = if is_staff { "Cleared until" } else { "May work until" };
    vec!["Reference", "Surname", "Forename", "Role", "Status", until, "Next due", "How", "Date", "Contractors"]
}

fn cells(row: &Row) -> Vec<Cell> {
    let mark = row.mark.map_or("", |mark| mark.word()).to_owned();
    let (title, how, due_on) = match &row.due {
        Some(due) => (due.title.clone(), due.verb().to_owned(), Some(due.due_on)),
        None => Default::default(),
    };
    let first = [row.reference.clone(), row.surname.clone(), row.forename.clone(), row.role.clone(), mark];
    let last =
        [Cell::day(row.until), Cell::Text(title), Cell::Text(how), Cell::day(due_on), Cell::Text(row.firms.join("; "))];
    first.into_iter().map(Cell::Text).chain(last).collect()
}
