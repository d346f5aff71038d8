//! What an officer does with an application, each on a page of its own or by a button.

use askama::Template;
use rocket::{Route, State, get, post, routes};

use crate::domain::application::checking;
use crate::domain::application::moves::Event;
use crate::domain::permission::Who;
use crate::error::{Error, Result};
use crate::store::application::Application;
use crate::store::{Conn, Tx, user};
use crate::types::{ApplicationId, ApplicationKind, UserId};
use crate::web::answer::Answer;
use crate::web::app::App;
use crate::web::form::{Choice, Typed};
use crate::web::guard::Officer;
use crate::web::page::Frame;
use crate::web::submission::{Sent, press, send};

#[derive(Template)]
#[template(path = "application/owner.html")]
struct Owner<'a> {
    frame: Frame,
    form: &'a Typed,
    application: &'a Application,
    owners: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "application/reason.html")]
struct Why<'a> {
    frame: Frame,
    form: &'a Typed,
    application: &'a Application,
    act: &'a Deed,
}

/// An act that asks for a reason.
struct Deed {
    event: Event,
    path: &'static str,
    title: &'static str,
    lead: &'static str,
    field: &'static str,
    label: &'static str,
    hint: &'static str,
    button: &'static str,
    done: &'static str,
    work: fn(&mut Tx<'_>, &Who, ApplicationId, &str) -> Result<()>,
}

static RETURN: Deed = Deed {
    event: Event::Return,
    path: "return",
    title: "Return an application",
    lead: "It goes back to whoever sent it, who can change the answers and send it in again.",
    field: "wrong",
    label: "What has to be put right?",
    hint: "The firm reads this. Write only what it has to do: nothing of the DBS, of other firms, or of what you know \
           of the person",
    button: "Return the application",
    done: "The application is returned, and its sender is written to",
    work: checking::send_back,
};

static RESUME: Deed = Deed {
    event: Event::Resume,
    path: "resume",
    title: "Take up a deferred application",
    lead: "It is being checked again, by you.",
    field: "reason",
    label: "What has come that was waited for?",
    hint: "Contractors do not see this",
    button: "Take it up again",
    done: "The application is being checked again",
    work: checking::resume,
};

static HEAR_AGAIN: Deed = Deed {
    event: Event::FindTrace,
    path: "interview-again",
    title: "Interview the applicant again",
    lead: "The case goes back to an interview, and is assessed and decided after it.",
    field: "reason",
    label: "What is there to ask about?",
    hint: "Contractors do not see this. Write nothing of what a disclosure says",
    button: "Ask for another interview",
    done: "Another interview can be arranged",
    work: checking::hear_again,
};

fn page_of(id: ApplicationId) -> Sent {
    Sent::to(format!("/applications/{id}"))
}

#[post("/applications/<id>/take", data = "<form>")]
async fn take(officer: Officer, app: &State<App>, id: ApplicationId, form: Typed) -> Result<Answer> {
    let sent = press(app, &officer, &form, move |tx, who| {
        checking::take(tx, who, id)?;
        Ok(page_of(id))
    });
    Ok(sent.await?.answer("The application is yours to check"))
}

fn colleagues(conn: &mut Conn, me: UserId) -> Result<Vec<Choice>> {
    let mut found = user::officers(conn)?;
    found.sort_by_key(|(id, _)| *id != me);
    let call = |(id, name): (UserId, String)| Choice::new(id, if id == me { format!("{name} (you)") } else { name });
    Ok(found.into_iter().map(call).chain([Choice::new("nobody", "Nobody")]).collect())
}

async fn owner_page(app: &App, who: &Who, frame: Frame, id: ApplicationId, form: Typed) -> Result<Answer> {
    let me = who.clone();
    let (application, owners) =
        app.read(move |conn| Ok((checking::open(conn, &me, id)?, colleagues(conn, me.user)?))).await?;
    let form = &form;
    let frame = frame.titled("Whose application is this").with_faults(form);
    Answer::form(&Owner { frame, form, application: &application, owners }, form.is_good())
}

#[get("/applications/<id>/owner")]
async fn owner(officer: Officer, app: &State<App>, frame: Frame, id: ApplicationId) -> Result<Answer> {
    owner_page(app, &officer, frame, id, Typed::default()).await
}

#[post("/applications/<id>/owner", data = "<form>")]
async fn assign(
    officer: Officer,
    app: &State<App>,
    frame: Frame,
    id: ApplicationId,
    mut form: Typed,
) -> Result<Answer> {
    let owner = match form.text("owner") {
        "nobody" => Some(None),
        _ => form.value::<UserId>("owner").map(Some),
    };
    match owner {
        None => form.refuse("owner", "Select whose application this is"),
        Some(owner) => {
            let sent = send(app, &officer, &form, move |tx, who| {
                checking::assign(tx, who, id, owner)?;
                Ok(page_of(id))
            });
            match sent.await? {
                Ok(sent) => return Ok(sent.answer("The application has its owner")),
                Err(faults) => form.refuse_all(faults),
            }
        }
    }
    owner_page(app, &officer, frame, id, form).await
}

async fn why_page(
    app: &App,
    who: &Who,
    frame: Frame,
    (id, act): (ApplicationId, &Deed),
    form: Typed,
) -> Result<Answer> {
    let (me, event) = (who.clone(), act.event);
    let application = app.read(move |conn| checking::open(conn, &me, id)).await?;
    checking::possible(&application, event)?;
    if event == Event::FindTrace {
        checking::hearable(&application)?;
    }
    if event == Event::Return && application.kind == ApplicationKind::Review {
        return Err(Error::Conflict("The council opened this case itself: there is nobody to return it to.".into()));
    }
    let form = &form;
    let frame = frame.titled(act.title).with_faults(form);
    Answer::form(&Why { frame, form, application: &application, act }, form.is_good())
}

async fn do_it(
    app: &App,
    who: &Who,
    frame: Frame,
    (id, act): (ApplicationId, &'static Deed),
    mut form: Typed,
) -> Result<Answer> {
    let reason = form.text(act.field).to_owned();
    let sent = send(app, who, &form, move |tx, who| {
        (act.work)(tx, who, id, &reason)?;
        Ok(page_of(id))
    });
    match sent.await? {
        Ok(sent) => Ok(sent.answer(act.done)),
        Err(faults) => {
            form.refuse_all(faults);
            why_page(app, who, frame, (id, act), form).await
        }
    }
}

#[get("/applications/<id>/return")]
async fn returning(officer: Officer, app: &State<App>, frame: Frame, id: ApplicationId) -> Result<Answer> {
    why_page(app, &officer, frame, (id, &RETURN), Typed::default()).await
}

#[post("/applications/<id>/return", data = "<form>")]
async fn send_back(officer: Officer, app: &State<App>, frame: Frame, id: ApplicationId, form: Typed) -> Result<Answer> {
    do_it(app, &officer, frame, (id, &RETURN), form).await
}

#[get("/applications/<id>/resume")]
async fn resuming(officer: Officer, app: &State<App>, frame: Frame, id: ApplicationId) -> Result<Answer> {
    why_page(app, &officer, frame, (id, &RESUME), Typed::default()).await
}

#[post("/applications/<id>/resume", data = "<form>")]
async fn resume(officer: Officer, app: &State<App>, frame: Frame, id: ApplicationId, form: Typed) -> Result<Answer> {
    do_it(app, &officer, frame, (id, &RESUME), form).await
}

#[get("/applications/<id>/interview-again")]
async fn hearing(officer: Officer, app: &State<App>, frame: Frame, id: ApplicationId) -> Result<Answer> {
    why_page(app, &officer, frame, (id, &HEAR_AGAIN), Typed::default()).await
}

#[post("/applications/<id>/interview-again", data = "<form>")]
async fn hear_again(
    officer: Officer,
    app: &State<App>,
    frame: Frame,
    id: ApplicationId,
    form: Typed,
) -> Result<Answer> {
    do_it(app, &officer, frame, (id, &HEAR_AGAIN), form).await
}

/// What this room answers.
pub fn routes() -> Vec<Route> {
    routes![take, owner, assign, returning, send_back, resuming, resume, hearing, hear_again]
}
