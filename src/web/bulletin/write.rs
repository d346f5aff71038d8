//! Writing a bulletin in English; publishing and withdrawing it.

use askama::Template;
use rocket::{Route, State, get, post, routes};

use super::{Viewer, show};
use crate::domain::bulletin::words::{Asked, QUESTIONS};
use crate::domain::bulletin::{self, Draft, Words, based_on, language_in_english};
use crate::domain::policy::{self, Policy};
use crate::error::{Error, Result};
use crate::store::bulletin::{self as store, Bulletin, MAIN, Text};
use crate::store::contractor;
use crate::types::{BulletinId, BulletinState, ContractorId};
use crate::web::answer::Answer;
use crate::web::app::App;
use crate::web::form::{Choice, Typed};
use crate::web::guard::Officer;
use crate::web::page::Frame;
use crate::web::submission::{Sent, send};

#[derive(Template)]
#[template(path = "bulletin/edit.html")]
struct Edit<'a> {
    frame: Frame,
    form: &'a Typed,
    heading: &'static str,
    action: String,
    back: String,
    roles: Vec<Choice>,
    firms: Vec<Choice>,
    mandatory: Vec<Choice>,
    /// The other languages it is written in.
    translations: Vec<&'static str>,
}

#[derive(Template)]
#[template(path = "bulletin/withdraw.html")]
struct Withdraw<'a> {
    frame: Frame,
    form: &'a Typed,
    id: BulletinId,
    title: String,
}

/// The words of a bulletin as the form has them.
pub(super) fn words(form: &Typed) -> Words {
    let text = |name: &str| form.text(name).to_owned();
    let asked = |number: usize| Asked {
        text: text(&format!("q{number}_text")),
        options: text(&format!("q{number}_options")),
        right: text(&format!("q{number}_right")),
    };
    Words { title: text("title"), body: text("body"), questions: (1..=QUESTIONS).map(asked).collect() }
}

fn draft(form: &mut Typed) -> Draft {
    let firms = form.list("contractors").into_iter().filter_map(|id| id.parse().ok().map(ContractorId)).collect();
    Draft {
        words: words(form),
        mandatory: form.has("mandatory", "yes"),
        roles: form.list("roles").into_iter().filter(|role| !role.is_empty()).map(str::to_owned).collect(),
        contractors: firms,
        read_by: form.may_date("read_by", "day to read it by"),
    }
}

fn filled(row: &Bulletin, text: &Text) -> Typed {
    let mut form = Typed::default().with_date("read_by", row.read_by).with("based_on", based_on(row, text));
    form = with_words(form, text);
    if row.mandatory {
        form = form.with("mandatory", "yes");
    }
    form = row.roles.iter().fold(form, |form, role| form.with("roles", role));
    form = row.contractors.iter().fold(form, |form, firm| form.with("contractors", firm));
    (1..)
        .zip(&text.questions)
        .fold(form, |form, (number, question)| form.with(&format!("q{number}_right"), question.right + 1))
}

/// The form with the words of a text in it.
pub(super) fn with_words(form: Typed, text: &Text) -> Typed {
    let form = form.with("title", &text.title).with("body", &text.body);
    (1..).zip(&text.questions).fold(form, |form, (number, question)| {
        form.with(&format!("q{number}_text"), &question.text)
            .with(&format!("q{number}_options"), question.options.join("\n"))
    })
}

async fn edit_page(app: &App, frame: Frame, id: Option<BulletinId>, form: &Typed) -> Result<Answer> {
    let today = app.clock.today();
    let (roles, firms, texts) = app
        .read(move |conn| {
            let policies = policy::published(conn)?;
            let roles = Policy::in_force(&policies, today).map(|policy| policy.roles.clone()).unwrap_or_default();
            let texts = id.map_or_else(|| Ok(Vec::new()), |id| store::texts(conn, id))?;
            Ok((roles, contractor::choices(conn)?, texts))
        })
        .await?;
    let heading = if id.is_some() { "Change a draft" } else { "Write a bulletin" };
    let page = Edit {
        frame: frame.titled(heading).with_faults(form),
        form,
        heading,
        action: id.map_or_else(|| "/bulletins/new".to_owned(), |id| format!("/bulletins/{id}/edit")),
        back: id.map_or_else(|| "/bulletins".to_owned(), |id| format!("/bulletins/{id}")),
        roles: roles.iter().map(|role| Choice::new(&role.code, role.title.clone())).collect(),
        firms: firms.into_iter().map(|(id, name)| Choice::new(id, name)).collect(),
        mandatory: vec![Choice::new("yes", "Everybody it is for has to read it")],
        translations: texts
            .iter()
            .filter(|text| text.language != MAIN)
            .filter_map(|text| language_in_english(&text.language))
            .collect(),
    };
    Answer::form(&page, form.is_good())
}

