//! What became of an interview: held, or nobody came; and the panel's notes, which go into the vault.

use askama::Template;
use rocket::{Route, State, get, post, routes};

use super::Head;
use super::arrange::still_arranged;
use crate::domain::interview::{self, Sitting};
use crate::domain::permission::{Act, Subject, Who, may};
use crate::error::Result;
use crate::types::{InterviewId, UserId, in_london};
use crate::web::answer::Answer;
use crate::web::app::App;
use crate::web::filters;
use crate::web::form::{Choice, Typed};
use crate::web::guard::Sitter;
use crate::web::page::Frame;
use crate::web::submission::{Sent, send};

#[derive(Template)]
#[template(path = "interview/held.html")]
struct Held<'a> {
    frame: Frame,
    form: &'a Typed,
    head: Head,
    panel: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "interview/reason.html")]
struct Missed<'a> {
    frame: Frame,
    form: &'a Typed,
    head: Head,
    title: &'static str,
    hint: &'static str,
    question: &'static str,
    action: String,
}

#[derive(Template)]
#[template(path = "interview/notes.html")]
struct Notes<'a> {
    frame: Frame,
    form: &'a Typed,
    head: Head,
}

/// The interview of a form that says what became of it.
async fn arranged(app: &App, who: &Who, id: InterviewId) -> Result<Head> {
    let asker = who.clone();
    app.read(move |conn| {
        let sitting = Sitting::find(conn, &asker, id)?;
        if !sitting.panel.contains(&asker.user) {
            may(&asker, Act::CheckApplications, Subject::Case(&sitting.case))?;
        }
        still_arranged(&sitting)?;
        Head::read(conn, &sitting)
    })
    .await
}

async fn held_page(app: &App, who: &Who, frame: Frame, id: InterviewId, form: Option<Typed>) -> Result<Answer> {
    let head = arranged(app, who, id).await?;
    let form = form.unwrap_or_else(|| {
        let form = Typed::default().with_date("on", Some(in_london(head.starts_at.utc())));
        head.panel.iter().fold(form, |form, (user, _)| form.with("attended", user))
    });
    let panel = head.panel.iter().map(|(user, name)| Choice::new(user, name.clone())).collect();
    let frame = frame.titled("Record that the interview was held").with_faults(&form);
    Answer::form(&Held { frame, form: &form, head, panel }, form.is_good())
}

#[get("/interviews/<id>/held")]
async fn holding(sitter: Sitter, app: &State<App>, frame: Frame, id: InterviewId) -> Result<Answer> {
    held_page(app, &sitter, frame, id, None).await
}

#[post("/interviews/<id>/held", data = "<form>")]
async fn held(sitter: Sitter, app: &State<App>, frame: Frame, id: InterviewId, mut form: Typed) -> Result<Answer> {
    let on = form.may_date("on", "day it was held");
    let attended: Vec<UserId> =
        form.list("attended").into_iter().filter_map(|id| id.parse().ok().map(UserId)).collect();
    if form.is_good() {
        let sent = send(app, &sitter, &form, move |tx, who| {
            interview::held(tx, who, id, on, &attended)?;
            Ok(Sent::to(format!("/interviews/{id}")))
        });
        match sent.await? {
            Ok(sent) => return Ok(sent.answer("The interview is recorded. Each member of the panel writes notes next")),
            Err(faults) => form.refuse_all(faults),
        }
    }
    held_page(app, &sitter, frame, id, Some(form)).await
}

async fn missed_page(app: &App, who: &Who, frame: Frame, id: InterviewId, form: &Typed) -> Result<Answer> {
    let title = "Record that the person did not attend";
    let page = Missed {
        frame: frame.titled(title).with_faults(form),
        form,
        head: arranged(app, who, id).await?,
        title,
        hint: "For example, that they rang to say they were ill. Do not repeat anything of a disclosure.",
        question: "What is known of why they did not come?",
        action: format!("/interviews/{id}/not-attended"),
    };
    Answer::form(&page, form.is_good())
}

#[get("/interviews/<id>/not-attended")]
async fn missing(sitter: Sitter, app: &State<App>, frame: Frame, id: InterviewId) -> Result<Answer> {
    missed_page(app, &sitter, frame, id, &Typed::default()).await
}

#[post("/interviews/<id>/not-attended", data = "<form>")]
async fn missed(sitter: Sitter, app: &State<App>, frame: Frame, id: InterviewId, mut form: Typed) -> Result<Answer> {
    let reason = form.text("reason").to_owned();
    let sent = send(app, &sitter, &form, move |tx, who| {
        let times = interview::not_attended(tx, who, id, &reason)?;
        let warning = if times >= 2 { "They have now missed two, so the team has a task" } else { "" };
        Ok(Sent { to: format!("/interviews/{id}"), warning: warning.to_owned() })
    });
    match sent.await? {
        Ok(sent) => Ok(sent.answer("It is recorded that they did not attend")),
        Err(faults) => {
            form.refuse_all(faults);
            missed_page(app, &sitter, frame, id, &form).await
        }
    }
}

async fn notes_page(app: &App, who: &Who, frame: Frame, id: InterviewId, form: &Typed) -> Result<Answer> {
    let asker = who.clone();
    let head = app.read(move |conn| {
        let sitting = Sitting::find(conn, &asker, id)?;
        interview::may_write(&asker, &sitting)?;
        Head::read(conn, &sitting)
    });
    let head = head.await?;
    Answer::form(&Notes { frame: frame.titled("Interview notes").with_faults(form), form, head }, form.is_good())
}

#[get("/interviews/<id>/notes")]
async fn writing(sitter: Sitter, app: &State<App>, frame: Frame, id: InterviewId) -> Result<Answer> {
    notes_page(app, &sitter, frame, id, &Typed::default()).await
}

#[post("/interviews/<id>/notes", data = "<form>")]
async fn write(sitter: Sitter, app: &State<App>, frame: Frame, id: InterviewId, mut form: Typed) -> Result<Answer> {
    let text = form.text("note").to_owned();
    let sent = send(app, &sitter, &form, move |tx, who| {
        interview::write_notes(tx, who, id, &text)?;
        Ok(Sent::to(format!("/interviews/{id}")))
    });
    match sent.await? {
        Ok(sent) => Ok(sent.answer("Your notes are sealed in the vault")),
        Err(faults) => {
            form.refuse_all(faults);
            notes_page(app, &sitter, frame, id, &form).await
        }
    }
}

pub(super) fn routes() -> Vec<Route> {
    routes![holding, held, missing, missed, writing, write]
}
