//! Adding and ending engagements.

use askama::Template;
use rocket::{Route, State, get, post, routes};

use crate::domain::engagement::{self, NewEngagement};
use crate::domain::permission::{Act, Subject, Who, may};
use crate::domain::policy::{self, Policy};
use crate::error::{Error, Result};
use crate::store::engagement::Engagement;
use crate::store::person::Person;
use crate::store::{Conn, contractor, engagement as engagements, person};
use crate::types::{ContractorId, ContractorStatus, EngagementId, PersonId, Reach};
use crate::web::answer::Answer;
use crate::web::app::App;
use crate::web::filters;
use crate::web::form::{Choice, Typed};
use crate::web::guard::Staff;
use crate::web::page::Frame;
use crate::web::submission::{Sent, send};

/// The firms and roles somebody may be engaged by and in.
pub(super) struct Choices {
    pub firms: Vec<Choice>,
    pub roles: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "engagement/new.html")]
struct New<'a> {
    frame: Frame,
    form: &'a Typed,
    person: &'a Person,
    choices: Choices,
}

#[derive(Template)]
#[template(path = "engagement/end.html")]
struct End<'a> {
    frame: Frame,
    form: &'a Typed,
    person: &'a Person,
    work: &'a Engagement,
    firm: &'a str,
    role: &'a str,
}

pub(super) fn choices(conn: &mut Conn, today: chrono::NaiveDate) -> Result<Choices> {
    let firms = contractor::list(conn, Some(ContractorStatus::Active), "", None, 10_000)?;
    let policies = policy::published(conn)?;
    let roles = Policy::in_force(&policies, today).map(|policy| policy.roles.clone()).unwrap_or_default();
    Ok(Choices {
        firms: firms.into_iter().map(|firm| Choice::new(firm.id, firm.name)).collect(),
        roles: roles.into_iter().map(|role| Choice::new(role.code, role.title)).collect(),
    })
}

/// The engagement typed into a form; a first day that is none is refused in it.
pub(super) fn typed(form: &mut Typed) -> NewEngagement {
    NewEngagement {
        starts_on: form.may_date("starts_on", "first day"),
        contractor: form.value::<ContractorId>("contractor"),
        role: form.text("role").to_owned(),
    }
}

async fn new_page(app: &App, who: &Who, frame: Frame, id: PersonId, form: Typed) -> Result<Answer> {
    may(who, Act::RecordEvidence, Subject::Register)?;
    let (reach, today) = (who.reach(), app.clock.today());
    let found = app.read(move |conn| Ok((person::find(conn, id, &reach)?, choices(conn, today)?)));
    let (person, choices) = found.await?;
    let form = &form;
    let page = New { frame: frame.titled("Add an engagement").with_faults(form), form, person: &person, choices };
    Answer::form(&page, form.is_good())
}

#[get("/people/<id>/engagements/new")]
async fn new(staff: Staff, app: &State<App>, frame: Frame, id: PersonId) -> Result<Answer> {
    new_page(app, &staff, frame, id, Typed::default()).await
}

#[post("/people/<id>/engagements/new", data = "<form>")]
async fn add(staff: Staff, app: &State<App>, frame: Frame, id: PersonId, mut form: Typed) -> Result<Answer> {
    let new = typed(&mut form);
    if form.is_good() {
        let sent = send(app, &staff, &form, move |tx, who| {
            engagement::add(tx, who, id, &new)?;
            Ok(Sent::to_person(id))
        });
        match sent.await? {
            Ok(sent) => return Ok(sent.answer("The engagement is added")),
            Err(faults) => form.refuse_all(faults),
        }
    }
    new_page(app, &staff, frame, id, form).await
}

async fn end_page(
    app: &App,
    who: &Who,
    frame: Frame,
    (id, work): (PersonId, EngagementId),
    form: Typed,
) -> Result<Answer> {
    may(who, Act::RecordEvidence, Subject::Register)?;
    let (reach, today) = (who.reach(), app.clock.today());
    let found = app.read(move |conn| {
        let person = person::find(conn, id, &reach)?;
        let works = engagements::of_people(conn, &[id])?;
        let work = works.into_iter().find(|one| one.id == work).ok_or(Error::NotFound)?;
        let firm = contractor::find(conn, work.contractor_id, &Reach::Everyone)?.name;
        let policies = policy::published(conn)?;
        let role = Policy::in_force(&policies, today).and_then(|policy| policy.role(&work.role));
        let role = role.map_or_else(|| work.role.clone(), |role| role.title.clone());
        Ok((person, work, firm, role))
    });
    let (person, work, firm, role) = found.await?;
    if work.ends_on.is_some() {
        return Err(Error::Conflict("This engagement has been ended already.".into()));
    }
    let form = &form;
    let frame = frame.titled("End an engagement").with_faults(form);
    let page = End { frame, form, person: &person, work: &work, firm: &firm, role: &role };
    Answer::form(&page, form.is_good())
}

#[get("/people/<id>/engagements/<work>/end")]
async fn ending(staff: Staff, app: &State<App>, frame: Frame, id: PersonId, work: EngagementId) -> Result<Answer> {
    end_page(app, &staff, frame, (id, work), Typed::default()).await
}

#[post("/people/<id>/engagements/<work>/end", data = "<form>")]
async fn end(
    staff: Staff,
    app: &State<App>,
    frame: Frame,
    id: PersonId,
    work: EngagementId,
    mut form: Typed,
) -> Result<Answer> {
    let (last_day, reason) = (form.may_date("last_day", "last day"), form.text("reason").to_owned());
    if form.is_good() {
        let sent = send(app, &staff, &form, move |tx, who| {
            engagement::end(tx, who, id, work, last_day, &reason)?;
            Ok(Sent::to_person(id))
        });
        match sent.await? {
            Ok(sent) => return Ok(sent.answer("The engagement is ended")),
            Err(faults) => form.refuse_all(faults),
        }
    }
    end_page(app, &staff, frame, (id, work), form).await
}

/// What this room answers.
pub fn routes() -> Vec<Route> {
    routes![new, add, ending, end]
}
