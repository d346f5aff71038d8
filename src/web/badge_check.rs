//! The public check of a badge, for whoever stands at a school's gate: authorised or not, in five seconds, without an
//! account, a cookie or anybody else's server. And what a phone needs to check without a connection.

use std::net::IpAddr;

use askama::Template;
use rocket::http::{Header, Status};
use rocket::request::{FromRequest, Outcome, Request};
use rocket::response::content::RawJson;
use rocket::{Responder, Route, State, get, post, routes};

use crate::domain::badge_check::{self, Authorised, By, Pace};
use crate::domain::permission::{Act, Subject, may};
use crate::domain::signin::Signin;
use crate::domain::{concern, signing};
use crate::error::{Error, Result};
use crate::store::Tx;
use crate::types::{At, SigningKeyId, UserId};
use crate::web::app::App;
use crate::web::filters;
use crate::web::form::{Typed, Untied};
use crate::web::page::{Frame, Page};
use crate::web::security::policy;

/// The shell without a viewer or a flash message: the same for everybody.
pub struct Plain(Frame);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Plain {
    type Error = std::convert::Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Plain, Self::Error> {
        Outcome::Success(Plain(Frame::of(request)))
    }
}

/// An answer that no search engine lists, no cache keeps, and that tells other pages no more than our own origin, without
/// which a browser would send its forms as from nowhere. The photograph
/// is in the page itself.
#[derive(Responder)]
pub struct Public {
    page: Page,
    robots: Header<'static>,
    referrer: Header<'static>,
    cache: Header<'static>,
    policy: Header<'static>,
}

fn public(template: &impl Template, status: Status) -> Result<Public> {
    Ok(Public {
        page: Page::with(status, template)?,
        robots: Header::new("X-Robots-Tag", "noindex, nofollow"),
        referrer: Header::new("Referrer-Policy", "strict-origin"),
        cache: Header::new("Cache-Control", "no-store"),
        policy: Header::new("Content-Security-Policy", policy("'self' data:")),
    })
}

#[derive(Template)]
#[template(path = "badge_check/yes.html")]
struct Yes {
    frame: Frame,
    found: Authorised,
    at: At,
    /// Where a concern about it is told.
    concern: &'static str,
}

#[derive(Template)]
#[template(path = "badge_check/no.html")]
struct No {
    frame: Frame,
    concern: &'static str,
}

#[derive(Template)]
#[template(path = "badge_check/wait.html")]
struct Wait {
    frame: Frame,
}

#[derive(Template)]
#[template(path = "badge_check/ask.html")]
struct Ask<'a> {
    frame: Frame,
    form: &'a Typed,
}

#[derive(Template)]
#[template(path = "badge_check/concern.html")]
struct Concern<'a> {
    frame: Frame,
    form: &'a Typed,
    /// Whether the badge is known from the address.
    scanned: bool,
}

#[derive(Template)]
#[template(path = "badge_check/thanks.html")]
struct Thanks {
    frame: Frame,
}

#[derive(Template)]
#[template(path = "badge_check/keys.html")]
struct Keys {
    frame: Frame,
    keys: Vec<(SigningKeyId, String)>,
}

/// The page of a square knows the badge already; after a number was typed it is asked for again, and stays out of addresses.
const SCANNED: &str = "?concern=yes";
const TYPED: &str = "/b/concern";

/// Whatever is wrong with a badge, the page is one and the same.
fn verdict(frame: Frame, found: Option<Authorised>, at: At, concern: &'static str) -> Result<Public> {
    match found {
        Some(found) => public(&Yes { frame: frame.titled("Authorised"), found, at, concern }, Status::Ok),
        None => public(&No { frame: frame.titled("Not authorised"), concern }, Status::Ok),
    }
}

fn wait(frame: Frame) -> Result<Public> {
    public(&Wait { frame: frame.titled("Too many checks") }, Status::TooManyRequests)
}

fn text(address: Option<IpAddr>) -> String {
    address.map(|one| one.to_string()).unwrap_or_default()
}

#[get("/b/<token>?<concern>")]
async fn scanned(
    app: &State<App>,
    pace: &State<Pace>,
    address: Option<IpAddr>,
    frame: Plain,
    token: &str,
    concern: Option<&str>,
) -> Result<Public> {
    let (now, today, seal) = (app.clock.now(), app.clock.today(), app.db.seal().clone());
    if concern.is_some() {
        return concern_page(frame.0, &Typed::default(), true);
    }
    if pace.is_too_fast(&text(address), now.utc().timestamp().div_euclid(60)) {
        return wait(frame.0);
    }
    let by = By::Token(token.to_owned());
    let found = app.read(move |conn| badge_check::check(conn, &seal, &by, today)).await?;
    verdict(frame.0, found, now, SCANNED)
}