#[get("/bulletins/new")]
async fn new(_officer: Officer, app: &State<App>, frame: Frame) -> Result<Answer> {
    edit_page(app, frame, None, &Typed::default()).await
}

pub(super) fn to(id: BulletinId) -> Sent {
    Sent::to(format!("/bulletins/{id}"))
}

#[post("/bulletins/new", data = "<form>")]
async fn create(officer: Officer, app: &State<App>, frame: Frame, mut form: Typed) -> Result<Answer> {
    let typed = draft(&mut form);
    if form.is_good() {
        let sent = send(app, &officer, &form, move |tx, who| bulletin::create(tx, who, &typed).map(to));
        match sent.await? {
            Ok(sent) => return Ok(sent.answer("The draft is saved")),
            Err(faults) => form.refuse_all(faults),
        }
    }
    edit_page(app, frame, None, &form).await
}

#[get("/bulletins/<id>/edit")]
async fn edit(_officer: Officer, app: &State<App>, frame: Frame, id: BulletinId) -> Result<Answer> {
    let form = app.read(move |conn| {
        let row = store::find(conn, id)?;
        if row.state != BulletinState::Draft {
            return Err(Error::Conflict("A bulletin is not edited once it is published.".into()));
        }
        Ok(filled(&row, &bulletin::main(conn, id)?))
    });
    edit_page(app, frame, Some(id), &form.await?).await
}

#[post("/bulletins/<id>/edit", data = "<form>")]
async fn change(officer: Officer, app: &State<App>, frame: Frame, id: BulletinId, mut form: Typed) -> Result<Answer> {
    let (typed, based_on) = (draft(&mut form), form.text("based_on").to_owned());
    app.read(move |conn| store::find(conn, id)).await?;
    if form.is_good() {
        let sent = send(app, &officer, &form, move |tx, who| {
            bulletin::change(tx, who, id, &typed, &based_on)?;
            Ok(to(id))
        });
        match sent.await? {
            Ok(sent) => return Ok(sent.answer("The draft is saved")),
            Err(faults) => form.refuse_all(faults),
        }
    }
    edit_page(app, frame, Some(id), &form).await
}

#[post("/bulletins/<id>/publish", data = "<form>")]
async fn publish(
    officer: Officer,
    viewer: Viewer,
    app: &State<App>,
    frame: Frame,
    id: BulletinId,
    mut form: Typed,
) -> Result<Answer> {
    let user = officer.user;
    let sent = send(app, &officer, &form, move |tx, who| {
        bulletin::publish(tx, who, id)?;
        Ok(to(id))
    });
    let sent = match sent.await? {
        Ok(sent) => sent,
        Err(faults) => {
            form.refuse_all(faults);
            return show::refused(app, viewer, frame, id, &form).await;
        }
    };
    // What a fault leaves undone here, the night's job does.
    let people = app.blocking(move |db, clock| bulletin::spread(db, clock, user, id)).await?;
    let people = crate::types::thousands(people);
    Ok(sent.answer(&format!("The bulletin is published. It went to {people} people")))
}

async fn withdraw_page(app: &App, frame: Frame, id: BulletinId, form: &Typed) -> Result<Answer> {
    let title = app.read(move |conn| {
        if store::find(conn, id)?.state != BulletinState::Published {
            return Err(Error::Conflict("Only a published bulletin can be withdrawn.".into()));
        }
        Ok(bulletin::main(conn, id)?.title)
    });
    let title = title.await?;
    let page = Withdraw { frame: frame.titled("Withdraw a bulletin").with_faults(form), form, id, title };
    Answer::form(&page, form.is_good())
}

#[get("/bulletins/<id>/withdraw")]
async fn withdrawing(_officer: Officer, app: &State<App>, frame: Frame, id: BulletinId) -> Result<Answer> {
    withdraw_page(app, frame, id, &Typed::default()).await
}

#[post("/bulletins/<id>/withdraw", data = "<form>")]
async fn withdraw(officer: Officer, app: &State<App>, frame: Frame, id: BulletinId, mut form: Typed) -> Result<Answer> {
    let reason = form.text("reason").to_owned();
    let sent = send(app, &officer, &form, move |tx, who| {
        bulletin::withdraw(tx, who, id, &reason)?;
        Ok(to(id))
    });
    match sent.await? {
        Ok(sent) => Ok(sent.answer("The bulletin is withdrawn")),
        Err(faults) => {
            form.refuse_all(faults);
            withdraw_page(app, frame, id, &form).await
        }
    }
}

pub(super) fn routes() -> Vec<Route> {
    routes![new, create, edit, change, publish, withdrawing, withdraw]
}
