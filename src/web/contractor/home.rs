//! A contractor's own home: what the council needs from it and by when, and how its people stand. It shows what a
//! contractor may know and nothing else.

use std::collections::HashMap;

use askama::Template;
use chrono::NaiveDate;
use rocket::{Route, State, get, routes};

use crate::domain::contractor::{Member, Need, band_title, bands, members, needs};
use crate::domain::permission::{Act, Subject, Who, may};
use crate::error::{Error, Result};
use crate::store::contractor::{self as store, Contractor};
use crate::types::{ContractorId, PersonId};
use crate::web::answer::{Answer, cut, path};
use crate::web::app::App;
use crate::web::filters;
use crate::web::guard::ContractorUser;
use crate::web::page::Frame;
use crate::web::tag::Seen;

const PAGE: i64 = 50;
/// The most people whose needs one page gathers.
pub(super) const MOST_IN_NEED: i64 = 500;

/// Needs under their headings.
pub(super) struct Bands {
    pub groups: Vec<Group>,
    /// Whether there are more people than were looked at.
    pub cut: bool,
}

pub(super) struct Group {
    pub title: &'static str,
    pub people: Vec<Owing>,
}

/// One person in one role, and all that is owed for them under the same heading.
pub(super) struct Owing {
    pub person: PersonId,
    pub name: String,
    pub role: String,
    pub needs: Vec<Need>,
}

/// Puts `needs`, already in order, under their headings; `looked_at` people were asked for.
pub(super) fn banded(needs: Vec<Need>, looked_at: usize) -> Bands {
    let cut = i64::try_from(looked_at).unwrap_or(i64::MAX) >= MOST_IN_NEED;
    let group = |band| {
        let here = needs.iter().filter(|need| need.band == band);
        Group { title: band_title(band), people: by_person(here.cloned()) }
    };
    Bands { groups: bands().into_iter().map(group).filter(|group| !group.people.is_empty()).collect(), cut }
}

/// In the order of each person's most urgent need.
fn by_person(needs: impl Iterator<Item = Need>) -> Vec<Owing> {
    let mut people: Vec<Owing> = Vec::new();
    let mut places: HashMap<(PersonId, String), usize> = HashMap::new();
    for need in needs {
        let place = *places.entry((need.person, need.role.clone())).or_insert(people.len());
        match people.get_mut(place) {
            Some(one) => one.needs.push(need),
            None => {
                let (name, role) = (need.name.clone(), need.role.clone());
                people.push(Owing { person: need.person, name, role, needs: vec![need] });
            }
        }
    }
    people
}

#[derive(Template)]
#[template(path = "contractor/home.html")]
struct Home {
    frame: Frame,
    firm: Contractor,
    others: Vec<(ContractorId, String)>,
    bands: Bands,
    members: Vec<Member>,
    today: NaiveDate,
    continued: bool,
    first: Option<String>,
    next: Option<String>,
}

/// The firm asked for, or the first of theirs.
fn chosen(who: &Who, firm: Option<ContractorId>) -> Result<ContractorId> {
    let own = who.firms();
    let firm = firm.or_else(|| own.first().copied()).filter(|firm| own.contains(firm)).ok_or(Error::NotFound)?;
    may(who, Act::ViewContractor, Subject::Firm(firm))?;
    Ok(firm)
}

/// The home of somebody who acts for contractors.
pub(in crate::web) async fn page(
    app: &App,
    who: &Who,
    frame: Frame,
    firm: Option<ContractorId>,
    after: Option<PersonId>,
) -> Result<Answer> {
    let today = app.clock.today();
    let id = chosen(who, firm)?;
    let own = who.firms();
    let (all, people, more, bands) = app
        .read(move |conn| {
            let firms = store::by_ids(conn, &own)?;
            let mut people = store::at_firm(conn, id, today, after, PAGE + 1)?;
            let more = cut(&mut people, PAGE);
            let in_need = match after {
                None => store::in_need(conn, id, today, MOST_IN_NEED)?,
                Some(_) => Vec::new(),
            };
            let needs = needs(&members(conn, id, &in_need, today)?, today);
            Ok((firms, members(conn, id, &people, today)?, more, banded(needs, in_need.len())))
        })
        .await?;
    let (mut mine, mut others): (Vec<Contractor>, Vec<Contractor>) = all.into_iter().partition(|firm| firm.id == id);
    others.sort_by(|a, b| a.folded_name.cmp(&b.folded_name));
    let firm = mine.pop().ok_or(Error::NotFound)?;
    let here = |after: Option<String>| path("/home", &[("firm", Some(id.to_string())), ("after", after)]);
    let last = people.last().filter(|_| more).map(|member| member.person.id.to_string());
    let page = Home {
        frame: frame
            .titled(if after.is_some() { "Your people (continued)" } else { "Your people and what is due" })
            .wide(),
        firm,
        others: others.into_iter().map(|firm| (firm.id, firm.name)).collect(),
        bands,
        members: people,
        today,
        continued: after.is_some(),
        first: after.map(|_| here(None)),
        next: last.map(|last| here(Some(last))),
    };
    Answer::page(&page)
}

#[get("/home?<firm>&<after>")]
async fn home(
    user: ContractorUser,
    app: &State<App>,
    frame: Frame,
    firm: Option<i64>,
    after: Option<i64>,
) -> Result<Answer> {
    page(app, &user, frame, firm.map(ContractorId), after.map(PersonId)).await
}

pub(super) fn routes() -> Vec<Route> {
    routes![home]
}
