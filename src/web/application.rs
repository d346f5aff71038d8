//! Applications: the submitter's pages, and the officer's.

pub mod check;
pub mod dbs_request;
pub mod link;
pub mod review;
mod show;

use rocket::Route;

/// What this room answers.
pub fn routes() -> Vec<Route> {
    [show::routes(), check::routes(), link::routes(), dbs_request::routes(), review::routes()].concat()
}
