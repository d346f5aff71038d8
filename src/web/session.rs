//! Training sessions: the list, each one's page with who comes, attendance on a phone, the register on paper.

mod arrange;
mod attendance;

use std::collections::HashMap;

use askama::Template;
use chrono::NaiveDate;
use rocket::{Route, State, get, routes};

use crate::domain::booking;
use crate::domain::permission::{Act, Subject, Who, may};
use crate::domain::session as sessions;
use crate::error::{Error, Result};
use crate::store::Conn;
use crate::store::booking::{self as places, Line};
use crate::store::course::{self, Course};
use crate::store::session::{self as store, Filter, Session, When};
use crate::types::{BookingState, CourseId, SessionId, SessionState};
use crate::web::answer::{Answer, cut, path};
use crate::web::app::App;
use crate::web::filters;
use crate::web::form::{Choice, Typed};
use crate::web::guard::Booker;
use crate::web::page::{Frame, NavItem};

const PAGE: i64 = 50;

struct Row {
    session: Session,
    course: String,
    state: &'static str,
    waiting: i64,
}

#[derive(Template)]
#[template(path = "session/list.html")]
struct List {
    frame: Frame,
    form: Typed,
    whens: Vec<Choice>,
    courses: Vec<Choice>,
    chosen: Vec<NavItem>,
    rows: Vec<Row>,
    runs: bool,
    first: Option<String>,
    next: Option<String>,
}

fn runs(who: &Who) -> bool {
    may(who, Act::RunTraining, Subject::Register).is_ok()
}

#[get("/training?<course>&<when>&<after>")]
async fn list(
    booker: Booker,
    app: &State<App>,
    frame: Frame,
    course: Option<String>,
    when: Option<String>,
    after: Option<i64>,
) -> Result<Answer> {
    let (today, runs) = (app.clock.today(), runs(&booker));
    let of: Option<CourseId> = course.as_deref().and_then(|id| id.parse().ok());
    let word = when.as_deref().filter(|word| ["past", "unmarked", "free"].contains(word)).unwrap_or_default();
    let word = if !runs && word == "unmarked" { "" } else { word }.to_owned();
    let filter = Filter {
        course: of,
        when: match word.as_str() {
            "past" => When::Past,
            "unmarked" => When::Unmarked,
            _ => When::Coming,
        },
        free: word == "free",
        standing: !runs || word == "free",
    };
    let after = after.map(SessionId);
    let (mut rows, all, waiting) = app
        .read(move |conn| {
            let rows = store::list(conn, &filter, today, after, PAGE + 1)?;
            let ids: Vec<SessionId> = rows.iter().map(|(session, _)| session.id).collect();
            let waiting: HashMap<SessionId, i64> = places::waiting(conn, &ids)?.into_iter().collect();
            Ok((rows, course::all(conn)?, waiting))
        })
        .await?;
    let more = cut(&mut rows, PAGE);
    let next = rows.last().filter(|_| more).map(|(last, _)| last.id.to_string());
    let at = |of: Option<CourseId>, word: &str, after: Option<String>| {
        let query = [("course", of.map(|id| id.to_string())), ("when", Some(word.to_owned())), ("after", after)];
        path("/training", &query)
    };
    let mut whens =
        vec![Choice::new("", "To come"), Choice::new("free", "To come, with free places"), Choice::new("past", "Past")];
    if runs {
        whens.push(Choice::new("unmarked", "Past, with results to record"));
    }
    let mut chosen = Vec::new();
    if let Some(one) = all.iter().find(|one| Some(one.id) == of) {
        chosen.push(NavItem::new(one.title.clone(), at(None, &word, None)));
    }
    if let Some(choice) = whens.iter().find(|choice| !word.is_empty() && choice.value == word) {
        chosen.push(NavItem::new(choice.text.clone(), at(of, "", None)));
    }
    let title = match (word.as_str(), after) {
        (_, Some(_)) => "Training sessions (continued)",
        ("past" | "unmarked", None) => "Past training sessions",
        _ => "Training sessions",
    };
    let page = List {
        frame: frame.titled(title),
        form: Typed::default().with("course", of.map_or_else(String::new, |id| id.to_string())).with("when", &word),
        whens,
        courses: all.iter().map(|one| Choice::new(one.id, one.title.clone())).collect(),
        chosen,
        rows: rows
            .into_iter()
            .map(|(session, course)| Row {
                state: sessions::title(&session, today),
                waiting: waiting.get(&session.id).copied().unwrap_or(0),
                course: course.title,
                session,
            })
            .collect(),
        runs,
        first: after.map(|_| at(of, &word, None)),
        next: next.map(|id| at(of, &word, Some(id))),
    };
    Answer::page(&page)
}

