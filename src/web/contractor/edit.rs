//! A firm's name and contacts, made and changed by officers.

use askama::Template;
use rocket::{Route, State, get, post, routes};

use super::show;
use crate::domain::contractor::{self, Details};
use crate::domain::permission::{Act, Subject, may};
use crate::error::Result;
use crate::store::contractor::find;
use crate::types::{ContractorId, ContractorStatus};
use crate::web::answer::Answer;
use crate::web::app::App;
use crate::web::form::Typed;
use crate::web::guard::Staff;
use crate::web::page::Frame;
use crate::web::submission::{Sent, send};

#[derive(Template)]
#[template(path = "contractor/edit.html")]
struct Edit<'a> {
    frame: Frame,
    form: &'a Typed,
    heading: &'static str,
    action: String,
    back: String,
    button: &'static str,
}

fn details(form: &Typed) -> Details {
    let text = |name: &str| form.text(name).to_owned();
    Details {
        name: text("name"),
        contact_name: text("contact_name"),
        email: text("email"),
        phone: text("phone"),
        second_name: text("second_name"),
        second_email: text("second_email"),
    }
}

fn filled(details: &Details) -> Typed {
    Typed::default()
        .with("name", &details.name)
        .with("contact_name", &details.contact_name)
        .with("email", &details.email)
        .with("phone", &details.phone)
        .with("second_name", &details.second_name)
        .with("second_email", &details.second_email)
        .with("based_on", details.fingerprint())
}

fn page(frame: Frame, form: &Typed, id: Option<ContractorId>) -> Result<Answer> {
    let heading = if id.is_some() { "Change a contractor" } else { "Add a contractor" };
    let back = id.map_or_else(|| "/contractors".to_owned(), |id| format!("/contractors/{id}"));
    let page = Edit {
        frame: frame.titled(heading).with_faults(form),
        form,
        heading,
        action: id.map_or_else(|| "/contractors/new".to_owned(), |id| format!("/contractors/{id}/edit")),
        back,
        button: if id.is_some() { "Save" } else { "Add" },
    };
    Answer::form(&page, form.is_good())
}

#[get("/contractors/new")]
fn new(staff: Staff, frame: Frame) -> Result<Answer> {
    may(&staff, Act::EditContractor, Subject::Register)?;
    page(frame, &Typed::default(), None)
}

fn to_firm(id: ContractorId) -> Sent {
    Sent::to(format!("/contractors/{id}"))
}

#[post("/contractors/new", data = "<form>")]
async fn create(staff: Staff, app: &State<App>, frame: Frame, mut form: Typed) -> Result<Answer> {
    may(&staff, Act::EditContractor, Subject::Register)?;
    let typed = details(&form);
    let sent = send(app, &staff, &form, move |tx, who| contractor::create(tx, who, &typed).map(to_firm));
    match sent.await? {
        Ok(sent) => Ok(sent.answer("The contractor is added")),
        Err(faults) => {
            form.refuse_all(faults);
            page(frame, &form, None)
        }
    }
}

#[get("/contractors/<id>/edit")]
async fn edit(staff: Staff, app: &State<App>, frame: Frame, id: ContractorId) -> Result<Answer> {
    may(&staff, Act::EditContractor, Subject::Firm(id))?;
    let reach = staff.reach();
    let firm = app.read(move |conn| find(conn, id, &reach)).await?;
    page(frame, &filled(&Details::of(&firm)), Some(id))
}

#[post("/contractors/<id>/edit", data = "<form>")]
async fn change(staff: Staff, app: &State<App>, frame: Frame, id: ContractorId, mut form: Typed) -> Result<Answer> {
    may(&staff, Act::EditContractor, Subject::Firm(id))?;
    let (typed, based_on) = (details(&form), form.text("based_on").to_owned());
    let sent = send(app, &staff, &form, move |tx, who| {
        contractor::change(tx, who, id, &typed, &based_on)?;
        Ok(to_firm(id))
    });
    match sent.await? {
        Ok(sent) => Ok(sent.answer("The contractor is saved")),
        Err(faults) => {
            form.refuse_all(faults);
            page(frame, &form, Some(id))
        }
    }
}

#[post("/contractors/<id>/status", data = "<form>")]
async fn status(staff: Staff, app: &State<App>, frame: Frame, id: ContractorId, mut form: Typed) -> Result<Answer> {
    may(&staff, Act::EditContractor, Subject::Firm(id))?;
    let reason = form.text("reason").to_owned();
    if let Some(next) = form.need_choice("status", "Choose what the contractor is to be") {
        let sent = send(app, &staff, &form, move |tx, who| {
            contractor::set_status(tx, who, id, next, &reason)?;
            Ok(to_firm(id))
        });
        match sent.await? {
            Ok(sent) if next == ContractorStatus::Ended => return Ok(sent.answer("The contractor is ended")),
            Ok(sent) => return Ok(sent.answer("The contractor is active again")),
            Err(faults) => form.refuse_all(faults),
        }
    }
    show::page(app, &staff, frame, id, None, &form).await
}

pub(super) fn routes() -> Vec<Route> {
    routes![new, create, edit, change, status]
}
