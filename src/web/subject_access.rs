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
use crate::web::submission::{Sent, send};

#[derive(Template)]
#[template(path = "subject_access/new.html")]
struct New<'a> {
    frame: Frame,
    form: &'a Typed,
    person: &'a Person,
    due_on: Option<NaiveDate>,
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
    let (person, asked) =
        app.read(move |conn| Ok((person::find(conn, id, &reach)?, subject_access::standing(conn, id)?))).await?;
    let (form, due_on) = (&form, asked.map(|one| one.due_on));
    let page = New { frame: frame.titled("Copy of all that is held").with_faults(form), form, person: &person, due_on };
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

#[post("/people/<id>/access/request", data = "<form>")]
async fn request(staff: Staff, app: &State<App>, frame: Frame, id: PersonId, mut form: Typed) -> Result<Answer> {
    let received_on = form.may_date("received_on", "day the request came");
    if form.is_good() {
        let sent = send(app, &staff, &form, move |tx, who| {
            subject_access::ask(tx, who, id, received_on)?;
            Ok(Sent::to(format!("/people/{id}/access")))
        });
        match sent.await? {
            Ok(sent) => return Ok(sent.answer("The request is recorded: nothing about them is destroyed meanwhile")),
            Err(faults) => form.refuse_all(faults),
        }
    }
    new_page(app, &staff, frame, id, form).await
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
    routes![new, copy, request]
}
