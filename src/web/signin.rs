//! Signing in and out, and setting a password by a link.

use std::net::IpAddr;

use askama::Template;
use chrono::TimeDelta;
use rocket::http::{CookieJar, Header, Status};
use rocket::response::{Flash, Redirect};
use rocket::{Responder, Route, State, get, post, routes};

use crate::domain::command;
use crate::domain::signin::{self, Attempt, Checked, Signin};
use crate::domain::user;
use crate::error::{Error, Result};
use crate::types::{Secret, UserId};
use crate::web::app::App;
use crate::web::cookie;
use crate::web::form::Typed;
use crate::web::page::{Banner, Frame, Page};

#[derive(Template)]
#[template(path = "signin/sign_in.html")]
struct SignIn<'a> {
    frame: Frame,
    form: &'a Typed,
    next: &'a str,
}

#[derive(Template)]
#[template(path = "signin/password.html")]
struct SetPassword<'a> {
    frame: Frame,
    form: &'a Typed,
    email: &'a str,
}

#[derive(Template)]
#[template(path = "signin/forgotten.html")]
struct Forgotten<'a> {
    frame: Frame,
    form: &'a Typed,
}

#[derive(Template)]
#[template(path = "signin/dead_link.html")]
struct DeadLink {
    frame: Frame,
}

/// A page, or the way on.
#[derive(Responder)]
enum Answer {
    Page(Page),
    Go(Redirect),
    Done(Flash<Redirect>),
}

/// The way out; the browser forgets what it kept of the pages. Not its storage: inspections that were made without a
/// signal wait there.
#[derive(Responder)]
struct Leave {
    to: Redirect,
    clear: Header<'static>,
}

/// Where to go after signing in: a path of ours, or the start page.
fn own_path(next: &str) -> &str {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.');
    let ours = next.starts_with('/') && !next.contains("//") && next.len() <= 200 && next.chars().all(plain);
    if ours { next } else { "/" }
}

fn sign_in_page(frame: Frame, form: &Typed, next: &str, status: Status) -> Result<Answer> {
    let frame = frame.titled("Sign in").with_faults(form);
    Ok(Answer::Page(Page::with(status, &SignIn { frame, form, next: own_path(next) })?))
}

#[get("/sign-in?<next>&<left>")]
fn show(
    signin: Option<Signin>,
    app: &State<App>,
    jar: &CookieJar<'_>,
    mut frame: Frame,
    next: Option<&str>,
    left: Option<bool>,
) -> Result<Answer> {
    let next = own_path(next.unwrap_or("/"));
    if signin.is_some() {
        return Ok(Answer::Go(Redirect::to(next.to_owned())));
    }
    if left == Some(true) {
        frame.banner = Some(Banner { success: true, text: "You have signed out".into() });
    }
    let frame = frame.with_csrf(cookie::make_form_token(app, jar));
    sign_in_page(frame, &Typed::default(), next, Status::Ok)
}

#[post("/sign-in", data = "<form>")]
async fn enter(
    app: &State<App>,
    jar: &CookieJar<'_>,
    address: Option<IpAddr>,
    frame: Frame,
    mut form: Typed,
) -> Result<Answer> {
    let frame = frame.with_csrf(cookie::make_form_token(app, jar));
    let next = form.text("next").to_owned();
    let email = form.need_text("email", 254, "Enter your email address");
    let password = Secret::new(form.exact("password"));
    if password.reveal().is_empty() {
        form.refuse("password", "Enter your password");
    }
    if !form.is_good() {
        return sign_in_page(frame, &form, &next, Status::UnprocessableEntity);
    }
    let (address, before) = (address.map(|a| a.to_string()).unwrap_or_default(), cookie::signin(app, jar));
    let checked = app
        .blocking(move |db, clock| {
            let checked = signin::check(db, clock, &Attempt { email: &email, password: &password, address: &address })?;
            let Checked::Good(user) = checked else { return Ok(Err(checked)) };
            let old = before.map(|token| signin::resume(db, clock, &token)).transpose()?.flatten();
            let token = command::write_untrailed(db, clock, |tx| {
                old.map_or(Ok(()), |old| signin::end(tx, old.id))?;
                signin::start(tx, user)
            })?;
            Ok(Ok(token))
        })
        .await?;
    match checked {
        Ok(token) => {
            cookie::set_signin(app, jar, &token);
            Ok(Answer::Go(Redirect::to(own_path(&next).to_owned())))
        }
        Err(Checked::Wait(left)) => {
            form.refuse("email", format!("There were too many attempts. Try again in {}", in_words(left)));
            sign_in_page(frame, &form, &next, Status::TooManyRequests)
        }
        Err(_) => {
            form.refuse("email", "The email address or password is not right");
            sign_in_page(frame, &form, &next, Status::UnprocessableEntity)
        }
    }
}

fn in_words(left: TimeDelta) -> String {
    match left.num_seconds() {
        0..=1 => "1 second".to_owned(),
        seconds @ 2..=60 => format!("{seconds} seconds"),
        seconds => format!("{} minutes", (seconds + 59) / 60),
    }
}

