//! A bulletin in another language: written, checked against the English text, taken out.

use askama::Template;
use rocket::{Route, State, get, post, routes};

use super::write::{to, with_words, words};
use crate::domain::bulletin::{self, LANGUAGES, is_behind, language_in_english, mark};
use crate::error::{Error, Result};
use crate::store::bulletin::{self as store, MAIN, Text};
use crate::types::{BulletinId, BulletinState};
use crate::web::answer::Answer;
use crate::web::app::App;
use crate::web::filters;
use crate::web::form::{Choice, Typed};
use crate::web::guard::Officer;
use crate::web::page::Frame;
use crate::web::submission::{press, send};

#[derive(Template)]
#[template(path = "bulletin/translate.html")]
struct Translate<'a> {
    frame: Frame,
    form: &'a Typed,
    id: BulletinId,
    heading: String,
    action: String,
    english: Text,
    mark: String,
    /// What may be chosen; none where the language is given.
    languages: Vec<Choice>,
    behind: bool,
    press: &'static str,
}

async fn new_page(app: &App, frame: Frame, id: BulletinId, form: &Typed) -> Result<Answer> {
    let texts = app.read(move |conn| store::texts(conn, id)).await?;
    let is_left = |code: &str| texts.iter().all(|text| text.language != code);
    let left = LANGUAGES.iter().filter(|(code, ..)| is_left(code));
    let languages = left.map(|(code, english, own)| Choice::new(code, format!("{english} ({own})"))).collect();
    let english = texts.into_iter().find(|text| text.language == MAIN).ok_or(Error::NotFound)?;
    let page = Translate {
        frame: frame.titled("Add another language").with_faults(form),
        form,
        id,
        heading: "Add another language".into(),
        action: format!("/bulletins/{id}/languages/new"),
        mark: mark(&english),
        english,
        languages,
        behind: false,
        press: "Add the language",
    };
    Answer::form(&page, form.is_good())
}

#[get("/bulletins/<id>/languages/new")]
async fn new(_officer: Officer, app: &State<App>, frame: Frame, id: BulletinId) -> Result<Answer> {
    new_page(app, frame, id, &Typed::default()).await
}

#[post("/bulletins/<id>/languages/new", data = "<form>")]
async fn add(officer: Officer, app: &State<App>, frame: Frame, id: BulletinId, mut form: Typed) -> Result<Answer> {
    let (code, typed, of) = (form.text("language").to_owned(), words(&form), form.text("based_on").to_owned());
    let sent = send(app, &officer, &form, move |tx, who| {
        bulletin::translate(tx, who, id, &code, &typed, &of)?;
        Ok(to(id))
    });
    match sent.await? {
        Ok(sent) => Ok(sent.answer("The language is added")),
        Err(faults) => {
            form.refuse_all(faults);
            new_page(app, frame, id, &form).await
        }
    }
}

/// The English text of a draft, and its text in this language.
async fn both(app: &App, id: BulletinId, code: String) -> Result<(Text, Text)> {
    let read = app.read(move |conn| {
        if store::find(conn, id)?.state != BulletinState::Draft {
            return Err(Error::Conflict("A translation is not changed once the bulletin is published.".into()));
        }
        let texts = store::texts(conn, id)?;
        let of = |code: &str| texts.iter().find(|text| text.language == code).cloned().ok_or(Error::NotFound);
        if code == MAIN { Err(Error::NotFound) } else { Ok((of(MAIN)?, of(&code)?)) }
    });
    read.await
}

fn check_page(frame: Frame, id: BulletinId, english: Text, text: &Text, form: &Typed) -> Result<Answer> {
    let behind = is_behind(text, &english);
    let name = language_in_english(&text.language).unwrap_or_default();
    let heading = format!("{} the {name} translation", if behind { "Check" } else { "Change" });
    let page = Translate {
        frame: frame.titled(heading.clone()).with_faults(form),
        form,
        id,
        heading,
        action: format!("/bulletins/{id}/languages/{}/check", text.language),
        mark: mark(&english),
        english,
        languages: Vec::new(),
        behind,
        press: if behind { "Confirm the translation" } else { "Save the translation" },
    };
    Answer::form(&page, form.is_good())
}

#[get("/bulletins/<id>/languages/<code>/check")]
async fn checking(_officer: Officer, app: &State<App>, frame: Frame, id: BulletinId, code: String) -> Result<Answer> {
    let (english, text) = both(app, id, code).await?;
    check_page(frame, id, english, &text, &with_words(Typed::default(), &text))
}

#[post("/bulletins/<id>/languages/<code>/check", data = "<form>")]
async fn check(
    officer: Officer,
    app: &State<App>,
    frame: Frame,
    id: BulletinId,
    code: String,
    mut form: Typed,
) -> Result<Answer> {
    let (of, typed, own) = (form.text("based_on").to_owned(), words(&form), code.clone());
    let sent = send(app, &officer, &form, move |tx, who| {
        bulletin::check(tx, who, id, &own, &typed, &of)?;
        Ok(to(id))
    });
    match sent.await? {
        Ok(sent) => Ok(sent.answer("The translation is checked")),
        Err(faults) => {
            form.refuse_all(faults);
            let (english, text) = both(app, id, code).await?;
            check_page(frame, id, english, &text, &form)
        }
    }
}

#[post("/bulletins/<id>/languages/<code>/remove", data = "<form>")]
async fn remove(officer: Officer, app: &State<App>, id: BulletinId, code: String, form: Typed) -> Result<Answer> {
    let sent = press(app, &officer, &form, move |tx, who| {
        bulletin::drop_language(tx, who, id, &code)?;
        Ok(to(id))
    });
    Ok(sent.await?.answer("The language is removed"))
}

pub(super) fn routes() -> Vec<Route> {
    routes![new, add, checking, check, remove]
}
