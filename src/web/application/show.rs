//! One application's page, for whoever may see it.

use askama::Template;
use rocket::{Route, State, get, routes};

use super::check::{self, Panel};
use crate::domain::application::moves::{self, title};
use crate::domain::permission::{Act, Subject, may};
use crate::domain::signin::Signin;
use crate::error::Result;
use crate::store::application;
use crate::types::ApplicationId;
use crate::web::answer::Answer;
use crate::web::app::App;
use crate::web::filters;
use crate::web::page::Frame;

#[derive(Template)]
#[template(path = "application/show.html")]
struct Show {
    frame: Frame,
    reference: String,
    state: &'static str,
    returned: String,
    panel: Option<Panel>,
}

#[get("/applications/<id>")]
async fn show(signin: Signin, app: &State<App>, frame: Frame, id: ApplicationId) -> Result<Answer> {
    let who = signin.who;
    may(&who, Act::Apply, Subject::Register)?;
    let today = app.clock.today();
    let found = app.read(move |conn| {
        let row = application::find(conn, id, &who.reach())?;
        let panel = check::panel(conn, &who, &row, today)?;
        let state = if panel.is_some() { title(row.state) } else { moves::outward(row.state) };
        Ok((row, state, panel))
    });
    let (row, state, panel) = found.await?;
    let frame = frame.titled(format!("Application {}", row.reference));
    let returned = row.returned_reason;
    Answer::page(&Show { frame, reference: row.reference, state, returned, panel })
}

pub(super) fn routes() -> Vec<Route> {
    routes![show]
}
