//! DBS applications we sent off: recorded, followed from stage to stage, and the list of those on their way.

use askama::Template;
use chrono::NaiveDate;
use rocket::{Route, State, get, post, routes};

use crate::domain::application::checking;
use crate::domain::dbs_request::{self, Allowed, LAST, NewRequest, News, is_overdue, stage_title, trouble_title};
use crate::domain::permission::{Act, Subject, Who, may};
use crate::error::Result;
use crate::store::application::{self, Application};
use crate::store::dbs_request::{self as store, DbsRequest};
use crate::types::{ApplicationId, DbsLevel, DbsRequestId, DbsTrouble, Reach, Workforce};
use crate::web::answer::{Answer, cut};
use crate::web::app::App;
use crate::web::filters;
use crate::web::form::{Choice, Typed};
use crate::web::guard::Officer;
use crate::web::page::Frame;
use crate::web::submission::{Sent, send};

const PAGE: i64 = 50;

#[derive(Template)]
#[template(path = "application/dbs_request_new.html")]
struct New<'a> {
    frame: Frame,
    form: &'a Typed,
    application: &'a Application,
    allowed: &'a Allowed,
    levels: Vec<Choice>,
    workforces: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "application/dbs_request.html")]
struct Show<'a> {
    frame: Frame,
    form: &'a Typed,
    request: &'a DbsRequest,
    reference: &'a str,
    stages: Vec<Choice>,
    troubles: Vec<Choice>,
}

struct Line {
    request: DbsRequest,
    reference: String,
    stage: &'static str,
    trouble: &'static str,
    overdue: bool,
}

#[derive(Template)]
#[template(path = "application/dbs_requests.html")]
struct List {
    frame: Frame,
    lines: Vec<Line>,
    today: NaiveDate,
    first: Option<String>,
    next: Option<String>,
}

/// The words of a level.
fn level_title(level: DbsLevel) -> &'static str {
    match level {
        DbsLevel::Basic => "Basic",
        DbsLevel::Standard => "Standard",
        DbsLevel::Enhanced => "Enhanced",
    }
}

/// As forms send and name a workforce.
fn workforce_choice(workforce: Workforce) -> Choice {
    match workforce {
        Workforce::None => Choice::new("none", "None: a basic check"),
        Workforce::Child => Choice::new("child", "Child"),
        Workforce::Adult => Choice::new("adult", "Adult"),
        Workforce::ChildAndAdult => Choice::new("child_and_adult", "Child and adult"),
        Workforce::Other => Choice::new("other", "Other"),
    }
}

async fn new_page(app: &App, who: &Who, frame: Frame, id: ApplicationId, form: Typed) -> Result<Answer> {
    let (me, today) = (who.clone(), app.clock.today());
    let found = app.read(move |conn| {
        let application = checking::open(conn, &me, id)?;
        dbs_request::requestable(application.state)?;
        let allowed = dbs_request::allowed_for(conn, &application.role, today)?;
        Ok((application, allowed))
    });
    let (application, allowed) = found.await?;
    let levels = vec![Choice::new(allowed.level, level_title(allowed.level))];
    let offered = if allowed.workforces.is_empty() { &[Workforce::None][..] } else { allowed.workforces.as_slice() };
    let workforces = offered.iter().copied().map(workforce_choice).collect();
    let form = &form;
    let frame = frame.titled("Record a DBS application").with_faults(form);
    let page = New { frame, form, application: &application, allowed: &allowed, levels, workforces };
    Answer::form(&page, form.is_good())
}

#[get("/applications/<id>/dbs-requests/new")]
async fn new(officer: Officer, app: &State<App>, frame: Frame, id: ApplicationId) -> Result<Answer> {
    new_page(app, &officer, frame, id, Typed::default()).await
}

#[post("/applications/<id>/dbs-requests/new", data = "<form>")]
async fn record(
    officer: Officer,
    app: &State<App>,
    frame: Frame,
    id: ApplicationId,
    mut form: Typed,
) -> Result<Answer> {
    let workforce = match form.text("workforce") {
        "none" => Workforce::None,
        _ => form.value("workforce").unwrap_or(Workforce::None),
    };
    let new = NewRequest {
        reference: form.text("reference").to_owned(),
        level: form.value("level"),
        workforce,
        sent_on: form.may_date("sent_on", "day it was sent off"),
        joined_on: form.may_date("joined_on", "day they joined"),
    };
    if form.is_good() {
        let sent = send(app, &officer, &form, move |tx, who| {
            dbs_request::record(tx, who, id, &new)?;
            Ok(Sent::to(format!("/applications/{id}")))
        });
        match sent.await? {
            Ok(sent) => return Ok(sent.answer("The DBS application is recorded")),
            Err(faults) => form.refuse_all(faults),
        }
    }
    new_page(app, &officer, frame, id, form).await
}

