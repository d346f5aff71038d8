//! The list: a firm's own applications, or all of them with filters, newest first.

mod asked;

use std::collections::HashMap;

use askama::Template;
use chrono::NaiveDate;
use rocket::response::Redirect;
use rocket::{Route, State, get, post, routes};

use asked::{Asked, Query, groups};

use super::{Stage, kind_title, role_titles};
use crate::domain::application::answers::Answers;
use crate::domain::command;
use crate::domain::permission::{Act, Subject, may};
use crate::domain::policy::{self, Policy};
use crate::error::Result;
use crate::store::application::{self as store, Application, Filter};
use crate::store::{Conn, contractor, person, random_token, signin, user};
use crate::types::{ApplicationId, ApplicationKind, ContractorId, PersonId, fold};
use crate::web::answer::{Answer, cut};
use crate::web::app::App;
use crate::web::filters;
use crate::web::form::{Choice, Typed};
use crate::web::guard::Submitter;
use crate::web::page::{Frame, NavItem};

/// A page, short enough for a telephone.
const PAGE: i64 = 20;
/// The longest name that is looked for, in characters.
const LONGEST: usize = 100;
/// More contractors than this are not offered in the panel.
const OFFERED: usize = 300;

struct Line {
    id: ApplicationId,
    reference: String,
    name: String,
    role: String,
    kind: &'static str,
    firm: String,
    stage: Stage,
    on: NaiveDate,
}

#[derive(Template)]
#[template(path = "application/list.html")]
struct List {
    frame: Frame,
    form: Typed,
    is_council: bool,
    /// Whether there is anything, however it is filtered.
    any: bool,
    lines: Vec<Line>,
    states: Vec<Choice>,
    kinds: Vec<Choice>,
    roles: Vec<Choice>,
    firms: Vec<Choice>,
    owners: Vec<Choice>,
    chosen: Vec<NavItem>,
    first: Option<String>,
    next: Option<String>,
}

/// What the list shows and offers.
struct Found {
    lines: Vec<Line>,
    any: bool,
    more: bool,
    roles: Vec<Choice>,
    firms: Vec<Choice>,
    owners: Vec<Choice>,
    term: String,
}

fn find(
    conn: &mut Conn,
    who: &Submitter,
    asked: &Asked,
    before: Option<ApplicationId>,
    today: NaiveDate,
) -> Result<Found> {
    let is_council = who.is_staff();
    let mut filter = asked.filter.clone();
    let mut term = String::new();
    if let Some(key) = &asked.search {
        term = signin::search(conn, who.0.id, key)?.unwrap_or_default();
        filter.name = fold(&term);
    }
    let mut rows = store::page(conn, &who.reach(), &filter, before, PAGE + 1)?;
    let more = cut(&mut rows, PAGE);
    let any = !rows.is_empty() || !store::page(conn, &who.reach(), &Filter::default(), None, 1)?.is_empty();
    let called = called(conn, &rows)?;
    let titles = role_titles(conn)?;
    let ids: Vec<ContractorId> = rows.iter().filter_map(|row| row.contractor_id).collect();
    let names: HashMap<ContractorId, String> = contractor::names(conn, &ids)?.into_iter().collect();
    let lines = rows.iter().map(|row| line(row, &titles, &names, &called, is_council)).collect::<Result<_>>()?;
    let policies = policy::published(conn)?;
    let roles = Policy::in_force(&policies, today).map(|policy| policy.roles.clone()).unwrap_or_default();
    let (mut firms, mut owners) = (Vec::new(), Vec::new());
    if is_council {
        firms = contractor::few_choices(conn, OFFERED)?.unwrap_or_default();
        owners = user::officers(conn)?;
    }
    let choice = |(id, name): (ContractorId, String)| Choice::new(id, name);
    Ok(Found {
        lines,
        any,
        more,
        roles: roles.into_iter().map(|role| Choice::new(role.code, role.title)).collect(),
        firms: firms.into_iter().map(choice).collect(),
        owners: owners.into_iter().map(|(id, name)| Choice::new(id, name)).collect(),
        term,
    })
}

/// The names of the people of those that came without answers.
fn called(conn: &mut Conn, rows: &[Application]) -> Result<HashMap<PersonId, String>> {
    let mut bare = Vec::new();
    for row in rows {
        if let (Some(id), true) = (row.person_id, Answers::of(row)?.full_name().is_empty()) {
            bare.push(id);
        }
    }
    Ok(person::by_ids(conn, &bare)?.into_iter().map(|one| (one.id, one.full_name())).collect())
}

