//! Today: who cannot work, what falls due, and the team's work. Everybody else is shown their own way in.

mod service;

use std::collections::BTreeSet;

use askama::Template;
use chrono::NaiveDate;
use rocket::{Route, State, get, routes};

use crate::domain::import::apply::PATIENCE;
use crate::domain::permission::{Act, Subject, may};
use crate::domain::policy::{self, Policy};
use crate::domain::signin::Signin;
use crate::domain::today::{Stopped, cannot_work};
use crate::error::{Error, Result};
use crate::store::register::{Filter, Scope, Sort};
use crate::store::today::{self as store, CAP};
use crate::store::{Conn, badge_request, register, session, task};
use crate::types::{Access, At, PersonId, Reach, Status, in_london, long_date, thousands};
use crate::web::answer::Answer;
use crate::web::app::App;
use crate::web::contractor::home;
use crate::web::filters;
use crate::web::form::Typed;
use crate::web::page::Frame;
use crate::web::person::{AHEAD, last_day};
use crate::web::queue::{self, Figure as Waiting};
use crate::web::task::kind_title;
use service::Service;

/// How many are listed before the link to all.
const SHOWN: usize = 10;

/// A count that stops at the cap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Capped(usize);

impl Capped {
    fn is_zero(self) -> bool {
        self.0 == 0
    }
}

impl std::fmt::Display for Capped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if i64::try_from(self.0).unwrap_or(i64::MAX) > CAP {
            f.write_str("10,000+")
        } else {
            f.write_str(&thousands(self.0 as i128))
        }
    }
}

struct Figure {
    count: Capped,
    text: String,
    href: String,
}

struct Due {
    person: PersonId,
    name: String,
    role: String,
    title: String,
    day: Option<NaiveDate>,
}

/// One of the team's queues.
struct Queue {
    title: String,
    href: Option<String>,
    count: Capped,
    oldest: String,
}

#[derive(Template)]
#[template(path = "today/show.html")]
struct Show {
    frame: Frame,
    box_form: Typed,
    today: NaiveDate,
    stopped: Capped,
    by_status: Vec<Figure>,
    newest: Vec<Stopped>,
    due: Vec<Figure>,
    next: Vec<Due>,
    waiting: Vec<Waiting>,
    queues: Vec<Queue>,
    service: Service,
}

impl Show {
    /// Whether no application waits for anything.
    fn is_idle(&self) -> bool {
        self.waiting.iter().all(|figure| figure.is_zero)
    }
}

fn stopped(conn: &mut Conn, today: NaiveDate) -> Result<(Capped, Vec<Figure>)> {
    let mut everybody: BTreeSet<PersonId> = BTreeSet::new();
    let mut figures = Vec::new();
    for (status, text) in
        [(Status::Lapsed, "lapsed"), (Status::Suspended, "suspended"), (Status::Unsuitable, "found unsuitable")]
    {
        let mut people: BTreeSet<PersonId> = store::people_kept_as(conn, status, today)?.into_iter().collect();
        if status == Status::Lapsed {
            people.extend(store::people_run_out(conn, today)?);
        }
        figures.push(Figure {
            count: Capped(people.len()),
            text: text.to_owned(),
            href: format!("/people?status={status}"),
        });
        everybody.extend(people);
    }
    Ok((Capped(everybody.len()), figures))
}

fn due(conn: &mut Conn, today: NaiveDate) -> Result<Vec<Figure>> {
    // Counted as the list behind the link counts, so that the two agree.
    let scope = Scope { reach: Reach::Everyone, today, sees_trace: true };
    let mut figures = Vec::new();
    for days in AHEAD {
        let text = match days {
            0 => "overdue or missing".to_owned(),
            days => format!("overdue, or due within {days} days"),
        };
        let filter = Filter { due_within: last_day(today, days), ..Filter::default() };
        let count = register::count(conn, &scope, &filter, Sort::Due, CAP + 1)?;
        let count = Capped(usize::try_from(count).unwrap_or(0));
        figures.push(Figure { count, text, href: format!("/people?due={days}&sort=due") });
    }
    Ok(figures)
}

fn next_due(conn: &mut Conn, policy: Option<&Policy>, today: NaiveDate) -> Result<Vec<Due>> {
    let items = store::next_due(conn, today, i64::try_from(SHOWN).unwrap_or(10))?;
    let named = items.into_iter().map(|item| {
        let asked = policy.and_then(|p| {
            p.requirements.iter().find(|asked| asked.role == item.role && asked.code == item.requirement)
        });
        Due {
            person: item.person_id,
            name: format!("{} {}", item.forename, item.surname).trim().to_owned(),
            title: asked.map_or(item.requirement, |asked| asked.title.clone()),
            role: policy.and_then(|p| p.role(&item.role)).map_or(item.role, |role| role.title.clone()),
            day: item.due_on,
        }
    });
    Ok(named.collect())
}

