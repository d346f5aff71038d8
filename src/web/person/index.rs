//! The list of people: narrowed by the panel, found by name, a page at a time by key.

use askama::Template;
use chrono::NaiveDate;
use rocket::{FromForm, State, get};

use super::{Reader, Row, rows, scope};
use crate::domain::permission::{Act, Subject, may};
use crate::error::Result;
use crate::store::register::{self, Cursor, Filter, Sort, Titles};
use crate::store::{Conn, authority, contractor, signin};
use crate::types::{AuthorityId, ContractorId, PersonId, SigninId, Status};
use crate::web::app::App;
use crate::web::filters;
use crate::web::form::{Choice, Typed};
use crate::web::page::{Frame, NavItem, Page};
use crate::web::tag::Tagged;

const PAGE: usize = 50;
/// Counts stop here.
const MOST: i64 = 1000;
/// More contractors than this are not offered one by one: a page's cost would follow their number.
const OFFERED: usize = 300;
/// The days ahead that the panel offers.
const AHEAD: [u16; 4] = [7, 30, 60, 90];

/// The list's address, as it comes.
#[derive(FromForm, Default)]
pub(super) struct Query<'r> {
    role: Option<&'r str>,
    contractor: Option<i64>,
    authority: Option<i64>,
    status: Option<&'r str>,
    due: Option<u16>,
    sort: Option<&'r str>,
    search: Option<&'r str>,
    after: Option<&'r str>,
    before: Option<&'r str>,
}

/// What is asked of the list.
#[derive(Clone, Default)]
pub(super) struct Asked {
    pub filter: Filter,
    pub sort: Sort,
    due: Option<u16>,
    search: Option<String>,
    cursor: Option<Cursor>,
}

impl Asked {
    /// Reads `query`. A standing, a due date or an authority would tell a contractor what its own view hides, so
    /// these narrow the council's lists alone.
    pub(super) fn of(query: &Query<'_>, is_staff: bool, today: NaiveDate) -> Asked {
        let text = |value: Option<&str>| value.filter(|text| !text.is_empty()).map(str::to_owned);
        let due = query.due.filter(|days| is_staff && AHEAD.contains(days));
        let filter = Filter {
            role: text(query.role),
            contractor: query.contractor.map(ContractorId),
            authority: query.authority.filter(|_| is_staff).map(AuthorityId),
            status: query.status.filter(|_| is_staff).and_then(|word| word.parse().ok()),
            due_within: due.and_then(|days| today.checked_add_days(chrono::Days::new(days.into()))),
        };
        let sort = if is_staff && query.sort == Some("due") { Sort::Due } else { Sort::Name };
        let cursor = |text: Option<&str>, back| {
            let (person, role) = text?.split_once('.')?;
            Some(Cursor { person: PersonId(person.parse().ok()?), role: role.to_owned(), back })
        };
        let cursor = cursor(query.after, false).or_else(|| cursor(query.before, true));
        Asked { filter, sort, due, search: text(query.search), cursor }
    }

    /// The address of `room` under all of this but the page.
    fn path(&self, room: &str) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let filter = &self.filter;
        let pairs = [
            ("role", filter.role.clone()),
            ("contractor", filter.contractor.map(|id| id.to_string())),
            ("authority", filter.authority.map(|id| id.to_string())),
            ("status", filter.status.map(|status| status.to_string())),
            ("due", self.due.map(|days| days.to_string())),
            ("sort", (self.sort == Sort::Due).then(|| "due".to_owned())),
            ("search", self.search.clone()),
        ];
        for (name, value) in pairs {
            if let Some(value) = value {
                query.append_pair(name, &value);
            }
        }
        let query = query.finish();
        if query.is_empty() { room.to_owned() } else { format!("{room}?{query}") }
    }

    fn page(&self, which: &str, row: &Row) -> String {
        let path = self.path("/people");
        let glue = if path.contains('?') { '&' } else { '?' };
        format!("{path}{glue}{which}={}.{}", row.person, row.role_code)
    }

    fn without(&self, change: impl Fn(&mut Asked)) -> String {
        let mut other = Asked { cursor: None, ..self.clone() };
        change(&mut other);
        other.path("/people")
    }
}

