//! Beginning an application: what for, for which role, with which firm, and whom where the firm has them already.

use askama::Template;
use rocket::{FromForm, Route, State, get, post, routes};

use super::kind_title;
use crate::domain::application::draft::{self, New, is_about_own};
use crate::domain::application::questions::check_asked;
use crate::domain::permission::Who;
use crate::domain::policy::{self, Policy};
use crate::error::{Error, Result};
use crate::store::{Conn, contractor, person};
use crate::types::{ApplicationKind, ContractorId, PersonId};
use crate::web::answer::{Answer, path};
use crate::web::app::App;
use crate::web::form::{Choice, Typed};
use crate::web::guard::Submitter;
use crate::web::page::Frame;
use crate::web::submission::{Sent, send};

/// The value that stands for the council's own staff where a firm is chosen.
const COUNCIL: &str = "council";
/// The most people a firm chooses from.
const MOST: i64 = 2000;

#[derive(Template)]
#[template(path = "application/new.html")]
struct Begin<'a> {
    frame: Frame,
    form: &'a Typed,
    kinds: Vec<Choice>,
    roles: Vec<Choice>,
    firms: Vec<Choice>,
    asks_firm: bool,
}

#[derive(Template)]
#[template(path = "application/person.html")]
struct Whom<'a> {
    frame: Frame,
    form: &'a Typed,
    back: String,
    people: Vec<Choice>,
    by_reference: bool,
    firm: String,
}

fn kinds() -> Vec<Choice> {
    let hint = |kind| match kind {
        ApplicationKind::New => "They do not work for you in school transport yet",
        ApplicationKind::Renewal => "One of your people, whose approval is to go on",
        ApplicationKind::RoleChange => "One of your people, for other work",
        ApplicationKind::ContractorChange => "They come from another contractor",
        ApplicationKind::Replacement => "One of your people, whose badge or certificate is lost or damaged",
        ApplicationKind::Review => "",
    };
    let own = ApplicationKind::ALL.iter().filter(|kind| **kind != ApplicationKind::Review);
    own.map(|kind| Choice::new(kind, kind_title(*kind)).hint(hint(*kind))).collect()
}

fn firms(conn: &mut Conn, who: &Who) -> Result<Vec<Choice>> {
    let choice = |(id, name): (ContractorId, String)| Choice::new(id, name);
    if !who.is_staff() {
        return Ok(contractor::names(conn, &who.firms())?.into_iter().map(choice).collect());
    }
    let council = Choice::new(COUNCIL, "The council’s own staff");
    Ok([council].into_iter().chain(contractor::choices(conn)?.into_iter().map(choice)).collect())
}

async fn begin_page(app: &App, who: &Who, frame: Frame, form: &Typed) -> Result<Answer> {
    let (today, is_staff, who) = (app.clock.today(), who.is_staff(), who.clone());
    let (roles, firms): (Vec<Choice>, Vec<Choice>) = app
        .read(move |conn| {
            let policies = policy::published(conn)?;
            let policy = Policy::in_force(&policies, today).ok_or_else(|| Error::internal("no policy is in force"))?;
            let role =
                |role: &policy::Role| Choice::new(&role.code, role.title.clone()).hint(check_asked(policy, role));
            let offered = policy.roles.iter().filter(|role| is_staff || !role.is_councils_own());
            Ok((offered.map(role).collect(), firms(conn, &who)?))
        })
        .await?;
    let frame = frame.titled("Begin an application").with_faults(form);
    let asks_firm = is_staff || firms.len() > 1;
    Answer::form(&Begin { frame, form, kinds: kinds(), roles, firms, asks_firm }, form.is_good())
}

#[get("/applications/new")]
async fn begin(who: Submitter, app: &State<App>, frame: Frame) -> Result<Answer> {
    begin_page(app, &who, frame, &Typed::default()).await
}

/// The firm chosen: the only one of somebody who acts for one.
fn firm(who: &Who, typed: &str) -> Option<Option<ContractorId>> {
    match typed {
        COUNCIL if who.is_staff() => Some(None),
        "" if !who.is_staff() => match who.firms().as_slice() {
            [only] => Some(Some(*only)),
            _ => None,
        },
        id => id.parse().ok().map(|id| Some(ContractorId(id))),
    }
}

