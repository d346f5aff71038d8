//! Check your answers: all of them on a page, what is to be put right, and the declaration with which they are sent in.

use askama::Template;
use rocket::{Route, State, get, post, routes};

use super::group::{Read, open};
use super::summary::{Row, rows};
use crate::domain::application::draft::{is_open, whole, wrong};
use crate::domain::application::questions::By;
use crate::domain::application::submit::{STATEMENT, SWORN, submit};
use crate::error::{Fault, Result};
use crate::types::ApplicationId;
use crate::web::answer::Answer;
use crate::web::app::App;
use crate::web::form::{Choice, Typed};
use crate::web::guard::Submitter;
use crate::web::page::Frame;
use crate::web::submission::{Sent, send, sent_before};

/// A group on the page.
pub(super) struct Card {
    pub slug: &'static str,
    pub title: String,
    pub rows: Vec<Row>,
    pub wrong: Option<Fault>,
}

/// The submitter's groups with their answers, and the first thing wrong with each.
pub(super) fn cards(conn: &mut crate::store::Conn, read: &Read) -> Result<Vec<Card>> {
    let mut cards = Vec::new();
    for one in read.asking.groups_by(By::Submitter) {
        let faults = wrong(conn, &read.application, &read.answers, &read.asking, one.code)?;
        cards.push(Card {
            slug: one.code.as_str(),
            title: one.title.clone(),
            rows: rows(one.code, &read.answers, &read.asking, &read.authorities),
            wrong: faults.into_iter().next(),
        });
    }
    Ok(cards)
}

#[derive(Template)]
#[template(path = "application/answers.html")]
struct Page<'a> {
    frame: Frame,
    form: &'a Typed,
    id: ApplicationId,
    reference: String,
    cards: Vec<Card>,
    based_on: String,
    statement: Vec<Choice>,
}

async fn page(app: &App, who: &Submitter, frame: Frame, id: ApplicationId, form: &Typed) -> Result<Answer> {
    let (today, who) = (app.clock.today(), who.clone());
    let (read, cards) = app
        .read(move |conn| {
            let read = open(conn, &who, id, today)?;
            let cards = cards(conn, &read)?;
            Ok((read, cards))
        })
        .await?;
    if !is_open(&read.application) {
        return Ok(Answer::Away(Box::new(rocket::response::Redirect::to(format!("/applications/{id}")))));
    }
    let page = Page {
        frame: frame.titled("Check your answers").with_faults(form),
        form,
        id,
        reference: read.application.reference.clone(),
        cards,
        based_on: whole(&read.answers, &read.asking),
        statement: vec![Choice::new("yes", STATEMENT)],
    };
    Answer::form(&page, form.is_good())
}

#[get("/applications/<id>/answers")]
async fn show(who: Submitter, app: &State<App>, frame: Frame, id: ApplicationId) -> Result<Answer> {
    page(app, &who, frame, id, &Typed::default()).await
}

#[post("/applications/<id>/answers", data = "<form>")]
async fn send_in(who: Submitter, app: &State<App>, frame: Frame, id: ApplicationId, mut form: Typed) -> Result<Answer> {
    const SAID: &str = "The application is with the council";
    if let Some(sent) = sent_before(app, &who, &form).await? {
        return Ok(sent.answer(SAID));
    }
    let (sworn, based_on) = (form.has(SWORN, "yes"), form.text("based_on").to_owned());
    let sent = send(app, &who, &form, move |tx, who| {
        submit(tx, who, id, sworn, &based_on)?;
        Ok(Sent::to(format!("/applications/{id}")))
    });
    match sent.await? {
        Ok(sent) => Ok(sent.answer(SAID)),
        Err(faults) => {
            form.refuse_all(faults);
            page(app, &who, frame, id, &form).await
        }
    }
}

pub(super) fn routes() -> Vec<Route> {
    routes![show, send_in]
}
