//! The applications behind a number of the funnel, for the transport team alone: they show whose had a trace.

use std::collections::HashMap;

use askama::Template;
use chrono::NaiveDate;
use rocket::{State, get};

use super::{Asked, Query};
use crate::domain::application::moves;
use crate::domain::policy::{self, Policy};
use crate::domain::report::{self, STAGES};
use crate::error::{Error, Result};
use crate::store::queue::Place;
use crate::store::report::{self as store, Row};
use crate::types::{AppealOutcome, ApplicationId, Verdict};
use crate::web::answer::{Answer, cut, path};
use crate::web::app::App;
use crate::web::filters;
use crate::web::guard::Officer;
use crate::web::page::Frame;

const PAGE: i64 = 50;

struct Shown {
    id: ApplicationId,
    reference: String,
    name: String,
    role: String,
    firm: String,
    submitted_on: Option<NaiveDate>,
    standing: String,
}

#[derive(Template)]
#[template(path = "report/rows.html")]
struct Rows {
    frame: Frame,
    title: &'static str,
    lines: Vec<Shown>,
    back: String,
    first: Option<String>,
    next: Option<String>,
}

/// How an application ended, or how far it is.
fn standing(row: &Row) -> String {
    let Some(outcome) = row.outcome else {
        let title = moves::title(row.state);
        let mut letters = title.chars();
        return letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect());
    };
    let outcome = match outcome {
        Verdict::Approved => "Approved",
        Verdict::ApprovedWithConditions => "Approved with conditions",
        Verdict::Refused => "Refused",
        Verdict::Deferred => "Deferred",
    };
    let appeal = match row.appeal_outcome {
        Some(AppealOutcome::Upheld) => ", appeal upheld",
        Some(AppealOutcome::Varied) => ", appeal upheld in part",
        Some(AppealOutcome::Dismissed) => ", appeal dismissed",
        Some(AppealOutcome::Remitted) => ", sent back by the appeal",
        Some(AppealOutcome::Withdrawn) => ", appeal withdrawn",
        None if row.state == crate::types::ApplicationState::Appealed => ", under appeal",
        None => "",
    };
    format!("{outcome}{appeal}")
}

fn shown(row: Row, titles: &HashMap<String, String>) -> Shown {
    Shown {
        standing: standing(&row),
        id: row.id,
        name: match row.name {
            Some((forename, surname)) => format!("{forename} {surname}").trim().to_owned(),
            None => row.sort_name,
        },
        role: titles.get(&row.role).cloned().unwrap_or(row.role),
        firm: row.firm.unwrap_or_default(),
        submitted_on: row.submitted_on,
        reference: row.reference,
    }
}

#[get("/reports/funnel/rows?<stage>&<after>&<query..>")]
pub(super) async fn list(
    _officer: Officer,
    app: &State<App>,
    frame: Frame,
    stage: Option<&str>,
    after: Option<&str>,
    query: Query<'_>,
) -> Result<Answer> {
    let code = stage.unwrap_or("applied");
    let stage = STAGES.into_iter().find(|stage| report::code(*stage) == code).ok_or(Error::NotFound)?;
    let asked = Asked::of(&query);
    let place = after.and_then(|text| {
        let (day, id) = text.split_once('.')?;
        Some(Place { day: day.parse().ok()?, id: id.parse().ok()? })
    });
    let (filter, today) = (asked.filter.clone(), app.clock.today());
    let (mut rows, titles) = app
        .read(move |conn| {
            let policies = policy::published(conn)?;
            let roles = Policy::in_force(&policies, today).map(|policy| policy.roles.clone()).unwrap_or_default();
            let titles: HashMap<String, String> = roles.into_iter().map(|role| (role.code, role.title)).collect();
            Ok((store::rows(conn, stage, &filter, place, PAGE + 1)?, titles))
        })
        .await?;
    let more = cut(&mut rows, PAGE);
    let last = rows.last().filter(|_| more).and_then(|row| Some(format!("{}.{}", row.submitted_on?, row.id)));
    let stage_pair = ("stage", Some(code.to_owned()));
    let title = report::title(stage);
    let page = Rows {
        frame: frame.titled(if place.is_some() { format!("{title} (continued)") } else { title.to_owned() }),
        title,
        lines: rows.into_iter().map(|row| shown(row, &titles)).collect(),
        back: path("/reports/funnel", &asked.pairs()),
        first: place.map(|_| asked.path("/reports/funnel/rows", std::slice::from_ref(&stage_pair))),
        next: last.map(|at| asked.path("/reports/funnel/rows", &[stage_pair, ("after", Some(at))])),
    };
    Answer::page(&page)
}
