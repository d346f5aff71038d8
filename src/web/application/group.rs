//! A group of questions, a page: filled in with what is there, saved, and left at any time.

use askama::Template;
use rocket::{Route, State, get, post, routes};

use super::summary::{Row, abroad, route};
use super::typed::{Section, filled, read, rows, sections};
use crate::domain::application::answers::Answers;
use crate::domain::application::draft::{self, is_open, seen};
use crate::domain::application::questions::{Asking, By, Group, Question, asking};
use crate::domain::permission::Who;
use crate::error::{Error, Result};
use crate::store::application::Application;
use crate::store::{Conn, authority};
use crate::types::{ApplicationId, AuthorityId};
use crate::web::answer::Answer;
use crate::web::app::App;
use crate::web::form::Typed;
use crate::web::guard::Submitter;
use crate::web::page::Frame;
use crate::web::submission::{Sent, send};

/// What a page of the form is made from.
pub(super) struct Read {
    pub application: Application,
    pub answers: Answers,
    pub asking: Asking,
    pub authorities: Vec<(AuthorityId, String)>,
}

/// An application as its submitter may see it, with what it asks.
pub(super) fn open(conn: &mut Conn, who: &Who, id: ApplicationId, today: chrono::NaiveDate) -> Result<Read> {
    let application = seen(conn, who, id)?;
    let asking = asking(conn, &application, today)?;
    let authorities = authority::all(conn)?.into_iter().map(|one| (one.id, one.name)).collect();
    Ok(Read { answers: Answers::of(&application)?, application, asking, authorities })
}

#[derive(Template)]
#[template(path = "application/group.html")]
struct Page<'a> {
    frame: Frame,
    form: &'a Typed,
    id: ApplicationId,
    reference: &'a str,
    title: &'a str,
    slug: &'static str,
    back: String,
    lead: &'static str,
    sections: Vec<Section>,
    rows: usize,
    repeats: bool,
    notes: Vec<Row>,
    based_on: String,
}

/// What stands above a group's fields.
fn lead(group: Group) -> &'static str {
    match group {
        Group::Addresses => {
            "Every address of the last five years, the newest first, without a gap. Addresses may overlap. To take one out, \
             clear its fields."
        }
        Group::Referees => "We write to them. They have known the person for some time, and are not of their family.",
        Group::Contact => "The answers that the person gives by their own link are for the council alone.",
        _ => "",
    }
}

/// The page's own group and its neighbours of the same submitter.
fn place<'a>(asking: &Asking, group: Group) -> Result<(Option<&'a Question>, &'a Question, Option<&'a Question>)> {
    let all = asking.groups_by(By::Submitter);
    let at = all.iter().position(|one| one.code == group).ok_or(Error::NotFound)?;
    let own = all.get(at).copied().ok_or(Error::NotFound)?;
    Ok((at.checked_sub(1).and_then(|before| all.get(before).copied()), own, all.get(at + 1).copied()))
}

fn path(id: ApplicationId, group: Group) -> String {
    format!("/applications/{id}/answers/{}", group.as_str())
}

fn page(frame: Frame, read: &Read, group: Group, form: &Typed, rows: usize, based_on: String) -> Result<Answer> {
    let (before, own, _) = place(&read.asking, group)?;
    let id = read.application.id;
    let notes = match group {
        Group::Addresses => abroad(&read.answers, &read.asking),
        Group::Identity => {
            let line = route(&read.answers);
            if line.is_empty() { Vec::new() } else { vec![Row { key: "These satisfy".into(), lines: vec![line] }] }
        }
        _ => Vec::new(),
    };
    let page = Page {
        frame: frame.titled(own.title.clone()).with_faults(form),
        form,
        id,
        reference: &read.application.reference,
        title: &own.title,
        slug: group.as_str(),
        back: before.map_or_else(|| format!("/applications/{id}"), |one| path(id, one.code)),
        lead: lead(group),
        sections: sections(group, &read.asking, &read.authorities, rows),
        rows,
        repeats: group == Group::Addresses,
        notes,
        based_on,
    };
    Answer::form(&page, form.is_good())
}

#[get("/applications/<id>/answers/<group>?<another>")]
async fn show(
    who: Submitter,
    app: &State<App>,
    frame: Frame,
    id: ApplicationId,
    group: &str,
    another: Option<bool>,
) -> Result<Answer> {
    let (today, group) = (app.clock.today(), Group::named(group).ok_or(Error::NotFound)?);
    let read = app.read(move |conn| open(conn, &who, id, today)).await?;
    place(&read.asking, group)?;
    if !is_open(&read.application) {
        return Ok(Answer::Away(Box::new(rocket::response::Redirect::to(format!("/applications/{id}")))));
    }
    let form = filled(group, &read.answers);
    let rows = rows(read.answers.addresses.len(), another == Some(true));
    let based_on = read.answers.fingerprint(group);
    page(frame, &read, group, &form, rows, based_on)
}

#[post("/applications/<id>/answers/<group>", data = "<form>")]
async fn save(
    who: Submitter,
    app: &State<App>,
    frame: Frame,
    id: ApplicationId,
    group: &str,
    mut form: Typed,
) -> Result<Answer> {
    let (today, group) = (app.clock.today(), Group::named(group).ok_or(Error::NotFound)?);
    let reader = who.clone();
    let read = app.read(move |conn| open(conn, &reader, id, today)).await?;
    let (_, _, next) = place(&read.asking, group)?;
    let typed = self::read(group, &mut form, &read.asking);
    let then = form.text("then").to_owned();
    let (finished, based_on) = (!matches!(then.as_str(), "later" | "another"), form.text("based_on").to_owned());
    let rows = rows(form.value("rows").unwrap_or(1), false);
    if form.is_good() {
        let to = match (then.as_str(), next) {
            ("later", _) => format!("/applications/{id}"),
            ("another", _) => format!("{}?another=true", path(id, group)),
            (_, Some(next)) => path(id, next.code),
            (_, None) => format!("/applications/{id}/answers"),
        };
        let (answers, key) = (typed.clone(), based_on.clone());
        let sent = send(app, &who, &form, move |tx, who| {
            draft::save(tx, who, id, group, &answers, finished, &key)?;
            Ok(Sent::to(to))
        });
        match sent.await? {
            Ok(sent) if then == "later" => return Ok(sent.answer("Your answers are saved")),
            Ok(sent) => return Ok(Answer::Away(Box::new(rocket::response::Redirect::to(sent.to)))),
            Err(faults) => {
                // Rows left empty are gone by now, so the form is filled in anew for its faults to stand where they belong.
                form = filled(group, &typed);
                form.refuse_all(faults);
            }
        }
    }
    page(frame, &read, group, &form, rows, based_on)
}

pub(super) fn routes() -> Vec<Route> {
    routes![show, save]
}
