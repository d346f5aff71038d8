//! Whether the process answers at all.

use rocket::{Route, get, routes};

#[get("/health/live")]
fn live() -> &'static str {
    "live\n"
}

/// What this room answers.
pub fn routes() -> Vec<Route> {
    routes![live]
}
