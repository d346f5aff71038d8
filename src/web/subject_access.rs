//! A copy of all that is held on a person, for them: a page to read and a file for machines, in one archive.

use std::io::{Cursor, Write};

use askama::Template;
use chrono::NaiveDate;
use rocket::http::ContentType;
use rocket::{Responder, Route, State, get, post, routes};
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::domain::permission::{Act, Subject, Who, may};
use crate::domain::subject_access::{self, Holdings, Section};
use crate::error::{Error, Result};
use crate::store::person::{self, Person};
use crate::types::PersonId;
use crate::web::answer::{Answer, Download};
use crate::web::app::App;
use crate::web::filters;
use crate::web::form::Typed;
use crate::web::guard::Staff;
use crate::web::page::Frame;

#[derive(Template)]
#[template(path = "subject_access/new.html")]
struct New<'a> {
    frame: Frame,
    form: &'a Typed,
    person: &'a Person,
}

#[derive(Template)]
#[template(path = "subject_access/document.html")]
struct Document<'a> {
    council: &'a str,
    made_on: NaiveDate,
    sections: &'a [Section],
}

/// The file, or the form again.
#[derive(Responder)]
#[allow(clippy::large_enum_variant)]
enum Copied {
    File(Download),
    Form(Answer),
}

async fn new_page(app: &App, who: &Who, frame: Frame, id: PersonId, form: Typed) -> Result<Answer> {
    may(who, Act::SubjectAccess, Subject::Register)?;
    let reach = who.reach();
    let person = app.read(move |conn| person::find(conn, id, &reach)).await?;
    let form = &form;
    let page = New { frame: frame.titled("Copy of all that is held").with_faults(form), form, person: &person };
    Answer::form(&page, form.is_good())
}

#[get("/people/<id>/access")]
async fn new(staff: Staff, app: &State<App>, frame: Frame, id: PersonId) -> Result<Answer> {
    new_page(app, &staff, frame, id, Typed::default()).await
}

#[post("/people/<id>/access", data = "<form>")]
async fn copy(staff: Staff, app: &State<App>, frame: Frame, id: PersonId, mut form: Typed) -> Result<Copied> {
    let (who, reason) = (staff.0.who.clone(), form.text("reason").to_owned());
    match app.act(staff.user, move |tx| subject_access::gather(tx, &who, id, &reason)).await {
        Ok(held) => {
            let (council, today) = (app.config.council_name.clone(), app.clock.today());
            let body = archive(&held, &council, today)?;
            Ok(Copied::File(Download::new(&format!("all-that-is-held-{id}-{today}.zip"), ContentType::ZIP, body)))
        }
        Err(Error::Invalid(faults)) => {
            form.refuse_all(faults);
            Ok(Copied::Form(new_page(app, &staff, frame, id, form).await?))
        }
        Err(other) => Err(other),
    }
}

fn archive(held: &Holdings, council: &str, made_on: NaiveDate) -> Result<Vec<u8>> {
    let page = Document { council, made_on, sections: &held.sections }.render()?;
    let json = serde_json::to_string_pretty(&held.json)?;
    let mut file = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, body) in [("all-that-is-held.html", page), ("all-that-is-held.json", json)] {
        file.start_file(name, SimpleFileOptions::default()).map_err(Error::internal)?;
        file.write_all(body.as_bytes())?;
    }
    Ok(file.finish().map_err(Error::internal)?.into_inner())
}

/// What this room answers.
pub fn routes() -> Vec<Route> {
    routes![new, copy]
}
