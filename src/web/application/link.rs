//! Finding the applicant on the register: who may be the same, side by side with what an officer must know, and the
//! choice of one of them or of a new person. No submitter sees any of it.

use askama::Template;
use rocket::{Route, State, get, post, routes};

use crate::domain::application::applicant::Applicant;
use crate::domain::application::checking;
use crate::domain::application::link::{self as finding, Candidate};
use crate::domain::permission::Who;
use crate::error::Result;
use crate::store::application::Application;
use crate::types::{ApplicationId, ContractorId, PersonId};
use crate::web::answer::Answer;
use crate::web::app::App;
use crate::web::engagement;
use crate::web::filters;
use crate::web::form::{Choice, Typed};
use crate::web::guard::Officer;
use crate::web::page::Frame;
use crate::web::submission::{Sent, send};

/// The choice of nobody on the register.
const NEW: &str = "new";

#[derive(Template)]
#[template(path = "application/link.html")]
struct Link<'a> {
    frame: Frame,
    form: &'a Typed,
    application: &'a Application,
    applicant: &'a Applicant,
    other_names: Vec<String>,
    candidates: Vec<Candidate>,
    choices: Vec<Choice>,
    firms: Vec<Choice>,
}

async fn page(app: &App, who: &Who, frame: Frame, id: ApplicationId, form: Typed) -> Result<Answer> {
    let (me, today) = (who.clone(), app.clock.today());
    let found = app.read(move |conn| {
        let application = checking::open(conn, &me, id)?;
        finding::linkable(&application)?;
        let applicant = Applicant::of(&application);
        let candidates = finding::candidates(conn, &applicant, today)?;
        let firms = match application.contractor_id {
            Some(_) => Vec::new(),
            None => engagement::choices(conn, today)?.firms,
        };
        Ok((application, applicant, candidates, firms))
    });
    let (application, applicant, candidates, firms) = found.await?;
    let known = candidates.iter().map(|one| {
        Choice::new(one.person.id, format!("{} ({})", one.person.full_name(), one.person.reference))
            .hint(format!("Has {}", one.alike.join(", and ")))
    });
    let new = Choice::new(NEW, "Nobody on the register: register them");
    let choices = known.chain([new]).collect();
    let full = |(forename, surname): (String, String)| format!("{forename} {surname}").trim().to_owned();
    let other_names = applicant.other_names().into_iter().map(full).collect();
    let form = &form;
    let frame = frame.titled("Find the person").with_faults(form);
    let (application, applicant) = (&application, &applicant);
    let page = Link { frame, form, application, applicant, other_names, candidates, choices, firms };
    Answer::form(&page, form.is_good())
}

#[get("/applications/<id>/link")]
async fn find(officer: Officer, app: &State<App>, frame: Frame, id: ApplicationId) -> Result<Answer> {
    page(app, &officer, frame, id, Typed::default()).await
}

#[post("/applications/<id>/link", data = "<form>")]
async fn link(officer: Officer, app: &State<App>, frame: Frame, id: ApplicationId, mut form: Typed) -> Result<Answer> {
    let choice = match form.text("person") {
        NEW => Some(finding::Choice::New),
        _ => form.value::<PersonId>("person").map(finding::Choice::Known),
    };
    let firm = form.value::<ContractorId>("contractor");
    match choice {
        None => form.refuse("person", "Select who this is, or that they are new"),
        Some(choice) => {
            let sent = send(app, &officer, &form, move |tx, who| {
                finding::link(tx, who, id, choice, firm)?;
                Ok(Sent::to(format!("/applications/{id}")))
            });
            match sent.await? {
                Ok(sent) => return Ok(sent.answer("The application is linked to its person")),
                Err(faults) => form.refuse_all(faults),
            }
        }
    }
    page(app, &officer, frame, id, form).await
}

/// What this room answers.
pub fn routes() -> Vec<Route> {
    routes![find, link]
}
