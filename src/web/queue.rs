//! The team's queues: what waits, since when, whose it is, and giving it to somebody.

use std::collections::HashMap;

use askama::Template;
use chrono::NaiveDate;
use rocket::{Route, State, get, post, routes};

use crate::domain::application::moves;
use crate::domain::policy::{self, Policy};
use crate::domain::queue::{self, Pick, Queue, exception_kinds};
use crate::error::{Error, Result};
use crate::store::queue::{Coming, Line, Owned, Pending, Place, names, team, waiting};
use crate::store::{Conn, queue as store};
use crate::types::{AppealState, InterviewId, UserId, in_london, moment, thousands};
use crate::web::answer::{Answer, cut, path};
use crate::web::app::App;
use crate::web::filters;
use crate::web::form::{Choice, Typed};
use crate::web::guard::Officer;
use crate::web::page::{Frame, NavItem};
use crate::web::task::{kind_title, names as about};

const PAGE: i64 = 50;
/// Counts stop here.
pub const MOST: i64 = 1000;

/// How full a queue is, for Today.
pub struct Figure {
    /// How many.
    pub count: String,
    /// Whether none wait.
    pub is_zero: bool,
    /// The queue's name.
    pub title: &'static str,
    /// Its page.
    pub href: String,
    /// What is said of the first in it.
    pub first: String,
}

/// Every queue's figure.
///
/// # Errors
/// The database's.
pub fn figures(conn: &mut Conn, today: NaiveDate) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for queue in Queue::ALL {
        let fill = queue::fill(conn, queue, MOST + 1)?;
        figures.push(Figure {
            count: counted(fill.count),
            is_zero: fill.count == 0,
            title: queue.title(),
            href: format!("/queues/{}", queue.code()),
            first: fill.first.map_or_else(String::new, |day| first(queue, day, today)),
        });
    }
    Ok(figures)
}

fn counted(count: usize) -> String {
    if i64::try_from(count).unwrap_or(i64::MAX) > MOST { "1,000+".into() } else { thousands(count as i128) }
}

fn first(queue: Queue, day: NaiveDate, today: NaiveDate) -> String {
    let away = filters::days_away(day, today);
    match queue {
        Queue::Interviews => format!("the first {away}"),
        Queue::Appeals => format!("the first due {away}"),
        _ => format!("the oldest from {away}"),
    }
}

/// A row of a queue.
struct Row {
    pick: Pick,
    reference: String,
    href: String,
    /// The application that a task is about.
    about: Option<String>,
    name: String,
    role: String,
    firm: String,
    /// What is next, where the queue does not say it.
    step: String,
    /// The day the queue goes by.
    day: NaiveDate,
    owner: String,
}

#[derive(Template)]
#[template(path = "queue/show.html")]
struct Show<'a> {
    frame: Frame,
    form: &'a Typed,
    queue: Queue,
    rows: Vec<Row>,
    count: String,
    first_day: String,
    whose: Vec<Choice>,
    team: Vec<Choice>,
    chosen: Vec<NavItem>,
    owner: String,
    today: NaiveDate,
    first: Option<String>,
    next: Option<String>,
}

impl Show<'_> {
    fn address(&self) -> String {
        format!("/queues/{}", self.queue.code())
    }

    /// The heading of the day's column.
    fn when(&self) -> &'static str {
        match self.queue {
            Queue::Interviews => "On",
            Queue::Appeals | Queue::Exceptions => "By",
            _ => "Since",
        }
    }

    /// The heading of the column that says what is next; empty for a queue that says so itself.
    fn step(&self) -> &'static str {
        match self.queue {
            Queue::Check => "State",
            Queue::Interviews => "Interview",
            Queue::Appeals => "Next step",
            Queue::Exceptions => "Queue",
            _ => "",
        }
    }

    fn is_exceptions(&self) -> bool {
        self.queue == Queue::Exceptions
    }

    fn nothing(&self) -> &'static str {
        if self.owner.is_empty() { "Nothing waits here." } else { "Nothing matches this filter." }
    }
}

fn owned(owner: &str, me: UserId) -> Owned {
    match owner {
        "mine" => Owned::By(me),
        "nobody" => Owned::Nobody,
        _ => Owned::Anybody,
    }
}

/// Reads `2026-11-22.5`.
fn place(text: &str) -> Option<Place> {
    let (day, id) = text.split_once('.')?;
    Some(Place { day: day.parse().ok()?, id: id.parse().ok()? })
}

struct Found {
    rows: Vec<Row>,
    next: Option<String>,
}

