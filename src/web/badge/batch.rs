//! Many badges at once: the order, how far it is, and what was not issued and why.

use askama::Template;
use rocket::http::Header;
use rocket::{Responder, Route, State, get, post, routes};

use super::print::MOST;
use super::queue::list_page;
use crate::domain::badge::batch;
use crate::error::Result;
use crate::store::badge_batch::{self as store, Batch, Refused};
use crate::store::user;
use crate::types::{BadgeId, BadgeRequestId, BatchId, UserId};
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
    parts: Vec<Part>,
    first: Option<String>,
    next: Option<String>,
}

/// The badges of one file.
struct Part {
    /// The badge before its first.
    after: BadgeId,
    /// Which they are, where there is more than one file.
    which: String,
}

/// The files an order of these badges is printed in.
fn parts(badges: &[BadgeId]) -> Vec<Part> {
    let (most, mut from, mut parts) = (usize::try_from(MOST).unwrap_or(usize::MAX), 0, Vec::new());
    let mut after = BadgeId(0);
    for file in badges.chunks(most) {
        let which =
            if badges.len() > most { format!(", {} to {}", from + 1, from + file.len()) } else { String::new() };
        parts.push(Part { after, which });
        from += file.len();
        after = file.last().copied().unwrap_or(after);
    }
    parts
}

/// Who asked for the order, of this name.
pub(super) fn asker(batch: &Batch, name: String) -> String {
    if batch.asked_by == UserId::SYSTEM { "The command line".to_owned() } else { name }
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
    let (batch, by, mut refused, badges) = app
        .read(move |conn| {
            let batch = store::find(conn, id)?;
            let by = match batch.asked_by {
                UserId::SYSTEM => String::new(),
                user => user::find(conn, user)?.name,
            };
            let by = asker(&batch, by);
            let refused = store::refused(conn, id, BadgeRequestId(after.unwrap_or(0)), PAGE + 1)?;
            let most = i64::try_from(batch::MOST).unwrap_or(i64::MAX);
            let badges = store::badges(conn, id, BadgeId(0), most)?;
            Ok((batch, by, refused, badges))
        })
        .await?;
    let more = cut(&mut refused, PAGE);
    let here = format!("/badge-batches/{id}");
    let next = refused.last().filter(|_| more).map(|(last, ..)| last.to_string());
    let title = format!("Badges issued together {id}");
    let show = Show {
        frame: frame.titled(if after.is_some() { format!("{title} (continued)") } else { title }),
        batch,
        by,
        refused,
        parts: parts(&badges),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_printed_in_files_of_five_hundred_and_the_five_hundred_and_first_is_in_the_second() {
        let badges: Vec<BadgeId> = (11..=1011).map(BadgeId).collect();
        let found: Vec<_> = parts(&badges).into_iter().map(|part| (part.after.0, part.which)).collect();
        let named = |after, which: &str| (after, which.to_owned());
        assert_eq!(found, [named(0, ", 1 to 500"), named(510, ", 501 to 1000"), named(1010, ", 1001 to 1001")]);
        assert_eq!(parts(&badges[..500]).len(), 1);
        assert!(parts(&badges[..500])[0].which.is_empty() && parts(&[]).is_empty());
    }
}
