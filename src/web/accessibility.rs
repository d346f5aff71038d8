//! The accessibility statement, linked from every page, before sign-in too.

use askama::Template;
use rocket::{Route, State, get, routes};

use crate::domain::signin::Signin;
use crate::error::Result;
use crate::web::page::{Frame, Page, Site};

#[derive(Template)]
#[template(path = "accessibility.html")]
struct Statement<'a> {
    frame: Frame,
    contact: &'a str,
}

#[get("/accessibility")]
fn show(_viewer: Option<Signin>, frame: Frame, site: &State<Site>) -> Result<Page> {
    let frame = frame.titled("Accessibility statement");
    Page::show(&Statement { frame, contact: &site.contact })
}

/// What this room answers.
pub fn routes() -> Vec<Route> {
    routes![show]
}
