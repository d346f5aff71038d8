//! An applicant's own pages, without an account. The link's page tells nothing and opens nothing: mail scanners follow
//! links, so a button opens. Whatever is wrong with a link, the answer is one and the same.

use std::net::IpAddr;

use askama::Template;
use chrono::NaiveDate;
use rocket::http::{CookieJar, Header, Status};
use rocket::response::Redirect;
use rocket::{Responder, Route, State, get, post, routes};

use crate::domain::application::answers::Answers;
use crate::domain::application::identity;
use crate::domain::application::questions::{Asking, By, Group, asking};
use crate::domain::evidence::join_by;
use crate::domain::own_link::{self, CONSENT, Opened};
use crate::error::{Error, Result};
use crate::store::application::Application;
use crate::store::{Conn, dbs, evidence};
use crate::types::{Kind, UserId, work_as};
use crate::web::answer::Answer;
use crate::web::app::App;
use crate::web::cookie;
use crate::web::filters;
use crate::web::form::{Choice, Typed};
use crate::web::page::{Frame, Page};

/// An answer that lets nobody know where its reader came from: the address of a link's page is the link.
#[derive(Responder)]
struct Private {
    answer: Answer,
    referrer: Header<'static>,
}

fn private(answer: Answer) -> Private {
    Private { answer, referrer: Header::new("Referrer-Policy", "no-referrer") }
}

fn page(template: &impl Template, status: Status) -> Result<Private> {
    Ok(private(Answer::Page(Page::with(status, template)?)))
}

fn away(to: String) -> Private {
    private(Answer::Away(Box::new(Redirect::to(to))))
}

#[derive(Template)]
#[template(path = "own/enter.html")]
struct Enter {
    frame: Frame,
}

#[derive(Template)]
#[template(path = "own/dead.html")]
struct Dead {
    frame: Frame,
}

#[derive(Template)]
#[template(path = "own/wait.html")]
struct Wait {
    frame: Frame,
}

#[derive(Template)]
#[template(path = "own/show.html")]
struct Show {
    frame: Frame,
    role: String,
    left: Vec<(&'static str, &'static str)>,
    received: Vec<(&'static str, NaiveDate)>,
    documents: Vec<&'static str>,
    joins: bool,
    join_by: Option<NaiveDate>,
}

#[derive(Template)]
#[template(path = "own/declaration.html")]
struct Declaration<'a> {
    frame: Frame,
    form: &'a Typed,
    is_enhanced: bool,
    /// Whether the role drives: a licence's endorsements are asked for too.
    drives: bool,
    choices: Vec<Choice>,
    /// Whether they said that there is something, and are asked what.
    tells: bool,
    /// Where to write when it cannot be sent here.
    late: Option<String>,
}

#[derive(Template)]
#[template(path = "own/consent.html")]
struct Consent<'a> {
    frame: Frame,
    form: &'a Typed,
    choices: Vec<Choice>,
}

/// A visit under way.
struct Visit {
    token: String,
    application: Application,
    answers: Answers,
    asking: Asking,
}

async fn visit(app: &App, jar: &CookieJar<'_>) -> Result<Option<Visit>> {
    let Some(token) = cookie::own(app, jar) else { return Ok(None) };
    let (seal, now, today) = (app.db.seal().clone(), app.clock.now(), app.clock.today());
    app.read(move |conn| {
        let Some(application) = own_link::visited(conn, &seal, &token, now)? else { return Ok(None) };
        let (answers, asking) = (Answers::of(&application)?, asking(conn, &application, today)?);
        Ok(Some(Visit { token, application, answers, asking }))
    })
    .await
}

fn dead(app: &App, jar: &CookieJar<'_>, frame: Frame) -> Result<Private> {
    cookie::clear_own(app, jar);
    page(&Dead { frame: frame.titled("This link does not work") }, Status::NotFound)
}

#[get("/own/<_token>")]
fn enter(app: &State<App>, jar: &CookieJar<'_>, frame: Frame, _token: &str) -> Result<Private> {
    let frame = frame.with_csrf(cookie::make_form_token(app, jar));
    page(&Enter { frame: frame.titled("Your part of an application") }, Status::Ok)
}

