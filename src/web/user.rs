//! Users, for admins: who there is, who may do what.

use std::collections::HashMap;

use askama::Template;
use rocket::{Route, State, get, post, routes};

use crate::domain::user::{self, Grant, Invitation};
use crate::error::{Error, Result};
use crate::store::access::{self, Named};
use crate::store::user::{Filter, User};
use crate::store::{Conn, contractor, user as stored};
use crate::types::{Access, ContractorId, UserId, UserStatus};
use crate::web::answer::Answer;
use crate::web::app::App;
use crate::web::filters;
use crate::web::form::{Choice, Typed};
use crate::web::guard::Admin;
use crate::web::page::{Frame, NavItem, Page};
use crate::web::submission::{Sent, press, send};
use crate::web::tag::Tagged;

const PAGE: i64 = 50;

fn access_word(access: Access) -> &'static str {
    match access {
        Access::Admin => "Admin",
        Access::Officer => "Officer",
        Access::DecisionMaker => "Decision maker",
        Access::PanelMember => "Panel member",
        Access::ComplianceOfficer => "Compliance officer",
        Access::Auditor => "Auditor",
        Access::Contractor => "Contractor",
    }
}

fn access_hint(access: Access) -> &'static str {
    match access {
        Access::Admin => "Looks after users and jobs. Sees no person's details.",
        Access::Officer => "Sees people and records their evidence.",
        Access::DecisionMaker => "As an officer, and decides, waives and holds.",
        Access::PanelMember => "Sees the cases whose panel they sit on, and nothing else.",
        Access::ComplianceOfficer => "Sees statuses and dates, for inspections.",
        Access::Auditor => "Sees statuses, dates and the trail of what was done.",
        Access::Contractor => "Sees the people of their own firm.",
    }
}

/// The accesses a checkbox grants; a contractor's comes with its firm.
fn council_accesses() -> Vec<Choice> {
    let council = Access::ALL.iter().filter(|access| **access != Access::Contractor);
    council.map(|access| Choice::new(access, access_word(*access)).hint(access_hint(*access))).collect()
}

struct Line {
    user: User,
    accesses: Vec<String>,
}

#[derive(Template)]
#[template(path = "user/list.html")]
struct List {
    frame: Frame,
    form: Typed,
    lines: Vec<Line>,
    statuses: Vec<Choice>,
    accesses: Vec<Choice>,
    chosen: Vec<NavItem>,
    first: Option<String>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "user/new.html")]
struct New<'a> {
    frame: Frame,
    form: &'a Typed,
    accesses: Vec<Choice>,
    firms: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "user/show.html")]
struct Show<'a> {
    frame: Frame,
    form: &'a Typed,
    user: &'a User,
    own: bool,
    accesses: Vec<Choice>,
    held: Vec<Choice>,
    firms: Vec<Choice>,
}

fn words(named: &[Named]) -> Vec<String> {
    let word = |named: &Named| match &named.firm {
        Some((_, firm)) => format!("{}: {firm}", access_word(named.access)),
        None => access_word(named.access).to_owned(),
    };
    named.iter().map(word).collect()
}

/// The list's address under a filter, after a user.
fn list_path(filter: Filter, after: Option<UserId>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    if let Some(status) = filter.status {
        query.append_pair("status", status.as_str());
    }
    if let Some(access) = filter.access {
        query.append_pair("access", access.as_str());
    }
    if let Some(after) = after {
        query.append_pair("after", &after.to_string());
    }
    let query = query.finish();
    if query.is_empty() { "/users".into() } else { format!("/users?{query}") }
}

fn chosen(filter: Filter) -> Vec<NavItem> {
    let status = filter.status.map(|s| NavItem::new(s.word(), list_path(Filter { status: None, ..filter }, None)));
    let access =
        filter.access.map(|a| NavItem::new(access_word(a), list_path(Filter { access: None, ..filter }, None)));
    status.into_iter().chain(access).collect()
}

