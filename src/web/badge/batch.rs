//! Many badges at once: the order, how far it is, and what was not issued and why.

use askama::Template;
use rocket::http::Header;
use rocket::{Responder, Route, State, get, post, routes};

use super::request::list_page;
use crate::domain::badge::batch;
use crate::error::Result;
use crate::store::badge_batch::{self as store, Batch, Refused};
use crate::store::user;
use crate::types::{BadgeRequestId, BatchId, UserId};
use crate::web::answer::{Answer, cut, path};
use crate::web::app::App;
use crate::web::filters;
use crate::web::form::Typed;
use crate::web::guard::Officer;
use crate::web::page::{Frame, Page};
use crate::web::submission::{Sent, send};

const PAGE: i64 = 50;

#[derive(Template)]
#[template(path = "badge/batch.html")]
struct Show {
    frame: Frame,
    batch: Batch,
    by: String,
    refused: Vec<Refused>,
    continued: bool,
    first: Option<String>,
    next: Option<String>,
}

impl Show {
    fn done(&self) -> i32 {
        self.batch.issued + self.batch.refused
    }

    fn is_running(&self) -> bool {
        self.batch.finished_at.is_none()
    }
}

/// A page that asks for itself again while there is something to wait for.
#[derive(Responder)]
enum Moving {
    Still(Page),
    Again(Page, Header<'static>),
}

#[post("/badge-batches", data = "<form>")]
async fn order(officer: Officer, app: &State<App>, frame: Frame, mut form: Typed) -> Result<Answer> {
    let picks: Vec<BadgeRequestId> =
        form.list("pick").into_iter().filter_map(|id| id.parse().ok().map(BadgeRequestId)).collect();
    let all = form.text("all") == "yes";
    let sent = send(app, &officer, &form, move |tx, who| {
        let id = batch::order(tx, who, (!all).then_some(picks.as_slice()))?;
        Ok(Sent::to(format!("/badge-batches/{id}")))
    });
    match sent.await? {
        Ok(sent) => {
            if let Some(id) = sent.to.rsplit('/').next().and_then(|id| id.parse().ok()).map(BatchId) {
                begin(app, id);
            }
            Ok(sent.answer("The badges are being issued"))
        }
        Err(faults) => {
            form.refuse_all(faults);
            list_page(app, &officer, frame, None, &form).await
        }
    }
}

/// Leaves the order to a thread of its own; a job goes on with it if this process ends meanwhile.
fn begin(app: &App, id: BatchId) {
    let app = app.clone();
    tokio::task::spawn_blocking(move || {
        if let Err(error) = batch::work(&app.db, &app.clock, id, || Ok(true)) {
            tracing::error!(batch = id.0, error = %error, "an order of badges stopped; the job goes on with it");
        }
    });
}

#[get("/badge-batches/<id>?<after>")]
async fn show(_officer: Officer, app: &State<App>, frame: Frame, id: BatchId, after: Option<i64>) -> Result<Moving> {
    let (batch, by, mut refused) = app
        .read(move |conn| {
            let batch = store::find(conn, id)?;
            let by = match batch.asked_by {
                UserId::SYSTEM => "The command line".to_owned(),
                user => user::find(conn, user)?.name,
            };
            let refused = store::refused(conn, id, BadgeRequestId(after.unwrap_or(0)), PAGE + 1)?;
            Ok((batch, by, refused))
        })
        .await?;
    let more = cut(&mut refused, PAGE);
    let here = format!("/badge-batches/{id}");
    let next = refused.last().filter(|_| more).map(|(last, ..)| last.to_string());
    let title = format!("Badges issued together {id}");
    let show = Show {
        frame: frame.titled(if after.is_some() { format!("{title} (continued)") } else { title }).wide(),
        batch,
        by,
        refused,
        continued: after.is_some(),
        first: after.map(|_| here.clone()),
        next: next.map(|last| path(&here, &[("after", Some(last))])),
    };
    let (page, running) = (Page::show(&show)?, show.is_running());
    Ok(if running { Moving::Again(page, Header::new("Refresh", "3")) } else { Moving::Still(page) })
}

pub(super) fn routes() -> Vec<Route> {
    routes![order, show]
}
