//! The upload of a register file. It is kept in a temporary file of the request, then in memory, and sealed in the
//! register only while its columns are settled.

use askama::Template;
use rocket::form::{Form, FromForm};
use rocket::fs::TempFile;
use rocket::{Route, State, get, post, routes};
use tokio::io::AsyncReadExt;

use super::waiting::{self, File};
use super::{BEGUN, begin};
use crate::domain::import::{ColumnMap, MAX_BYTES, REPORT_COLUMNS, read};
use crate::error::{Error, Result};
use crate::store::import::waiting::Waiting;
use crate::web::answer::Answer;
use crate::web::app::App;
use crate::web::form::{Choice, Typed};
use crate::web::guard::{Asking, Officer};
use crate::web::page::Frame;

#[derive(Template)]
#[template(path = "import/new.html")]
struct New<'a> {
    frame: Frame,
    form: &'a Typed,
    dry: Vec<Choice>,
}

#[derive(FromForm)]
struct Upload<'r> {
    csrf: String,
    submission: String,
    file: TempFile<'r>,
    dry_run: bool,
}

fn page(frame: Frame, form: &Typed) -> Result<Answer> {
    let dry = vec![Choice::new("true", "Only check the file").hint("Every row is judged and nothing is written")];
    let page = New { frame: frame.titled("Import a register").with_faults(form), form, dry };
    Answer::form(&page, form.is_good())
}

#[get("/imports/new")]
fn new(_officer: Officer, frame: Frame) -> Result<Answer> {
    page(frame, &Typed::default())
}

#[post("/imports/new", data = "<upload>")]
async fn create(
    officer: Officer,
    asking: Asking<'_>,
    app: &State<App>,
    frame: Frame,
    upload: Form<Upload<'_>>,
) -> Result<Answer> {
    asking.sent_own_form(&upload.csrf)?;
    let name = file_name(&upload.file);
    let bytes = contents(&upload.file).await?;
    let dry_run = upload.dry_run;
    let mut form = Typed::default();
    if dry_run {
        form = form.with("dry_run", "true");
    }
    if bytes.is_empty() && name.is_empty() {
        form.refuse("file", "Select a file");
        return page(frame, &form);
    }
    let file = Waiting { name: if name.is_empty() { "register".to_owned() } else { name }, dry_run, bytes };
    let (file, sheet) = match app.blocking(move |_, _| read(&file.bytes, &file.name).map(|sheet| (file, sheet))).await {
        Ok(read) => read,
        Err(Error::Invalid(faults)) => {
            form.refuse_all(faults);
            return page(frame, &form);
        }
        Err(other) => return Err(other),
    };
    match ColumnMap::of(&sheet.header) {
        // A mended report brings its own columns along.
        Ok(map) if map.unused().iter().all(|heading| REPORT_COLUMNS.contains(heading)) => {
            let file = File { name: file.name, dry_run, sheet };
            let to = begin(app, officer.user, upload.submission.clone(), file, map).await?;
            Ok(Answer::done(to, BEGUN))
        }
        Ok(_) | Err(Error::Invalid(_)) => {
            let key = waiting::put(app, officer.user, file).await?;
            Ok(Answer::Away(Box::new(rocket::response::Redirect::to(format!("/imports/new/columns/{key}")))))
        }
        Err(other) => Err(other),
    }
}

/// The file's name as its owner's machine has it, without folders or control characters.
fn file_name(file: &TempFile<'_>) -> String {
    let raw = file.raw_name().map_or("", |name| name.dangerous_unsafe_unsanitized_raw().as_str());
    let last = raw.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|c| !c.is_control()).take(200).collect::<String>().trim().to_owned()
}

async fn contents(file: &TempFile<'_>) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let most = u64::try_from(MAX_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    file.open().await?.take(most).read_to_end(&mut bytes).await?;
    Ok(bytes)
}

pub(super) fn routes() -> Vec<Route> {
    routes![new, create]
}