fn row(line: Line, titles: &HashMap<String, String>, day: NaiveDate, step: String, href: Option<String>) -> Row {
    Row {
        pick: Pick { id: line.id.0, seen: line.owner },
        href: href.unwrap_or_else(|| format!("/applications/{}", line.id)),
        about: None,
        name: line.full_name(),
        role: titles.get(&line.role).cloned().unwrap_or(line.role),
        firm: line.firm.unwrap_or_default(),
        reference: line.reference,
        step,
        day,
        owner: String::new(),
    }
}

fn interview(one: Coming, titles: &HashMap<String, String>, today: NaiveDate) -> Row {
    let day = in_london(one.starts_at.utc());
    let late = if day < today { ", say how it went" } else { "" };
    let step = format!("{}{late}", moment(one.starts_at));
    row(one.line, titles, day, step, Some(format!("/interviews/{}", one.id)))
}

fn appeal(one: Pending, titles: &HashMap<String, String>) -> Row {
    let step = match (one.acknowledged_on, one.state) {
        (None, _) => "Acknowledge",
        (Some(_), AppealState::Lodged) => "Arrange the hearing",
        _ => "Decide",
    };
    row(one.line, titles, one.by, step.to_owned(), Some(format!("/appeals/{}", one.id)))
}

fn find(conn: &mut Conn, queue: Queue, owned: Owned, after: Option<&str>, today: NaiveDate) -> Result<Found> {
    let policies = policy::published(conn)?;
    let roles = Policy::in_force(&policies, today).map(|policy| policy.roles.as_slice()).unwrap_or_default();
    let titles: HashMap<String, String> = roles.iter().map(|role| (role.code.clone(), role.title.clone())).collect();
    let from = after.and_then(place);
    let mut rows: Vec<Row> = match queue {
        Queue::Interviews => {
            let after = from.map(|place| InterviewId(place.id));
            let found = store::coming(conn, owned, after, PAGE + 1)?;
            let last = found.iter().take(PAGE as usize).next_back().map(|one| one.id);
            let mut rows: Vec<Row> = found.into_iter().map(|one| interview(one, &titles, today)).collect();
            let more = cut(&mut rows, PAGE);
            let end = rows.last().zip(last).filter(|_| more).map(|(row, id)| format!("{}.{id}", row.day));
            return owners(conn, rows, end);
        }
        Queue::Appeals => {
            let found = store::appeals(conn, owned, from, PAGE + 1)?;
            let last = found.iter().take(PAGE as usize).next_back().map(|one| (one.by, one.id));
            let mut rows: Vec<Row> = found.into_iter().map(|one| appeal(one, &titles)).collect();
            let more = cut(&mut rows, PAGE);
            return owners(conn, rows, last.filter(|_| more).map(|(day, id)| format!("{day}.{id}")));
        }
        Queue::Exceptions => {
            let kinds = exception_kinds(conn)?;
            let tasks = store::exceptions(conn, &kinds, owned, from, PAGE + 1)?;
            let mut about = about(conn, &tasks)?;
            let row = |task: crate::store::task::Task| Row {
                pick: Pick { id: task.id.0, seen: task.assigned_to },
                href: format!("/tasks/{}", task.id),
                about: (task.subject_kind == "application").then(|| format!("/applications/{}", task.subject_id)),
                name: about.remove(&task.id).unwrap_or_default(),
                role: String::new(),
                firm: String::new(),
                step: kind_title(&task.kind),
                reference: task.detail,
                day: task.due_on,
                owner: String::new(),
            };
            tasks.into_iter().map(row).collect()
        }
        queue => {
            let lines = waiting(conn, queue.states(), queue == Queue::Arrange, owned, from, PAGE + 1)?;
            let state = |line: &Line| match queue {
                Queue::Check => sentence(moves::title(line.state)),
                _ => String::new(),
            };
            lines.into_iter().map(|line| (state(&line), line)).map(|(s, l)| row_of(l, &titles, s)).collect()
        }
    };
    let more = cut(&mut rows, PAGE);
    let end = rows.last().filter(|_| more).map(|row| format!("{}.{}", row.day, row.pick.id));
    owners(conn, rows, end)
}

fn row_of(line: Line, titles: &HashMap<String, String>, step: String) -> Row {
    let since = line.since;
    row(line, titles, since, step, None)
}

fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn owners(conn: &mut Conn, mut rows: Vec<Row>, next: Option<String>) -> Result<Found> {
    let mut ids: Vec<UserId> = rows.iter().filter_map(|row| row.pick.seen).collect();
    ids.sort_unstable();
    ids.dedup();
    let names = names(conn, &ids)?;
    for row in &mut rows {
        row.owner = row.pick.seen.and_then(|user| names.get(&user).cloned()).unwrap_or_default();
    }
    Ok(Found { rows, next })
}