async fn show_page(app: &App, who: &Who, frame: Frame, id: DbsRequestId, typed: Option<Typed>) -> Result<Answer> {
    may(who, Act::CheckApplications, Subject::Register)?;
    let found = app.read(move |conn| {
        let request = store::find(conn, id)?;
        let application = application::find(conn, request.application_id, &Reach::Everyone)?;
        Ok((request, application.reference))
    });
    let (request, reference) = found.await?;
    let as_stored = || {
        let trouble = if request.trouble == DbsTrouble::None { "none" } else { request.trouble.as_str() };
        Typed::default()
            .with("stage", request.stage)
            .with_date("stage_on", Some(request.stage_on))
            .with("trouble", trouble)
            .with_date("received_on", request.received_on)
            .with_date("joined_on", request.joined_on)
            .with("based_on", dbs_request::fingerprint(&request))
    };
    let form = &typed.unwrap_or_else(as_stored);
    let stages = (request.stage..=LAST).map(|n| Choice::new(n, format!("{n}: {}", stage_title(n)))).collect();
    let call = |one: &DbsTrouble| match one {
        DbsTrouble::None => Choice::new("none", "Nothing"),
        other => Choice::new(other, trouble_title(*other)),
    };
    let troubles = DbsTrouble::ALL.iter().map(call).collect();
    let frame = frame.titled(format!("DBS application {}", request.reference)).with_faults(form);
    let page = Show { frame, form, request: &request, reference: &reference, stages, troubles };
    Answer::form(&page, form.is_good())
}

#[get("/dbs-requests/<id>")]
async fn show(officer: Officer, app: &State<App>, frame: Frame, id: DbsRequestId) -> Result<Answer> {
    show_page(app, &officer, frame, id, None).await
}

#[post("/dbs-requests/<id>", data = "<form>")]
async fn update(officer: Officer, app: &State<App>, frame: Frame, id: DbsRequestId, mut form: Typed) -> Result<Answer> {
    let news = News {
        stage: form.value("stage"),
        stage_on: form.may_date("stage_on", "day it came to this stage"),
        trouble: form.value("trouble").unwrap_or(DbsTrouble::None),
        received_on: form.may_date("received_on", "day the DBS received it"),
        joined_on: form.may_date("joined_on", "day they joined"),
    };
    let based_on = form.text("based_on").to_owned();
    if form.is_good() {
        let sent = send(app, &officer, &form, move |tx, who| {
            dbs_request::update(tx, who, id, &news, &based_on)?;
            Ok(Sent::to(format!("/dbs-requests/{id}")))
        });
        match sent.await? {
            Ok(sent) => return Ok(sent.answer("The news is recorded")),
            Err(faults) => form.refuse_all(faults),
        }
    }
    show_page(app, &officer, frame, id, Some(form)).await
}

#[get("/dbs-requests?<after>")]
async fn list(officer: Officer, app: &State<App>, frame: Frame, after: Option<i64>) -> Result<Answer> {
    may(&officer, Act::CheckApplications, Subject::Register)?;
    let today = app.clock.today();
    let mut rows = app
        .read(move |conn| {
            let from = match after.map(DbsRequestId) {
                Some(id) => Some((store::find(conn, id)?.stage_on, id)),
                None => None,
            };
            store::open(conn, from, PAGE + 1)
        })
        .await?;
    let more = cut(&mut rows, PAGE);
    let next = rows.last().filter(|_| more).map(|(one, _)| format!("/dbs-requests?after={}", one.id));
    let line = |(request, reference): (DbsRequest, String)| Line {
        stage: stage_title(request.stage),
        trouble: trouble_title(request.trouble),
        overdue: is_overdue(&request, today),
        reference,
        request,
    };
    let lines = rows.into_iter().map(line).collect();
    let first = after.map(|_| "/dbs-requests".to_owned());
    let continued = if after.is_some() { " (continued)" } else { "" };
    let frame = frame.titled(format!("DBS applications on their way{continued}"));
    Answer::page(&List { frame, lines, today, first, next })
}

/// What this room answers.
pub fn routes() -> Vec<Route> {
    routes![new, record, show, update, list]
}