/// What the panel offers.
#[derive(Default)]
struct Choices {
    roles: Vec<Choice>,
    contractors: Vec<Choice>,
    too_many_contractors: bool,
    authorities: Vec<Choice>,
    statuses: Vec<Choice>,
    days: Vec<Choice>,
}

struct Found {
    rows: Vec<Row>,
    previous: Option<String>,
    next: Option<String>,
    count: Option<i64>,
    term: Option<String>,
    choices: Choices,
}

#[derive(Template)]
#[template(path = "person/index.html")]
struct Index {
    frame: Frame,
    form: Typed,
    box_form: Typed,
    found: Found,
    chosen: Vec<NavItem>,
    is_staff: bool,
    may_add: bool,
    today: NaiveDate,
    by_name: String,
    by_due: String,
    is_by_due: bool,
    export: Option<[String; 2]>,
}

impl Index {
    fn hint(&self) -> &'static str {
        if self.is_staff { "Name, reference or certificate number" } else { "Name or reference" }
    }

    fn order(&self, due: bool) -> &'static str {
        if due == self.is_by_due { "ascending" } else { "none" }
    }
}

impl Found {
    fn counted(&self) -> String {
        match self.count {
            Some(count) if count > MOST => "More than 1,000 results".to_owned(),
            Some(1) => "1 result".to_owned(),
            Some(count) if count == MOST => "1,000 results".to_owned(),
            Some(count) => format!("{count} results"),
            None => String::new(),
        }
    }
}

#[get("/people?<query..>")]
pub(super) async fn list(reader: Reader, app: &State<App>, frame: Frame, query: Query<'_>) -> Result<Page> {
    let (today, is_staff) = (app.clock.today(), reader.is_staff());
    let asked = Asked::of(&query, is_staff, today);
    let may_add = may(&reader, Act::RecordEvidence, Subject::Register).is_ok();
    let (wanted, signin) = (asked.clone(), reader.0.id);
    let found = app.read(move |conn| find(conn, &reader, signin, &wanted, today)).await?;
    let form = [
        ("role", asked.filter.role.clone()),
        ("contractor", asked.filter.contractor.map(|id| id.to_string())),
        ("authority", asked.filter.authority.map(|id| id.to_string())),
        ("status", asked.filter.status.map(|status| status.to_string())),
        ("due", asked.due.map(|days| days.to_string())),
    ];
    let form =
        form.into_iter().fold(Typed::default(), |form, (name, value)| form.with(name, value.unwrap_or_default()));
    let title = match (&found.term, asked.cursor.is_some()) {
        (Some(_), false) => "People found",
        (Some(_), true) => "People found (continued)",
        (None, false) => "People",
        (None, true) => "People (continued)",
    };
    Page::show(&Index {
        frame: frame.titled(title).wide(),
        form,
        box_form: Typed::default().with("term", found.term.as_deref().unwrap_or_default()),
        chosen: chosen(&asked, &found.choices),
        is_staff,
        may_add,
        today,
        by_name: asked.without(|other| other.sort = Sort::Name),
        by_due: asked.without(|other| other.sort = Sort::Due),
        is_by_due: asked.sort == Sort::Due,
        export: found.term.is_none().then(|| ["csv", "xlsx"].map(|kind| asked.path(&format!("/people/export.{kind}")))),
        found,
    })
}

