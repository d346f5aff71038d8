//! Erasing somebody: what has to be kept, the asking, and the second decision maker's word.

use askama::Template;
use rocket::{Route, State, get, post, routes};

use crate::domain::erasure::{self, Bar};
use crate::domain::permission::{Act, Subject, Who, may};
use crate::error::Result;
use crate::store::erasure::{self as store, Erasure};
use crate::store::person::{self, Person};
use crate::store::register;
use crate::types::{ErasureGround, PersonId, UserId};
use crate::web::answer::Answer;
use crate::web::app::App;
use crate::web::filters;
use crate::web::form::{Choice, Typed};
use crate::web::guard::Staff;
use crate::web::page::Frame;
use crate::web::submission::{Sent, press, send};

struct Asked {
    erasure: Erasure,
    ground: &'static str,
    by: String,
    may_confirm: bool,
}

#[derive(Template)]
#[template(path = "erasure/show.html")]
struct Show<'a> {
    frame: Frame,
    form: &'a Typed,
    person: &'a Person,
    bars: &'a [Bar],
    asked: Option<Asked>,
    grounds: Vec<Choice>,
}

fn ground(ground: ErasureGround) -> &'static str {
    match ground {
        ErasureGround::Request => "They asked for it",
        ErasureGround::RetentionOver => "We no longer have to keep it",
        ErasureGround::Other => "Another ground",
    }
}

async fn page(app: &App, who: &Who, frame: Frame, id: PersonId, form: Typed) -> Result<Answer> {
    may(who, Act::Erase, Subject::Register)?;
    let (today, user) = (app.clock.today(), who.clone());
    let (person, bars, asked) = app
        .read(move |conn| {
            let person = person::find(conn, id, &user.reach())?;
            let bars = erasure::kept_by(conn, id, today)?;
            let Some(erasure) = store::asked(conn, id)? else { return Ok((person, bars, None)) };
            let by: Vec<UserId> = vec![erasure.asked_by];
            let by = register::staff_names(conn, &by)?.remove(&erasure.asked_by).unwrap_or_default();
            let subject = Subject::Erasure { asked_by: erasure.asked_by };
            let may_confirm = may(&user, Act::Erase, subject).is_ok();
            let ground = ground(erasure.ground);
            Ok((person, bars, Some(Asked { erasure, ground, by, may_confirm })))
        })
        .await?;
    let form = &form;
    let page = Show {
        frame: frame.titled("Erase a person").with_faults(form),
        form,
        person: &person,
        bars: &bars,
        asked,
        grounds: ErasureGround::ALL.iter().map(|one| Choice::new(one, ground(*one))).collect(),
    };
    Answer::form(&page, form.is_good())
}

#[get("/people/<id>/erasure")]
async fn show(staff: Staff, app: &State<App>, frame: Frame, id: PersonId) -> Result<Answer> {
    page(app, &staff, frame, id, Typed::default()).await
}

#[post("/people/<id>/erasure", data = "<form>")]
async fn ask(staff: Staff, app: &State<App>, frame: Frame, id: PersonId, mut form: Typed) -> Result<Answer> {
    let (ground, reason) = (form.value("ground"), form.text("reason").to_owned());
    let sent = send(app, &staff, &form, move |tx, who| {
        erasure::ask(tx, who, id, ground, &reason)?;
        Ok(Sent::to(format!("/people/{id}/erasure")))
    });
    match sent.await? {
        Ok(sent) => Ok(sent.answer("Another decision maker has to confirm this erasure")),
        Err(faults) => {
            form.refuse_all(faults);
            page(app, &staff, frame, id, form).await
        }
    }
}

#[post("/people/<id>/erasure/withdraw", data = "<form>")]
async fn withdraw(staff: Staff, app: &State<App>, frame: Frame, id: PersonId, mut form: Typed) -> Result<Answer> {
    let reason = form.text("reason").to_owned();
    let sent = send(app, &staff, &form, move |tx, who| {
        erasure::withdraw(tx, who, id, &reason)?;
        Ok(Sent::to_person(id))
    });
    match sent.await? {
        Ok(sent) => Ok(sent.answer("The erasure is withdrawn")),
        Err(faults) => {
            form.refuse_all(faults);
            page(app, &staff, frame, id, form).await
        }
    }
}

#[post("/people/<id>/erasure/confirm", data = "<form>")]
async fn confirm(staff: Staff, app: &State<App>, id: PersonId, form: Typed) -> Result<Answer> {
    let sent = press(app, &staff, &form, move |tx, who| {
        erasure::confirm(tx, who, id)?;
        Ok(Sent::to_person(id))
    });
    let sent = sent.await?;
    app.blocking(|db, _| erasure::settle(db)).await?;
    Ok(sent.answer("Their personal details are erased"))
}

/// What this room answers.
pub fn routes() -> Vec<Route> {
    routes![show, ask, withdraw, confirm]
}
