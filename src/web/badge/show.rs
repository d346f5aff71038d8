//! One badge: what is printed on it, whether it holds today, when it was printed, and what becomes of it.

use askama::Template;
use rocket::{Route, State, get, post, routes};

use super::{authorised, state_word};
use crate::domain::badge::change::{self, Change};
use crate::domain::badge::{photo, print};
use crate::domain::permission::{Act, Subject, Who, may};
use crate::domain::{policy, signing};
use crate::error::{Error, Result};
use crate::store::badge::Badge;
use crate::store::{badge_print, contractor, person, register, user};
use crate::types::{At, BadgeId, BadgeLayout, Origin, PhotoId, Reach, UserId};
use crate::web::answer::Answer;
use crate::web::app::App;
use crate::web::filters;
use crate::web::form::Typed;
use crate::web::guard::Officer;
use crate::web::page::{Frame, NavItem};
use crate::web::person::Reader;
use crate::web::submission::{Sent, send};

struct Head {
    badge: Badge,
    name: String,
    firm: String,
    role: String,
    code: String,
    issued_by: String,
    replaces: Option<String>,
    authorised: bool,
    photo: Option<PhotoId>,
    is_printable: bool,
}

struct Printed {
    at: At,
    how: &'static str,
    by: String,
}

#[derive(Template)]
#[template(path = "badge/show.html")]
struct Show {
    frame: Frame,
    head: Head,
    state: &'static str,
    prints: Vec<Printed>,
    changes: Vec<NavItem>,
    team: bool,
    sees_reasons: bool,
    own: bool,
}

#[derive(Template)]
#[template(path = "badge/change.html")]
struct Changing<'a> {
    frame: Frame,
    form: &'a Typed,
    id: BadgeId,
    number: String,
    name: String,
    change: Change,
}

fn how(layout: BadgeLayout) -> &'static str {
    match layout {
        BadgeLayout::Card => "Card",
        BadgeLayout::Sheet => "Sheet of ten",
    }
}

async fn head(app: &App, who: &Who, id: BadgeId) -> Result<(Head, Vec<Printed>)> {
    let (who, today, seal) = (who.clone(), app.clock.today(), app.db.seal().clone());
    app.read(move |conn| {
        let badge = change::seen(conn, &who, id)?;
        let policies = policy::published(conn)?;
        let valid = authorised(conn, &policies, &[&badge], today)?;
        let owner = person::find(conn, badge.person_id, &Reach::Everyone)?;
        let firm = contractor::find(conn, badge.contractor_id, &Reach::Everyone)?.name;
        let by = badge
            .issued_by
            .filter(|by| *by != UserId::SYSTEM)
            .map(|by| user::find(conn, by))
            .transpose()?
            .map(|by| by.name);
        let former = badge.replaces.map(|id| crate::store::badge::find(conn, id)).transpose()?;
        let has_photo = photo::is_shown(conn, &who, badge.person_id, today)?;
        let prints = badge_print::of_badge(conn, id)?;
        let head = Head {
            name: owner.full_name(),
            firm,
            role: register::titles(conn, today)?.role(&badge.role).to_owned(),
            code: badge.opaque.as_deref().map_or_else(String::new, |opaque| signing::card_code(&seal, opaque)),
            issued_by: match (badge.origin, by) {
                (Origin::Imported, _) => "The imported register".to_owned(),
                (Origin::Recorded, Some(name)) => name,
                (Origin::Recorded, None) => "Chaperone".to_owned(),
            },
            replaces: former.map(|one| one.number),
            authorised: valid.get(&badge.id).copied().unwrap_or(false),
            photo: badge.photo_id.filter(|_| has_photo),
            is_printable: print::is_printable(&badge, today),
            badge,
        };
        Ok((head, prints.into_iter().map(|(at, layout, by)| Printed { at, how: how(layout), by }).collect()))
    })
    .await
}

#[get("/badges/<id>")]
async fn show(reader: Reader, app: &State<App>, frame: Frame, id: BadgeId) -> Result<Answer> {
    let (head, prints) = head(app, &reader, id).await?;
    let team = may(&reader, Act::IssueBadges, Subject::Register).is_ok();
    let changes = Change::ALL.into_iter().filter(|change| team && change.fits(&head.badge));
    let page = Show {
        frame: frame.titled(format!("Badge {}", head.badge.number)),
        changes: changes
            .map(|change| NavItem::new(change.title(), format!("/badges/{id}/change/{}", change.word())))
            .collect(),
        team,
        sees_reasons: reader.sees_reasons(),
        own: head.badge.opaque.is_some(),
        state: state_word(head.badge.state, reader.is_staff()),
        head,
        prints: if team { prints } else { Vec::new() },
    };
    Answer::page(&page)
}

async fn change_page(app: &App, who: &Who, frame: Frame, id: BadgeId, word: &str, form: &Typed) -> Result<Answer> {
    let change = Change::parse(word).ok_or(Error::NotFound)?;
    let (head, _) = head(app, who, id).await?;
    if !change.fits(&head.badge) {
        return Err(Error::Conflict("Somebody changed this badge after you opened the page.".into()));
    }
    let page = Changing {
        frame: frame.titled(change.title()).with_faults(form),
        form,
        id,
        number: head.badge.number,
        name: head.name,
        change,
    };
    Answer::form(&page, form.is_good())
}

#[get("/badges/<id>/change/<change>")]
async fn changing(officer: Officer, app: &State<App>, frame: Frame, id: BadgeId, change: &str) -> Result<Answer> {
    change_page(app, &officer, frame, id, change, &Typed::default()).await
}

#[post("/badges/<id>/change/<change>", data = "<form>")]
async fn do_change(
    officer: Officer,
    app: &State<App>,
    frame: Frame,
    id: BadgeId,
    change: &str,
    mut form: Typed,
) -> Result<Answer> {
    let what = Change::parse(change).ok_or(Error::NotFound)?;
    let reason = form.text("reason").to_owned();
    let sent = send(app, &officer, &form, move |tx, who| {
        change::change(tx, who, id, what, &reason)?;
        Ok(Sent::to(format!("/badges/{id}")))
    });
    match sent.await? {
        Ok(sent) => Ok(sent.answer("The badge is changed. This holds from now on")),
        Err(faults) => {
            form.refuse_all(faults);
            change_page(app, &officer, frame, id, change, &form).await
        }
    }
}

pub(super) fn routes() -> Vec<Route> {
    routes![show, changing, do_change]
}
