//! Cards on paper: one badge's, or those of an order, ten to a sheet. Each print is noted.

use rocket::{Route, State, post, routes};
use serde_json::json;

use super::card::{House, gather};
use super::file::Pdf;
use super::layout;
use crate::domain::permission::{Act, Subject, Who, may};
use crate::error::{Error, Result};
use crate::store::badge::Badge;
use crate::store::trail::Entry;
use crate::store::{Conn, Tx, badge, badge_batch, badge_print};
use crate::types::{BadgeId, BadgeLayout, BatchId};
use crate::web::app::App;
use crate::web::form::Typed;
use crate::web::guard::Officer;

/// The most badges of one file.
pub(super) const MOST: i64 = 500;

/// The file of these badges, each of our own, and the note that they were printed.
async fn printed(
    app: &App,
    who: &Who,
    layout: BadgeLayout,
    find: impl FnOnce(&mut Conn) -> Result<Vec<Badge>> + Send + 'static,
) -> Result<Vec<u8>> {
    may(who, Act::IssueBadges, Subject::Register)?;
    let (house, seal, today) = (House::of(&app.config), app.db.seal().clone(), app.clock.today());
    let (ids, cards) = app
        .read(move |conn| {
            let badges: Vec<Badge> = find(conn)?.into_iter().filter(|one| one.opaque.is_some()).collect();
            let ids: Vec<(BadgeId, crate::types::PersonId)> =
                badges.iter().map(|one| (one.id, one.person_id)).collect();
            Ok((ids, gather(conn, &seal, &house.base, &badges, today)?))
        })
        .await?;
    if cards.is_empty() {
        return Err(Error::Conflict("There is nothing to print: an imported badge has no card of ours.".into()));
    }
    let house = House::of(&app.config);
    let bytes = app.blocking(move |_, _| match layout {
        BadgeLayout::Card => layout::cards(&house, &cards),
        BadgeLayout::Sheet => layout::sheet(&house, &cards),
    });
    let bytes = bytes.await?;
    app.act(who.user, move |tx| note(tx, &ids, layout)).await?;
    Ok(bytes)
}

fn note(tx: &mut Tx<'_>, badges: &[(BadgeId, crate::types::PersonId)], layout: BadgeLayout) -> Result<()> {
    let ids: Vec<BadgeId> = badges.iter().map(|(id, _)| *id).collect();
    badge_print::insert(tx, &ids, layout)?;
    for (id, person) in badges {
        let entry = Entry::new("badge.print", "badge", id.0).about(*person);
        tx.trail(entry.new_value(&json!({ "layout": layout })));
    }
    Ok(())
}

fn layout_of(form: &Typed) -> BadgeLayout {
    form.value("layout").unwrap_or(BadgeLayout::Card)
}

#[post("/badges/<id>/print", data = "<form>")]
async fn one(officer: Officer, app: &State<App>, id: BadgeId, form: Typed) -> Result<Pdf> {
    let bytes = printed(app, &officer, layout_of(&form), move |conn| Ok(vec![badge::find(conn, id)?])).await?;
    Ok(Pdf::new(&format!("badge-{id}.pdf"), bytes))
}

#[post("/badge-batches/<id>/print", data = "<form>")]
async fn batch(officer: Officer, app: &State<App>, id: BatchId, form: Typed) -> Result<Pdf> {
    let after = BadgeId(form.value("after").unwrap_or(0));
    let find = move |conn: &mut Conn| {
        badge_batch::find(conn, id)?;
        let ids = badge_batch::badges(conn, id, after, MOST)?;
        badge::by_ids(conn, &ids)
    };
    let bytes = printed(app, &officer, layout_of(&form), find).await?;
    Ok(Pdf::new(&format!("badges-{id}.pdf"), bytes))
}

pub(super) fn routes() -> Vec<Route> {
    routes![one, batch]
}
