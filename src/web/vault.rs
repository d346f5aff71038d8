//! The vault's pages: notes for whoever may read them and says why, and the list of who has.

use std::collections::HashMap;

use askama::Template;
use chrono::NaiveDate;
use rocket::http::ContentType;
use rocket::{Route, State, get, post, routes};

use crate::domain::application::case;
use crate::domain::assessment::{self, Line};
use crate::domain::permission::{Act, Subject, Who, may};
use crate::domain::vault::{self, OpenNote};
use crate::error::{Error, Result};
use crate::store::application::{self, Application};
use crate::store::trail::Entry;
use crate::store::vault::{self as store, Reading};
use crate::store::{Conn, fuse, person, user};
use crate::types::{ApplicationId, At, FuseState, NoteKind, PersonId, Reach, UserId, guarded, moment};
use crate::web::answer::{Answer, Download, cut, path};
use crate::web::app::App;
use crate::web::filters;
use crate::web::form::{Choice, Typed};
use crate::web::guard::{Sitter, Staff};
use crate::web::page::Frame;

const PAGE: i64 = 50;
/// The most readings of one person that a file holds.
const MOST: i64 = 10_000;

struct Head {
    id: ApplicationId,
    reference: String,
    name: String,
    person: Option<PersonId>,
    destroyed: Option<At>,
}

#[derive(Template)]
#[template(path = "vault/ask.html")]
struct Ask<'a> {
    frame: Frame,
    form: &'a Typed,
    head: Head,
    kinds: Vec<Choice>,
    lists: bool,
}

struct Shown {
    title: &'static str,
    by: String,
    at: At,
    text: String,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "vault/notes.html")]
struct Notes {
    frame: Frame,
    head: Head,
    notes: Vec<Shown>,
}

#[derive(Template)]
#[template(path = "vault/readings.html")]
struct Readings {
    frame: Frame,
    id: PersonId,
    name: String,
    readings: Vec<Reading>,
    first: Option<String>,
    next: Option<String>,
}

impl Readings {
    fn what(&self, reading: &Reading) -> String {
        what(reading)
    }
}

fn what(reading: &Reading) -> String {
    let what = reading.what.parse().map_or("All notes", vault::title);
    if reading.is_outside { format!("{what} (outside their own cases)") } else { what.to_owned() }
}

/// Whether `who` may see the list of who has read somebody's disclosure: those who may read any vault, and the auditor.
pub(super) fn may_list(who: &Who) -> Result<()> {
    may(who, Act::ReadVault, Subject::Register)
        .or_else(|_| may(who, Act::ViewTrail, Subject::Register))
        .map_err(|_| Error::NotFound)
}

fn head(conn: &mut Conn, application: &Application) -> Result<Head> {
    let owner = application.person_id.map(|id| person::find(conn, id, &Reach::Everyone)).transpose()?;
    let fuse = fuse::find(conn, application.id)?.filter(|fuse| fuse.state == FuseState::Destroyed);
    Ok(Head {
        id: application.id,
        reference: application.reference.clone(),
        name: owner.map_or_else(String::new, |owner| owner.full_name()),
        person: application.person_id,
        destroyed: fuse.and_then(|fuse| fuse.destroyed_at),
    })
}

async fn ask_page(app: &App, who: &Who, frame: Frame, id: ApplicationId, form: &Typed) -> Result<Answer> {
    let asker = who.clone();
    let (head, kinds) = app
        .read(move |conn| {
            let application = application::find(conn, id, &Reach::Everyone)?;
            may(&asker, Act::ReadVault, Subject::Case(&case(conn, &application)?))?;
            let mut kinds: Vec<NoteKind> = store::notes(conn, id, None)?.into_iter().map(|note| note.kind).collect();
            kinds.sort_unstable();
            kinds.dedup();
            Ok((head(conn, &application)?, kinds))
        })
        .await?;
    let page = Ask {
        frame: frame.titled(format!("Vault {}", head.reference)).with_faults(form),
        form,
        head,
        kinds: kinds.into_iter().map(|kind| Choice::new(kind, vault::title(kind))).collect(),
        lists: may_list(who).is_ok(),
    };
    Answer::form(&page, form.is_good())
}

#[get("/applications/<id>/vault")]
async fn ask(sitter: Sitter, app: &State<App>, frame: Frame, id: ApplicationId) -> Result<Answer> {
    ask_page(app, &sitter, frame, id, &Typed::default()).await
}

