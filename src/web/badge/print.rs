//! Cards on paper: one badge's, or those of an order, ten to a sheet. Each print is noted.

use rocket::{Route, State, post, routes};

use super::card::{House, gather};
use super::file::Pdf;
use super::layout;
use crate::domain::badge::print;
use crate::domain::permission::{Act, Subject, Who, may};
use crate::error::{Error, Result};
use crate::store::badge::Badge;
use crate::store::{Conn, badge, badge_batch};
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
            let mut badges = find(conn)?;
            badges.retain(|one| print::is_printable(one, today));
            let ids: Vec<BadgeId> = badges.iter().map(|one| one.id).collect();
            Ok((ids, gather(conn, &seal, &house.base, &badges, today)?))
        })
        .await?;
    if cards.is_empty() {
        return Err(Error::Conflict(
            "There is nothing to print: an imported badge has no card of ours, and a dead one gets none.".into(),
        ));
    }
    let house = House::of(&app.config);
    let bytes = app.blocking(move |_, _| match layout {
        BadgeLayout::Card => layout::cards(&house, &cards),
        BadgeLayout::Sheet => layout::sheet(&house, &cards),
    });
    let bytes = bytes.await?;
    let by = who.clone();
    app.act(who.user, move |tx| print::note(tx, &by, &ids, layout)).await?;
    Ok(bytes)
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
