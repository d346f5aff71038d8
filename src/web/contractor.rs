//! Contractors, for the council: the list, a firm's page, and its contacts.

mod edit;
pub mod home;
mod letter;
mod show;

use askama::Template;
use rocket::{Route, State, get, routes};

use crate::domain::permission::{Act, Subject, may};
use crate::error::Result;
use crate::store::contractor::{self as store, Contractor};
use crate::types::{ContractorId, ContractorStatus, fold};
use crate::web::answer::{Answer, cut, path};
use crate::web::app::App;
use crate::web::filters;
use crate::web::form::{Choice, Typed};
use crate::web::guard::Staff;
use crate::web::page::{Frame, NavItem};
use crate::web::tag::Tagged;

const PAGE: i64 = 50;

#[derive(Template)]
#[template(path = "contractor/list.html")]
struct List {
    frame: Frame,
    form: Typed,
    statuses: Vec<Choice>,
    chosen: Vec<NavItem>,
    firms: Vec<Contractor>,
    may_edit: bool,
    first: Option<String>,
    next: Option<String>,
}

#[get("/contractors?<q>&<status>&<after>")]
async fn list(
    staff: Staff,
    app: &State<App>,
    frame: Frame,
    q: Option<String>,
    status: Option<String>,
    after: Option<i64>,
) -> Result<Answer> {
    let after = after.map(ContractorId);
    let status: Option<ContractorStatus> = status.and_then(|status| status.parse().ok());
    let q = q.unwrap_or_default().trim().to_owned();
    let prefix = fold(&q);
    let mut firms = app.read(move |conn| store::list(conn, status, &prefix, after, PAGE + 1)).await?;
    let more = cut(&mut firms, PAGE);
    let next = firms.last().filter(|_| more).map(|last| last.id.to_string());
    let word = status.map(|status| status.to_string());
    let at = |q: &str, status: Option<String>, after: Option<String>| {
        path("/contractors", &[("q", Some(q.to_owned())), ("status", status), ("after", after)])
    };
    let mut chosen = Vec::new();
    if !q.is_empty() {
        chosen.push(NavItem::new(format!("Begins with {q}"), at("", word.clone(), None)));
    }
    if let Some(status) = status {
        chosen.push(NavItem::new(status.word(), at(&q, None, None)));
    }
    let form = Typed::default().with("q", &q);
    let page = List {
        frame: frame.titled(if after.is_some() { "Contractors (continued)" } else { "Contractors" }),
        form: word.iter().fold(form, |form, word| form.with("status", word)),
        statuses: ContractorStatus::ALL.iter().map(|status| Choice::new(status, status.word())).collect(),
        chosen,
        firms,
        may_edit: may(&staff, Act::EditContractor, Subject::Register).is_ok(),
        first: after.map(|_| at(&q, word.clone(), None)),
        next: next.map(|id| at(&q, word.clone(), Some(id))),
    };
    Answer::page(&page)
}

/// What this room answers.
pub fn routes() -> Vec<Route> {
    let mut all = routes![list];
    all.extend(show::routes());
    all.extend(edit::routes());
    all.extend(home::routes());
    all.extend(letter::routes());
    all
}