fn age(at: Option<&At>, today: NaiveDate) -> String {
    at.map_or_else(String::new, |at| filters::days_away(in_london(at.utc()), today))
}

fn queues(conn: &mut Conn, today: NaiveDate, now: At) -> Result<Vec<Queue>> {
    let mut queues = Vec::new();
    for queue in task::queues(conn, CAP + 1)? {
        queues.push(Queue {
            title: kind_title(&queue.kind),
            href: Some(format!("/tasks?kind={}", queue.kind)),
            count: Capped(queue.opened.len()),
            oldest: age(queue.opened.iter().min(), today),
        });
    }
    let mut add = |title: &str, href: Option<&str>, count: usize, oldest: String| {
        if count > 0 {
            let (title, href) = (title.to_owned(), href.map(str::to_owned));
            queues.push(Queue { title, href, count: Capped(count), oldest });
        }
    };
    let holds = store::open_holds(conn, today)?;
    let since = holds.first().map_or_else(String::new, |day| filters::days_away(*day, today));
    add("Holds in place", Some("/people?status=suspended"), holds.len(), since);
    let (asked, since) = badge_request::waiting(conn, CAP + 1)?;
    let since = since.map_or_else(String::new, |day| filters::days_away(day, today));
    add("Badges asked for", Some("/badge-requests"), asked, since);
    let waivers = store::imported_waivers(conn, today)?;
    let ends = waivers.first().map_or_else(String::new, |(_, day)| {
        format!("the first ends {} ({})", long_date(*day), filters::days_away(*day, today))
    });
    add("Waivers from the imported register to clean up", Some("/tasks/waivers"), waivers.len(), ends);
    let imports = store::imports_to_mend(conn, 20, now.plus(-PATIENCE))?;
    add("Imports to mend or finish", Some("/imports"), imports.len(), age(imports.last().map(|row| &row.3), today));
    let registers = session::to_mark(conn, today, CAP + 1)?;
    let oldest = registers.first().map_or_else(String::new, |day| filters::days_away(*day, today));
    add("Training registers to complete", Some("/training?when=unmarked"), registers.len(), oldest);
    let letters = store::failed_letters(conn)?;
    add("Letters that could not be sent", Some("/outbox?state=failed"), letters.len(), age(letters.first(), today));
    Ok(queues)
}

async fn today_page(app: &App, frame: Frame, sees_jobs: bool) -> Result<Answer> {
    let (today, now) = (app.clock.today(), app.clock.now());
    let page = app.read(move |conn| {
        let policies = policy::published(conn)?;
        let policy = Policy::in_force(&policies, today);
        let (stopped, by_status) = stopped(conn, today)?;
        Ok(Show {
            frame: frame.titled("Today"),
            box_form: Typed::default(),
            today,
            stopped,
            by_status,
            newest: cannot_work(conn, &policies, today, SHOWN)?,
            due: due(conn, today)?,
            next: next_due(conn, policy, today)?,
            waiting: queue::figures(conn, today)?,
            queues: queues(conn, today, now)?,
            service: service::read(conn, now, sees_jobs)?,
        })
    });
    Answer::page(&page.await?)
}

/// The way in. Whoever holds several accesses is shown the widest one's.
#[get("/")]
async fn index(signin: Signin, app: &State<App>, frame: Frame) -> Result<Answer> {
    let who = &signin.who;
    if may(who, Act::WorkQueues, Subject::Register).is_ok() {
        today_page(app, frame, who.has(Access::Admin)).await
    } else if who.is_staff() {
        Ok(Answer::away("/people"))
    } else if !who.firms().is_empty() {
        home::page(app, who, frame, None, None).await
    } else if who.has(Access::Admin) {
        Ok(Answer::away("/jobs"))
    } else if who.has(Access::PanelMember) {
        Ok(Answer::away("/interviews"))
    } else {
        Err(Error::NotFound)
    }
}

/// What this room answers.
pub fn routes() -> Vec<Route> {
    routes![index]
}

#[cfg(test)]
mod tests {
    use super::Capped;

    #[test]
    fn a_count_stops_at_ten_thousand() {
        assert_eq!([0, 1204, 10_000, 10_001].map(|n| Capped(n).to_string()), ["0", "1,204", "10,000", "10,000+"]);
    }
}
