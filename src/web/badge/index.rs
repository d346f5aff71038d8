//! The list of badges: the council's of everybody, a contractor's of its own people.

use askama::Template;
use chrono::{NaiveDate, TimeDelta};
use rocket::{Route, State, get, routes};

use super::{authorised, state_word};
use crate::domain::permission::{Act, Subject, may};
use crate::domain::policy;
use crate::error::Result;
use crate::store::badge::{self as store, Filter};
use crate::store::{contractor, register};
use crate::types::{BadgeId, BadgeState, ContractorId};
use crate::web::answer::{Answer, cut, path};
use crate::web::app::App;
use crate::web::filters;
use crate::web::form::{Choice, Typed};
use crate::web::page::{Frame, NavItem};
use crate::web::person::Reader;
use crate::web::tag::Tagged;

const PAGE: i64 = 50;
/// The days ahead a list can be narrowed to; 0 is what has run out.
const AHEAD: [i64; 4] = [0, 30, 60, 90];
/// More firms than this are not listed to choose from.
const MOST_FIRMS: usize = 300;

struct Row {
    id: BadgeId,
    number: String,
    name: String,
    role: String,
    firm: String,
    issued_on: NaiveDate,
    expires_on: NaiveDate,
    state: &'static str,
    authorised: bool,
}

#[derive(Template)]
#[template(path = "badge/index.html")]
struct Index {
    frame: Frame,
    form: Typed,
    states: Vec<Choice>,
    ends: Vec<Choice>,
    firms: Vec<Choice>,
    chosen: Vec<NavItem>,
    rows: Vec<Row>,
    may_ask: bool,
    sees_orders: bool,
    first: Option<String>,
    next: Option<String>,
}

fn ahead(days: i64) -> String {
    if days == 0 { "Has run out".to_owned() } else { format!("Runs out within {days} days") }
}

#[get("/badges?<state>&<ends>&<contractor>&<before>")]
async fn index(
    reader: Reader,
    app: &State<App>,
    frame: Frame,
    state: Option<&str>,
    ends: Option<i64>,
    contractor: Option<i64>,
    before: Option<i64>,
) -> Result<Answer> {
    let today = app.clock.today();
    let (reach, is_staff) = (reader.reach(), reader.is_staff());
    let state: Option<BadgeState> = state.filter(|_| is_staff).and_then(|word| word.parse().ok());
    let ends = ends.filter(|days| AHEAD.contains(days));
    let firm = contractor.map(ContractorId);
    let filter = Filter {
        state,
        contractor: firm,
        ends_by: ends.map(|days| today + TimeDelta::days(if days == 0 { -1 } else { days })),
        ends_from: ends.filter(|days| *days > 0).map(|_| today),
    };
    let may_ask = may(&reader, Act::RequestBadge, Subject::Register).is_ok();
    let (rows, firms, next) = app
        .read(move |conn| {
            let mut found = store::page(conn, &reach, &filter, before.map(BadgeId), PAGE + 1)?;
            let more = cut(&mut found, PAGE);
            let next = found.last().filter(|_| more).map(|(badge, ..)| badge.id.to_string());
            let policies = policy::published(conn)?;
            let titles = register::titles(conn, today)?;
            let badges: Vec<&store::Badge> = found.iter().map(|(badge, ..)| badge).collect();
            let valid = authorised(conn, &policies, &badges, today)?;
            let row = |(badge, forename, surname, firm): store::Row| Row {
                authorised: valid.get(&badge.id).copied().unwrap_or(false),
                name: format!("{forename} {surname}").trim().to_owned(),
                role: titles.role(&badge.role).to_owned(),
                firm,
                id: badge.id,
                number: badge.number,
                issued_on: badge.issued_on,
                expires_on: badge.expires_on,
                state: state_word(badge.state, is_staff),
            };
            let rows: Vec<Row> = found.into_iter().map(row).collect();
            let firms = if is_staff { contractor::few_choices(conn, MOST_FIRMS)? } else { None };
            Ok((rows, firms.unwrap_or_default(), next))
        })
        .await?;
    let query = |before: Option<String>| {
        [
            ("state", state.map(|one| one.to_string())),
            ("ends", ends.map(|days| days.to_string())),
            ("contractor", firm.map(|id| id.to_string())),
            ("before", before),
        ]
    };
    let without = |gone: &str| {
        let kept = query(None).into_iter().filter(|(name, _)| *name != gone);
        path("/badges", &kept.collect::<Vec<_>>())
    };
    let mut chosen = Vec::new();
    chosen.extend(state.map(|one| NavItem::new(one.word(), without("state"))));
    chosen.extend(ends.map(|days| NavItem::new(ahead(days), without("ends"))));
    let firm_name = firms.iter().find(|(id, _)| Some(*id) == firm).map(|(_, name)| name.clone());
    chosen.extend(firm_name.map(|name| NavItem::new(name, without("contractor"))));
    let mut form = Typed::default();
    for (name, value) in query(None) {
        form = value.into_iter().fold(form, |form, value| form.with(name, value));
    }
    let page = Index {
        frame: frame.titled(if before.is_some() { "Badges (continued)" } else { "Badges" }),
        form,
        states: BadgeState::ALL.iter().filter(|_| is_staff).map(|one| Choice::new(one, one.word())).collect(),
        ends: AHEAD.iter().map(|days| Choice::new(days, ahead(*days))).collect(),
        firms: firms.into_iter().map(|(id, name)| Choice::new(id, name)).collect(),
        chosen,
        rows,
        may_ask,
        sees_orders: may(&reader, Act::ViewBadgeOrders, Subject::Register).is_ok(),
        first: before.map(|_| path("/badges", &query(None))),
        next: next.map(|before| path("/badges", &query(Some(before)))),
    };
    Answer::page(&page)
}

pub(super) fn routes() -> Vec<Route> {
    routes![index]
}
