//! Granting and withdrawing waivers.

use askama::Template;
use rocket::{Route, State, get, post, routes};

use crate::domain::clearance::dossiers;
use crate::domain::permission::{Act, Subject, Who, may};
use crate::domain::policy::{self, Policy, may_be_waived};
use crate::domain::waiver::{self, NewWaiver};
use crate::error::{Error, Result};
use crate::store::person::Person;
use crate::store::waiver::Waiver;
use crate::store::{Conn, person, waiver as waivers};
use crate::types::{PersonId, WaiverId};
use crate::web::answer::Answer;
use crate::web::app::App;
use crate::web::filters;
use crate::web::form::{Choice, Typed};
use crate::web::guard::Staff;
use crate::web::page::Frame;
use crate::web::submission::{Sent, send};

#[derive(Template)]
#[template(path = "waiver/new.html")]
struct New<'a> {
    frame: Frame,
    form: &'a Typed,
    person: &'a Person,
    requirements: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "waiver/withdraw.html")]
struct Withdraw<'a> {
    frame: Frame,
    form: &'a Typed,
    person: &'a Person,
    waiver: &'a Waiver,
    title: &'a str,
}

/// Each requirement that may be waived, of each role the person works in, as `role/requirement`.
fn waivable(conn: &mut Conn, id: PersonId, today: chrono::NaiveDate) -> Result<Vec<Choice>> {
    let dossier = dossiers(conn, &[id])?.pop().ok_or(Error::NotFound)?;
    let policies = policy::published(conn)?;
    let Some(policy) = Policy::in_force(&policies, today) else { return Ok(Vec::new()) };
    let mut choices = Vec::new();
    for role in dossier.roles().into_iter().filter(|role| dossier.is_engaged(role, today)) {
        let title = policy.role(role).map_or(role, |role| role.title.as_str());
        for asked in policy.asked_of(role).into_iter().filter(|one| one.waivable && may_be_waived(one.kind)) {
            choices.push(Choice::new(format!("{role}/{}", asked.code), format!("{title}: {}", asked.title)));
        }
    }
    Ok(choices)
}

async fn new_page(app: &App, who: &Who, frame: Frame, id: PersonId, form: Typed) -> Result<Answer> {
    may(who, Act::GrantWaiver, Subject::Register)?;
    let (reach, today) = (who.reach(), app.clock.today());
    let found = app.read(move |conn| Ok((person::find(conn, id, &reach)?, waivable(conn, id, today)?)));
    let (person, requirements) = found.await?;
    let form = &form;
    let page = New { frame: frame.titled("Grant a waiver").with_faults(form), form, person: &person, requirements };
    Answer::form(&page, form.is_good())
}

#[get("/people/<id>/waivers/new?<role>&<requirement>")]
async fn new(
    staff: Staff,
    app: &State<App>,
    frame: Frame,
    id: PersonId,
    role: Option<&str>,
    requirement: Option<&str>,
) -> Result<Answer> {
    let chosen = role.zip(requirement).map(|(role, requirement)| format!("{role}/{requirement}"));
    let form = chosen.into_iter().fold(Typed::default(), |form, chosen| form.with("requirement", chosen));
    new_page(app, &staff, frame, id, form).await
}

#[post("/people/<id>/waivers/new", data = "<form>")]
async fn grant(staff: Staff, app: &State<App>, frame: Frame, id: PersonId, mut form: Typed) -> Result<Answer> {
    may(&staff, Act::GrantWaiver, Subject::Register)?;
    let ends_on = form.may_date("ends_on", "last day");
    let (role, requirement) = form.text("requirement").split_once('/').unwrap_or_default();
    let new = NewWaiver {
        role: role.to_owned(),
        requirement: requirement.to_owned(),
        ends_on,
        conditions: form.text("conditions").to_owned(),
        reason: form.text("reason").to_owned(),
    };
    if form.is_good() {
        let sent = send(app, &staff, &form, move |tx, who| {
            waiver::grant(tx, who, id, &new)?;
            Ok(Sent::to_person(id))
        });
        match sent.await? {
            Ok(sent) => return Ok(sent.answer("The waiver is granted")),
            Err(faults) => form.refuse_all(faults),
        }
    }
    new_page(app, &staff, frame, id, form).await
}

async fn withdraw_page(
    app: &App,
    who: &Who,
    frame: Frame,
    (id, waiver): (PersonId, WaiverId),
    form: Typed,
) -> Result<Answer> {
    may(who, Act::GrantWaiver, Subject::Register)?;
    let (reach, today) = (who.reach(), app.clock.today());
    let found = app.read(move |conn| {
        let person = person::find(conn, id, &reach)?;
        let waivers = waivers::of_people(conn, &[id])?;
        let waiver = waivers.into_iter().find(|one| one.id == waiver).ok_or(Error::NotFound)?;
        let policies = policy::published(conn)?;
        let asked = Policy::in_force(&policies, today).map(|policy| policy.asked_of(&waiver.role)).unwrap_or_default();
        let title = asked.into_iter().find(|one| one.code == waiver.requirement).map(|one| one.title.clone());
        Ok((person, title.unwrap_or_else(|| waiver.requirement.clone()), waiver))
    });
    let (person, title, waiver) = found.await?;
    if waiver.withdrawn_on.is_some() {
        return Err(Error::Conflict("This waiver has been withdrawn already.".into()));
    }
    let form = &form;
    let frame = frame.titled("Withdraw a waiver").with_faults(form);
    let page = Withdraw { frame, form, person: &person, waiver: &waiver, title: &title };
    Answer::form(&page, form.is_good())
}

#[get("/people/<id>/waivers/<waiver>/withdraw")]
async fn withdrawing(staff: Staff, app: &State<App>, frame: Frame, id: PersonId, waiver: WaiverId) -> Result<Answer> {
    withdraw_page(app, &staff, frame, (id, waiver), Typed::default()).await
}

#[post("/people/<id>/waivers/<waiver>/withdraw", data = "<form>")]
async fn withdraw(
    staff: Staff,
    app: &State<App>,
    frame: Frame,
    id: PersonId,
    waiver: WaiverId,
    mut form: Typed,
) -> Result<Answer> {
    let reason = form.text("reason").to_owned();
    let sent = send(app, &staff, &form, move |tx, who| {
        waiver::withdraw(tx, who, id, waiver, &reason)?;
        Ok(Sent::to_person(id))
    });
    match sent.await? {
        Ok(sent) => Ok(sent.answer("The waiver is withdrawn")),
        Err(faults) => {
            form.refuse_all(faults);
            withdraw_page(app, &staff, frame, (id, waiver), form).await
        }
    }
}

/// What this room answers.
pub fn routes() -> Vec<Route> {
    routes![new, grant, withdrawing, withdraw]
}