#[post("/sign-out", data = "<_form>")]
async fn leave(signin: Signin, app: &State<App>, jar: &CookieJar<'_>, _form: Typed) -> Result<Leave> {
    app.blocking(move |db, clock| command::write_untrailed(db, clock, |tx| signin::end(tx, signin.id))).await?;
    cookie::clear_signin(app, jar);
    Ok(Leave {
        to: Redirect::to("/sign-in?left=true"),
        clear: Header::new("Clear-Site-Data", "\"cache\", \"cookies\""),
    })
}

/// The owner's mail address, when the link still works.
fn forgotten_page(frame: Frame, form: &Typed, status: Status) -> Result<Answer> {
    let frame = frame.titled("Forgotten password").with_faults(form);
    Ok(Answer::Page(Page::with(status, &Forgotten { frame, form })?))
}

#[get("/password/forgotten")]
fn forgot(app: &State<App>, jar: &CookieJar<'_>, frame: Frame) -> Result<Answer> {
    let frame = frame.with_csrf(cookie::make_form_token(app, jar));
    forgotten_page(frame, &Typed::default(), Status::Ok)
}

#[post("/password/forgotten", data = "<form>")]
async fn send_link(
    app: &State<App>,
    jar: &CookieJar<'_>,
    address: Option<IpAddr>,
    frame: Frame,
    mut form: Typed,
) -> Result<Answer> {
    let frame = frame.with_csrf(cookie::make_form_token(app, jar));
    let email = form.need_text("email", 254, "Enter your email address");
    if !form.is_good() {
        return forgotten_page(frame, &form, Status::UnprocessableEntity);
    }
    let address = address.map(|a| a.to_string()).unwrap_or_default();
    let wait = app.act_if_needed(UserId::SYSTEM, move |tx| user::forgotten(tx, &email, &address)).await?;
    if let Some(left) = wait {
        form.refuse("email", format!("There were too many attempts. Try again in {}", in_words(left)));
        return forgotten_page(frame, &form, Status::TooManyRequests);
    }
    let text = "If there is an account for that email address, we have sent it a link to set a new password";
    Ok(Answer::Done(Flash::success(Redirect::to("/sign-in"), text)))
}

async fn owner(app: &App, token: &str) -> Result<Option<String>> {
    let (token, now) = (token.to_owned(), app.clock.now());
    match app.read(move |conn| signin::open_link(conn, &token, now)).await {
        Ok(user) => Ok(Some(user.email)),
        Err(Error::NotFound) => Ok(None),
        Err(other) => Err(other),
    }
}

fn dead_link(frame: Frame) -> Result<Answer> {
    let frame = frame.titled("This link no longer works");
    Ok(Answer::Page(Page::with(Status::NotFound, &DeadLink { frame })?))
}

#[get("/password/<token>")]
async fn choose(app: &State<App>, jar: &CookieJar<'_>, frame: Frame, token: &str) -> Result<Answer> {
    let Some(email) = owner(app, token).await? else { return dead_link(frame) };
    let frame = frame.with_csrf(cookie::make_form_token(app, jar)).titled("Set your password");
    Ok(Answer::Page(Page::show(&SetPassword { frame, form: &Typed::default(), email: &email })?))
}

#[post("/password/<token>", data = "<form>")]
async fn set(app: &State<App>, jar: &CookieJar<'_>, frame: Frame, token: &str, mut form: Typed) -> Result<Answer> {
    let Some(email) = owner(app, token).await? else { return dead_link(frame) };
    let (token, password) = (token.to_owned(), Secret::new(form.exact("password")));
    let council = app.config.council_name.clone();
    match app.blocking(move |db, clock| signin::use_link(db, clock, &council, &token, &password)).await {
        Ok(_) => {
            cookie::clear_signin(app, jar);
            let to = Redirect::to("/sign-in");
            Ok(Answer::Done(Flash::success(to, "Your password is set. You can now sign in with it")))
        }
        Err(Error::Invalid(faults)) => {
            form.refuse_all(faults);
            let frame = frame.with_csrf(cookie::make_form_token(app, jar)).titled("Set your password");
            Ok(Answer::Page(Page::again(&SetPassword { frame: frame.with_faults(&form), form: &form, email: &email })?))
        }
        Err(Error::NotFound) => dead_link(frame),
        Err(other) => Err(other),
    }
}

/// What this room answers.
pub fn routes() -> Vec<Route> {
    routes![show, enter, leave, forgot, send_link, choose, set]
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn nobody_is_sent_elsewhere_after_signing_in() {
        assert_eq!(own_path("/people/12"), "/people/12");
        for bad in
            ["//evil.example", "https://evil.example", "/\\evil.example", "", "people", "/a//b", "/a?b=c", "/%2f"]
        {
            assert_eq!(own_path(bad), "/", "{bad}");
        }
    }
}
