//! Recording that somebody left altogether.

use askama::Template;
use rocket::{Route, State, get, post, routes};

use crate::domain::leaving::{self, NewLeaving};
use crate::domain::permission::{Act, Subject, Who, may};
use crate::error::Result;
use crate::store::person::{self, Person};
use crate::types::{LeavingCause, PersonId};
use crate::web::answer::Answer;
use crate::web::app::App;
use crate::web::form::{Choice, Typed};
use crate::web::guard::Staff;
use crate::web::page::Frame;
use crate::web::submission::{Sent, send};

#[derive(Template)]
#[template(path = "leaving/new.html")]
struct New<'a> {
    frame: Frame,
    form: &'a Typed,
    person: &'a Person,
    causes: Vec<Choice>,
}

async fn new_page(app: &App, who: &Who, frame: Frame, id: PersonId, form: Typed) -> Result<Answer> {
    may(who, Act::RecordEvidence, Subject::Register)?;
    let reach = who.reach();
    let person = app.read(move |conn| person::find(conn, id, &reach)).await?;
    let causes = LeavingCause::ALL.iter().map(|cause| Choice::new(cause, leaving::title(*cause))).collect();
    let form = &form;
    let page = New { frame: frame.titled("Leaving the register").with_faults(form), form, person: &person, causes };
    Answer::form(&page, form.is_good())
}

#[get("/people/<id>/leaving")]
async fn new(staff: Staff, app: &State<App>, frame: Frame, id: PersonId) -> Result<Answer> {
    new_page(app, &staff, frame, id, Typed::default()).await
}

#[post("/people/<id>/leaving", data = "<form>")]
async fn leave(staff: Staff, app: &State<App>, frame: Frame, id: PersonId, mut form: Typed) -> Result<Answer> {
    let last_day = form.may_date("last_day", "last day");
    let new = NewLeaving { last_day, cause: form.value("cause"), reason: form.text("reason").to_owned() };
    if form.is_good() {
        let sent = send(app, &staff, &form, move |tx, who| {
            leaving::leave(tx, who, id, &new)?;
            Ok(Sent::to_person(id))
        });
        match sent.await? {
            Ok(sent) => return Ok(sent.answer("They have left: every engagement and every consent has ended")),
            Err(faults) => form.refuse_all(faults),
        }
    }
    new_page(app, &staff, frame, id, form).await
}

/// What this room answers.
pub fn routes() -> Vec<Route> {
    routes![new, leave]
}
