//! Applications: the list of a firm's own, or of all for the transport team, and the ways into one.

mod answers;
pub mod check;
mod dbs_request;
mod group;
mod link;
mod new;
mod review;
mod show;
mod summary;
mod typed;
mod withdraw;

use std::collections::HashMap;

use askama::Template;
use chrono::NaiveDate;
use rocket::response::Redirect;
use rocket::{FromForm, Route, State, get, post, routes};

use crate::domain::application::answers::Answers;
use crate::domain::application::moves;
use crate::domain::command;
use crate::domain::permission::{Act, Subject, may};
use crate::domain::policy::{self, Policy};
use crate::error::Result;
use crate::store::application::{self as store, Application, Filter};
use crate::store::{Conn, contractor, random_token, signin, user};
use crate::types::{ApplicationId, ApplicationKind, ApplicationState, ContractorId, UserId, fold};
use crate::web::answer::{Answer, cut, path};
use crate::web::app::App;
use crate::web::filters;
use crate::web::form::{Choice, Typed};
use crate::web::guard::Submitter;
use crate::web::page::{Frame, NavItem};
use crate::web::tag::Tagged;

const PAGE: i64 = 50;
/// The longest name that is looked for, in characters.
const LONGEST: usize = 100;
/// More contractors than this are not offered in the panel.
const OFFERED: usize = 300;

/// What an application is for.
pub(in crate::web) fn kind_title(kind: ApplicationKind) -> &'static str {
    match kind {
        ApplicationKind::New => "Somebody new",
        ApplicationKind::Renewal => "Renewal",
        ApplicationKind::RoleChange => "Change of role",
        ApplicationKind::ContractorChange => "Change of contractor",
        ApplicationKind::Replacement => "Replacement of a badge or certificate",
        ApplicationKind::Review => "Review by the council",
    }
}

/// An application's state: the council's word for the council, and the one word that firms may know for firms.
pub(in crate::web) struct Stage {
    state: ApplicationState,
    is_council: bool,
}

impl Stage {
    pub(in crate::web) fn of(state: ApplicationState, is_council: bool) -> Stage {
        Stage { state, is_council }
    }
}

impl Tagged for Stage {
    fn word(&self) -> &'static str {
        if !self.is_council {
            return moves::outward(self.state);
        }
        match self.state {
            ApplicationState::Draft => "Draft",
            ApplicationState::Submitted => "To check",
            ApplicationState::Returned => "Returned",
            ApplicationState::Checking => "Being checked",
            ApplicationState::InterviewDue => "Interview due",
            ApplicationState::Interviewed => "Interviewed",
            ApplicationState::Assessed => "Assessed",
            ApplicationState::Proposed => "Awaiting second",
            ApplicationState::Deferred => "Deferred",
            ApplicationState::Decided => "Decided",
            ApplicationState::Appealed => "Under appeal",
            ApplicationState::Closed => "Closed",
            ApplicationState::Withdrawn => "Withdrawn",
        }
    }

    fn colour(&self) -> &'static str {
        match self.state {
            ApplicationState::Draft => "blue",
            ApplicationState::Returned => "yellow",
            ApplicationState::Withdrawn | ApplicationState::Closed | ApplicationState::Decided => "grey",
            ApplicationState::Appealed if !self.is_council => "grey",
            ApplicationState::Submitted if self.is_council => "blue",
            _ => "purple",
        }
    }
}

/// The titles of every role that any policy knows, by code.
pub(in crate::web) fn role_titles(conn: &mut Conn) -> Result<HashMap<String, String>> {
    let roles = policy::published(conn)?.into_iter().flat_map(|policy| policy.roles);
    Ok(roles.map(|role| (role.code, role.title)).collect())
}

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

/// The list's address, as it comes.
#[derive(FromForm)]
struct Query<'r> {
    state: Option<&'r str>,
    kind: Option<&'r str>,
    role: Option<&'r str>,
    contractor: Option<&'r str>,
    owner: Option<&'r str>,
    search: Option<&'r str>,
    before: Option<i64>,
}

#[derive(Clone, Default)]
struct Asked {
    filter: Filter,
    search: Option<String>,
}

impl Asked {
    /// A state would tell a firm what its own view hides, so filters are the council's alone.
    fn of(query: &Query<'_>, is_council: bool) -> Asked {
        if !is_council {
            return Asked::default();
        }
        let some = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
        let filter = Filter {
            state: query.state.and_then(|word| word.parse().ok()),
            kind: query.kind.and_then(|word| word.parse().ok()),
            role: some(query.role),
            contractor: query.contractor.and_then(|id| id.parse().ok()).map(ContractorId),
            owner: query.owner.and_then(|id| id.parse().ok()).map(UserId),
            name: String::new(),
        };
        Asked { filter, search: some(query.search) }
    }