/// What every page of one session says of it.
pub(super) struct Head {
    pub session: Session,
    pub course: Course,
    pub state: &'static str,
}

impl Head {
    /// The session, for whoever may know of it: a firm sees those that are not cancelled, and why one moved only where
    /// it has people.
    ///
    /// # Errors
    /// `NotFound`.
    pub(super) fn read(conn: &mut Conn, who: &Who, id: SessionId, today: NaiveDate) -> Result<Head> {
        let mut session = store::find(conn, id)?;
        if !runs(who) && booking::register(conn, who, id)?.is_empty() {
            if session.state == SessionState::Cancelled {
                return Err(Error::NotFound);
            }
            session.reason.clear();
        }
        let course = course::find(conn, session.course_id)?;
        Ok(Head { state: sessions::title(&session, today), session, course })
    }

    pub(super) fn id(&self) -> SessionId {
        self.session.id
    }
}

/// What the viewer may do on the page.
#[allow(clippy::struct_excessive_bools, reason = "one for each button")]
struct Ways {
    runs: bool,
    books: bool,
    changes: bool,
    marks: bool,
}

/// A line of the page.
struct Place {
    line: Line,
    may_cancel: bool,
}

#[derive(Template)]
#[template(path = "session/show.html")]
struct Show {
    frame: Frame,
    head: Head,
    ways: Ways,
    places: Vec<Place>,
    waiting: Vec<Place>,
    invited: usize,
}

#[get("/training/<id>")]
async fn show(booker: Booker, app: &State<App>, frame: Frame, id: SessionId) -> Result<Answer> {
    let (today, now) = (app.clock.today(), app.clock.now());
    let page = app.read(move |conn| {
        let head = Head::read(conn, &booker, id, today)?;
        let runs = runs(&booker);
        let lines = booking::register(conn, &booker, id)?;
        let session = &head.session;
        let open = session.state != SessionState::Cancelled && session.held_on >= today;
        let mut places = Vec::with_capacity(lines.len());
        for line in lines {
            let is_open = open
                && now < session.starts_at
                && matches!(line.booking.state, BookingState::Booked | BookingState::Waiting);
            let may_cancel = is_open && booking::may_cancel(conn, &booker, &line.booking).is_ok();
            places.push(Place { line, may_cancel });
        }
        let (waiting, places): (Vec<_>, Vec<_>) =
            places.into_iter().partition(|place| place.line.booking.state == BookingState::Waiting);
        let ways = Ways {
            runs,
            books: booking::takes_bookings(session, &booker, now, today).is_ok(),
            changes: runs && open && session.state == SessionState::Planned,
            marks: runs && session.state != SessionState::Cancelled && now >= session.starts_at,
        };
        let invited = if runs { places::invited(conn, id)?.len() } else { 0 };
        let title = format!("{} on {}", head.course.title, crate::types::long_date(session.held_on));
        Ok(Show { frame: frame.titled(title), head, ways, places, waiting, invited })
    });
    Answer::page(&page.await?)
}

/// What this room answers.
pub fn routes() -> Vec<Route> {
    [routes![list, show], arrange::routes(), attendance::routes()].concat()
}
