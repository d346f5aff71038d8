//! A firm's page, for the council: its people, what it owes, its contacts, letters and users.

use askama::Template;
use chrono::NaiveDate;
use rocket::{Route, State, get, routes};

use super::home::{Bands, MOST_IN_NEED, read};
use crate::domain::contractor::Member;
use crate::domain::permission::{Act, Subject, may};
use crate::error::Result;
use crate::store::contractor::{self as store, Contractor};
use crate::store::outbox::{self, Letter};
use crate::types::{ContractorId, ContractorStatus, PersonId, UserStatus};
use crate::web::answer::{Answer, cut, path};
use crate::web::app::App;
use crate::web::filters;
use crate::web::form::Typed;
use crate::web::guard::Staff;
use crate::web::page::Frame;

const PAGE: i64 = 50;

/// What a page of a firm is made of.
struct Firm {
    firm: Contractor,
    members: Vec<Member>,
    more: bool,
    bands: Bands,
    letters: Vec<Letter>,
    users: Vec<(String, String, UserStatus)>,
}

#[derive(Template)]
#[template(path = "contractor/show.html")]
struct Show<'a> {
    frame: Frame,
    form: &'a Typed,
    it: Firm,
    edit: String,
    today: NaiveDate,
    may_edit: bool,
    sees_letters: bool,
    continued: bool,
    first: Option<String>,
    next: Option<String>,
}

/// The firm's page, after a person; `form` is that of ending it.
pub(super) async fn page(
    app: &App,
    who: &Staff,
    frame: Frame,
    id: ContractorId,
    after: Option<PersonId>,
    form: &Typed,
) -> Result<Answer> {
    let today = app.clock.today();
    let reach = who.reach();
    let sees_letters = may(who, Act::ViewOutbox, Subject::Register).is_ok();
    let it = app
        .read(move |conn| {
            let firm = store::find(conn, id, &reach)?;
            let mut people = store::at_firm(conn, id, today, after, PAGE + 1)?;
            let more = cut(&mut people, PAGE);
            let in_need = match after {
                None => store::in_need(conn, id, today, MOST_IN_NEED)?,
                Some(_) => Vec::new(),
            };
            let letters = if sees_letters { outbox::list(conn, None, Some(id), None, 10)? } else { Vec::new() };
            let (members, bands) = read(conn, id, &people, &in_need, today)?;
            Ok(Firm { firm, members, more, bands, letters, users: store::users_of(conn, id)? })
        })
        .await?;
    let here = format!("/contractors/{id}");
    let last = it.members.last().filter(|_| it.more).map(|member| member.person.id.to_string());
    let name = it.firm.name.clone();
    let page = Show {
        frame: frame.titled(if after.is_some() { format!("{name} (continued)") } else { name }).with_faults(form),
        form,
        may_edit: may(who, Act::EditContractor, Subject::Firm(id)).is_ok(),
        sees_letters,
        continued: after.is_some(),
        edit: format!("{here}/edit"),
        first: after.map(|_| here.clone()),
        next: last.map(|last| path(&here, &[("after", Some(last))])),
        it,
        today,
    };
    Answer::form(&page, form.is_good())
}

#[get("/contractors/<id>?<after>")]
async fn show(staff: Staff, app: &State<App>, frame: Frame, id: ContractorId, after: Option<i64>) -> Result<Answer> {
    page(app, &staff, frame, id, after.map(PersonId), &Typed::default()).await
}

pub(super) fn routes() -> Vec<Route> {
    routes![show]
}