#[post("/applications/new", data = "<form>")]
async fn create(who: Submitter, app: &State<App>, frame: Frame, mut form: Typed) -> Result<Answer> {
    let kind: Option<ApplicationKind> = form.need_choice("kind", "Select what the application is for");
    let role = form.need_text("role", 60, "Select the role");
    let firm = firm(&who, form.text("firm"));
    if firm.is_none() {
        form.refuse("firm", "Select the contractor");
    }
    if let (true, Some(kind), Some(firm)) = (form.is_good(), kind, firm) {
        if is_about_own(kind) {
            let of = firm.map_or_else(|| COUNCIL.to_owned(), |id| id.to_string());
            let to = path(
                "/applications/new/person",
                &[("kind", Some(kind.to_string())), ("role", Some(role)), ("firm", Some(of))],
            );
            return Ok(Answer::Away(Box::new(rocket::response::Redirect::to(to))));
        }
        let new = New { kind, role, firm, person: None };
        let sent = send(app, &who, &form, move |tx, who| Ok(to(draft::begin(tx, who, &new)?)));
        match sent.await? {
            Ok(sent) => return Ok(sent.answer("The application is begun. You can leave and come back at any time")),
            Err(faults) => form.refuse_all(faults),
        }
    }
    begin_page(app, &who, frame, &form).await
}

fn to(id: crate::types::ApplicationId) -> Sent {
    Sent::to(format!("/applications/{id}"))
}

/// What was chosen on the page before.
#[derive(FromForm)]
struct Chosen<'r> {
    kind: Option<&'r str>,
    role: Option<&'r str>,
    firm: Option<&'r str>,
}

impl Chosen<'_> {
    fn read(&self, who: &Who) -> Option<(ApplicationKind, String, Option<ContractorId>)> {
        let kind = self.kind?.parse().ok().filter(|kind| is_about_own(*kind))?;
        Some((kind, self.role?.to_owned(), firm(who, self.firm?)?))
    }
}

async fn whom_page(app: &App, who: &Who, frame: Frame, firm: Option<ContractorId>, form: &Typed) -> Result<Answer> {
    let (today, reach) = (app.clock.today(), who.reach());
    let (name, people) = app
        .read(move |conn| {
            let Some(firm) = firm else { return Ok(("The council’s own staff".to_owned(), Vec::new())) };
            let name = contractor::find(conn, firm, &reach)?.name;
            let ids = contractor::at_firm(conn, firm, today, None, MOST)?;
            let mut people = person::by_ids(conn, &ids)?;
            people.sort_by(|a, b| (&a.sort_name, a.id).cmp(&(&b.sort_name, b.id)));
            let choice = |one: &person::Person| {
                Choice::new(one.id, format!("{}, {} ({})", one.surname, one.forename, one.reference))
            };
            Ok((name, people.iter().map(choice).collect()))
        })
        .await?;
    let frame = frame.titled("Whose application is it?").with_faults(form);
    let page =
        Whom { frame, form, back: "/applications/new".to_owned(), people, by_reference: firm.is_none(), firm: name };
    Answer::form(&page, form.is_good())
}

#[get("/applications/new/person?<chosen..>")]
async fn choose(who: Submitter, app: &State<App>, frame: Frame, chosen: Chosen<'_>) -> Result<Answer> {
    let Some((_, _, firm)) = chosen.read(&who) else { return Ok(Answer::away("/applications/new")) };
    whom_page(app, &who, frame, firm, &Typed::default()).await
}

#[post("/applications/new/person?<chosen..>", data = "<form>")]
async fn chose(who: Submitter, app: &State<App>, frame: Frame, chosen: Chosen<'_>, mut form: Typed) -> Result<Answer> {
    let Some((kind, role, firm)) = chosen.read(&who) else { return Ok(Answer::away("/applications/new")) };
    let person = match firm {
        Some(_) => form.value::<i64>("person").map(PersonId),
        None => {
            let reference = form.text("person").to_owned();
            app.read(move |conn| person::by_reference(conn, &reference)).await?.map(|one| one.id)
        }
    };
    if person.is_none() {
        form.refuse(
            "person",
            if firm.is_some() { "Select the person" } else { "Enter the reference of somebody on the register" },
        );
    }
    if form.is_good() {
        let new = New { kind, role, firm, person };
        let sent = send(app, &who, &form, move |tx, who| Ok(to(draft::begin(tx, who, &new)?)));
        match sent.await? {
            Ok(sent) => return Ok(sent.answer("The application is begun. You can leave and come back at any time")),
            Err(faults) => form.refuse_all(faults),
        }
    }
    whom_page(app, &who, frame, firm, &form).await
}

pub(super) fn routes() -> Vec<Route> {
    routes![begin, create, choose, chose]
}