fn ask_page(frame: Frame, form: &Typed) -> Result<Public> {
    let status = if form.is_good() { Status::Ok } else { Status::UnprocessableEntity };
    public(&Ask { frame: frame.titled("Check a badge").with_faults(form), form }, status)
}

#[get("/b")]
fn ask(frame: Plain) -> Result<Public> {
    ask_page(frame.0, &Typed::default())
}

#[post("/b", data = "<form>")]
async fn typed(
    app: &State<App>,
    pace: &State<Pace>,
    address: Option<IpAddr>,
    frame: Plain,
    form: Untied,
) -> Result<Public> {
    let Untied(mut form) = form;
    let number = form.need_text("number", 40, "Enter the badge’s number");
    let code = form.need_text("code", 20, "Enter the code printed beside the number");
    if !form.is_good() {
        return ask_page(frame.0, &form);
    }
    let (now, today, address) = (app.clock.now(), app.clock.today(), text(address));
    if pace.is_too_fast(&address, now.utc().timestamp().div_euclid(60)) {
        return wait(frame.0);
    }
    let (seal, typed, from) = (app.db.seal().clone(), number.clone(), address.clone());
    let checked = app.read(move |conn| badge_check::check_card(conn, &seal, (&typed, &code), &from, (now, today)));
    match checked.await? {
        badge_check::Typed::Right(found) => verdict(frame.0, found, now, TYPED),
        badge_check::Typed::Wait => wait(frame.0),
        badge_check::Typed::Wrong { is_known } => {
            let counted = move |tx: &mut Tx<'_>| badge_check::count_wrong(tx, &number, &address, is_known);
            if app.act_if_needed(UserId::SYSTEM, counted).await? {
                return wait(frame.0);
            }
            verdict(frame.0, None, now, TYPED)
        }
    }
}

fn concern_page(frame: Frame, form: &Typed, scanned: bool) -> Result<Public> {
    let status = if form.is_good() { Status::Ok } else { Status::UnprocessableEntity };
    let frame = frame.titled("Report a concern").with_faults(form);
    public(&Concern { frame, form, scanned }, status)
}

async fn take(app: &App, address: Option<IpAddr>, frame: Frame, token: Option<String>, form: Untied) -> Result<Public> {
    let Untied(mut form) = form;
    let field = |name: &str| form.text(name).to_owned();
    let scanned = token.is_some();
    let report = concern::Report {
        token,
        number: field("number"),
        words: field("words"),
        name: field("name"),
        contact: field("contact"),
    };
    let (address, team) = (text(address), app.config.team_email.clone());
    let taken = app.act_if_needed(UserId::SYSTEM, move |tx| concern::report(tx, &report, &address, &team));
    match taken.await {
        Ok(true) => public(&Thanks { frame: frame.titled("Your concern is with the council") }, Status::Ok),
        Ok(false) => wait(frame),
        Err(Error::Invalid(faults)) => {
            form.refuse_all(faults);
            concern_page(frame, &form, scanned)
        }
        Err(other) => Err(other),
    }
}

#[post("/b/<token>", data = "<form>")]
async fn concern_scanned(
    app: &State<App>,
    address: Option<IpAddr>,
    frame: Plain,
    token: &str,
    form: Untied,
) -> Result<Public> {
    take(app, address, frame.0, Some(token.to_owned()), form).await
}

#[get("/b/concern")]
fn concern_ask(frame: Plain) -> Result<Public> {
    concern_page(frame.0, &Typed::default(), false)
}

#[post("/b/concern", data = "<form>")]
async fn concern_typed(app: &State<App>, address: Option<IpAddr>, frame: Plain, form: Untied) -> Result<Public> {
    take(app, address, frame.0, None, form).await
}

#[get("/verify")]
async fn keys(app: &State<App>, frame: Plain) -> Result<Public> {
    let keys = app.read(signing::public_keys).await?;
    public(&Keys { frame: frame.0.titled("Keys of the badges"), keys }, Status::Ok)
}

#[get("/verify/dead.json")]
async fn dead(signin: Signin, app: &State<App>) -> Result<RawJson<String>> {
    may(&signin.who, Act::CheckOffline, Subject::Register)?;
    let (today, seal) = (app.clock.today(), app.db.seal().clone());
    let list = app.read(move |conn| badge_check::dead_list(conn, &seal, today)).await?;
    Ok(RawJson(serde_json::to_string(&list)?))
}

/// What this room answers.
pub fn routes() -> Vec<Route> {
    routes![scanned, ask, typed, concern_scanned, concern_ask, concern_typed, keys, dead]
}