fn list_of(conn: &mut Conn, filter: Filter, after: Option<UserId>) -> Result<(Vec<Line>, bool)> {
    let mut users = stored::page(conn, filter, after, PAGE + 1)?;
    let more = users.len() as i64 > PAGE;
    users.truncate(PAGE as usize);
    let ids: Vec<UserId> = users.iter().map(|user| user.id).collect();
    let named: HashMap<UserId, Vec<Named>> = access::named(conn, &ids)?;
    let line = |user: User| Line { accesses: named.get(&user.id).map(|n| words(n)).unwrap_or_default(), user };
    Ok((users.into_iter().map(line).collect(), more))
}

#[get("/users?<status>&<access>&<after>")]
async fn list(
    _admin: Admin,
    app: &State<App>,
    frame: Frame,
    status: Option<&str>,
    access: Option<&str>,
    after: Option<i64>,
) -> Result<Page> {
    let status = status.and_then(|word| word.parse().ok()).filter(|status| *status != UserStatus::System);
    let filter = Filter { status, access: access.and_then(|word| word.parse().ok()) };
    let after = after.map(UserId);
    let (lines, more) = app.read(move |conn| list_of(conn, filter, after)).await?;
    let next = lines.last().filter(|_| more).map(|line| list_path(filter, Some(line.user.id)));
    let form = Typed::default()
        .with("status", filter.status.map_or("", UserStatus::as_str))
        .with("access", filter.access.map_or("", Access::as_str));
    let shown = UserStatus::ALL.iter().filter(|status| **status != UserStatus::System);
    Page::show(&List {
        frame: frame.titled(if after.is_some() { "Users (continued)" } else { "Users" }),
        form,
        lines,
        statuses: shown.map(|status| Choice::new(status, status.word())).collect(),
        accesses: Access::ALL.iter().map(|access| Choice::new(access, access_word(*access))).collect(),
        chosen: chosen(filter),
        first: after.map(|_| list_path(filter, None)),
        next,
    })
}

fn firms(conn: &mut Conn) -> Result<Vec<Choice>> {
    Ok(contractor::choices(conn)?.into_iter().map(|(id, name)| Choice::new(id, name)).collect())
}

/// What the form grants; a word that is none of ours is refused in it.
fn grants(form: &mut Typed) -> Vec<Grant> {
    let accesses: Vec<Option<Access>> = form.list("accesses").into_iter().map(|word| word.parse().ok()).collect();
    let firms = form.list("held").into_iter().chain(form.list("contractors")).filter(|id| !id.is_empty());
    let firms: Vec<Option<i64>> = firms.map(|id| id.parse().ok()).collect();
    if accesses.contains(&None) {
        form.refuse("accesses", "Select from the list");
    }
    if firms.contains(&None) {
        form.refuse("contractors", "Select a contractor from the list");
    }
    let council = accesses.into_iter().flatten().map(|access| Grant { access, contractor: None });
    let firms = firms.into_iter().flatten().map(ContractorId);
    council.chain(firms.map(|firm| Grant { access: Access::Contractor, contractor: Some(firm) })).collect()
}

async fn new_page(app: &App, frame: Frame, form: &Typed) -> Result<Answer> {
    let firms = app.read(firms).await?;
    let frame = frame.titled("Invite a user").with_faults(form);
    let page = New { frame, form, accesses: council_accesses(), firms };
    Answer::form(&page, form.is_good())
}

#[get("/users/new")]
async fn new(_admin: Admin, app: &State<App>, frame: Frame) -> Result<Answer> {
    new_page(app, frame, &Typed::default()).await
}

