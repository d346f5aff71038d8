//! Arranging a session, changing it, cancelling it.

use askama::Template;
use rocket::{Route, State, get, post, routes};

use super::Head;
use crate::domain::permission::Who;
use crate::domain::session::{self as sessions, Plan};
use crate::error::{Error, Fault, Result};
use crate::store::course;
use crate::types::{CourseId, CourseMode, CourseState, SessionId, SessionState};
use crate::web::answer::Answer;
use crate::web::app::App;
use crate::web::filters;
use crate::web::form::{Choice, Typed};
use crate::web::guard::Officer;
use crate::web::page::Frame;
use crate::web::submission::{Sent, send, sent_before};

#[derive(Template)]
#[template(path = "session/plan.html")]
struct Page<'a> {
    frame: Frame,
    form: &'a Typed,
    caption: String,
    action: String,
    back: String,
    courses: Vec<Choice>,
    changing: bool,
}

#[derive(Template)]
#[template(path = "session/cancel.html")]
struct Cancel<'a> {
    frame: Frame,
    form: &'a Typed,
    head: Head,
}

fn plan(form: &mut Typed) -> Plan {
    Plan {
        on: form.may_date("on", "day of the session"),
        time: form.text("time").to_owned(),
        minutes: form.text("minutes").to_owned(),
        venue: form.text("venue").to_owned(),
        address: form.text("address").to_owned(),
        trainer: form.text("trainer").to_owned(),
        capacity: form.text("capacity").to_owned(),
    }
}

fn filled(plan: &Plan) -> Typed {
    Typed::default()
        .with_date("on", plan.on)
        .with("time", &plan.time)
        .with("minutes", &plan.minutes)
        .with("venue", &plan.venue)
        .with("address", &plan.address)
        .with("trainer", &plan.trainer)
        .with("capacity", &plan.capacity)
}

async fn new_page(app: &App, frame: Frame, form: &Typed) -> Result<Answer> {
    let all = app.read(course::all).await?;
    let given = all.into_iter().filter(|one| one.state == CourseState::Open && one.mode == CourseMode::Class);
    let page = Page {
        frame: frame.titled("Arrange a session").with_faults(form),
        form,
        caption: String::new(),
        action: "/training/new".into(),
        back: "/training".into(),
        courses: given.map(|one| Choice::new(one.id, one.title)).collect(),
        changing: false,
    };
    Answer::form(&page, form.is_good())
}

#[get("/training/new?<course>")]
async fn new(_officer: Officer, app: &State<App>, frame: Frame, course: Option<i64>) -> Result<Answer> {
    let form = Typed::default().with("course", course.map_or_else(String::new, |id| id.to_string()));
    new_page(app, frame, &form.with("minutes", 180)).await
}

#[post("/training/new", data = "<form>")]
async fn create(officer: Officer, app: &State<App>, frame: Frame, mut form: Typed) -> Result<Answer> {
    let typed = plan(&mut form);
    let of: Option<CourseId> = form.value("course");
    if form.is_good() {
        let sent = send(app, &officer, &form, move |tx, who| {
            let done = match of {
                Some(of) => sessions::arrange(tx, who, of, &typed),
                None => Err(Error::Invalid(Vec::new())),
            };
            match done {
                Ok(id) => Ok(Sent::to(format!("/training/{id}"))),
                Err(Error::Invalid(mut faults)) if of.is_none() => {
                    faults.insert(0, Fault::new("course", "Select the course"));
                    Err(Error::Invalid(faults))
                }
                Err(other) => Err(other),
            }
        });
        match sent.await? {
            Ok(sent) => return Ok(sent.answer("The session is arranged")),
            Err(faults) => form.refuse_all(faults),
        }
    }
    new_page(app, frame, &form).await
}

async fn change_page(app: &App, who: &Who, frame: Frame, id: SessionId, form: Option<Typed>) -> Result<Answer> {
    let (today, who) = (app.clock.today(), who.clone());
    let head = app.read(move |conn| Head::read(conn, &who, id, today)).await?;
    to_come(&head, today)?;
    let form = form.unwrap_or_else(|| filled(&Plan::of(&head.session)));
    let page = Page {
        frame: frame.titled("Change a session").with_faults(&form),
        caption: head.course.title,
        action: format!("/training/{id}/change"),
        back: format!("/training/{id}"),
        courses: Vec::new(),
        changing: true,
        form: &form,
    };
    Answer::form(&page, form.is_good())
}

fn to_come(head: &Head, today: chrono::NaiveDate) -> Result<()> {
    if head.session.state == SessionState::Planned && head.session.held_on >= today {
        return Ok(());
    }
    Err(Error::Conflict("This session is over or cancelled.".into()))
}

#[get("/training/<id>/change")]
async fn changing(officer: Officer, app: &State<App>, frame: Frame, id: SessionId) -> Result<Answer> {
    change_page(app, &officer, frame, id, None).await
}

#[post("/training/<id>/change", data = "<form>")]
async fn change(officer: Officer, app: &State<App>, frame: Frame, id: SessionId, mut form: Typed) -> Result<Answer> {
    let typed = plan(&mut form);
    let reason = form.text("reason").to_owned();
    if form.is_good() {
        let sent = send(app, &officer, &form, move |tx, who| {
            sessions::change(tx, who, id, &typed, &reason)?;
            Ok(Sent::to(format!("/training/{id}")))
        });
        match sent.await? {
            Ok(sent) => return Ok(sent.answer("The session is changed")),
            Err(faults) => form.refuse_all(faults),
        }
    }
    change_page(app, &officer, frame, id, Some(form)).await
}

async fn cancel_page(app: &App, who: &Who, frame: Frame, id: SessionId, form: &Typed) -> Result<Answer> {
    let (today, who) = (app.clock.today(), who.clone());
    let head = app.read(move |conn| Head::read(conn, &who, id, today)).await?;
    to_come(&head, today)?;
    let page = Cancel { frame: frame.titled("Cancel a session").with_faults(form), form, head };
    Answer::form(&page, form.is_good())
}

#[get("/training/<id>/cancel")]
async fn cancelling(officer: Officer, app: &State<App>, frame: Frame, id: SessionId) -> Result<Answer> {
    cancel_page(app, &officer, frame, id, &Typed::default()).await
}

#[post("/training/<id>/cancel", data = "<form>")]
async fn cancel(officer: Officer, app: &State<App>, frame: Frame, id: SessionId, mut form: Typed) -> Result<Answer> {
    let reason = form.text("reason").to_owned();
    let sent = send(app, &officer, &form, move |tx, who| {
        sessions::cancel(tx, who, id, &reason)?;
        Ok(Sent::to(format!("/training/{id}")))
    });
    match sent.await? {
        Ok(sent) => Ok(sent.answer("The session is cancelled, and everybody booked has a letter")),
        Err(faults) => {
            form.refuse_all(faults);
            if let Some(sent) = sent_before(app, &officer, &form).await? {
                return Ok(sent.answer("The session is cancelled"));
            }
            cancel_page(app, &officer, frame, id, &form).await
        }
    }
}

pub(super) fn routes() -> Vec<Route> {
    routes![new, create, changing, change, cancelling, cancel]
}