fn find(conn: &mut Conn, who: &Reader, signin: SigninId, asked: &Asked, today: NaiveDate) -> Result<Found> {
    let scope = scope(who, today);
    let titles = register::titles(conn, today)?;
    let cursor = asked.cursor.as_ref();
    let limit = PAGE + 1;
    let term = match &asked.search {
        Some(key) => signin::search(conn, signin, key)?,
        None => None,
    };
    // A page of people found has no panel.
    let choices = if term.is_some() { Choices::default() } else { choices(conn, who, &titles, &asked.filter)? };
    let (mut lines, more, count) = match &term {
        Some(term) => {
            let mut people = if cursor.is_none() { register::exactly(conn, &scope, term)? } else { Vec::new() };
            let mut more = false;
            if people.is_empty() {
                people = register::search(conn, &scope, term, cursor, limit as i64)?;
                more = cut(&mut people, cursor);
            }
            (register::standings_of(conn, &scope, &people)?, more, None)
        }
        None => {
            let mut found = register::page(conn, &scope, &asked.filter, asked.sort, cursor, limit as i64)?;
            let more = cut(&mut found, cursor);
            let count = match cursor {
                None if !more => i64::try_from(found.len()).unwrap_or(MOST),
                _ => register::count(conn, &scope, &asked.filter, asked.sort, MOST + 1)?,
            };
            (register::lines(conn, &scope, found)?, more, Some(count))
        }
    };
    lines.retain(|line| who.is_staff() || !line.role.is_empty());
    let rows = rows(conn, who, &scope, &titles, lines)?;
    let back = cursor.is_some_and(|cursor| cursor.back);
    let has_previous = if back { more } else { cursor.is_some() };
    let has_next = if back { true } else { more };
    let previous = rows.first().filter(|_| has_previous).map(|row| asked.page("before", row));
    let next = rows.last().filter(|_| has_next).map(|row| asked.page("after", row));
    Ok(Found { previous, next, rows, count, term, choices })
}

/// Takes the row too many off the far end; answers whether there was one.
fn cut<T>(found: &mut Vec<T>, cursor: Option<&Cursor>) -> bool {
    let more = found.len() > PAGE;
    if more && cursor.is_some_and(|cursor| cursor.back) {
        found.remove(0);
    }
    found.truncate(PAGE);
    more
}

fn choices(conn: &mut Conn, who: &Reader, titles: &Titles, filter: &Filter) -> Result<Choices> {
    let all = if who.is_staff() { contractor::few_choices(conn, OFFERED)? } else { None };
    let too_many_contractors = who.is_staff() && all.is_none();
    let firms = match all {
        Some(all) => all,
        None => {
            let wanted = if who.is_staff() { filter.contractor.into_iter().collect() } else { who.firms() };
            let mut firms = contractor::by_ids(conn, &wanted)?;
            firms.sort_by(|a, b| a.folded_name.cmp(&b.folded_name));
            firms.into_iter().map(|firm| (firm.id, firm.name)).collect()
        }
    };
    Ok(Choices {
        too_many_contractors,
        roles: titles.roles.iter().map(|(code, title)| Choice::new(code, title.clone())).collect(),
        contractors: firms.into_iter().map(|(id, name)| Choice::new(id, name)).collect(),
        authorities: authority::all(conn)?.into_iter().map(|one| Choice::new(one.id, one.name)).collect(),
        statuses: Status::ALL.iter().map(|status| Choice::new(status, status.word())).collect(),
        days: AHEAD.iter().map(|days| Choice::new(days, format!("Next {days} days, or overdue"))).collect(),
    })
}

/// The filters in force, each a link to the list without it.
fn chosen(asked: &Asked, choices: &Choices) -> Vec<NavItem> {
    let word = |choices: &[Choice], value: Option<String>| {
        let value = value?;
        let known = choices.iter().find(|choice| choice.value == value);
        Some(known.map_or_else(|| "Not known".to_owned(), |choice| choice.text.clone()))
    };
    let filter = &asked.filter;
    let all = [
        (word(&choices.roles, filter.role.clone()), asked.without(|other| other.filter.role = None)),
        (
            word(&choices.contractors, filter.contractor.map(|id| id.to_string())),
            asked.without(|other| other.filter.contractor = None),
        ),
        (
            word(&choices.authorities, filter.authority.map(|id| id.to_string())),
            asked.without(|other| other.filter.authority = None),
        ),
        (
            word(&choices.statuses, filter.status.map(|status| status.to_string())),
            asked.without(|other| other.filter.status = None),
        ),
        (word(&choices.days, asked.due.map(|days| days.to_string())), asked.without(|other| other.due = None)),
    ];
    all.into_iter().filter_map(|(text, href)| Some(NavItem::new(text?, href))).collect()
}
