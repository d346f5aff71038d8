//! A contractor's view of one of its own people: the outward standing and dates, and nothing else.

use askama::Template;
use chrono::NaiveDate;

use super::Reader;
use super::bulletins::{Given, bulletins};
use super::training::{Trained, training};
use super::words::{self, Mark, Said};
use crate::domain::clearance::{Dossier, OutwardItem, Standing, clearance, dossiers, outward};
use crate::domain::permission::Who;
use crate::domain::policy::{self, Policy};
use crate::error::{Error, Result};
use crate::store::engagement::Engagement;
use crate::store::{Conn, contractor, person};
use crate::types::{ContractorId, PersonId, long_date};
use crate::web::app::App;
use crate::web::filters;
use crate::web::page::{Frame, Page};
use crate::web::tag::{Tagged, Wanted};

struct Card {
    title: String,
    firms: Vec<String>,
    mark: Mark,
    sentence: String,
    items: Vec<Line>,
}

struct Line {
    title: String,
    sign: &'static str,
    /// None where the title says it all.
    state: Option<Wanted>,
    note: String,
}

#[derive(Template)]
#[template(path = "person/outside.html")]
struct Outside {
    frame: Frame,
    id: PersonId,
    name: String,
    reference: String,
    cards: Vec<Card>,
    training: Vec<Trained>,
    bulletins: Vec<Given>,
}

/// The page; another firm's person and a missing one are not found, alike.
pub(super) async fn show(reader: &Reader, app: &App, frame: Frame, id: PersonId, today: NaiveDate) -> Result<Page> {
    let (who, reach, own) = (Who::clone(reader), reader.reach(), reader.firms());
    let (name, reference, cards, training, bulletins) = app
        .read(move |conn| {
            let person = person::find(conn, id, &reach)?;
            let dossier = dossiers(conn, &[id])?.pop().ok_or(Error::NotFound)?;
            let cards = cards(conn, &dossier, &own, today)?;
            if cards.is_empty() {
                Err(Error::NotFound)
            } else {
                let given = bulletins(conn, id, &dossier, Some(&own), today)?;
                Ok((person.full_name(), person.reference, cards, training(conn, &who, id)?, given))
            }
        })
        .await?;
    Page::show(&Outside { frame: frame.titled(name.clone()), id, name, reference, cards, training, bulletins })
}

/// A card for each role in which one of the reader's firms employs the person now.
fn cards(conn: &mut Conn, dossier: &Dossier, own: &[ContractorId], today: NaiveDate) -> Result<Vec<Card>> {
    let is_own = |one: &&Engagement| own.contains(&one.contractor_id) && one.ends_on.is_none_or(|day| day >= today);
    let work: Vec<&Engagement> = dossier.engagements.iter().filter(is_own).collect();
    if work.is_empty() {
        return Ok(Vec::new());
    }
    let policies = policy::published(conn)?;
    let names = contractor::names(conn, own)?;
    let card = |role: &str| {
        let found = clearance(&policies, role, dossier, today);
        let outward = outward(&found, &dossier.holds, today);
        let firms = names.iter().filter(|(id, _)| work.iter().any(|w| w.role == role && w.contractor_id == *id));
        let policy = Policy::in_force(&policies, today).and_then(|policy| policy.role(role));
        Card {
            title: policy.map_or_else(|| role.to_owned(), |role| role.title.clone()),
            firms: firms.map(|(_, name)| name.clone()).collect(),
            mark: words::standing(outward.standing),
            sentence: sentence(outward.standing, outward.last_day()),
            items: outward.items.into_iter().map(|item| line(item, today)).collect(),
        }
    };
    Ok(dossier.roles().into_iter().filter(|role| work.iter().any(|one| one.role == *role)).map(card).collect())
}

fn line(item: OutwardItem, today: NaiveDate) -> Line {
    let said = Said { kind: item.kind, state: item.state, due_on: item.due_on, note: &item.note, is_struck: false };
    let note = words::note(&said, today, false);
    let is_harmless = item.lead.is_some() && item.stops_on.is_none();
    let note = match item.last_day {
        Some(day) => format!("{note}. They may work until {} unless we have this", long_date(day)),
        None if is_harmless => format!("{note}. This does not stop them working"),
        None => note,
    };
    let wanted = Wanted { state: item.state, stops: !is_harmless };
    Line { note, title: item.title, sign: wanted.sign(), state: item.kind.map(|_| wanted) }
}

/// The standing as a sentence; `last_day` is the last day of work unless what is open is put right.
fn sentence(standing: Standing, last_day: Option<NaiveDate>) -> String {
    let until = last_day.map_or_else(String::new, |day| {
        format!(" until {}, and after that only if we have what is marked below", long_date(day))
    });
    match standing {
        Standing::MayWork => format!("They may work in this role{until}."),
        Standing::MayWorkWithConditions => {
            format!("They may work in this role on the conditions the council has given{until}.")
        }
        Standing::CannotWork => "They cannot work in this role until what is marked below is put right.".to_owned(),
        Standing::WithTheCouncil => "They cannot work in this role. The council is dealing with this.".to_owned(),
        Standing::NotApproved => "The council has not approved them for this role.".to_owned(),
        Standing::Left => "They no longer work in this role.".to_owned(),
    }
}
