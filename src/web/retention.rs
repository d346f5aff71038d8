//! Retention: notes that are due to be destroyed, those that wait, and those that are gone with their proof.

use askama::Template;
use chrono::{NaiveDate, TimeDelta};
use rocket::{Route, State, get, post, routes};

use crate::domain::permission::{Act, Subject, Who, may};
use crate::domain::retention;
use crate::error::Result;
use crate::store::fuse::{self as store, Fuse, Line};
use crate::store::{Conn, user};
use crate::types::{ApplicationId, ApplicationState, At, FuseState, UserId, in_london};
use crate::web::answer::Answer;
use crate::web::app::App;
use crate::web::filters;
use crate::web::form::{Choice, Typed};
use crate::web::guard::Officer;
use crate::web::page::Frame;
use crate::web::submission::{Sent, send};

/// The most lines of each part of the page; the first to be dealt with come first.
const SHOWN: i64 = 100;

struct Due {
    fuse: Fuse,
    reference: String,
    held: bool,
}

struct Gone {
    reference: String,
    at: At,
    by: String,
    proof: String,
    expires: NaiveDate,
}

#[derive(Template)]
#[template(path = "retention/list.html")]
struct List {
    frame: Frame,
    due: Vec<Due>,
    burning: Vec<Due>,
    gone: Vec<Gone>,
    may_review: bool,
    backup_days: u32,
    today: NaiveDate,
}

#[derive(Template)]
#[template(path = "retention/review.html")]
struct Review<'a> {
    frame: Frame,
    form: &'a Typed,
    fuse: Fuse,
    reference: String,
    held: Option<&'static str>,
    is_due: bool,
    reviewed_by: String,
    confirm: Vec<Choice>,
    backup_days: u32,
    today: NaiveDate,
}

fn due((fuse, reference, state): Line) -> Due {
    Due { fuse, reference, held: state == ApplicationState::Appealed }
}

fn name(conn: &mut Conn, id: Option<UserId>) -> String {
    let found = id.and_then(|id| user::find(conn, id).ok());
    found.map_or_else(String::new, |user| user.name)
}

#[get("/retention")]
async fn list(officer: Officer, app: &State<App>, frame: Frame) -> Result<Answer> {
    let (today, backup_days) = (app.clock.today(), app.config.backup_days);
    let page = app.read(move |conn| {
        let (now, later): (Vec<Due>, Vec<Due>) = store::list(conn, FuseState::Burning, SHOWN)?
            .into_iter()
            .map(due)
            .partition(|one| one.fuse.burns_on <= today);
        let proposed = store::list(conn, FuseState::Proposed, SHOWN)?.into_iter().map(due);
        let mut gone = Vec::new();
        for (fuse, reference, _) in store::list(conn, FuseState::Destroyed, SHOWN)? {
            let Some(at) = fuse.destroyed_at else { continue };
            let expires = in_london(at.utc()) + TimeDelta::days(backup_days.into());
            gone.push(Gone { reference, at, by: name(conn, fuse.reviewed_by), proof: fuse.proof, expires });
        }
        Ok(List {
            frame: frame.titled("Retention"),
            due: proposed.chain(now).collect(),
            burning: later,
            gone,
            may_review: may(&officer, Act::ReviewRetention, Subject::Register).is_ok(),
            backup_days,
            today,
        })
    });
    Answer::page(&page.await?)
}

async fn review_page(app: &App, who: &Who, frame: Frame, id: ApplicationId, form: &Typed) -> Result<Answer> {
    let (asker, today) = (who.clone(), app.clock.today());
    let (fuse, reference, held, reviewed_by) = app
        .read(move |conn| {
            let (fuse, application) = retention::review(conn, &asker, id)?;
            let held = retention::held_by(conn, &application)?;
            let by = name(conn, fuse.reviewed_by);
            Ok((fuse, application.reference, held, by))
        })
        .await?;
    let page = Review {
        frame: frame.titled(format!("Review {reference}")).with_faults(form),
        form,
        is_due: fuse.burns_on <= today,
        fuse,
        reference,
        held,
        reviewed_by,
        confirm: vec![Choice::new("yes", "I have checked that nobody needs these notes any more")],
        backup_days: app.config.backup_days,
        today,
    };
    Answer::form(&page, form.is_good())
}

#[get("/retention/<id>")]
async fn review(officer: Officer, app: &State<App>, frame: Frame, id: ApplicationId) -> Result<Answer> {
    review_page(app, &officer, frame, id, &Typed::default()).await
}

#[post("/retention/<id>/destroy", data = "<form>")]
async fn destroy(
    officer: Officer,
    app: &State<App>,
    frame: Frame,
    id: ApplicationId,
    mut form: Typed,
) -> Result<Answer> {
    let confirmed = form.has("confirm", "yes");
    let sent = send(app, &officer, &form, move |tx, who| {
        retention::destroy(tx, who, id, confirmed)?;
        Ok(Sent::to("/retention".into()))
    });
    match sent.await? {
        Ok(mut sent) => {
            if !app.blocking(|db, _| Ok(retention::wipe(db))).await? {
                sent.warning = "What is left of them in the database's journal goes tonight".into();
            }
            Ok(sent.answer("The notes are destroyed"))
        }
        Err(faults) => {
            form.refuse_all(faults);
            review_page(app, &officer, frame, id, &form).await
        }
    }
}

#[post("/retention/<id>/delay", data = "<form>")]
async fn delay(officer: Officer, app: &State<App>, frame: Frame, id: ApplicationId, mut form: Typed) -> Result<Answer> {
    may(&officer, Act::ReviewRetention, Subject::Register)?;
    let (until, reason) = (form.may_date("until", "day until which they are kept"), form.text("reason").to_owned());
    if form.is_good() {
        let sent = send(app, &officer, &form, move |tx, who| {
            retention::delay(tx, who, id, until, &reason)?;
            Ok(Sent::to("/retention".into()))
        });
        match sent.await? {
            Ok(sent) => return Ok(sent.answer("The destruction is put off")),
            Err(faults) => form.refuse_all(faults),
        }
    }
    review_page(app, &officer, frame, id, &form).await
}

/// What this room answers.
pub fn routes() -> Vec<Route> {
    routes![list, review, destroy, delay]
}
