//! A contractor's own home: what the council needs from it and by when, and how its people stand. It shows what a
//! contractor may know and nothing else.

use std::collections::{BTreeSet, HashMap};

use askama::Template;
use chrono::NaiveDate;
use rocket::{Route, State, get, routes};

use crate::domain::contractor::{Band, Member, Need, band_title, bands, members, needs};
use crate::domain::permission::{Act, Subject, Who, may};
use crate::error::{Error, Result};
use crate::store::Conn;
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
/// The most people shown under a heading.
const SHOWN: usize = 20;

/// Needs under their headings.
pub(super) struct Bands {
    pub groups: Vec<Group>,
    /// What stops nobody, by what is asked for.
    pub also: Vec<Group>,
    /// Whether there are more people than were looked at.
    pub cut: bool,
}

pub(super) struct Group {
    pub title: String,
    pub people: Vec<Owing>,
    /// How many people more than are shown.
    pub more: usize,
}

impl Bands {
    pub fn also_title(&self) -> &'static str {
        band_title(Band::Also)
    }
}

/// One person in one role, and all that is owed for them under the same heading.
pub(super) struct Owing {
    pub person: PersonId,
    pub name: String,
    pub role: String,
    pub needs: Vec<Need>,
}

/// These people of the firm, and what it owes for those `in_need`: read together, so that namesakes are told apart in
/// both lists alike.
pub(super) fn read(
    conn: &mut Conn,
    firm: ContractorId,
    people: &[PersonId],
    in_need: &[PersonId],
    today: NaiveDate,
) -> Result<(Vec<Member>, Bands)> {
    let all: BTreeSet<PersonId> = people.iter().chain(in_need).copied().collect();
    let all = members(conn, firm, &all.into_iter().collect::<Vec<_>>(), today)?;
    let of = |ids: &[PersonId]| all.iter().filter(|one| ids.contains(&one.person.id)).cloned().collect::<Vec<_>>();
    Ok((of(people), banded(needs(&of(in_need), today), in_need.len())))
}

/// Puts `needs`, already in order, under their headings; `looked_at` people were asked for.
fn banded(needs: Vec<Need>, looked_at: usize) -> Bands {
    let cut = i64::try_from(looked_at).unwrap_or(i64::MAX) >= MOST_IN_NEED;
    let group = |title: &str, wanted: &dyn Fn(&Need) -> bool| {
        let mut people = by_person(needs.iter().filter(|need| wanted(need)).cloned());
        let more = people.len().saturating_sub(SHOWN);
        people.truncate(SHOWN);
        Group { title: title.to_owned(), people, more }
    };
    let groups = bands().map(|band| group(band_title(band), &|need| need.band == band));
    let asked: BTreeSet<&str> =
        needs.iter().filter(|need| need.band == Band::Also).filter_map(|need| need.title.as_deref()).collect();
    let also = asked
        .into_iter()
        .map(|title| group(title, &|need| need.band == Band::Also && need.title.as_deref() == Some(title)));
    Bands { groups: groups.into_iter().filter(|group| !group.people.is_empty()).collect(), also: also.collect(), cut }
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
            let (people, bands) = read(conn, id, &people, &in_need, today)?;
            Ok((firms, people, more, bands))
        })
        .await?;
    let (mut mine, mut others): (Vec<Contractor>, Vec<Contractor>) = all.into_iter().partition(|firm| firm.id == id);
    others.sort_by(|a, b| a.folded_name.cmp(&b.folded_name));
    let firm = mine.pop().ok_or(Error::NotFound)?;
    let here = |after: Option<String>| path("/home", &[("firm", Some(id.to_string())), ("after", after)]);
    let last = people.last().filter(|_| more).map(|member| member.person.id.to_string());
    let page = Home {
        frame: frame.titled(if after.is_some() { "Your people (continued)" } else { "Your people and what is due" }),
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
