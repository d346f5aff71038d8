//! The search box: what was typed stays with the sign-in under an opaque key, so that no name rides in an address.

use rocket::response::Redirect;
use rocket::{State, post};

use super::Reader;
use crate::domain::command;
use crate::error::Result;
use crate::store::{random_token, signin};
use crate::web::app::App;
use crate::web::form::Typed;

/// The longest name that is looked for, in characters.
const LONGEST: usize = 100;

#[post("/people/search", data = "<form>")]
pub(super) async fn search(reader: Reader, app: &State<App>, form: Typed) -> Result<Redirect> {
    let term: String = form.text("term").chars().take(LONGEST).collect();
    if term.is_empty() {
        return Ok(Redirect::to("/people"));
    }
    let (signin, key) = (reader.0.id, random_token());
    let to = format!("/people?search={key}");
    app.blocking(move |db, clock| {
        command::write_untrailed(db, clock, |tx| signin::keep_search(tx, signin, &key, &term))
    })
    .await?;
    Ok(Redirect::to(to))
}
