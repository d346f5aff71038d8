//! Taking an application back, and sending the person their link once more.

use askama::Template;
use rocket::{Route, State, get, post, routes};

use crate::domain::application::draft::seen;
use crate::domain::application::moves::{Event, after};
use crate::domain::application::submit;
use crate::domain::own_link;
use crate::error::{Error, Result};
use crate::types::ApplicationId;
use crate::web::answer::Answer;
use crate::web::app::App;
use crate::web::form::Typed;
use crate::web::guard::Submitter;
use crate::web::page::Frame;
use crate::web::submission::{Sent, press, send};

#[derive(Template)]
#[template(path = "application/withdraw.html")]
struct Page<'a> {
    frame: Frame,
    form: &'a Typed,
    id: ApplicationId,
    reference: String,
}

async fn page(app: &App, who: &Submitter, frame: Frame, id: ApplicationId, form: &Typed) -> Result<Answer> {
    let who = who.clone();
    let application = app.read(move |conn| seen(conn, &who, id)).await?;
    if after(application.state, Event::Withdraw).is_none() {
        return Err(Error::Conflict(submit::OVER.into()));
    }
    let frame = frame.titled("Withdraw the application").with_faults(form);
    Answer::form(&Page { frame, form, id, reference: application.reference }, form.is_good())
}

#[get("/applications/<id>/withdraw")]
async fn ask(who: Submitter, app: &State<App>, frame: Frame, id: ApplicationId) -> Result<Answer> {
    page(app, &who, frame, id, &Typed::default()).await
}

#[post("/applications/<id>/withdraw", data = "<form>")]
async fn withdraw(
    who: Submitter,
    app: &State<App>,
    frame: Frame,
    id: ApplicationId,
    mut form: Typed,
) -> Result<Answer> {
    let why = form.text("reason").to_owned();
    let sent = send(app, &who, &form, move |tx, who| {
        submit::withdraw(tx, who, id, &why)?;
        Ok(Sent::to(format!("/applications/{id}")))
    });
    match sent.await? {
        Ok(sent) => Ok(sent.answer("The application is withdrawn")),
        Err(faults) => {
            form.refuse_all(faults);
            page(app, &who, frame, id, &form).await
        }
    }
}

#[post("/applications/<id>/own-link", data = "<form>")]
async fn resend(who: Submitter, app: &State<App>, id: ApplicationId, form: Typed) -> Result<Answer> {
    let sent = press(app, &who, &form, move |tx, who| {
        own_link::send(tx, who, id)?;
        Ok(Sent::to(format!("/applications/{id}")))
    });
    Ok(sent.await?.answer("A new link is on its way to the person"))
}

pub(super) fn routes() -> Vec<Route> {
    routes![ask, withdraw, resend]
}