#[post("/users/new", data = "<form>")]
async fn create(admin: Admin, app: &State<App>, frame: Frame, mut form: Typed) -> Result<Answer> {
    let grants = grants(&mut form);
    let invitation = Invitation { name: form.text("name").to_owned(), email: form.text("email").to_owned(), grants };
    if form.is_good() {
        let sent = send(app, &admin, &form, move |tx, who| Ok(to_user(user::invite(tx, who, &invitation)?.user)));
        match sent.await? {
            Ok(sent) => return Ok(sent.answer("The user is invited")),
            Err(faults) => form.refuse_all(faults),
        }
    }
    new_page(app, frame, &form).await
}

fn to_user(id: UserId) -> Sent {
    Sent::to(format!("/users/{id}"))
}

async fn show_page(app: &App, admin: &Admin, frame: Frame, id: UserId, typed: Option<Typed>) -> Result<Answer> {
    let (user, named, firms) = app
        .read(move |conn| {
            let user = stored::find(conn, id)?;
            let named = access::named(conn, &[id])?.remove(&id).unwrap_or_default();
            Ok((user, named, firms(conn)?))
        })
        .await?;
    let held: Vec<&(ContractorId, String)> = named.iter().filter_map(|named| named.firm.as_ref()).collect();
    let stored_form = || {
        let form = named.iter().filter(|named| named.firm.is_none()).map(|named| named.access);
        let form = form.fold(Typed::default(), |form, access| form.with("accesses", access));
        held.iter().fold(form, |form, (firm, _)| form.with("held", firm))
    };
    let form = typed.unwrap_or_else(stored_form);
    let page = Show {
        frame: frame.titled("User").with_faults(&form),
        form: &form,
        user: &user,
        own: user.id == admin.user,
        accesses: council_accesses(),
        firms: firms.into_iter().filter(|firm| !held.iter().any(|(id, _)| id.to_string() == firm.value)).collect(),
        held: held.iter().map(|(id, name)| Choice::new(id, name.clone())).collect(),
    };
    Answer::form(&page, form.is_good())
}

#[get("/users/<id>")]
async fn show(admin: Admin, app: &State<App>, frame: Frame, id: UserId) -> Result<Answer> {
    show_page(app, &admin, frame, id, None).await
}

#[post("/users/<id>", data = "<form>")]
async fn change(admin: Admin, app: &State<App>, frame: Frame, id: UserId, mut form: Typed) -> Result<Answer> {
    let grants = grants(&mut form);
    if form.is_good() {
        let sent = send(app, &admin, &form, move |tx, who| {
            user::change_accesses(tx, who, id, &grants)?;
            Ok(to_user(id))
        });
        match sent.await {
            Ok(Ok(sent)) => return Ok(sent.answer("The accesses are saved")),
            Ok(Err(faults)) => form.refuse_all(faults),
            Err(Error::Forbidden(why)) => form.refuse("accesses", why),
            Err(other) => return Err(other),
        }
    }
    show_page(app, &admin, frame, id, Some(form)).await
}

#[post("/users/<id>/disable", data = "<form>")]
async fn disable(admin: Admin, app: &State<App>, id: UserId, form: Typed) -> Result<Answer> {
    let sent = press(app, &admin, &form, move |tx, who| user::disable(tx, who, id).map(|()| to_user(id)));
    Ok(sent.await?.answer("The user is disabled and signed out everywhere"))
}

#[post("/users/<id>/enable", data = "<form>")]
async fn enable(admin: Admin, app: &State<App>, id: UserId, form: Typed) -> Result<Answer> {
    let sent = press(app, &admin, &form, move |tx, who| user::enable(tx, who, id).map(|()| to_user(id)));
    Ok(sent.await?.answer("The user is enabled"))
}

#[post("/users/<id>/link", data = "<form>")]
async fn link(admin: Admin, app: &State<App>, id: UserId, form: Typed) -> Result<Answer> {
    let sent = press(app, &admin, &form, move |tx, who| user::resend_link(tx, who, id).map(|_| to_user(id)));
    Ok(sent.await?.answer("A new link to set a password is on its way"))
}

/// What this room answers.
pub fn routes() -> Vec<Route> {
    routes![list, new, create, show, change, disable, enable, link]
}
