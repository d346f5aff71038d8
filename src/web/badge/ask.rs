//! Asking for a badge: the team for anybody, a contractor for its own people.

use askama::Template;
use rocket::{Route, State, get, post, routes};

use crate::domain::badge::request::{self, Work, badge_months};
use crate::domain::badge::{cause_title, photo};
use crate::domain::permission::{Act, Subject, Who, may};
use crate::domain::policy;
use crate::error::{Error, Result};
use crate::store::{contractor, engagement, person, register};
use crate::types::{BadgeCause, PersonId};
use crate::web::answer::Answer;
use crate::web::app::App;
use crate::web::form::{Choice, Typed};
use crate::web::page::Frame;
use crate::web::person::Reader;
use crate::web::submission::{Sent, send};

#[derive(Template)]
#[template(path = "badge/ask.html")]
struct Ask<'a> {
    frame: Frame,
    form: &'a Typed,
    id: PersonId,
    name: String,
    works: Vec<Choice>,
    causes: Vec<Choice>,
}

async fn page(app: &App, who: &Who, frame: Frame, id: PersonId, form: Typed) -> Result<Answer> {
    may(who, Act::RequestBadge, Subject::Register)?;
    let (asker, today) = (who.clone(), app.clock.today());
    let (name, works) = app
        .read(move |conn| {
            let name = person::find(conn, id, &asker.reach())?.full_name();
            if !photo::is_shown(conn, &asker, id, today)? {
                return Err(Error::NotFound);
            }
            let policies = policy::published(conn)?;
            let titles = register::titles(conn, today)?;
            let mut works = engagement::of_people(conn, &[id])?;
            works.retain(|work| {
                work.ends_on.is_none_or(|end| end >= today)
                    && may(&asker, Act::RequestBadge, Subject::Firm(work.contractor_id)).is_ok()
                    && badge_months(&policies, &work.role, today).is_some()
            });
            let firms: Vec<_> = works.iter().map(|work| work.contractor_id).collect();
            let names = contractor::names(conn, &firms)?;
            let choice = |work: crate::store::engagement::Engagement| {
                let firm = names.iter().find(|(id, _)| *id == work.contractor_id).map_or("", |(_, name)| name.as_str());
                let text = format!("{}, {firm}", titles.role(&work.role));
                Choice::new(Work { contractor: work.contractor_id, role: work.role }.key(), text)
            };
            Ok((name, works.into_iter().map(choice).collect::<Vec<_>>()))
        })
        .await?;
    let form = match works.as_slice() {
        [only] if form.text("work").is_empty() => form.with("work", &only.value),
        _ => form,
    };
    let page = Ask {
        frame: frame.titled("Ask for a badge").with_faults(&form),
        form: &form,
        id,
        name,
        works,
        causes: BadgeCause::ALL.iter().map(|cause| Choice::new(cause, cause_title(*cause))).collect(),
    };
    Answer::form(&page, form.is_good())
}

#[get("/people/<id>/badges/new")]
async fn new(reader: Reader, app: &State<App>, frame: Frame, id: PersonId) -> Result<Answer> {
    page(app, &reader, frame, id, Typed::default()).await
}

#[post("/people/<id>/badges/new", data = "<form>")]
async fn ask(reader: Reader, app: &State<App>, frame: Frame, id: PersonId, mut form: Typed) -> Result<Answer> {
    let (work, cause) = (Work::parse(form.text("work")), form.value::<BadgeCause>("cause"));
    let sent = send(app, &reader, &form, move |tx, who| {
        let request = request::ask(tx, who, id, work.as_ref(), cause)?;
        Ok(Sent::to(format!("/badge-requests/{request}")))
    });
    match sent.await? {
        Ok(sent) => Ok(sent.answer("The badge is asked for")),
        Err(faults) => {
            form.refuse_all(faults);
            page(app, &reader, frame, id, form).await
        }
    }
}

pub(super) fn routes() -> Vec<Route> {
    routes![new, ask]
}
