//! Recording an appeal that came in.

use askama::Template;
use chrono::NaiveDate;
use rocket::{Route, State, get, post, routes};

use crate::domain::appeal::{self, NewAppeal};
use crate::domain::application::case;
use crate::domain::permission::{Act, Subject, Who, may};
use crate::error::Result;
use crate::store::Conn;
use crate::store::application as applications;
use crate::types::{ApplicationId, Reach};
use crate::web::answer::Answer;
use crate::web::app::App;
use crate::web::filters;
use crate::web::form::Typed;
use crate::web::guard::Council;
use crate::web::page::Frame;
use crate::web::proposal::{Heading, heading};
use crate::web::submission::{Sent, send, sent_before};

#[derive(Template)]
#[template(path = "appeal/new.html")]
struct New<'a> {
    frame: Frame,
    form: &'a Typed,
    head: &'a Heading,
    appeal_by: Option<NaiveDate>,
}

fn open(conn: &mut Conn, who: &Who, id: ApplicationId, today: NaiveDate) -> Result<(Heading, Option<NaiveDate>)> {
    let application = applications::find(conn, id, &Reach::Everyone)?;
    may(who, Act::CheckApplications, Subject::Case(&case(conn, &application)?))?;
    let paper = appeal::appealable(conn, &application)?;
    Ok((heading(conn, application, today)?, paper.appeal_by))
}

async fn page(app: &App, who: &Who, frame: Frame, id: ApplicationId, form: Typed) -> Result<Answer> {
    let (today, who) = (app.clock.today(), who.clone());
    let (head, appeal_by) = app.read(move |conn| open(conn, &who, id, today)).await?;
    let form = &form;
    let frame = frame.titled("Record an appeal").with_faults(form);
    Answer::form(&New { frame, form, head: &head, appeal_by }, form.is_good())
}

#[get("/applications/<id>/appeal")]
async fn new(council: Council, app: &State<App>, frame: Frame, id: ApplicationId) -> Result<Answer> {
    may(&council, Act::CheckApplications, Subject::Register)?;
    page(app, &council, frame, id, Typed::default()).await
}

#[post("/applications/<id>/appeal", data = "<form>")]
async fn lodge(council: Council, app: &State<App>, frame: Frame, id: ApplicationId, mut form: Typed) -> Result<Answer> {
    may(&council, Act::CheckApplications, Subject::Register)?;
    if let Some(sent) = sent_before(app, &council, &form).await? {
        return Ok(sent.answer("The appeal is recorded"));
    }
    let new = NewAppeal {
        received_on: form.may_date("received_on", "day the appeal came"),
        posted_on: form.may_date("posted_on", "day it was posted"),
        grounds: form.text("grounds").to_owned(),
    };
    if form.is_good() {
        let sent = send(app, &council, &form, move |tx, who| {
            let appeal = appeal::lodge(tx, who, id, &new)?;
            Ok(Sent::to(format!("/appeals/{appeal}")))
        });
        match sent.await? {
            Ok(sent) => return Ok(sent.answer("The appeal is recorded")),
            Err(faults) => form.refuse_all(faults),
        }
    }
    page(app, &council, frame, id, form).await
}

pub(super) fn routes() -> Vec<Route> {
    routes![new, lodge]
}
