//! The appeal bundle: asked for with a reason, given as one file that needs nothing else.

use std::collections::HashMap;

use askama::Template;
use rocket::http::ContentType;
use rocket::{Responder, Route, State, get, post, routes};

use super::find;
use crate::domain::appeal::bundle::{Bundle, bundle as make, may_read};
use crate::domain::permission::Who;
use crate::domain::{appeal, assessment, proposal, vault};
use crate::error::{Error, Result};
use crate::store::appeal::Sitting;
use crate::store::register::staff_names;
use crate::types::{AppealId, CriterionKind};
use crate::types::{At, UserId};
use crate::web::answer::{Answer, Download};
use crate::web::app::App;
use crate::web::filters;
use crate::web::form::Typed;
use crate::web::guard::Council;
use crate::web::page::Frame;
use crate::web::person::words;
use crate::web::proposal::{Found, Heading, found, heading};

#[derive(Template)]
#[template(path = "appeal/ask.html")]
struct Ask<'a> {
    frame: Frame,
    form: &'a Typed,
    id: AppealId,
    head: &'a Heading,
}

/// The file itself: it has its own style, since nothing of ours is there when it is opened.
#[derive(Template)]
#[template(path = "appeal/bundle.html")]
struct Pack {
    pack: Bundle,
    head: Heading,
    found: Vec<Found>,
    names: HashMap<UserId, String>,
    council: String,
    made_at: At,
    made_by: String,
}

impl Pack {
    fn name(&self, id: &UserId) -> &str {
        self.names.get(id).map_or("", String::as_str)
    }

    fn part(&self, one: &Sitting) -> &'static str {
        appeal::part(one)
    }

    fn attended(&self) -> &'static str {
        appeal::appellant(&self.pack.appeal)
    }

    fn act(&self, act: &str) -> String {
        words::act(act)
    }
}

/// The file, or the page to ask for it again.
#[derive(Responder)]
enum Given {
    File(Box<Download>),
    Page(Box<Answer>),
}

async fn page(app: &App, who: &Who, frame: Frame, id: AppealId, form: Typed) -> Result<Answer> {
    let (today, who) = (app.clock.today(), who.clone());
    let read = app.read(move |conn| {
        let (_, application, case) = find(conn, &who, id)?;
        may_read(&who, &case)?;
        heading(conn, application, today)
    });
    let head = read.await?;
    let form = &form;
    let frame = frame.titled(format!("Bundle of appeal {id}")).with_faults(form);
    Answer::form(&Ask { frame, form, id, head: &head }, form.is_good())
}

#[get("/appeals/<id>/bundle")]
async fn ask(council: Council, app: &State<App>, frame: Frame, id: AppealId) -> Result<Answer> {
    page(app, &council, frame, id, Typed::default()).await
}

#[post("/appeals/<id>/bundle", data = "<form>")]
async fn give(council: Council, app: &State<App>, frame: Frame, id: AppealId, mut form: Typed) -> Result<Given> {
    let who = council.clone();
    app.read(move |conn| find(conn, &who, id).map(drop)).await?;
    let (who, why, today) = (council.clone(), form.text("reason").to_owned(), app.clock.today());
    let made = app.act(council.user, move |tx| {
        let pack = make(tx, &who, id, &why)?;
        let found = found(tx, pack.application.id)?;
        let head = heading(tx, pack.application.clone(), today)?;
        let mut ids: Vec<UserId> = pack.papers.iter().flat_map(proposal::deciders).collect();
        ids.extend(pack.chronology.iter().map(|one| one.row.actor));
        ids.extend(pack.notes.iter().map(|note| note.written_by));
        let names = staff_names(tx, &ids)?;
        Ok((pack, found, head, names))
    });
    match made.await {
        Ok((pack, found, head, names)) => {
            let (council_name, made_at) = (app.config.council_name.clone(), app.clock.now());
            let made_by = council.name.clone();
            let file = Pack { pack, head, found, names, council: council_name, made_at, made_by };
            let name = format!("appeal-{id}.html");
            Ok(Given::File(Box::new(Download::new(&name, ContentType::HTML, file.render()?.into_bytes()))))
        }
        Err(Error::Invalid(faults)) => {
            form.refuse_all(faults);
            page(app, &council, frame, id, form).await.map(|page| Given::Page(Box::new(page)))
        }
        Err(other) => Err(other),
    }
}

pub(super) fn routes() -> Vec<Route> {
    routes![ask, give]
}
