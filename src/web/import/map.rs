//! Which heading is which column, settled by the officer when the headings do not say.

use std::collections::BTreeMap;

use askama::Template;
use rocket::{Route, State, get, post, routes};

use super::waiting::{self, File};
use super::{BEGUN, begin};
use crate::domain::import::{Column, ColumnMap, guess};
use crate::domain::submission;
use crate::error::{Error, Fault, Result};
use crate::types::UserId;
use crate::web::answer::Answer;
use crate::web::app::App;
use crate::web::form::{Choice, Typed};
use crate::web::guard::Officer;
use crate::web::page::Frame;

#[derive(Template)]
#[template(path = "import/columns.html")]
struct Columns<'a> {
    frame: Frame,
    form: &'a Typed,
    key: &'a str,
    file: &'a File,
    columns: Vec<(&'static str, &'static str)>,
    headings: Vec<Choice>,
}

#[derive(serde::Serialize)]
struct MapFile {
    columns: BTreeMap<&'static str, String>,
}

/// A heading is sent as its place: two may read the same.
fn headings(file: &File) -> Vec<Choice> {
    let named = file.sheet.header.iter().enumerate().filter(|(_, heading)| !heading.trim().is_empty());
    named.map(|(place, heading)| Choice::new(place, heading.clone())).collect()
}

fn page(frame: Frame, key: &str, file: &File, form: &Typed) -> Result<Answer> {
    let page = Columns {
        frame: frame.titled("Which column is which?").with_faults(form),
        form,
        key,
        file,
        columns: Column::ALL.iter().map(|column| (column.as_str(), column.meaning())).collect(),
        headings: headings(file),
    };
    Answer::form(&page, form.is_good())
}

/// Where the file of this key went: on to its import, or away.
async fn gone(app: &App, user: UserId, key: String) -> Result<Answer> {
    Ok(match app.read(move |conn| submission::led_to(conn, user, &key)).await? {
        Some(import) => Answer::done(import, BEGUN),
        None => Answer::Done(Box::new(rocket::response::Flash::error(
            rocket::response::Redirect::to("/imports/new"),
            "The file was not kept for so long. Upload it again.",
        ))),
    })
}

#[get("/imports/new/columns/<key>")]
async fn show(officer: Officer, app: &State<App>, frame: Frame, key: &str) -> Result<Answer> {
    let Some(file) = waiting::find(app, officer.user, key).await? else {
        return gone(app, officer.user, key.to_owned()).await;
    };
    let guessed = guess(&file.sheet.header);
    let form = guessed.into_iter().fold(Typed::default(), |form, (column, place)| match place {
        Some(place) => form.with(column.as_str(), place),
        None => form,
    });
    page(frame, key, &file, &form)
}

/// What was chosen, as a map: a column without a heading is left out.
fn chosen(file: &File, form: &Typed) -> Result<ColumnMap> {
    let heading = |column: &Column| {
        let place: Option<usize> = form.value(column.as_str());
        place.and_then(|place| file.sheet.header.get(place)).cloned().unwrap_or_default()
    };
    let columns = Column::ALL.iter().map(|column| (column.as_str(), heading(column))).collect();
    let text = toml::to_string(&MapFile { columns }).map_err(Error::internal)?;
    ColumnMap::from_toml(&text, &file.sheet.header)
}

/// The first sentence is for this page; the rest tells how to write a map file.
fn short(fault: Fault) -> Fault {
    let first = fault.message.split(". ").next().unwrap_or_default().trim_end_matches('.').to_owned();
    Fault::new(fault.field, first)
}

#[post("/imports/new/columns/<key>", data = "<form>")]
async fn settle(officer: Officer, app: &State<App>, frame: Frame, key: &str, mut form: Typed) -> Result<Answer> {
    let Some(file) = waiting::find(app, officer.user, key).await? else {
        return gone(app, officer.user, key.to_owned()).await;
    };
    match chosen(&file, &form) {
        Ok(map) => {
            let to = begin(app, officer.user, key.to_owned(), file, map).await?;
            Ok(Answer::done(to, BEGUN))
        }
        Err(Error::Invalid(faults)) => {
            form.refuse_all(faults.into_iter().map(short));
            page(frame, key, &file, &form)
        }
        Err(other) => Err(other),
    }
}

pub(super) fn routes() -> Vec<Route> {
    routes![show, settle]
}
