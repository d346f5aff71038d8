//! Training demand: who needs what by when against the places free, where they fall short, and the people behind each
//! figure. A contractor sees its own people's needs.

use askama::Template;
use chrono::NaiveDate;
use rocket::{Route, State, get, routes};

use crate::domain::demand::{self, Demand, MONTHS, Month};
use crate::domain::permission::{Act, Subject, may};
use crate::error::{Error, Result};
use crate::store::booking::Need;
use crate::store::session::{self, Filter, When};
use crate::types::PersonId;
use crate::web::answer::{Answer, cut, path};
use crate::web::app::App;
use crate::web::filters;
use crate::web::guard::Booker;
use crate::web::page::Frame;

/// People on a page of a list.
const PAGE: i64 = 100;

#[derive(Template)]
#[template(path = "demand/show.html")]
struct Show {
    frame: Frame,
    demands: Vec<Demand>,
    runs: bool,
}

#[derive(Template)]
#[template(path = "demand/people.html")]
struct People {
    frame: Frame,
    title: String,
    caption: String,
    needs: Vec<Need>,
    count: i64,
    sessions: Vec<(crate::types::SessionId, crate::types::At, i32)>,
    today: NaiveDate,
    first: Option<String>,
    next: Option<String>,
}

fn month_name(month: &Month) -> String {
    month.first.format("%B %Y").to_string()
}

fn list_path(code: &str, ahead: usize) -> String {
    path("/training/demand/people", &[("requirement", Some(code.to_owned())), ("month", Some(ahead.to_string()))])
}

impl Show {
    fn name(&self, month: &Month) -> String {
        month_name(month)
    }

    fn href(&self, demand: &Demand, at: &usize) -> String {
        list_path(&demand.training.code, *at)
    }

    fn seats_href(&self, demand: &Demand) -> String {
        path("/training", &[("course", demand.only.map(|id| id.to_string())), ("when", Some("free".into()))])
    }

    fn all(&self, demand: &Demand) -> String {
        path("/training/demand/people", &[("requirement", Some(demand.training.code.clone()))])
    }

    /// The sessions to arrange, as a sentence.
    fn proposal(&self, demand: &Demand) -> String {
        let parts: Vec<String> = demand
            .months
            .iter()
            .filter(|month| month.propose > 0)
            .map(|month| format!("{} by {}", month.propose, crate::types::long_date(month.last)))
            .collect();
        parts.join(", ")
    }
}

#[get("/training/demand")]
async fn show(booker: Booker, app: &State<App>, frame: Frame) -> Result<Answer> {
    let today = app.clock.today();
    let runs = may(&booker, Act::RunTraining, Subject::Register).is_ok();
    let demands = app.read(move |conn| demand::read(conn, &booker, today)).await?;
    Answer::page(&Show { frame: frame.titled("Training demand"), demands, runs })
}

#[get("/training/demand/people?<requirement>&<month>&<after>")]
async fn people(
    booker: Booker,
    app: &State<App>,
    frame: Frame,
    requirement: &str,
    month: Option<usize>,
    after: Option<i64>,
) -> Result<Answer> {
    let (today, code) = (app.clock.today(), requirement.to_owned());
    if month.is_some_and(|at| at >= MONTHS) {
        return Err(Error::NotFound);
    }
    let after = after.map(PersonId);
    let (mut needs, count, title, coming) = app
        .read(move |conn| {
            let all = crate::domain::course::trainings(conn, today)?;
            let training = all.into_iter().find(|one| one.code == code).ok_or(Error::NotFound)?;
            let needs = demand::people(conn, &booker, &code, month, today, after, PAGE + 1)?;
            let count = demand::count(conn, &booker, &code, month, today)?;
            let filter = Filter { when: When::Coming, free: true, standing: true, course: None };
            let coming = session::list(conn, &filter, today, None, 100)?;
            let coming = coming.into_iter().filter(|(_, course)| course.requirement == code);
            let coming: Vec<_> = coming.map(|(one, _)| (one.id, one.starts_at, one.free())).take(5).collect();
            Ok((needs, count, training.title, coming))
        })
        .await?;
    let base = |after: Option<PersonId>| {
        let query = [
            ("requirement", Some(requirement.to_owned())),
            ("month", month.map(|at| at.to_string())),
            ("after", after.map(|id| id.to_string())),
        ];
        path("/training/demand/people", &query)
    };
    let more = cut(&mut needs, PAGE);
    let next = needs.last().filter(|_| more).map(|last| base(Some(last.person)));
    let caption = match month {
        None => "In the next 12 months".to_owned(),
        Some(0) => "Now, and by the end of this month".to_owned(),
        Some(at) => demand::month(today, at).format("%B %Y").to_string(),
    };
    let name = if after.is_some() { format!("{title}: {caption} (continued)") } else { format!("{title}: {caption}") };
    let page = People {
        frame: frame.titled(name),
        title,
        caption,
        needs,
        count,
        sessions: coming,
        today,
        first: after.map(|_| base(None)),
        next,
    };
    Answer::page(&page)
}

/// What this room answers.
pub fn routes() -> Vec<Route> {
    routes![show, people]
}
