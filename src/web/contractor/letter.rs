//! The letter a firm would get now, for the team: to read, and to send to oneself.

use askama::Template;
use rocket::{Route, State, get, post, routes};

use crate::domain::letter::Letter;
use crate::domain::letter::render::preview;
use crate::domain::outbox;
use crate::error::Result;
use crate::store::contractor::{self as store, Contractor};
use crate::types::{ContractorId, ContractorStatus};
use crate::web::answer::Answer;
use crate::web::app::App;
use crate::web::filters;
use crate::web::form::Typed;
use crate::web::guard::Officer;
use crate::web::page::Frame;
use crate::web::submission::{Sent, press};

#[derive(Template)]
#[template(path = "contractor/letter.html")]
struct Show {
    frame: Frame,
    firm: Contractor,
    back: String,
    letter: Option<Letter>,
}

#[get("/contractors/<id>/letter")]
async fn show(officer: Officer, app: &State<App>, frame: Frame, id: ContractorId) -> Result<Answer> {
    let (today, reach, sender) = (app.clock.today(), officer.reach(), app.config.sender());
    let (firm, letter) = app
        .read(move |conn| {
            let firm = store::find(conn, id, &reach)?;
            let letter = preview(conn, &sender, id, today)?;
            Ok((firm, letter))
        })
        .await?;
    let frame = frame.titled(format!("Letter to {}", firm.name));
    Answer::page(&Show { frame, firm, back: format!("/contractors/{id}"), letter })
}

#[post("/contractors/<id>/letter", data = "<form>")]
async fn send(officer: Officer, app: &State<App>, id: ContractorId, form: Typed) -> Result<Answer> {
    let sender = app.config.sender();
    let sent = press(app, &officer, &form, move |tx, who| {
        let letter = outbox::send_test(tx, who, &sender, id)?;
        Ok(Sent::to(format!("/outbox/{letter}")))
    });
    Ok(sent.await?.answer("The letter is on its way to your own address"))
}

pub(super) fn routes() -> Vec<Route> {
    routes![show, send]
}
