//! What a person reads when something did not work: plain words and what to do next, never a trace.

use askama::Template;
use rocket::http::{Method, Status};
use rocket::response::{self, Responder};
use rocket::{Catcher, Request, catch, catchers};

use crate::domain::signin::Signin;
use crate::error::{Error, Fault};
use crate::web::log::request_id;
use crate::web::page::{Frame, Page, Site};

#[derive(Template)]
#[template(path = "error.html")]
struct Refusal<'a> {
    frame: Frame,
    lines: Vec<String>,
    faults: Vec<Fault>,
    contact: &'a str,
    reference: Option<&'a str>,
}

/// The heading and the lines of a status.
fn words(status: Status) -> (&'static str, &'static [&'static str]) {
    match status.code {
        401 => ("Sign in to see this page", &["Your sign-in may have ended because you were away for a while."]),
        403 => ("You cannot do this", &[]),
        404 => (
            "Page not found",
            &[
                "If you typed the web address, check it is correct.",
                "If you pasted the web address, check you copied all of it.",
                "The page may be about something that was removed, or that you do not have access to.",
            ],
        ),
        409 => (
            "This has changed since you opened it",
            &["Nothing you just entered was saved.", "Go back, load the page again and check it before you try again."],
        ),
        413 => ("What you sent is too big", &["Go back and send less: a shorter text, fewer rows or a smaller file."]),
        422 => ("What you entered could not be read", &["Go back, check what you entered and try again."]),
        429 => ("Too many tries", &["Wait a few minutes, then try again."]),
        503 => (
            "Sorry, the service is unavailable",
            &["You will be able to use it later. Nothing you just entered was saved."],
        ),
        400..=499 => ("This request could not be understood", &["Go back, load the page again and try again."]),
        _ => (
            "Sorry, there is a problem with the service",
            &["Try again later.", "What you just entered may not have been saved: check before you enter it again."],
        ),
    }
}

/// The page for `status`; `why` stands before the standing lines.
fn refusal(request: &Request<'_>, status: Status, why: Option<&str>, faults: Vec<Fault>) -> Result<Page, Error> {
    let (heading, standing) = words(status);
    let lines = why.into_iter().chain(standing.iter().copied()).map(str::to_owned).collect();
    let contact = request.rocket().state::<Site>().map_or("", |site| site.contact.as_str());
    // Only a defect needs a reference: a "not found" must not differ from another by a single byte.
    let reference = (status.code == 500).then(|| request_id(request));
    let frame = Frame::of(request).titled(heading);
    Page::with(status, &Refusal { frame, lines, faults, contact, reference })
}

fn answer(page: Result<Page, Error>, status: Status, request: &Request<'_>) -> response::Result<'static> {
    match page {
        Ok(page) => page.respond_to(request),
        Err(error) => {
            tracing::error!(request_id = request_id(request), error = %error, "the error page failed");
            status.respond_to(request)
        }
    }
}

impl<'r> Responder<'r, 'static> for Error {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let (status, why, faults) = match self {
            Error::NotFound => (Status::NotFound, None, Vec::new()),
            Error::Forbidden(why) => (Status::Forbidden, Some(why.to_owned()), Vec::new()),
            Error::Invalid(faults) => (Status::UnprocessableEntity, None, faults),
            Error::Conflict(why) => (Status::Conflict, Some(why), Vec::new()),
            Error::Unavailable(detail) => {
                tracing::warn!(request_id = request_id(request), detail, "unavailable");
                (Status::ServiceUnavailable, None, Vec::new())
            }
            Error::Internal { detail, at } => {
                let place = format!("{}:{}", at.file(), at.line());
                tracing::error!(request_id = request_id(request), detail, place, "internal error");
                (Status::InternalServerError, None, Vec::new())
            }
        };
        answer(refusal(request, status, why.as_deref(), faults), status, request)
    }
}

/// A status that no handler explained.
struct Caught(Status);

impl<'r> Responder<'r, 'static> for Caught {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        answer(refusal(request, self.0, None, Vec::new()), self.0, request)
    }
}

#[catch(default)]
async fn any(status: Status, request: &Request<'_>) -> Caught {
    // A route that asks for nobody, or none at all, has not found out whose navigation to show.
    let _ = request.guard::<Option<Signin>>().await;
    // An address whose number is no number names nothing.
    let is_nothing = status == Status::UnprocessableEntity && matches!(request.method(), Method::Get | Method::Head);
    Caught(if is_nothing { Status::NotFound } else { status })
}

/// The one catcher.
pub fn catchers() -> Vec<Catcher> {
    catchers![any]
}