fn line(
    row: &Application,
    titles: &HashMap<String, String>,
    firms: &HashMap<ContractorId, String>,
    called: &HashMap<PersonId, String>,
    is_council: bool,
) -> Result<Line> {
    let typed = Answers::of(row)?.full_name();
    let known = row.person_id.and_then(|id| called.get(&id)).filter(|_| typed.is_empty());
    let name = known.cloned().unwrap_or(typed);
    let staff = || "The council’s own staff".to_owned();
    Ok(Line {
        id: row.id,
        reference: row.reference.clone(),
        name: if name.is_empty() { "Not entered yet".to_owned() } else { name },
        role: titles.get(&row.role).cloned().unwrap_or_else(|| row.role.clone()),
        kind: kind_title(row.kind),
        firm: row.contractor_id.map_or_else(staff, |id| firms.get(&id).cloned().unwrap_or_default()),
        stage: Stage::of(row.state, is_council),
        on: row.submitted_on.unwrap_or(row.started_on),
    })
}

fn chosen(asked: &Asked, found: &Found, groups: &[Choice]) -> Vec<NavItem> {
    let named = |choices: &[Choice], value: &str| {
        let known = choices.iter().find(|choice| choice.value == value);
        known.map_or_else(|| "Not known".to_owned(), |choice| choice.text.clone())
    };
    let Filter { kind, role, contractor, owner, .. } = &asked.filter;
    let all = [
        (asked.state.map(|one| named(groups, one)), asked.without(|one| one.state = None)),
        (kind.map(|one| kind_title(one).to_owned()), asked.without(|one| one.filter.kind = None)),
        (role.as_ref().map(|one| named(&found.roles, one)), asked.without(|one| one.filter.role = None)),
        (
            contractor.map(|one| named(&found.firms, &one.to_string())),
            asked.without(|one| one.filter.contractor = None),
        ),
        (owner.map(|one| named(&found.owners, &one.to_string())), asked.without(|one| one.filter.owner = None)),
        (
            asked.search.as_ref().map(|_| format!("Name begins with {}", found.term)),
            asked.without(|one| one.search = None),
        ),
    ];
    all.into_iter().filter_map(|(text, href)| Some(NavItem::new(text?, href))).collect()
}

#[get("/applications?<query..>")]
async fn list(who: Submitter, app: &State<App>, frame: Frame, query: Query<'_>) -> Result<Answer> {
    let (is_council, today) = (who.is_staff(), app.clock.today());
    let asked = Asked::of(&query, is_council);
    let before = query.before.map(ApplicationId);
    let wanted = asked.clone();
    let found = app.read(move |conn| find(conn, &who, &wanted, before, today)).await?;
    let states: Vec<Choice> = groups(is_council).iter().map(|(word, title, _)| Choice::new(word, *title)).collect();
    let next = found.lines.last().filter(|_| found.more).map(|last| asked.path(Some(last.id)));
    let page = List {
        frame: frame.titled(if before.is_some() { "Applications (continued)" } else { "Applications" }),
        form: asked.form().with("term", &found.term),
        is_council,
        any: found.any,
        kinds: ApplicationKind::ALL.iter().map(|one| Choice::new(one, kind_title(*one))).collect(),
        chosen: chosen(&asked, &found, &states),
        states,
        first: before.map(|_| asked.path(None)),
        next,
        lines: found.lines,
        roles: found.roles,
        firms: found.firms,
        owners: found.owners,
    };
    Answer::page(&page)
}

/// What was typed stays with the sign-in under an opaque key, so that no name rides in an address.
#[post("/applications/search", data = "<form>")]
async fn search(who: Submitter, app: &State<App>, form: Typed) -> Result<Redirect> {
    may(&who, Act::CheckApplications, Subject::Register)?;
    let term: String = form.text("term").chars().take(LONGEST).collect();
    if term.is_empty() {
        return Ok(Redirect::to("/applications"));
    }
    let (signin, key) = (who.0.id, random_token());
    let to = format!("/applications?search={key}");
    let keep = app.blocking(move |db, clock| {
        command::write_untrailed(db, clock, |tx| signin::keep_search(tx, signin, &key, &term))
    });
    keep.await?;
    Ok(Redirect::to(to))
}

pub(super) fn routes() -> Vec<Route> {
    routes![list, search]
}
