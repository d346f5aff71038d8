//! Arranging the hearing of an appeal.

use askama::Template;
use rocket::{Route, State, get, post, routes};

use super::find;
use crate::domain::appeal::{self, NewHearing, PANEL, is_barred};
use crate::domain::permission::{Act, Subject, Who, may};
use crate::error::{Error, Result};
use crate::store::appeal::{self as store, Appeal};
use crate::types::{AppealId, At, UserId, london_time, parse_time};
use crate::web::answer::Answer;
use crate::web::app::App;
use crate::web::filters;
use crate::web::form::{Choice, Typed};
use crate::web::guard::Council;
use crate::web::page::Frame;
use crate::web::proposal::{Heading, heading};
use crate::web::submission::{Sent, send, sent_before};

#[derive(Template)]
#[template(path = "appeal/hearing.html")]
struct Hearing<'a> {
    frame: Frame,
    form: &'a Typed,
    head: &'a Heading,
    appeal: &'a Appeal,
    sitters: Vec<Choice>,
}

async fn page(app: &App, who: &Who, frame: Frame, id: AppealId, form: Typed) -> Result<Answer> {
    let (today, who) = (app.clock.today(), who.clone());
    let read = app.read(move |conn| {
        let (appeal, application, case) = find(conn, &who, id)?;
        may(&who, Act::CheckApplications, Subject::Case(&case))?;
        if !appeal::is_open(&appeal) || appeal::waits_as_late(&appeal) {
            return Err(Error::Conflict("No hearing can be arranged for this appeal.".into()));
        }
        let free = store::may_sit(conn)?.into_iter().filter(|(user, _)| !is_barred(&case, *user));
        let sitters = free.map(|(user, name)| Choice::new(user, name)).collect();
        Ok((appeal, heading(conn, application, today)?, sitters))
    });
    let (appeal, head, sitters): (Appeal, Heading, Vec<Choice>) = read.await?;
    let form = &form;
    let frame = frame.titled(format!("Arrange the hearing of appeal {id}")).with_faults(form);
    Answer::form(&Hearing { frame, form, head: &head, appeal: &appeal, sitters }, form.is_good())
}

#[get("/appeals/<id>/hearing")]
async fn new(council: Council, app: &State<App>, frame: Frame, id: AppealId) -> Result<Answer> {
    page(app, &council, frame, id, Typed::default()).await
}

#[post("/appeals/<id>/hearing", data = "<form>")]
async fn arrange(council: Council, app: &State<App>, frame: Frame, id: AppealId, mut form: Typed) -> Result<Answer> {
    let who = council.clone();
    app.read(move |conn| find(conn, &who, id).map(drop)).await?;
    if let Some(sent) = sent_before(app, &council, &form).await? {
        return Ok(sent.answer("The hearing is arranged"));
    }
    let panel: Vec<UserId> = form.list("panel").into_iter().filter_map(|user| user.parse().ok()).collect();
    let day = form.may_date("at", "day of the hearing");
    let at = day.and_then(|day| london_time(day, parse_time(form.text("time"))?)).map(At::new);
    if day.is_some() && at.is_none() {
        form.refuse("time", "Enter the time, like 14:30");
    }
    let place = form.text("place").to_owned();
    let new = NewHearing { panel: panel.into_iter().take(PANEL + 1).collect(), chair: form.value("chair"), at, place };
    if form.is_good() {
        let sent = send(app, &council, &form, move |tx, who| {
            appeal::arrange(tx, who, id, &new)?;
            Ok(Sent::to(format!("/appeals/{id}")))
        });
        match sent.await? {
            Ok(sent) => return Ok(sent.answer("The hearing is arranged")),
            Err(faults) => form.refuse_all(faults),
        }
    }
    page(app, &council, frame, id, form).await
}

pub(super) fn routes() -> Vec<Route> {
    routes![new, arrange]
}