#[post("/own/<token>", data = "<_form>")]
async fn open(
    app: &State<App>,
    jar: &CookieJar<'_>,
    address: Option<IpAddr>,
    frame: Frame,
    token: &str,
    _form: Typed,
) -> Result<Private> {
    let (token, address) = (token.to_owned(), address.map(|one| one.to_string()).unwrap_or_default());
    match app.act_if_needed(UserId::SYSTEM, move |tx| own_link::open(tx, &token, &address)).await? {
        Opened::Visit(visit) => {
            cookie::set_own(app, jar, &visit);
            Ok(away("/own".into()))
        }
        Opened::Dead => dead(app, jar, frame),
        Opened::Wait(_) => page(&Wait { frame: frame.titled("Too many tries") }, Status::TooManyRequests),
    }
}

/// What a group is called here.
fn title(group: Group) -> &'static str {
    match group {
        Group::Declaration => "Self-declaration",
        Group::Consent => "Consent to status checks",
        _ => "",
    }
}

fn slug(group: Group) -> &'static str {
    if group == Group::Consent { "/own/consent" } else { "/own/declaration" }
}

fn received_on(answers: &Answers, group: Group) -> Option<NaiveDate> {
    if group == Group::Consent { answers.own.consent_on } else { answers.own.declared_on }
}

/// The documents whose originals are still to be shown.
fn documents(conn: &mut Conn, visit: &Visit) -> Result<Vec<&'static str>> {
    let seen = match visit.application.person_id {
        Some(person) => evidence::of_people(conn, &[person])?
            .into_iter()
            .any(|row| row.kind == Kind::Identity && row.recorded_on >= visit.application.started_on),
        None => false,
    };
    let all = visit.answers.documents.iter().filter_map(|code| identity::document(code));
    Ok(if seen { Vec::new() } else { all.map(|one| one.title.as_str()).collect() })
}

#[get("/own")]
async fn show(app: &State<App>, jar: &CookieJar<'_>, frame: Frame) -> Result<Private> {
    let Some(visit) = visit(app, jar).await? else { return dead(app, jar, frame) };
    let (visit, documents, issued) = app
        .read(move |conn| {
            let documents = documents(conn, &visit)?;
            let issued = match (visit.application.person_id, visit.application.certificate_id) {
                (Some(person), Some(id)) => dbs::certificate::of_people(conn, &[person])?
                    .into_iter()
                    .find(|one| one.id == id)
                    .map(|one| one.issued_on),
                _ => None,
            };
            Ok((visit, documents, issued))
        })
        .await?;
    let groups = visit.asking.groups_by(By::Person);
    let left = own_link::left(&visit.answers, &visit.asking);
    let received = groups.iter().filter_map(|one| Some((title(one.code), received_on(&visit.answers, one.code)?)));
    let shown = Show {
        role: work_as(&visit.asking.role.title),
        left: left.into_iter().map(|group| (slug(group), title(group))).collect(),
        received: received.collect(),
        documents,
        joins: visit.asking.asks(Kind::UpdateService),
        join_by: issued.map(join_by),
        frame: frame.titled("Your part of the application"),
    };
    page(&shown, Status::Ok)
}

fn status(form: &Typed) -> Status {
    if form.is_good() { Status::Ok } else { Status::UnprocessableEntity }
}

fn declaration_page(frame: Frame, visit: &Visit, form: &Typed, late: Option<String>) -> Result<Private> {
    let choices = vec![
        Choice::new("yes", "Yes").hint("You say what on the next page"),
        Choice::new("no", "No").hint("This goes to the council at once. You cannot change it here afterwards"),
    ];
    let is_enhanced = !visit.asking.role.basis.is_empty();
    let drives = [Kind::Licence, Kind::DrivingEntitlement].into_iter().any(|kind| visit.asking.asks(kind));
    let tells = form.has("declared", "yes");
    let status = if late.is_some() { Status::Conflict } else { status(form) };
    let frame = frame.titled("Self-declaration").with_faults(form);
    page(&Declaration { frame, form, is_enhanced, drives, choices, tells, late }, status)
}

