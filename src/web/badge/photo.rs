//! Photographs: uploaded, shown in each way they can be cut, and one chosen. A picture is answered to those alone who may
//! see the person, and nobody keeps it.

use askama::Template;
use rocket::form::{Errors, Form, FromForm};
use rocket::fs::TempFile;
use rocket::http::{ContentType, Header};
use rocket::{Responder, Route, State, get, post, routes};

use super::file::contents;
use crate::domain::badge::photo::{self, CUTS, MAX_BYTES};
use crate::domain::permission::Who;
use crate::error::{Error, Result};
use crate::store::{person, photo as store};
use crate::types::{PersonId, PhotoId};
use crate::web::answer::Answer;
use crate::web::app::App;
use crate::web::form::Typed;
use crate::web::guard::Asking;
use crate::web::page::Frame;
use crate::web::person::Reader;
use crate::web::submission::{Sent, send};

#[derive(Template)]
#[template(path = "badge/photo.html")]
struct Show<'a> {
    frame: Frame,
    form: &'a Typed,
    id: PersonId,
    name: String,
    current: Option<PhotoId>,
}

struct Cut {
    id: PhotoId,
    words: &'static str,
}

#[derive(Template)]
#[template(path = "badge/photo_cut.html")]
struct Choose<'a> {
    frame: Frame,
    form: &'a Typed,
    id: PersonId,
    name: String,
    cuts: Vec<Cut>,
}

#[derive(FromForm)]
struct Upload<'r> {
    csrf: String,
    photo: TempFile<'r>,
}

/// A picture nobody keeps.
#[derive(Responder)]
struct Picture {
    jpeg: Vec<u8>,
    kind: ContentType,
    keep: Header<'static>,
}

async fn page(app: &App, who: &Who, frame: Frame, id: PersonId, form: &Typed) -> Result<Answer> {
    let (who, today) = (who.clone(), app.clock.today());
    let (name, current) = app
        .read(move |conn| {
            photo::may_picture(conn, &who, id, today)?;
            Ok((person::find(conn, id, &who.reach())?.full_name(), store::current(conn, id)?))
        })
        .await?;
    Answer::form(&Show { frame: frame.titled("Photo").with_faults(form), form, id, name, current }, form.is_good())
}

#[get("/people/<id>/photo")]
async fn show(reader: Reader, app: &State<App>, frame: Frame, id: PersonId) -> Result<Answer> {
    page(app, &reader, frame, id, &Typed::default()).await
}

#[post("/people/<id>/photo", data = "<upload>")]
async fn upload(
    reader: Reader,
    asking: Asking<'_>,
    app: &State<App>,
    frame: Frame,
    id: PersonId,
    upload: Result<Form<Upload<'_>>, Errors<'_>>,
) -> Result<Answer> {
    let (asker, today) = (reader.clone(), app.clock.today());
    app.read(move |conn| photo::may_picture(conn, &asker, id, today)).await?;
    let Ok(upload) = upload else {
        let mut form = Typed::default();
        form.refuse("photo", "Select a photo");
        return page(app, &reader, frame, id, &form).await;
    };
    asking.sent_own_form(&upload.csrf)?;
    let bytes = contents(&upload.photo, MAX_BYTES).await?;
    let cuts = match app.blocking(move |_, _| photo::cuts(&bytes)).await {
        Ok(cuts) => cuts,
        Err(Error::Invalid(faults)) => {
            let mut form = Typed::default();
            form.refuse_all(faults);
            return page(app, &reader, frame, id, &form).await;
        }
        Err(other) => return Err(other),
    };
    let who = reader.clone();
    app.act(reader.user, move |tx| photo::offer(tx, &who, id, &cuts)).await?;
    Ok(Answer::Away(Box::new(rocket::response::Redirect::to(format!("/people/{id}/photo/cut")))))
}

async fn cut_page(app: &App, who: &Who, frame: Frame, id: PersonId, form: &Typed) -> Result<Answer> {
    let (who, today) = (who.clone(), app.clock.today());
    let (name, cuts) = app
        .read(move |conn| {
            photo::may_picture(conn, &who, id, today)?;
            Ok((person::find(conn, id, &who.reach())?.full_name(), store::cuts(conn, id, who.user)?))
        })
        .await?;
    if cuts.is_empty() {
        return Ok(Answer::Away(Box::new(rocket::response::Redirect::to(format!("/people/{id}/photo")))));
    }
    let cuts = cuts.into_iter().zip(CUTS).map(|(id, (_, words))| Cut { id, words }).collect();
    let page = Choose { frame: frame.titled("Choose how the photo is cut").with_faults(form), form, id, name, cuts };
    Answer::form(&page, form.is_good())
}

#[get("/people/<id>/photo/cut")]
async fn cuts(reader: Reader, app: &State<App>, frame: Frame, id: PersonId) -> Result<Answer> {
    cut_page(app, &reader, frame, id, &Typed::default()).await
}

#[post("/people/<id>/photo/cut", data = "<form>")]
async fn choose(reader: Reader, app: &State<App>, frame: Frame, id: PersonId, mut form: Typed) -> Result<Answer> {
    let Some(cut) = form.value::<i64>("cut").map(PhotoId) else {
        form.refuse("cut", "Select a photo");
        return cut_page(app, &reader, frame, id, &form).await;
    };
    let sent = send(app, &reader, &form, move |tx, who| {
        photo::choose(tx, who, id, cut)?;
        Ok(Sent::to(format!("/people/{id}/badges")))
    });
    match sent.await? {
        Ok(sent) => Ok(sent.answer("The photo is saved")),
        Err(faults) => {
            form.refuse_all(faults);
            cut_page(app, &reader, frame, id, &form).await
        }
    }
}

#[get("/photos/<id>")]
async fn picture(reader: Reader, app: &State<App>, id: PhotoId) -> Result<Picture> {
    let today = app.clock.today();
    let jpeg = app.read(move |conn| {
        let found = store::find(conn, id)?;
        person::find(conn, found.person_id, &reader.reach())?;
        if photo::is_shown(conn, &reader, found.person_id, today)? { found.jpeg() } else { Err(Error::NotFound) }
    });
    Ok(Picture { jpeg: jpeg.await?, kind: ContentType::JPEG, keep: Header::new("Cache-Control", "private, no-store") })
}

pub(super) fn routes() -> Vec<Route> {
    routes![show, upload, cuts, choose, picture]
}
