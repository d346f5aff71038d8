//! The assessment of a case: one page with a finding for every criterion, and afterwards the way to read it again.

use askama::Template;
use chrono::NaiveDate;
use rocket::{Route, State, get, post, routes};

use crate::domain::application::case;
use crate::domain::assessment::{self, Draft, Line, Weighed};
use crate::domain::criteria::{self, Criteria, Criterion};
use crate::domain::permission::{Act, Subject, Who, may};
use crate::error::{Error, Result};
use crate::store::application::{self as applications, Application};
use crate::store::{Conn, assessment as store, person};
use crate::types::{ApplicationId, ApplicationState, CriterionKind, Finding, Reach};
use crate::web::answer::Answer;
use crate::web::app::App;
use crate::web::filters;
use crate::web::form::{Choice, Typed};
use crate::web::guard::Council;
use crate::web::page::Frame;
use crate::web::proposal::Found;
use crate::web::submission::{Sent, send};

/// One criterion of the form.
struct Ask {
    title: String,
    guidance: String,
    finding: String,
    ended: String,
    words: String,
    differs: String,
    advice: String,
}

#[derive(Template)]
#[template(path = "assessment/edit.html")]
struct Edit<'a> {
    frame: Frame,
    form: &'a Typed,
    application: &'a Application,
    name: &'a str,
    version: i32,
    findings: Vec<Choice>,
    guidelines: Vec<Ask>,
    factors: Vec<Ask>,
}

#[derive(Template)]
#[template(path = "assessment/show.html")]
struct Show<'a> {
    frame: Frame,
    form: &'a Typed,
    application: &'a Application,
    name: &'a str,
    found: Vec<Found>,
    read: Option<Read>,
}

/// What the vault holds, once somebody has said why.
struct Read {
    lines: Vec<Line>,
    account: String,
    today: NaiveDate,
}

fn choices() -> Vec<Choice> {
    let own = Finding::ALL.iter().filter(|finding| **finding != Finding::Considered);
    own.map(|finding| Choice::new(finding, assessment::title(*finding))).collect()
}

/// What was typed, criterion by criterion.
fn draft(form: &mut Typed, criteria: &Criteria) -> Draft {
    let mut draft = Draft { account: form.text("account").to_owned(), ..Draft::default() };
    for one in &criteria.criteria {
        let code = &one.code;
        let guideline = one.kind == CriterionKind::Guideline;
        let ended_on = if guideline { form.may_date(&format!("ended_{code}"), "end of the sentence") } else { None };
        let finding = form.value(&format!("finding_{code}"));
        let words = form.text(&format!("words_{code}")).to_owned();
        let differs = form.text(&format!("differs_{code}")).to_owned();
        draft.weighed.insert(code.clone(), Weighed { finding, ended_on, words, differs });
    }
    draft
}

/// The application, its person's name and the criteria in force.
fn open(conn: &mut Conn, who: &Who, id: ApplicationId, act: Act) -> Result<(Application, String)> {
    let application = applications::find(conn, id, &Reach::Everyone)?;
    may(who, act, Subject::Case(&case(conn, &application)?))?;
    let owner = application
        .person_id
        .ok_or_else(|| Error::Conflict("The application is not linked to a person of the register yet.".into()))?;
    let name = person::find(conn, owner, &Reach::Everyone)?.full_name();
    Ok((application, name))
}

async fn edit_page(app: &App, who: &Who, frame: Frame, id: ApplicationId, typed: Option<Typed>) -> Result<Answer> {
    let (today, who) = (app.clock.today(), who.clone());
    let read = app.read(move |conn| {
        let (application, name) = open(conn, &who, id, Act::Assess)?;
        let earlier = assessment::earlier(conn, &application)?;
        Ok((application, name, criteria::in_force(conn, today)?, earlier))
    });
    let (application, name, criteria, earlier) = read.await?;
    if application.state != ApplicationState::Interviewed {
        return Err(Error::Conflict("This case does not wait for an assessment.".into()));
    }
    // The same person's last findings are a beginning: an unchanged certificate is confirmed quickly.
    let begun =
        || earlier.iter().fold(Typed::default(), |form, (code, one)| form.with(&format!("finding_{code}"), one));
    let mut form = typed.unwrap_or_else(begun);
    let mut unread = form.clone();
    let lines = assessment::lines(&criteria, &draft(&mut unread, &criteria), today);
    let asks = |kind: CriterionKind| {
        let both = criteria.criteria.iter().zip(&lines).filter(move |(one, _)| one.kind == kind);
        both.map(|(one, line)| ask(one, line)).collect()
    };
    let page = Edit {
        frame: frame.titled("Assessment").with_faults(&form),
        application: &application,
        name: &name,
        version: criteria.number,
        findings: choices(),
        guidelines: asks(CriterionKind::Guideline),
        factors: asks(CriterionKind::Factor),
        form: &mut form,
    };
    let good = page.form.is_good();
    Answer::form(&page, good)
}

