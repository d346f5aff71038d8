//! Appeals: the list by deadline, one appeal with what may be done about it, and the forms of each step.

mod bundle;
mod decide;
mod hearing;
mod lodge;

use askama::Template;
use chrono::NaiveDate;
use rocket::{Route, State, get, post, routes};

use crate::domain::appeal::{self, bundle as pack, is_chair, is_open, waits_as_late};
use crate::domain::application::case;
use crate::domain::permission::{Act, Case, Subject, Who, may};
use crate::error::{Error, Result};
use crate::store::appeal::{self as store, Appeal, Listed, Sitting};
use crate::store::application::{self as applications, Application};
use crate::store::{Conn, proposal as proposals};
use crate::types::{AppealId, AppealState, Reach};
use crate::web::answer::{Answer, cut};
use crate::web::app::App;
use crate::web::filters;
use crate::web::form::Typed;
use crate::web::guard::Council;
use crate::web::page::Frame;
use crate::web::proposal::{Heading, heading};
use crate::web::submission::{Sent, send};

const PAGE: i64 = 50;

#[derive(Template)]
#[template(path = "appeal/list.html")]
struct List {
    frame: Frame,
    rows: Vec<Listed>,
    today: NaiveDate,
    first: Option<String>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "appeal/show.html")]
struct Show<'a> {
    frame: Frame,
    form: &'a Typed,
    head: &'a Heading,
    appeal: &'a Appeal,
    panel: &'a [Sitting],
    appeal_by: Option<NaiveDate>,
    works: bool,
    may_judge: bool,
    may_decide: bool,
    may_read: bool,
}

impl Show<'_> {
    fn standing(&self) -> &'static str {
        appeal::standing(self.appeal)
    }

    fn part(&self, one: &Sitting) -> &'static str {
        appeal::part(one)
    }

    fn attended(&self) -> &'static str {
        appeal::appellant(self.appeal)
    }

    fn is_late(&self) -> bool {
        waits_as_late(self.appeal)
    }

    fn is_open(&self) -> bool {
        is_open(self.appeal)
    }
}

/// An appeal and its case, for those who work on it and those who sit on it.
fn find(conn: &mut Conn, who: &Who, id: AppealId) -> Result<(Appeal, Application, Case)> {
    let any = may(who, Act::CheckApplications, Subject::Register).or(may(who, Act::DecideAppeal, Subject::Register));
    any?;
    let appeal = store::find(conn, id)?;
    let application = applications::find(conn, appeal.application_id, &Reach::Everyone)?;
    let case = case(conn, &application)?;
    let subject = Subject::Case(&case);
    may(who, Act::CheckApplications, subject).or(may(who, Act::DecideAppeal, subject))?;
    Ok((appeal, application, case))
}

#[get("/appeals?<day>&<after>")]
async fn list(
    council: Council,
    app: &State<App>,
    frame: Frame,
    day: Option<&str>,
    after: Option<i64>,
) -> Result<Answer> {
    may(&council, Act::DecideAppeal, Subject::Register).or(may(&council, Act::CheckApplications, Subject::Register))?;
    let all = may(&council, Act::CheckApplications, Subject::Register).is_ok();
    let of = (!all).then_some(council.user);
    let from = day.and_then(|day| day.parse().ok()).zip(after.map(AppealId));
    let mut rows = app.read(move |conn| store::open(conn, of, from, PAGE + 1)).await?;
    let more = cut(&mut rows, PAGE);
    let next = rows.last().filter(|_| more).map(|last| (last.appeal.hear_by, last.appeal.id));
    let page = List {
        frame: frame.titled(if from.is_some() { "Appeals (continued)" } else { "Appeals" }),
        rows,
        today: app.clock.today(),
        first: from.map(|_| "/appeals".to_owned()),
        next: next.map(|(day, id)| format!("/appeals?day={day}&after={id}")),
    };
    Answer::page(&page)
}

async fn show_page(app: &App, who: &Who, frame: Frame, id: AppealId, form: Typed) -> Result<Answer> {
    let (today, reader) = (app.clock.today(), who.clone());
    let read = app.read(move |conn| {
        let (appeal, application, case) = find(conn, &reader, id)?;
        let paper = proposals::find(conn, appeal.proposal_id)?;
        let panel = store::panel(conn, id)?;
        Ok((appeal, heading(conn, application, today)?, case, panel, paper.appeal_by))
    });
    let (appeal, head, case, panel, appeal_by) = read.await?;
    let subject = Subject::Case(&case);
    let took_part = case.involved.contains(&who.user) || case.interviewers.contains(&who.user);
    let form = &form;
    let page = Show {
        frame: frame.titled(format!("Appeal {id}")).with_faults(form),
        form,
        head: &head,
        works: may(who, Act::CheckApplications, subject).is_ok(),
        may_judge: may(who, Act::Decide, subject).is_ok() && !took_part,
        may_decide: may(who, Act::DecideAppeal, subject).is_ok()
            && is_chair(&panel, who.user)
            && appeal.state == AppealState::HearingArranged,
        may_read: pack::may_read(who, &case).is_ok(),
        panel: &panel,
        appeal: &appeal,
        appeal_by,
    };
    Answer::form(&page, form.is_good())
}

#[get("/appeals/<id>")]
async fn show(council: Council, app: &State<App>, frame: Frame, id: AppealId) -> Result<Answer> {
    show_page(app, &council, frame, id, Typed::default()).await
}

#[post("/appeals/<id>/late", data = "<form>")]
async fn late(council: Council, app: &State<App>, frame: Frame, id: AppealId, mut form: Typed) -> Result<Answer> {
    let who = council.clone();
    app.read(move |conn| find(conn, &who, id).map(drop)).await?;
    let (accept, why) = (form.text("accept") == "yes", form.text("reason").to_owned());
    let sent = send(app, &council, &form, move |tx, who| {
        appeal::judge_late(tx, who, id, accept, &why)?;
        Ok(Sent::to(format!("/appeals/{id}")))
    });
    match sent.await? {
        Ok(sent) if accept => Ok(sent.answer("The appeal is accepted")),
        Ok(sent) => Ok(sent.answer("The appeal is not accepted")),
        Err(faults) => {
            form.refuse_all(faults);
            show_page(app, &council, frame, id, form).await
        }
    }
}

#[post("/appeals/<id>/withdraw", data = "<form>")]
async fn withdraw(council: Council, app: &State<App>, frame: Frame, id: AppealId, mut form: Typed) -> Result<Answer> {
    let who = council.clone();
    app.read(move |conn| find(conn, &who, id).map(drop)).await?;
    let why = form.text("withdrawn").to_owned();
    let sent = send(app, &council, &form, move |tx, who| {
        let done = appeal::withdraw(tx, who, id, &why);
        done.map_err(|error| match error {
            // The page has two reasons: this one is its own.
            Error::Invalid(_) => Error::invalid("withdrawn", "Enter the reason"),
            other => other,
        })?;
        Ok(Sent::to(format!("/appeals/{id}")))
    });
    match sent.await? {
        Ok(sent) => Ok(sent.answer("The appeal is withdrawn")),
        Err(faults) => {
            form.refuse_all(faults);
            show_page(app, &council, frame, id, form).await
        }
    }
}

/// What this room answers.
pub fn routes() -> Vec<Route> {
    let mut all = routes![list, show, late, withdraw];
    all.extend(lodge::routes());
    all.extend(hearing::routes());
    all.extend(decide::routes());
    all.extend(bundle::routes());
    all
}
