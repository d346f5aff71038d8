//! Registering a person and editing their details. Who may be the same person is shown before a second is saved.

use askama::Template;
use rocket::{Route, State, get, post, routes};

use crate::domain::permission::{Act, Subject, Who, may};
use crate::domain::person::{self, CONFIRM, Details, Registration};
use crate::error::Result;
use crate::store::person::{self as stored, Person};
use crate::types::PersonId;
use crate::web::answer::Answer;
use crate::web::app::App;
use crate::web::engagement::{self, Choices};
use crate::web::form::{Choice, Typed};
use crate::web::guard::Staff;
use crate::web::page::Frame;
use crate::web::submission::{Sent, send};

#[derive(Template)]
#[template(path = "person_form/new.html")]
struct New<'a> {
    frame: Frame,
    form: &'a Typed,
    choices: Choices,
    duplicates: Vec<Person>,
    confirm: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "person_form/edit.html")]
struct Edit<'a> {
    frame: Frame,
    form: &'a Typed,
    person: &'a Person,
}

fn details(form: &mut Typed) -> Details {
    Details {
        date_of_birth: form.may_date("date_of_birth", "date of birth"),
        forename: form.text("forename").to_owned(),
        surname: form.text("surname").to_owned(),
        email: form.text("email").to_owned(),
        phone: form.text("phone").to_owned(),
    }
}

/// One name on a line, the surname last.
fn former_names(text: &str) -> Vec<(String, String)> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(|line| line.rsplit_once(' ').unwrap_or(("", line))).map(|(f, s)| (f.to_owned(), s.to_owned())).collect()
}

async fn new_page(app: &App, who: &Who, frame: Frame, form: Typed) -> Result<Answer> {
    may(who, Act::RecordEvidence, Subject::Register)?;
    let today = app.clock.today();
    let doubtful = form.fault(CONFIRM).is_some() || form.has(CONFIRM, "yes");
    let like = if doubtful { details(&mut form.clone()) } else { Details::default() };
    let found =
        app.read(move |conn| Ok((engagement::choices(conn, today)?, person::likely_duplicates(conn, &like, None)?)));
    let (choices, duplicates) = found.await?;
    let form = &form;
    let confirm = vec![Choice::new("yes", "This is somebody else: register them")];
    let page = New { frame: frame.titled("Register a person").with_faults(form), form, choices, duplicates, confirm };
    Answer::form(&page, form.is_good())
}

#[get("/people/new")]
async fn new(staff: Staff, app: &State<App>, frame: Frame) -> Result<Answer> {
    new_page(app, &staff, frame, Typed::default()).await
}

#[post("/people/new", data = "<form>")]
async fn register(staff: Staff, app: &State<App>, frame: Frame, mut form: Typed) -> Result<Answer> {
    let new = Registration {
        details: details(&mut form),
        former_names: former_names(form.text("former_names")),
        engagement: engagement::typed(&mut form),
        not_the_same: form.has(CONFIRM, "yes"),
    };
    if form.is_good() {
        let sent = send(app, &staff, &form, move |tx, who| Ok(Sent::to_person(person::register(tx, who, &new)?)));
        match sent.await? {
            Ok(sent) => return Ok(sent.answer("The person is on the register")),
            Err(faults) => form.refuse_all(faults),
        }
    }
    new_page(app, &staff, frame, form).await
}

async fn edit_page(app: &App, who: &Who, frame: Frame, id: PersonId, typed: Option<Typed>) -> Result<Answer> {
    may(who, Act::CorrectEvidence, Subject::Register)?;
    let reach = who.reach();
    let person = app.read(move |conn| stored::find(conn, id, &reach)).await?;
    let as_stored = || {
        Typed::default()
            .with("forename", &person.forename)
            .with("surname", &person.surname)
            .with_date("date_of_birth", person.date_of_birth)
            .with("email", &person.email)
            .with("phone", &person.phone)
            .with("based_on", Details::of(&person).fingerprint())
    };
    let form = &typed.unwrap_or_else(as_stored);
    let page = Edit { frame: frame.titled("Edit details").with_faults(form), form, person: &person };
    Answer::form(&page, form.is_good())
}

#[get("/people/<id>/edit")]
async fn editing(staff: Staff, app: &State<App>, frame: Frame, id: PersonId) -> Result<Answer> {
    edit_page(app, &staff, frame, id, None).await
}

#[post("/people/<id>/edit", data = "<form>")]
async fn edit(staff: Staff, app: &State<App>, frame: Frame, id: PersonId, mut form: Typed) -> Result<Answer> {
    let new = details(&mut form);
    let (reason, based_on) = (form.text("reason").to_owned(), form.text("based_on").to_owned());
    if form.is_good() {
        let sent = send(app, &staff, &form, move |tx, who| {
            person::edit(tx, who, id, &new, &reason, &based_on)?;
            Ok(Sent::to_person(id))
        });
        match sent.await? {
            Ok(sent) => return Ok(sent.answer("The details are saved")),
            Err(faults) => form.refuse_all(faults),
        }
    }
    edit_page(app, &staff, frame, id, Some(form)).await
}

/// What this room answers.
pub fn routes() -> Vec<Route> {
    routes![new, register, editing, edit]
}