fn ask(one: &Criterion, line: &Line) -> Ask {
    Ask {
        title: one.title.clone(),
        guidance: one.guidance.clone(),
        finding: format!("finding_{}", one.code),
        ended: format!("ended_{}", one.code),
        words: format!("words_{}", one.code),
        differs: format!("differs_{}", one.code),
        advice: line.advice.clone(),
    }
}

async fn show_page(
    app: &App,
    who: &Who,
    frame: Frame,
    id: ApplicationId,
    (form, read): (Typed, Option<Read>),
) -> Result<Answer> {
    let who = who.clone();
    let found = app.read(move |conn| {
        let (application, name) = open(conn, &who, id, Act::Assess)?;
        let found = crate::web::proposal::found(conn, application.id)?;
        Ok((application, name, found))
    });
    let (application, name, found) = found.await?;
    let form = &form;
    let frame = frame.titled("Assessment").with_faults(form);
    Answer::form(&Show { frame, form, application: &application, name: &name, found, read }, form.is_good())
}

#[get("/applications/<id>/assessment")]
async fn show(council: Council, app: &State<App>, frame: Frame, id: ApplicationId) -> Result<Answer> {
    let who = council.clone();
    let made = app.read(move |conn| {
        let (application, _) = open(conn, &who, id, Act::Assess)?;
        Ok(application.state != ApplicationState::Interviewed && store::latest(conn, id)?.is_some())
    });
    if made.await? {
        show_page(app, &council, frame, id, (Typed::default(), None)).await
    } else {
        edit_page(app, &council, frame, id, None).await
    }
}

#[post("/applications/<id>/assessment", data = "<form>")]
async fn assess(
    council: Council,
    app: &State<App>,
    frame: Frame,
    id: ApplicationId,
    mut form: Typed,
) -> Result<Answer> {
    let (today, who) = (app.clock.today(), council.clone());
    let read = app.read(move |conn| {
        open(conn, &who, id, Act::Assess)?;
        criteria::in_force(conn, today)
    });
    let draft = draft(&mut form, &read.await?);
    if form.text("act") != "advise" && form.is_good() {
        let sent = send(app, &council, &form, move |tx, who| {
            assessment::assess(tx, who, id, &draft)?;
            Ok(Sent::to(format!("/applications/{id}")))
        });
        match sent.await? {
            Ok(sent) => return Ok(sent.answer("The assessment is recorded")),
            Err(faults) => form.refuse_all(faults),
        }
    }
    edit_page(app, &council, frame, id, Some(form)).await
}

#[post("/applications/<id>/assessment/notes", data = "<form>")]
async fn notes(council: Council, app: &State<App>, frame: Frame, id: ApplicationId, mut form: Typed) -> Result<Answer> {
    let (today, who, why) = (app.clock.today(), council.clone(), form.text("reason").to_owned());
    match app.act(council.user, move |tx| assessment::read(tx, &who, id, &why)).await {
        Ok((criteria, draft)) => {
            let read = Read { lines: assessment::lines(&criteria, &draft, today), account: draft.account, today };
            show_page(app, &council, frame, id, (Typed::default(), Some(read))).await
        }
        Err(Error::Invalid(faults)) => {
            form.refuse_all(faults);
            show_page(app, &council, frame, id, (form, None)).await
        }
        Err(other) => Err(other),
    }
}

/// What this room answers.
pub fn routes() -> Vec<Route> {
    routes![show, assess, notes]
}
