//! Opening a review of somebody on the register.

use askama::Template;
use rocket::{Route, State, get, post, routes};

use crate::domain::application::review;
use crate::domain::permission::{Act, Subject, Who, may};
use crate::error::{Error, Result};
use crate::store::person::{self, Person};
use crate::types::PersonId;
use crate::web::answer::Answer;
use crate::web::app::App;
use crate::web::form::Typed;
use crate::web::guard::Officer;
use crate::web::page::Frame;
use crate::web::submission::{Sent, send, sent_before};

#[derive(Template)]
#[template(path = "application/review.html")]
struct Review<'a> {
    frame: Frame,
    form: &'a Typed,
    person: &'a Person,
}

async fn page(app: &App, who: &Who, frame: Frame, id: PersonId, form: Typed) -> Result<Answer> {
    may(who, Act::CheckApplications, Subject::Register)?;
    let reach = who.reach();
    let found = app.read(move |conn| Ok((person::find(conn, id, &reach)?, review::standing(conn, id)?)));
    let (person, standing) = found.await?;
    if let Some(open) = standing {
        return Err(Error::Conflict(format!("{} is open about this person already.", open.reference)));
    }
    let form = &form;
    let frame = frame.titled("Open a review").with_faults(form);
    Answer::form(&Review { frame, form, person: &person }, form.is_good())
}

#[get("/people/<id>/review")]
async fn opening(officer: Officer, app: &State<App>, frame: Frame, id: PersonId) -> Result<Answer> {
    page(app, &officer, frame, id, Typed::default()).await
}

#[post("/people/<id>/review", data = "<form>")]
async fn open(officer: Officer, app: &State<App>, frame: Frame, id: PersonId, mut form: Typed) -> Result<Answer> {
    if let Some(sent) = sent_before(app, &officer, &form).await? {
        return Ok(sent.answer("The review is open"));
    }
    let reason = form.text("reason").to_owned();
    let sent = send(app, &officer, &form, move |tx, who| {
        let review = review::open(tx, who, id, &reason)?;
        Ok(Sent::to(format!("/applications/{review}")))
    });
    match sent.await? {
        Ok(sent) => Ok(sent.answer("The review is open")),
        Err(faults) => {
            form.refuse_all(faults);
            page(app, &officer, frame, id, form).await
        }
    }
}

/// What this room answers.
pub fn routes() -> Vec<Route> {
    routes![opening, open]
}