#[post("/applications/<id>/vault", data = "<form>")]
async fn open(sitter: Sitter, app: &State<App>, frame: Frame, id: ApplicationId, mut form: Typed) -> Result<Answer> {
    let (kind, reason) = (form.value::<NoteKind>("kind"), form.text("reason").to_owned());
    let (who, today) = (sitter.clone(), app.clock.today());
    let opened = app.act(sitter.user, move |tx| {
        let application = application::find(tx, id, &Reach::Everyone)?;
        let case = case(tx, &application)?;
        let notes = vault::read(tx, &who, &application, &case, kind, &reason)?;
        let head = head(tx, &application)?;
        Ok((head, shown(tx, notes, today)?))
    });
    match opened.await {
        Ok((head, notes)) => {
            Answer::page(&Notes { frame: frame.titled(format!("Notes {}", head.reference)), head, notes })
        }
        Err(Error::Invalid(faults)) => {
            form.refuse_all(faults);
            ask_page(app, &sitter, frame, id, &form).await
        }
        Err(other) => Err(other),
    }
}

fn shown(conn: &mut Conn, notes: Vec<OpenNote>, today: NaiveDate) -> Result<Vec<Shown>> {
    let mut names: HashMap<UserId, String> = HashMap::new();
    let mut lines = Vec::with_capacity(notes.len());
    for note in notes {
        let assessed = assessment::of_note(conn, &note, today)?;
        let OpenNote { kind, text, written_by, written_at, .. } = note;
        let (weighed, text) = assessed.unwrap_or((Vec::new(), text));
        let by = match names.get(&written_by) {
            Some(name) => name.clone(),
            None => {
                let name = user::find(conn, written_by).map_or_else(|_| "Chaperone".to_owned(), |by| by.name);
                names.entry(written_by).or_insert(name).clone()
            }
        };
        lines.push(Shown { title: vault::title(kind), by, at: written_at, text, lines: weighed });
    }
    Ok(lines)
}

#[get("/people/<id>/disclosure-readings?<before>")]
async fn readings(staff: Staff, app: &State<App>, frame: Frame, id: PersonId, before: Option<i64>) -> Result<Answer> {
    may_list(&staff)?;
    let reach = staff.reach();
    let (name, mut readings) = app
        .read(move |conn| {
            let name = person::find(conn, id, &reach)?.full_name();
            Ok((name, store::readings(conn, id, before, PAGE + 1)?))
        })
        .await?;
    let more = cut(&mut readings, PAGE);
    let base = format!("/people/{id}/disclosure-readings");
    let title = "Who has seen this person's disclosure?";
    let page = Readings {
        frame: frame.titled(if before.is_some() { format!("{title} (continued)") } else { title.into() }),
        id,
        name,
        first: before.map(|_| base.clone()),
        next: readings.last().filter(|_| more).map(|last| path(&base, &[("before", Some(last.id.to_string()))])),
        readings,
    };
    Answer::page(&page)
}

#[get("/people/<id>/disclosure-readings.csv")]
async fn export(staff: Staff, app: &State<App>, id: PersonId) -> Result<Download> {
    may_list(&staff)?;
    let reach = staff.reach();
    let readings = app
        .act(staff.user, move |tx| {
            person::find(tx, id, &reach)?;
            let readings = store::readings(tx, id, None, MOST)?;
            let rows = serde_json::json!({ "rows": readings.len() });
            tx.trail(Entry::new("vault.readings_export", "person", id.0).about(id).new_value(&rows));
            Ok(readings)
        })
        .await?;
    // Without the mark a spreadsheet reads names in its own code page.
    let mut file = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(b"\xef\xbb\xbf".to_vec());
    let mut record = |cells: [&str; 5]| file.write_record(cells.map(|cell| guarded(cell).into_owned()));
    record(["When", "Who", "What", "Application", "Why"]).map_err(Error::internal)?;
    for one in &readings {
        let (at, of) = (moment(one.read_at), one.application_id.to_string());
        record([&at, &one.read_by, &what(one), &of, &one.reason]).map_err(Error::internal)?;
    }
    let body = file.into_inner().map_err(Error::internal)?;
    Ok(Download::new(&format!("disclosure-readings-{id}.csv"), ContentType::CSV, body))
}

/// What this room answers.
pub fn routes() -> Vec<Route> {
    routes![ask, open, readings, export]
}
