//! A request that comes to nothing: refused by the team, or taken back by whoever asked. Each with its reason.

use askama::Template;
use rocket::{Route, State, get, post, routes};

use super::request::{Head, head};
use crate::domain::badge::request as requests;
use crate::domain::permission::Who;
use crate::error::{Error, Result};
use crate::types::BadgeRequestId;
use crate::web::answer::Answer;
use crate::web::app::App;
use crate::web::form::Typed;
use crate::web::guard::Officer;
use crate::web::page::Frame;
use crate::web::person::Reader;
use crate::web::submission::{Sent, send};

#[derive(Template)]
#[template(path = "badge/reason.html")]
struct Reason<'a> {
    frame: Frame,
    form: &'a Typed,
    head: Head,
    title: &'static str,
    hint: &'static str,
    action: String,
}

async fn reason_page(
    app: &App,
    who: &Who,
    frame: Frame,
    id: BadgeRequestId,
    refuse: bool,
    form: &Typed,
) -> Result<Answer> {
    let head = head(app, who, id).await?;
    if !head.is_open {
        return Err(Error::Conflict(format!("This request is {} already.", head.state)));
    }
    let (title, hint, word) = if refuse {
        ("Refuse a badge", "The contractor and the person get a letter that it was refused, not why", "refuse")
    } else {
        ("Cancel a request", "For example, they have left, or the badge was found", "cancel")
    };
    let action = format!("/badge-requests/{id}/{word}");
    let page = Reason { frame: frame.titled(title).with_faults(form), form, head, title, hint, action };
    Answer::form(&page, form.is_good())
}

#[get("/badge-requests/<id>/refuse")]
async fn refusing(officer: Officer, app: &State<App>, frame: Frame, id: BadgeRequestId) -> Result<Answer> {
    reason_page(app, &officer, frame, id, true, &Typed::default()).await
}

#[post("/badge-requests/<id>/refuse", data = "<form>")]
async fn refuse(
    officer: Officer,
    app: &State<App>,
    frame: Frame,
    id: BadgeRequestId,
    mut form: Typed,
) -> Result<Answer> {
    let reason = form.text("reason").to_owned();
    let sent = send(app, &officer, &form, move |tx, who| {
        requests::refuse(tx, who, id, &reason)?;
        Ok(Sent::to("/badge-requests".to_owned()))
    });
    match sent.await? {
        Ok(sent) => Ok(sent.answer("The request is refused")),
        Err(faults) => {
            form.refuse_all(faults);
            reason_page(app, &officer, frame, id, true, &form).await
        }
    }
}

#[get("/badge-requests/<id>/cancel")]
async fn cancelling(reader: Reader, app: &State<App>, frame: Frame, id: BadgeRequestId) -> Result<Answer> {
    reason_page(app, &reader, frame, id, false, &Typed::default()).await
}

#[post("/badge-requests/<id>/cancel", data = "<form>")]
async fn cancel(reader: Reader, app: &State<App>, frame: Frame, id: BadgeRequestId, mut form: Typed) -> Result<Answer> {
    let reason = form.text("reason").to_owned();
    let sent = send(app, &reader, &form, move |tx, who| {
        requests::cancel(tx, who, id, &reason)?;
        Ok(Sent::to("/badge-requests".to_owned()))
    });
    match sent.await? {
        Ok(sent) => Ok(sent.answer("The request is cancelled")),
        Err(faults) => {
            form.refuse_all(faults);
            reason_page(app, &reader, frame, id, false, &form).await
        }
    }
}

pub(super) fn routes() -> Vec<Route> {
    routes![refusing, refuse, cancelling, cancel]
}
