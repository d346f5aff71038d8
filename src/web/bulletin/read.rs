//! Reading a bulletin by one's own link, without an account. The link's page is the same for any link: mail scanners
//! follow links, so a button opens.

use std::net::IpAddr;

use askama::Template;
use rocket::http::{CookieJar, Header, Status};
use rocket::{Responder, Route, State, get, post, routes};

use crate::domain::bulletin::link::{self, Answered, Open, Opened};
use crate::domain::bulletin::{is_right_to_left, language};
use crate::error::Result;
use crate::store::bulletin::Text;
use crate::types::{At, UserId};
use crate::web::app::App;
use crate::web::cookie;
use crate::web::filters;
use crate::web::form::{Choice, Typed};
use crate::web::page::{Frame, Page};

/// The address of a link's page is the link: other pages learn no more than the origin, without which a browser would send
/// the page's forms as from nowhere.
#[derive(Responder)]
struct Private {
    page: Page,
    referrer: Header<'static>,
    robots: Header<'static>,
}

fn page(template: &impl Template, status: Status) -> Result<Private> {
    Ok(Private {
        page: Page::with(status, template)?,
        referrer: Header::new("Referrer-Policy", "strict-origin"),
        robots: Header::new("X-Robots-Tag", "noindex, nofollow"),
    })
}

#[derive(Template)]
#[template(path = "bulletin/enter.html")]
struct Enter {
    frame: Frame,
}

#[derive(Template)]
#[template(path = "bulletin/dead.html")]
struct Dead {
    frame: Frame,
}

#[derive(Template)]
#[template(path = "bulletin/wait.html")]
struct Wait {
    frame: Frame,
}

/// A question as it is shown.
struct Shown {
    name: String,
    text: String,
    choices: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "bulletin/read.html")]
struct Read<'a> {
    frame: Frame,
    form: &'a Typed,
    token: String,
    text: Text,
    direction: &'static str,
    questions: Vec<Shown>,
    others: Vec<(String, &'static str)>,
    read_by: chrono::NaiveDate,
    mandatory: bool,
    read: Option<At>,
    /// Whether it was acknowledged this moment.
    done: bool,
}

fn dead(frame: Frame) -> Result<Private> {
    page(&Dead { frame: frame.titled("This link does not work") }, Status::NotFound)
}

fn wait(frame: Frame) -> Result<Private> {
    page(&Wait { frame: frame.titled("Too many tries") }, Status::TooManyRequests)
}

fn shown(frame: Frame, token: String, open: Open, form: &Typed, done: bool) -> Result<Private> {
    let chosen = form.text("language");
    let Open { reader, bulletin, texts } = open;
    let others = texts.iter().filter_map(|text| Some((text.language.clone(), language(&text.language)?)));
    let mut others: Vec<(String, &'static str)> = others.collect();
    let text = texts.iter().find(|text| text.language == chosen).or(texts.first()).cloned();
    let Some(text) = text else { return dead(frame) };
    others.retain(|(code, _)| *code != text.language);
    let question = |(at, question): (usize, &crate::store::bulletin::Question)| Shown {
        name: format!("q{at}"),
        text: question.text.clone(),
        choices: question.options.iter().enumerate().map(|(at, option)| Choice::new(at + 1, option.clone())).collect(),
    };
    let template = Read {
        frame: frame.titled(text.title.clone()).with_faults(form),
        form,
        token,
        direction: if is_right_to_left(&text.language) { "rtl" } else { "ltr" },
        questions: (1..).zip(&text.questions).map(question).collect(),
        text,
        others,
        read_by: reader.due_on,
        mandatory: bulletin.mandatory,
        read: reader.acknowledged_at,
        done,
    };
    page(&template, if form.is_good() { Status::Ok } else { Status::UnprocessableEntity })
}

#[get("/read/<_token>")]
fn enter(app: &State<App>, jar: &CookieJar<'_>, frame: Frame, _token: &str) -> Result<Private> {
    let frame = frame.with_csrf(cookie::make_form_token(app, jar));
    page(&Enter { frame: frame.titled("A safeguarding bulletin for you") }, Status::Ok)
}

#[post("/read/<token>", data = "<form>")]
async fn open(
    app: &State<App>,
    jar: &CookieJar<'_>,
    address: Option<IpAddr>,
    frame: Frame,
    token: &str,
    form: Typed,
) -> Result<Private> {
    let (own, address) = (token.to_owned(), address.map(|one| one.to_string()).unwrap_or_default());
    let frame = frame.with_csrf(cookie::make_form_token(app, jar));
    match app.act_if_needed(UserId::SYSTEM, move |tx| link::open(tx, &own, &address)).await? {
        Opened::Good(open) => shown(frame, token.to_owned(), open, &form, false),
        Opened::Dead => dead(frame),
        Opened::Wait => wait(frame),
    }
}

#[post("/read/<token>/answers", data = "<form>")]
async fn answer(
    app: &State<App>,
    jar: &CookieJar<'_>,
    address: Option<IpAddr>,
    frame: Frame,
    token: &str,
    mut form: Typed,
) -> Result<Private> {
    let (own, address) = (token.to_owned(), address.map(|one| one.to_string()).unwrap_or_default());
    let frame = frame.with_csrf(cookie::make_form_token(app, jar));
    let language = form.text("language").to_owned();
    let chosen = |number: usize| form.value::<usize>(&format!("q{number}")).and_then(|line| line.checked_sub(1));
    let answers = [chosen(1), chosen(2)];
    let answered = app.act_if_needed(UserId::SYSTEM, move |tx| link::answer(tx, &own, &address, &language, &answers));
    match answered.await? {
        Opened::Good((open, Answered::Done)) => shown(frame, token.to_owned(), open, &form, true),
        Opened::Good((open, Answered::Missing(which))) => {
            which.iter().for_each(|at| form.refuse(&format!("q{}", at + 1), "Choose an answer"));
            shown(frame, token.to_owned(), open, &form, false)
        }
        Opened::Good((open, Answered::Wrong(which))) => {
            for at in which {
                let number = at + 1;
                let message = format!("Your answer to question {number} is not right. Read the bulletin again");
                form.refuse(&format!("q{number}"), message);
            }
            shown(frame, token.to_owned(), open, &form, false)
        }
        Opened::Dead => dead(frame),
        Opened::Wait => wait(frame),
    }
}

pub(super) fn routes() -> Vec<Route> {
    routes![enter, open, answer]
}
