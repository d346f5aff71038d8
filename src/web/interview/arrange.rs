//! Arranging an interview, moving it, calling it off.

use askama::Template;
use rocket::{Route, State, get, post, routes};

use super::Head;
use crate::domain::application::case;
use crate::domain::interview::{self, Arranged, HOWS, Plan, Sitting};
use crate::domain::permission::{Act, Subject, Who, may};
use crate::error::{Error, Result};
use crate::store::{application, interview as store, person};
use crate::types::{ApplicationId, InterviewId, InterviewState, Reach, UserId};
use crate::web::answer::Answer;
use crate::web::app::App;
use crate::web::filters;
use crate::web::form::{Choice, Typed};
use crate::web::guard::{Officer, Sitter};
use crate::web::page::Frame;
use crate::web::submission::{Sent, send, sent_before};

#[derive(Template)]
#[template(path = "interview/plan.html")]
struct Page<'a> {
    frame: Frame,
    form: &'a Typed,
    name: String,
    action: String,
    back: String,
    hows: Vec<Choice>,
    panel: Vec<Choice>,
    moving: bool,
}

#[derive(Template)]
#[template(path = "interview/reason.html")]
struct Cancel<'a> {
    frame: Frame,
    form: &'a Typed,
    head: Head,
    title: &'static str,
    hint: &'static str,
    question: &'static str,
    action: String,
}

fn hows() -> Vec<Choice> {
    HOWS.iter().map(|(word, text, _)| Choice::new(word, *text)).collect()
}

fn choices(sitters: Vec<(UserId, String)>) -> Vec<Choice> {
    sitters.into_iter().map(|(id, name)| Choice::new(id, name)).collect()
}

fn plan(form: &mut Typed) -> Plan {
    Plan {
        on: form.may_date("on", "day of the interview"),
        time: form.text("time").to_owned(),
        minutes: form.text("minutes").to_owned(),
        how: form.text("how").to_owned(),
        place: form.text("place").to_owned(),
        panel: form.list("panel").into_iter().filter_map(|id| id.parse().ok().map(UserId)).collect(),
    }
}

fn filled(plan: &Plan) -> Typed {
    let form = Typed::default()
        .with_date("on", plan.on)
        .with("time", &plan.time)
        .with("minutes", &plan.minutes)
        .with("how", &plan.how)
        .with("place", &plan.place);
    plan.panel.iter().fold(form, |form, user| form.with("panel", user))
}

/// After arranging or moving.
fn arranged(done: Arranged) -> Sent {
    let warning = if done.clash { "Somebody on the panel has another interview at that time" } else { "" };
    Sent { to: format!("/interviews/{}", done.id), warning: warning.to_owned() }
}

async fn new_page(app: &App, who: &Who, frame: Frame, id: ApplicationId, form: Typed) -> Result<Answer> {
    let asker = who.clone();
    let (name, panel) = app
        .read(move |conn| {
            let application = application::find(conn, id, &Reach::Everyone)?;
            may(&asker, Act::CheckApplications, Subject::Case(&case(conn, &application)?))?;
            interview::is_due(conn, &application)?;
            let owner = application.person_id.map(|id| person::find(conn, id, &Reach::Everyone)).transpose()?;
            Ok((owner.map_or_else(String::new, |owner| owner.full_name()), choices(store::may_sit(conn)?)))
        })
        .await?;
    let page = Page {
        frame: frame.titled("Arrange an interview").with_faults(&form),
        name,
        action: format!("/applications/{id}/interviews/new"),
        back: format!("/applications/{id}"),
        hows: hows(),
        panel,
        moving: false,
        form: &form,
    };
    Answer::form(&page, form.is_good())
}

#[get("/applications/<id>/interviews/new")]
async fn new(officer: Officer, app: &State<App>, frame: Frame, id: ApplicationId) -> Result<Answer> {
    new_page(app, &officer, frame, id, Typed::default().with("minutes", 45)).await
}

#[post("/applications/<id>/interviews/new", data = "<form>")]
async fn create(
    officer: Officer,
    app: &State<App>,
    frame: Frame,
    id: ApplicationId,
    mut form: Typed,
) -> Result<Answer> {
    let typed = plan(&mut form);
    if form.is_good() {
        let sent = send(app, &officer, &form, move |tx, who| Ok(arranged(interview::arrange(tx, who, id, &typed)?)));
        match sent.await? {
            Ok(sent) => return Ok(sent.answer("The interview is arranged")),
            Err(faults) => form.refuse_all(faults),
        }
    }
    if let Some(sent) = sent_before(app, &officer, &form).await? {
        return Ok(sent.answer("The interview is arranged"));
    }
    new_page(app, &officer, frame, id, form).await
}

