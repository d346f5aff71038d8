//! Notices that anybody may read before they answer anything: what becomes of personal data, and how the council treats
//! people with a record. The own link and its letter lead here.

use askama::Template;
use rocket::{Route, State, get, routes};

use crate::domain::signin::Signin;
use crate::error::Result;
use crate::web::page::{Frame, Page, Site};

#[derive(Template)]
#[template(path = "notice/privacy.html")]
struct Privacy<'a> {
    frame: Frame,
    site: &'a Site,
}

#[derive(Template)]
#[template(path = "notice/ex_offenders.html")]
struct ExOffenders<'a> {
    frame: Frame,
    site: &'a Site,
}

#[get("/privacy")]
fn privacy(_viewer: Option<Signin>, frame: Frame, site: &State<Site>) -> Result<Page> {
    Page::show(&Privacy { frame: frame.titled("Privacy notice"), site })
}

#[get("/ex-offenders")]
fn ex_offenders(_viewer: Option<Signin>, frame: Frame, site: &State<Site>) -> Result<Page> {
    Page::show(&ExOffenders { frame: frame.titled("Policy on recruiting ex-offenders"), site })
}

/// What this room answers.
pub fn routes() -> Vec<Route> {
    routes![privacy, ex_offenders]
}