    fn path(&self, before: Option<ApplicationId>) -> String {
        let Filter { state, kind, role, contractor, owner, .. } = &self.filter;
        let pairs = [
            ("state", state.map(|one| one.to_string())),
            ("kind", kind.map(|one| one.to_string())),
            ("role", role.clone()),
            ("contractor", contractor.map(|one| one.to_string())),
            ("owner", owner.map(|one| one.to_string())),
            ("search", self.search.clone()),
            ("before", before.map(|one| one.to_string())),
        ];
        path("/applications", &pairs)
    }

    fn without(&self, change: impl Fn(&mut Asked)) -> String {
        let mut other = self.clone();
        change(&mut other);
        other.path(None)
    }

    fn form(&self) -> Typed {
        let Filter { state, kind, role, contractor, owner, .. } = &self.filter;
        let fields = [
            ("state", state.map(|one| one.to_string())),
            ("kind", kind.map(|one| one.to_string())),
            ("role", role.clone()),
            ("contractor", contractor.map(|one| one.to_string())),
            ("owner", owner.map(|one| one.to_string())),
        ];
        fields.into_iter().fold(Typed::default(), |form, (name, value)| form.with(name, value.unwrap_or_default()))
    }
}

/// What the list shows and offers.
struct Found {
    lines: Vec<Line>,
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
    let titles = role_titles(conn)?;
    let ids: Vec<ContractorId> = rows.iter().filter_map(|row| row.contractor_id).collect();
    let names: HashMap<ContractorId, String> = contractor::names(conn, &ids)?.into_iter().collect();
    let lines = rows.iter().map(|row| line(row, &titles, &names, is_council)).collect::<Result<_>>()?;
    let (mut roles, mut firms, mut owners) = (Vec::new(), Vec::new(), Vec::new());
    if is_council {
        let policies = policy::published(conn)?;
        let known = Policy::in_force(&policies, today).map(|policy| policy.roles.clone()).unwrap_or_default();
        roles = known.into_iter().map(|role| Choice::new(role.code, role.title)).collect();
        firms = contractor::few_choices(conn, OFFERED)?.unwrap_or_default();
        owners = user::officers(conn)?;
    }
    let choice = |(id, name): (ContractorId, String)| Choice::new(id, name);
    Ok(Found {
        lines,
        more,
        roles,
        firms: firms.into_iter().map(choice).collect(),
        owners: owners.into_iter().map(|(id, name)| Choice::new(id, name)).collect(),
        term,
    })
}

fn line(
    row: &Application,
    titles: &HashMap<String, String>,
    firms: &HashMap<ContractorId, String>,
    is_council: bool,
) -> Result<Line> {
    let name = Answers::of(row)?.full_name();
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

fn chosen(asked: &Asked, found: &Found) -> Vec<NavItem> {
    let named = |choices: &[Choice], value: &str| {
        let known = choices.iter().find(|choice| choice.value == value);
        known.map_or_else(|| "Not known".to_owned(), |choice| choice.text.clone())
    };
    let Filter { state, kind, role, contractor, owner, .. } = &asked.filter;
    let all = [
        (state.map(|one| Stage::of(one, true).word().to_owned()), asked.without(|one| one.filter.state = None)),
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
    let next = found.lines.last().filter(|_| found.more).map(|last| asked.path(Some(last.id)));
    let page = List {
        frame: frame.titled(if before.is_some() { "Applications (continued)" } else { "Applications" }).wide(),
        form: asked.form().with("term", &found.term),
        is_council,
        states: ApplicationState::ALL.iter().map(|one| Choice::new(one, Stage::of(*one, true).word())).collect(),
        kinds: ApplicationKind::ALL.iter().map(|one| Choice::new(one, kind_title(*one))).collect(),
        chosen: chosen(&asked, &found),
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

/// What this room answers.
pub fn routes() -> Vec<Route> {
    let mut all = routes![list, search];
    all.extend(new::routes());
    all.extend(show::routes());
    all.extend(group::routes());
    all.extend(answers::routes());
    all.extend(withdraw::routes());
    all.extend(check::routes());
    all.extend(link::routes());
    all.extend(dbs_request::routes());
    all.extend(review::routes());
    all
}
