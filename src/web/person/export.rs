//! The list as a file: the same rows and columns that its reader sees, streamed, and told to the trail before it goes.

use chrono::NaiveDate;
use rocket::futures::stream::{self, BoxStream, StreamExt};
use rocket::http::ContentType;
use rocket::response::stream::ByteStream;
use rocket::response::{self, Responder, Response};
use rocket::{Request, State, get};
use tokio::sync::mpsc;

use super::index::{Asked, Query};
use super::{Reader, Row, rows, scope, words};
use crate::domain::permission::{Act, Subject, may};
use crate::error::Result;
use crate::store::register::{self, Cursor, Scope, Titles};
use crate::store::trail::Entry;
use crate::store::{Conn, Db};
use crate::web::app::App;
use crate::web::filters::long_date;
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
    may(&reader, Act::Export, Subject::Register)?;
    let today = app.clock.today();
    let asked = Asked::of(&query, reader.is_staff(), today);
    let (bound, wanted) = (scope(&reader, today), asked.clone());
    app.act(reader.user, move |tx| {
        let rows = register::count(tx, &bound, &wanted.filter, wanted.sort, i64::MAX)?;
        tx.trail(Entry::new("people.export", "people", 0).new_value(&told(&wanted, rows)));
        Ok(())
    })
    .await?;
    let (send, receive) = mpsc::channel(4);
    let db = app.db.clone();
    // The response ends when this does: nobody waits for it otherwise.
    drop(tokio::task::spawn_blocking(move || write(&db, &reader, &asked, today, &send)));
    let body = stream::unfold(receive, |mut receive| async move { Some((receive.recv().await?, receive)) }).boxed();
    Ok(File { name: format!("people-{today}.csv"), body })
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

fn write(db: &Db, reader: &Reader, asked: &Asked, today: NaiveDate, send: &mpsc::Sender<Vec<u8>>) {
    let scope = scope(reader, today);
    let mut cursor = None;
    let mut head = true;
    loop {
        let batch = db.read(|conn| batch(conn, reader, &scope, asked, cursor.as_ref(), head));
        let (text, next) = batch.unwrap_or_else(|error| {
            tracing::error!(error = %error, "an export stopped early");
            (b"The list stops here because something went wrong. Export it again.\r\n".to_vec(), None)
        });
        // The reader may have gone away.
        if send.blocking_send(text).is_err() || next.is_none() {
            return;
        }
        (cursor, head) = (next, false);
    }
}

type Batch = (Vec<u8>, Option<Cursor>);

fn batch(
    conn: &mut Conn,
    reader: &Reader,
    scope: &Scope,
    asked: &Asked,
    cursor: Option<&Cursor>,
    head: bool,
) -> Result<Batch> {
    let titles: Titles = register::titles(conn, scope.today)?;
    let found = register::page(conn, scope, &asked.filter, asked.sort, cursor, BATCH)?;
    let last = found.last().filter(|_| found.len() as i64 == BATCH);
    let next = last.map(|one| Cursor { person: one.person, role: one.role.clone(), back: false });
    let lines = register::lines(conn, scope, found)?;
    let rows = rows(conn, reader, scope, &titles, lines)?;
    let mut out = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let is_staff = reader.is_staff();
    if head {
        out.write_record(columns(is_staff)).map_err(crate::error::Error::internal)?;
    }
    for row in &rows {
        out.write_record(cells(row, is_staff)).map_err(crate::error::Error::internal)?;
    }
    let mut text = out.into_inner().map_err(crate::error::Error::internal)?;
    if head {
        // Without the mark a spreadsheet reads names in its own code page.
        text.splice(0..0, "\u{FEFF}".bytes());
    }
    Ok((text, next))
}

fn columns(is_staff: bool) -> Vec<&'static str> {
    let until = is_staff.then_some("Cleared until");
    let first = ["Reference", "Surname", "Forename", "Role", "Status"];
    first.into_iter().chain(until).chain(["Next due", "Due", "Contractors"]).collect()
}

fn cells(row: &Row, is_staff: bool) -> Vec<String> {
    let mark = row.mark.map_or("", |mark| mark.word()).to_owned();
    let until = is_staff.then(|| words::until(row.until));
    let (title, due_on) = match &row.due {
        Some(due) => (due.title.clone(), format!("{} {}", due.verb(), long_date(due.due_on))),
        None => (String::new(), String::new()),
    };
    let first = [row.reference.clone(), row.surname.clone(), row.forename.clone(), row.role.clone(), mark];
    let last = [title, due_on, row.firms.join("; ")];
    first.into_iter().chain(until).chain(last).map(|cell| harmless(&cell)).collect()
}

/// A cell that no spreadsheet takes for a formula.
fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) { format!("'{cell}") } else { cell.to_owned() }
}