async fn page(
    app: &App,
    officer: &Officer,
    frame: Frame,
    queue: Queue,
    (owner, after): (String, Option<String>),
    form: &Typed,
) -> Result<Answer> {
    let (today, me) = (app.clock.today(), officer.user);
    let (by, from) = (owned(&owner, me), after.clone());
    let (found, fill, team) = app
        .read(move |conn| {
            let found = find(conn, queue, by, from.as_deref(), today)?;
            Ok((found, queue::fill(conn, queue, MOST + 1)?, team(conn)?))
        })
        .await?;
    let base = format!("/queues/{}", queue.code());
    let colleagues = team.into_iter().filter(|(id, _)| *id != me).map(|(id, name)| Choice::new(id, name));
    let title = if after.is_some() { format!("{} (continued)", queue.title()) } else { queue.title().to_owned() };
    let mine = [("mine", "Mine"), ("nobody", "Nobody’s")];
    let chosen = mine.iter().filter(|(value, _)| *value == owner).map(|(_, text)| NavItem::new(*text, &base));
    let asked = form.clone().with("owner", &owner);
    let show = Show {
        frame: frame.titled(title).with_faults(form),
        form: &asked,
        queue,
        count: counted(fill.count),
        first_day: fill.first.map_or_else(String::new, |day| first(queue, day, today)),
        whose: mine.map(|(value, text)| Choice::new(value, text)).into(),
        team: [Choice::new(me, "Me")].into_iter().chain(colleagues).chain([Choice::new("nobody", "Nobody")]).collect(),
        chosen: chosen.collect(),
        today,
        first: after.map(|_| path(&base, &[("owner", Some(owner.clone()))])),
        next: found.next.map(|at| path(&base, &[("owner", Some(owner.clone())), ("after", Some(at))])),
        rows: found.rows,
        owner,
    };
    Answer::form(&show, form.is_good())
}

#[get("/queues/<queue>?<owner>&<after>")]
async fn show(
    officer: Officer,
    app: &State<App>,
    frame: Frame,
    queue: &str,
    owner: Option<String>,
    after: Option<String>,
) -> Result<Answer> {
    let queue: Queue = queue.parse().map_err(|()| Error::NotFound)?;
    let owner = owner.filter(|owner| matches!(owner.as_str(), "mine" | "nobody")).unwrap_or_default();
    page(app, &officer, frame, queue, (owner, after.filter(|text| place(text).is_some())), &Typed::default()).await
}

#[post("/queues/<queue>/assign", data = "<form>")]
async fn assign(officer: Officer, app: &State<App>, frame: Frame, queue: &str, mut form: Typed) -> Result<Answer> {
    let queue: Queue = queue.parse().map_err(|()| Error::NotFound)?;
    let owner = Some(form.text("owner")).filter(|owner| matches!(*owner, "mine" | "nobody")).unwrap_or("").to_owned();
    let one: Option<Pick> = form.value("one");
    let picks: Vec<Pick> = match one {
        Some(pick) => vec![pick],
        None => form.list("pick").into_iter().filter_map(|pick| pick.parse().ok()).collect(),
    };
    let to = match (one, form.text("to")) {
        (Some(_), _) => Some(officer.user),
        (None, "nobody") => None,
        (None, text) => match text.parse() {
            Ok(user) => Some(user),
            Err(_) => {
                form.refuse("to", "Choose whose it is to be");
                None
            }
        },
    };
    if form.is_good() {
        let (who, asked) = (officer.clone(), picks.len());
        let done = app.act_if_needed(officer.user, move |tx| queue::assign(tx, &who, queue, picks, to)).await;
        match done {
            Ok(given) => {
                let to = path(&format!("/queues/{}", queue.code()), &[("owner", Some(owner))]);
                return Ok(Answer::done(to, &told(given, asked)));
            }
            Err(Error::Invalid(faults)) => form.refuse_all(faults),
            Err(other) => return Err(other),
        }
    }
    page(app, &officer, frame, queue, (owner, None), &form).await
}

fn told(given: usize, asked: usize) -> String {
    match asked - given {
        0 => format!("{given} assigned"),
        left => format!("{given} assigned. Somebody else was given {left} meanwhile, which stays theirs."),
    }
}

/// What this room answers.
pub fn routes() -> Vec<Route> {
    routes![show, assign]
}
