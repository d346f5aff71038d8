//! A person's badges and requests, past and present; a contractor sees those of its own work alone.

use askama::Template;
use chrono::NaiveDate;
use rocket::{Route, State, get, routes};

use super::{authorised, state_word};
use crate::domain::badge::request::title;
use crate::domain::badge::{cause_title, photo as photos};
use crate::domain::permission::{Act, Subject, may};
use crate::domain::policy;
use crate::error::Result;
use crate::store::{badge, badge_request, contractor, person, photo, register};
use crate::types::{BadgeId, BadgeRequestId, BadgeRequestState, PersonId};
use crate::web::answer::Answer;
use crate::web::app::App;
use crate::web::filters;
use crate::web::page::Frame;
use crate::web::person::Reader;

struct Worn {
    id: BadgeId,
    number: String,
    firm: String,
    role: String,
    issued_on: NaiveDate,
    expires_on: NaiveDate,
    state: &'static str,
    returned_on: Option<NaiveDate>,
    authorised: bool,
}

struct Asked {
    id: BadgeRequestId,
    asked_on: NaiveDate,
    firm: String,
    role: String,
    cause: &'static str,
    state: &'static str,
    is_open: bool,
}

#[derive(Template)]
#[template(path = "badge/of_person.html")]
struct Show {
    frame: Frame,
    id: PersonId,
    name: String,
    badges: Vec<Worn>,
    requests: Vec<Asked>,
    has_photo: bool,
    may_ask: bool,
    sees_requests: bool,
}

#[get("/people/<id>/badges")]
async fn show(reader: Reader, app: &State<App>, frame: Frame, id: PersonId) -> Result<Answer> {
    let today = app.clock.today();
    let is_staff = reader.is_staff();
    let may_ask = may(&reader, Act::RequestBadge, Subject::Register).is_ok();
    let page = app.read(move |conn| {
        let name = person::find(conn, id, &reader.reach())?.full_name();
        let own = |firm| may(&reader, Act::ViewPerson, Subject::Firm(firm)).is_ok();
        let (policies, titles) = (policy::published(conn)?, register::titles(conn, today)?);
        let mut worn = badge::of_person(conn, id)?;
        worn.retain(|one| own(one.contractor_id));
        let mut asked = badge_request::of_person(conn, id)?;
        asked.retain(|one| may_ask && own(one.contractor_id));
        let valid = authorised(conn, &policies, &worn.iter().collect::<Vec<_>>(), today)?;
        let ids: Vec<_> =
            worn.iter().map(|one| one.contractor_id).chain(asked.iter().map(|one| one.contractor_id)).collect();
        let names = contractor::names(conn, &ids)?;
        let firm = |id| names.iter().find(|(one, _)| *one == id).map_or_else(String::new, |(_, name)| name.clone());
        let badges = worn.into_iter().map(|one| Worn {
            authorised: valid.get(&one.id).copied().unwrap_or(false),
            firm: firm(one.contractor_id),
            role: titles.role(&one.role).to_owned(),
            id: one.id,
            number: one.number,
            issued_on: one.issued_on,
            expires_on: one.expires_on,
            state: state_word(one.state, is_staff),
            returned_on: one.returned_on,
        });
        let requests = asked.into_iter().map(|one| Asked {
            id: one.id,
            asked_on: one.asked_on,
            firm: firm(one.contractor_id),
            role: titles.role(&one.role).to_owned(),
            cause: cause_title(one.cause),
            state: title(one.state),
            is_open: one.state == BadgeRequestState::Open,
        });
        let theirs = photos::is_shown(conn, &reader, id, today)?;
        Ok(Show {
            frame: frame.titled(format!("Badges of {name}")),
            id,
            badges: badges.collect(),
            requests: requests.collect(),
            has_photo: theirs && photo::current(conn, id)?.is_some(),
            may_ask: may_ask && theirs,
            sees_requests: may_ask,
            name,
        })
    });
    Answer::page(&page.await?)
}

pub(super) fn routes() -> Vec<Route> {
    routes![show]
}