fn consent_page(frame: Frame, form: &Typed) -> Result<Private> {
    let frame = frame.titled("Consent to status checks").with_faults(form);
    page(&Consent { frame, form, choices: vec![Choice::new("yes", CONSENT)] }, status(form))
}

/// Whether the visitor may be shown a group's form: what came in is not shown again.
fn is_left(visit: &Visit, group: Group) -> bool {
    own_link::left(&visit.answers, &visit.asking).contains(&group)
}

#[get("/own/declaration")]
async fn ask_declaration(app: &State<App>, jar: &CookieJar<'_>, frame: Frame) -> Result<Private> {
    let Some(visit) = visit(app, jar).await? else { return dead(app, jar, frame) };
    if !is_left(&visit, Group::Declaration) {
        return Ok(away("/own".into()));
    }
    declaration_page(frame.with_csrf(cookie::make_form_token(app, jar)), &visit, &Typed::default(), None)
}

#[post("/own/declaration", data = "<form>")]
async fn declare(app: &State<App>, jar: &CookieJar<'_>, frame: Frame, mut form: Typed) -> Result<Private> {
    let Some(visit) = visit(app, jar).await? else { return dead(app, jar, frame) };
    if !is_left(&visit, Group::Declaration) {
        return Ok(away("/own".into()));
    }
    let declared = match form.text("declared") {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    // The first page asks whether, the second what; it has no address of its own, which would tell that there is something.
    if declared == Some(true) && form.list("text").is_empty() {
        return declaration_page(frame.with_csrf(cookie::make_form_token(app, jar)), &visit, &form, None);
    }
    let (token, text) = (visit.token.clone(), form.text("text").to_owned());
    match app.act(UserId::SYSTEM, move |tx| own_link::declare(tx, &token, declared, &text)).await {
        Ok(()) => Ok(away("/own".into())),
        Err(Error::Invalid(faults)) => {
            form.refuse_all(faults);
            declaration_page(frame.with_csrf(cookie::make_form_token(app, jar)), &visit, &form, None)
        }
        // Nothing they typed is lost.
        Err(Error::Conflict(why)) => {
            form.refuse("", format!("Your answer was not sent. {why}"));
            let contact = app.config.mail_reply_to.clone();
            declaration_page(frame.with_csrf(cookie::make_form_token(app, jar)), &visit, &form, Some(contact))
        }
        Err(Error::NotFound) => dead(app, jar, frame),
        Err(other) => Err(other),
    }
}

#[get("/own/consent")]
async fn ask_consent(app: &State<App>, jar: &CookieJar<'_>, frame: Frame) -> Result<Private> {
    let Some(visit) = visit(app, jar).await? else { return dead(app, jar, frame) };
    if !is_left(&visit, Group::Consent) {
        return Ok(away("/own".into()));
    }
    consent_page(frame.with_csrf(cookie::make_form_token(app, jar)), &Typed::default())
}

#[post("/own/consent", data = "<form>")]
async fn consent(app: &State<App>, jar: &CookieJar<'_>, frame: Frame, mut form: Typed) -> Result<Private> {
    let Some(visit) = visit(app, jar).await? else { return dead(app, jar, frame) };
    if !is_left(&visit, Group::Consent) {
        return Ok(away("/own".into()));
    }
    let (token, agree) = (visit.token.clone(), form.has("agree", "yes"));
    match app.act(UserId::SYSTEM, move |tx| own_link::consent(tx, &token, agree)).await {
        Ok(()) => Ok(away("/own".into())),
        Err(Error::Invalid(faults)) => {
            form.refuse_all(faults);
            consent_page(frame.with_csrf(cookie::make_form_token(app, jar)), &form)
        }
        Err(Error::Conflict(why)) => {
            form.refuse("", format!("Your answer was not sent. {why}"));
            consent_page(frame.with_csrf(cookie::make_form_token(app, jar)), &form)
        }
        Err(Error::NotFound) => dead(app, jar, frame),
        Err(other) => Err(other),
    }
}

/// What this room answers.
pub fn routes() -> Vec<Route> {
    routes![enter, open, show, ask_declaration, declare, ask_consent, consent]
}
