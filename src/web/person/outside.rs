//! A contractor's view of one of its own people: the outward standing and dates, and nothing else.

use askama::Template;
use chrono::NaiveDate;

use super::Reader;
use super::words::{self, Mark, Said};
use crate::domain::clearance::{Dossier, OutwardItem, Standing, clearance, dossiers, outward};
use crate::domain::policy::{self, Policy};
use crate::error::{Error, Result};
use crate::store::engagement::Engagement;
use crate::store::{Conn, contractor, person};
use crate::types::{ContractorId, ItemState, Kind, PersonId};
use crate::web::app::App;
use crate::web::filters;
use crate::web::page::{Frame, Page};

struct Card {
    title: String,
    firms: Vec<String>,
    mark: Mark,
    sentence: &'static str,
    items: Vec<Line>,
}

struct Line {
    title: String,
    state: ItemState,
    note: String,
}

#[derive(Template)]
#[template(path = "person/outside.html")]
struct Outside {
    frame: Frame,
    name: String,
    reference: String,
    cards: Vec<Card>,
}

/// The page; another firm's person and a missing one are not found, alike.
pub(super) async fn show(reader: &Reader, app: &App, frame: Frame, id: PersonId, today: NaiveDate) -> Result<Page> {
    let (reach, own) = (reader.reach(), reader.firms());
    let (name, reference, cards) = app
        .read(move |conn| {
            let person = person::find(conn, id, &reach)?;
            let dossier = dossiers(conn, &[id])?.pop().ok_or(Error::NotFound)?;
            let cards = cards(conn, &dossier, &own, today)?;
            if cards.is_empty() { Err(Error::NotFound) } else { Ok((person.full_name(), person.reference, cards)) }
        })
        .await?;
    Page::show(&Outside { frame: frame.titled(name.clone()), name, reference, cards })
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
            sentence: sentence(outward.standing),
            items: outward.items.into_iter().map(|item| line(item, today)).collect(),
        }
    };
    Ok(dossier.roles().into_iter().filter(|role| work.iter().any(|one| one.role == *role)).map(card).collect())
}

fn line(item: OutwardItem, today: NaiveDate) -> Line {
    let kind = item.code.starts_with("dbs_certificate").then_some(Kind::DbsCertificate);
    let said = Said { kind, state: item.state, due_on: item.due_on, note: &item.note, is_struck: false };
    Line { note: words::note(&said, today, false), title: item.title, state: item.state }
}

fn sentence(standing: Standing) -> &'static str {
    match standing {
        Standing::MayWork => "They may work in this role.",
        Standing::MayWorkWithConditions => "They may work in this role on the conditions the council has given.",
        Standing::CannotWork => "They cannot work in this role until what is marked below is put right.",
        Standing::WithTheCouncil => "They cannot work in this role yet. The council is dealing with this.",
        Standing::NotApproved => "The council has not approved them for this role.",
        Standing::Left => "They no longer work in this role.",
    }
}
