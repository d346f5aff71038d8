//! Writing a bulletin, in English and in other languages; publishing and withdrawing it.

use askama::Template;
use rocket::{Route, State, get, post, routes};

use crate::domain::bulletin::words::{Asked, QUESTIONS};
use crate::domain::bulletin::{self, Draft, LANGUAGES, Words, based_on};
use crate::domain::policy::{self, Policy};
use crate::error::{Error, Result};
use crate::store::bulletin::{self as store, Bulletin, Text};
use crate::store::contractor;
use crate::types::{BulletinId, BulletinState, ContractorId};
use crate::web::answer::Answer;
use crate::web::app::App;
use crate::web::form::{Choice, Typed};
use crate::web::guard::Officer;
use crate::web::page::Frame;
use crate::web::submission::{Sent, press, send};

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
}

#[derive(Template)]
#[template(path = "bulletin/translate.html")]
struct Translate<'a> {
    frame: Frame,
    form: &'a Typed,
    id: BulletinId,
    main: Text,
    languages: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "bulletin/withdraw.html")]
struct Withdraw<'a> {
    frame: Frame,
    form: &'a Typed,
    id: BulletinId,
    title: String,
}

fn words(form: &Typed) -> Words {
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
    let mut form = Typed::default()
        .with("title", &text.title)
        .with("body", &text.body)
        .with_date("read_by", row.read_by)
        .with("based_on", based_on(row, text));
    if row.mandatory {
        form = form.with("mandatory", "yes");
    }
    form = row.roles.iter().fold(form, |form, role| form.with("roles", role));
    form = row.contractors.iter().fold(form, |form, firm| form.with("contractors", firm));
    (1..).zip(&text.questions).fold(form, |form, (number, question)| {
        form.with(&format!("q{number}_text"), &question.text)
            .with(&format!("q{number}_options"), question.options.join("\n"))
            .with(&format!("q{number}_right"), question.right + 1)
    })
}

async fn edit_page(app: &App, frame: Frame, id: Option<BulletinId>, form: &Typed) -> Result<Answer> {
    let today = app.clock.today();
    let (roles, firms) = app
        .read(move |conn| {
            let policies = policy::published(conn)?;
            let roles = Policy::in_force(&policies, today).map(|policy| policy.roles.clone()).unwrap_or_default();
            Ok((roles, contractor::choices(conn)?))
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
    };
    Answer::form(&page, form.is_good())
}

#[get("/bulletins/new")]
async fn new(_officer: Officer, app: &State<App>, frame: Frame) -> Result<Answer> {
    edit_page(app, frame, None, &Typed::default()).await
}

fn to(id: BulletinId) -> Sent {
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

async fn translate_page(app: &App, frame: Frame, id: BulletinId, form: &Typed) -> Result<Answer> {
    let main = app.read(move |conn| bulletin::main(conn, id)).await?;
    let languages =
        LANGUAGES.iter().skip(1).map(|(code, english, own)| Choice::new(code, format!("{english} ({own})")));
    let page = Translate {
        frame: frame.titled("Add another language").with_faults(form),
        form,
        id,
        main,
        languages: languages.collect(),
    };
    Answer::form(&page, form.is_good())
}

#[get("/bulletins/<id>/languages/new")]
async fn translating(_officer: Officer, app: &State<App>, frame: Frame, id: BulletinId) -> Result<Answer> {
    translate_page(app, frame, id, &Typed::default()).await
}

#[post("/bulletins/<id>/languages/new", data = "<form>")]
async fn translate(
    officer: Officer,
    app: &State<App>,
    frame: Frame,
    id: BulletinId,
    mut form: Typed,
) -> Result<Answer> {
    let (code, typed) = (form.text("language").to_owned(), words(&form));
    let sent = send(app, &officer, &form, move |tx, who| {
        bulletin::translate(tx, who, id, &code, &typed)?;
        Ok(to(id))
    });
    match sent.await? {
        Ok(sent) => Ok(sent.answer("The language is added")),
        Err(faults) => {
            form.refuse_all(faults);
            translate_page(app, frame, id, &form).await
        }
    }
}

#[post("/bulletins/<id>/languages/<code>/remove", data = "<form>")]
async fn untranslate(officer: Officer, app: &State<App>, id: BulletinId, code: String, form: Typed) -> Result<Answer> {
    let sent = press(app, &officer, &form, move |tx, who| {
        bulletin::drop_language(tx, who, id, &code)?;
        Ok(to(id))
    });
    Ok(sent.await?.answer("The language is removed"))
}

#[post("/bulletins/<id>/publish", data = "<form>")]
async fn publish(officer: Officer, app: &State<App>, id: BulletinId, form: Typed) -> Result<Answer> {
    let user = officer.user;
    let sent = press(app, &officer, &form, move |tx, who| {
        bulletin::publish(tx, who, id)?;
        Ok(to(id))
    })
    .await?;
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
    routes![new, create, edit, change, translating, translate, untranslate, publish, withdrawing, withdraw]
}
