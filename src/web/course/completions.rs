//! Completions at a screen: the provider's file is uploaded, and the page says what came of it row by row.

use askama::Template;
use rocket::form::{Errors, Form, FromForm};
use rocket::fs::TempFile;
use rocket::{Route, State, get, post, routes};
use tokio::io::AsyncReadExt;

use crate::domain::booking::{Completions, MAX_BYTES, complete};
use crate::error::{Error, Result};
use crate::store::course::{self as store, Course};
use crate::types::{CourseId, CourseMode};
use crate::web::answer::Answer;
use crate::web::app::App;
use crate::web::form::Typed;
use crate::web::guard::{Asking, Officer};
use crate::web::page::Frame;

#[derive(Template)]
#[template(path = "course/completions.html")]
struct Page<'a> {
    frame: Frame,
    form: &'a Typed,
    course: Course,
    done: Option<Completions>,
}

#[derive(FromForm)]
struct Upload<'r> {
    csrf: String,
    file: TempFile<'r>,
}

async fn page(app: &App, frame: Frame, id: CourseId, form: &Typed, done: Option<Completions>) -> Result<Answer> {
    let course = app.read(move |conn| store::find(conn, id)).await?;
    if course.mode != CourseMode::Elearning {
        return Err(Error::Conflict("This course has sessions: record its results there.".into()));
    }
    let frame = frame.titled(format!("Completions of {}", course.code)).with_faults(form);
    Answer::form(&Page { frame, form, course, done }, form.is_good())
}

#[get("/courses/<id>/completions")]
async fn show(_officer: Officer, app: &State<App>, frame: Frame, id: CourseId) -> Result<Answer> {
    page(app, frame, id, &Typed::default(), None).await
}

#[post("/courses/<id>/completions", data = "<upload>")]
async fn upload(
    officer: Officer,
    asking: Asking<'_>,
    app: &State<App>,
    frame: Frame,
    id: CourseId,
    upload: Result<Form<Upload<'_>>, Errors<'_>>,
) -> Result<Answer> {
    let mut form = Typed::default();
    let Ok(upload) = upload else {
        form.refuse("file", "Select a file of 2 MB or less");
        return page(app, frame, id, &form, None).await;
    };
    asking.sent_own_form(&upload.csrf)?;
    let mut bytes = Vec::new();
    let most = u64::try_from(MAX_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    upload.file.open().await?.take(most).read_to_end(&mut bytes).await?;
    if bytes.is_empty() {
        form.refuse("file", "Select a file");
    } else if bytes.len() > MAX_BYTES {
        form.refuse("file", "The file must be 2 MB or less");
    }
    if !form.is_good() {
        return page(app, frame, id, &form, None).await;
    }
    let who = officer.0.who.clone();
    match app.blocking(move |db, clock| complete(db, clock, &who, id, &bytes)).await {
        Ok(done) => page(app, frame, id, &form, Some(done)).await,
        Err(Error::Invalid(faults)) => {
            form.refuse_all(faults);
            page(app, frame, id, &form, None).await
        }
        Err(other) => Err(other),
    }
}

pub(super) fn routes() -> Vec<Route> {
    routes![show, upload]
}
