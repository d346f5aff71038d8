//! Placing and lifting holds.

use askama::Template;
use rocket::{Route, State, get, post, routes};

use crate::domain::hold::{self, NewHold};
use crate::domain::permission::{Act, Subject, Who, may};
use crate::error::{Error, Result};
use crate::store::hold::Hold;
use crate::store::person::Person;
use crate::store::{hold as holds, person};
use crate::types::{HoldCode, HoldId, PersonId};
use crate::web::answer::Answer;
use crate::web::app::App;
use crate::web::filters;
use crate::web::form::{Choice, Typed};
use crate::web::guard::Staff;
use crate::web::page::Frame;
use crate::web::submission::{Sent, send};

#[derive(Template)]
#[template(path = "hold/new.html")]
struct New<'a> {
    frame: Frame,
    form: &'a Typed,
    person: &'a Person,
    codes: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "hold/lift.html")]
struct Lift<'a> {
    frame: Frame,
    form: &'a Typed,
    person: &'a Person,
    hold: &'a Hold,
    code: &'static str,
}

async fn new_page(app: &App, who: &Who, frame: Frame, id: PersonId, form: Typed) -> Result<Answer> {
    may(who, Act::PlaceHold, Subject::Register)?;
    let reach = who.reach();
    let person = app.read(move |conn| person::find(conn, id, &reach)).await?;
    let own = HoldCode::ALL.iter().filter(|code| **code != HoldCode::NewInfo);
    let codes = own.map(|code| Choice::new(code, hold::title(*code))).collect();
    let form = &form;
    let page = New { frame: frame.titled("Place a hold").with_faults(form), form, person: &person, codes };
    Answer::form(&page, form.is_good())
}

#[get("/people/<id>/holds/new")]
async fn new(staff: Staff, app: &State<App>, frame: Frame, id: PersonId) -> Result<Answer> {
    new_page(app, &staff, frame, id, Typed::default()).await
}

#[post("/people/<id>/holds/new", data = "<form>")]
async fn place(staff: Staff, app: &State<App>, frame: Frame, id: PersonId, mut form: Typed) -> Result<Answer> {
    may(&staff, Act::PlaceHold, Subject::Register)?;
    let until = form.may_date("until", "last day of the hold");
    let new = NewHold { code: form.value("code"), until, reason: form.text("reason").to_owned() };
    if form.is_good() {
        let sent = send(app, &staff, &form, move |tx, who| {
            hold::place(tx, who, id, &new)?;
            Ok(Sent::to_person(id))
        });
        match sent.await? {
            Ok(sent) => return Ok(sent.answer("The hold is in place and each contractor is told")),
            Err(faults) => form.refuse_all(faults),
        }
    }
    new_page(app, &staff, frame, id, form).await
}

async fn lift_page(app: &App, who: &Who, frame: Frame, (id, hold): (PersonId, HoldId), form: Typed) -> Result<Answer> {
    may(who, Act::LiftHold, Subject::Register)?;
    let reach = who.reach();
    let found = app.read(move |conn| Ok((person::find(conn, id, &reach)?, holds::find(conn, hold)?)));
    let (person, hold) = found.await?;
    if hold.person_id != id {
        return Err(Error::NotFound);
    }
    may(who, Act::LiftHold, Subject::Hold { placed_by: hold.placed_by })?;
    if hold.lifted_on.is_some() {
        return Err(Error::Conflict("This hold has been lifted already.".into()));
    }
    let form = &form;
    let (frame, code) = (frame.titled("Lift a hold").with_faults(form), hold::title(hold.code));
    let page = Lift { frame, form, person: &person, hold: &hold, code };
    Answer::form(&page, form.is_good())
}

#[get("/people/<id>/holds/<hold>/lift")]
async fn lifting(staff: Staff, app: &State<App>, frame: Frame, id: PersonId, hold: HoldId) -> Result<Answer> {
    lift_page(app, &staff, frame, (id, hold), Typed::default()).await
}

#[post("/people/<id>/holds/<hold>/lift", data = "<form>")]
async fn lift(
    staff: Staff,
    app: &State<App>,
    frame: Frame,
    id: PersonId,
    hold: HoldId,
    mut form: Typed,
) -> Result<Answer> {
    let reason = form.text("reason").to_owned();
    let sent = send(app, &staff, &form, move |tx, who| {
        hold::lift(tx, who, id, hold, &reason)?;
        Ok(Sent::to_person(id))
    });
    match sent.await? {
        Ok(sent) => Ok(sent.answer("The hold is lifted")),
        Err(faults) => {
            form.refuse_all(faults);
            lift_page(app, &staff, frame, (id, hold), form).await
        }
    }
}

/// What this room answers.
pub fn routes() -> Vec<Route> {
    routes![new, place, lifting, lift]
}
