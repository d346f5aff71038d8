//! The list of people: narrowed by the panel, found by name, a page at a time by key.

use askama::Template;
use chrono::{Days, NaiveDate};
use rocket::{FromForm, State, get};

use super::panel::{self, Choices, choices, chosen};
use super::{Reader, Row, rows, scope};
use crate::domain::permission::{Act, Subject, may};
use crate::error::Result;
use crate::store::register::{self, Cursor, Filter, Sort};
use crate::store::{Conn, signin};
use crate::types::{AuthorityId, ContractorId, PersonId, SigninId, thousands};
use crate::web::app::App;
use crate::web::filters;
use crate::web::form::Typed;
use crate::web::page::{Frame, NavItem, Page};

const PAGE: usize = 50;
/// Counts stop here.
const MOST: i64 = 10_000;
/// How many days ahead a list can be narrowed to; 0 is what is overdue.
pub(in crate::web) const AHEAD: [u16; 5] = [0, 7, 30, 60, 90];

/// The last day of what is due within `days` from `today`.
pub(in crate::web) fn last_day(today: NaiveDate, days: u16) -> Option<NaiveDate> {
    if days == 0 { today.pred_opt() } else { today.checked_add_days(Days::new(days.into())) }
}

/// The list's address, as it comes.
#[derive(FromForm, Default)]
pub(super) struct Query<'r> {
    role: Option<&'r str>,
    contractor: Option<i64>,
    firm: Option<&'r str>,
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
    pub due: Option<u16>,
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
            due_within: due.and_then(|days| last_day(today, days)),
        };
        let sort = if is_staff && query.sort == Some("due") { Sort::Due } else { Sort::Name };
        let cursor = |text: Option<&str>, back| {
            let mut parts = text?.splitn(3, '.');
            let (person, role) = (PersonId(parts.next()?.parse().ok()?), parts.next()?.to_owned());
            Some(Cursor { person, role, due_on: parts.next().and_then(|day| day.parse().ok()), back })
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
        let due = row.due.as_ref().filter(|_| self.sort == Sort::Due);
        let day = due.map_or_else(String::new, |due| format!(".{}", due.due_on));
        format!("{path}{glue}{which}={}.{}{day}", row.person, row.role_code)
    }

    pub(super) fn without(&self, change: impl Fn(&mut Asked)) -> String {
        let mut other = Asked { cursor: None, ..self.clone() };
        change(&mut other);
        other.path("/people")
    }
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
        if self.is_staff {
            "Name, reference, badge, certificate, telephone or email"
        } else {
            "Name, reference or badge"
        }
    }

    fn order(&self, due: bool) -> &'static str {
        if due == self.is_by_due { "ascending" } else { "none" }
    }
}

impl Found {
    fn counted(&self) -> String {
        match self.count {
            Some(count) if count > MOST => "More than 10,000 results".to_owned(),
            Some(1) => "1 result".to_owned(),
            Some(count) => format!("{} results", thousands(count)),
            None => String::new(),
        }
    }
}

#[get("/people?<query..>")]
pub(super) async fn list(reader: Reader, app: &State<App>, frame: Frame, query: Query<'_>) -> Result<Page> {
    let (today, is_staff) = (app.clock.today(), reader.is_staff());
    let mut asked = Asked::of(&query, is_staff, today);
    let mut unclear = None;
    if let Some(text) = query.firm.map(str::trim).filter(|text| is_staff && !text.is_empty()).map(str::to_owned) {
        asked.filter.contractor = Some(match app.read(move |conn| panel::by_name(conn, &text)).await? {
            Ok(firm) => firm,
            // Nobody is listed then, rather than everybody.
            Err(typed) => {
                unclear = Some(typed);
                ContractorId::default()
            }
        });
    }
    let may_add = may(&reader, Act::RecordEvidence, Subject::Register).is_ok();
    let (wanted, signin) = (asked.clone(), reader.0.id);
    let mut found = app.read(move |conn| find(conn, &reader, signin, &wanted, today)).await?;
    let form = [
        ("role", asked.filter.role.clone()),
        ("contractor", asked.filter.contractor.map(|id| id.to_string())),
        ("authority", asked.filter.authority.map(|id| id.to_string())),
        ("status", asked.filter.status.map(|status| status.to_string())),
        ("due", asked.due.map(|days| days.to_string())),
    ];
    let form =
        form.into_iter().fold(Typed::default(), |form, (name, value)| form.with(name, value.unwrap_or_default()));
    let form = match unclear {
        None => form.with("firm", found.choices.contractor(asked.filter.contractor)),
        Some(typed) => {
            let mut form = form.with("firm", &typed.text);
            form.refuse("firm", typed.fault());
            (found.choices.by_name, found.choices.contractors) = (true, typed.meant);
            form
        }
    };
    let title = match (&found.term, asked.cursor.is_some()) {
        (Some(_), false) => "People found",
        (Some(_), true) => "People found (continued)",
        (None, false) => "People",
        (None, true) => "People (continued)",
    };
    Page::show(&Index {
        frame: frame.titled(title).with_faults(&form),
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
