//! Inviting those who need a course most to a session of it.

use askama::Template;
use rocket::{Route, State, get, post, routes};

use crate::domain::booking::{invite as send_out, to_invite};
use crate::error::Result;
use crate::store::booking::Need;
use crate::types::SessionId;
use crate::web::answer::Answer;
use crate::web::app::App;
use crate::web::filters;
use crate::web::form::Typed;
use crate::web::guard::Officer;
use crate::web::page::Frame;
use crate::web::session::Head;
use crate::web::submission::{Sent, press};

#[derive(Template)]
#[template(path = "booking/invite.html")]
struct Page {
    frame: Frame,
    head: Head,
    needs: Vec<Need>,
    today: chrono::NaiveDate,
}

#[get("/training/<id>/invite")]
async fn asking(officer: Officer, app: &State<App>, frame: Frame, id: SessionId) -> Result<Answer> {
    let today = app.clock.today();
    let page = app.read(move |conn| {
        let head = Head::read(conn, &officer, id, today)?;
        let needs = to_invite(conn, &head.session, today)?;
        Ok(Page { frame: frame.titled("Invite people in need"), head, needs, today })
    });
    Answer::page(&page.await?)
}

#[post("/training/<id>/invite", data = "<form>")]
async fn invite(officer: Officer, app: &State<App>, id: SessionId, form: Typed) -> Result<Answer> {
    let sent = press(app, &officer, &form, move |tx, who| {
        send_out(tx, who, id)?;
        Ok(Sent::to(format!("/training/{id}")))
    });
    Ok(sent.await?.answer("The invitations are on their way"))
}

pub(super) fn routes() -> Vec<Route> {
    routes![asking, invite]
}