async fn move_page(app: &App, who: &Who, frame: Frame, id: InterviewId, form: Option<Typed>) -> Result<Answer> {
    let asker = who.clone();
    let (plan, name, panel) = app
        .read(move |conn| {
            let sitting = Sitting::find(conn, &asker, id)?;
            may(&asker, Act::CheckApplications, Subject::Case(&sitting.case))?;
            still_arranged(&sitting)?;
            let head = Head::read(conn, &sitting)?;
            Ok((Plan::of(&sitting.interview, &sitting.panel), head.name, choices(store::may_sit(conn)?)))
        })
        .await?;
    let form = form.unwrap_or_else(|| filled(&plan));
    let page = Page {
        frame: frame.titled("Move an interview").with_faults(&form),
        name,
        action: format!("/interviews/{id}/move"),
        back: format!("/interviews/{id}"),
        hows: hows(),
        panel,
        moving: true,
        form: &form,
    };
    Answer::form(&page, form.is_good())
}

pub(super) fn still_arranged(sitting: &Sitting) -> Result<()> {
    if sitting.interview.state == InterviewState::Arranged {
        return Ok(());
    }
    Err(Error::Conflict(format!("This interview is {}.", interview::title(sitting.interview.state))))
}

#[get("/interviews/<id>/move")]
async fn moving(sitter: Sitter, app: &State<App>, frame: Frame, id: InterviewId) -> Result<Answer> {
    move_page(app, &sitter, frame, id, None).await
}

#[post("/interviews/<id>/move", data = "<form>")]
async fn change(sitter: Sitter, app: &State<App>, frame: Frame, id: InterviewId, mut form: Typed) -> Result<Answer> {
    let typed = plan(&mut form);
    if form.is_good() {
        let sent = send(app, &sitter, &form, move |tx, who| Ok(arranged(interview::change(tx, who, id, &typed)?)));
        match sent.await? {
            Ok(sent) => return Ok(sent.answer("The interview is changed")),
            Err(faults) => form.refuse_all(faults),
        }
    }
    move_page(app, &sitter, frame, id, Some(form)).await
}

async fn cancel_page(app: &App, who: &Who, frame: Frame, id: InterviewId, form: &Typed) -> Result<Answer> {
    let asker = who.clone();
    let head = app.read(move |conn| {
        let sitting = Sitting::find(conn, &asker, id)?;
        may(&asker, Act::CheckApplications, Subject::Case(&sitting.case))?;
        still_arranged(&sitting)?;
        Head::read(conn, &sitting)
    });
    let title = "Cancel an interview";
    let page = Cancel {
        frame: frame.titled(title).with_faults(form),
        form,
        head: head.await?,
        title,
        hint: "The person is told that it is cancelled, not why. Do not repeat anything of a disclosure.",
        question: "Why is it cancelled?",
        action: format!("/interviews/{id}/cancel"),
    };
    Answer::form(&page, form.is_good())
}

#[get("/interviews/<id>/cancel")]
async fn cancelling(sitter: Sitter, app: &State<App>, frame: Frame, id: InterviewId) -> Result<Answer> {
    cancel_page(app, &sitter, frame, id, &Typed::default()).await
}

#[post("/interviews/<id>/cancel", data = "<form>")]
async fn cancel(sitter: Sitter, app: &State<App>, frame: Frame, id: InterviewId, mut form: Typed) -> Result<Answer> {
    let reason = form.text("reason").to_owned();
    let sent = send(app, &sitter, &form, move |tx, who| {
        interview::cancel(tx, who, id, &reason)?;
        Ok(Sent::to(format!("/interviews/{id}")))
    });
    match sent.await? {
        Ok(sent) => Ok(sent.answer("The interview is cancelled. One is still due")),
        Err(faults) => {
            form.refuse_all(faults);
            cancel_page(app, &sitter, frame, id, &form).await
        }
    }
}

pub(super) fn routes() -> Vec<Route> {
    routes![new, create, moving, change, cancelling, cancel]
}
