//! Whether the process answers at all, whether it can work, and whether the jobs do.

use rocket::http::Status;
use rocket::{Route, State, get, routes};

use crate::domain::job;
use crate::error::Result;
use crate::store::{Conn, Seal, clearance, migrate, trail};
use crate::types::PersonId;
use crate::web::app::App;

#[get("/health/live")]
fn live() -> &'static str {
    "live\n"
}

/// Whether the key in force opens what was sealed last about any of the first people of the register. Several are
/// asked, for somebody erased has no key of their own any more.
fn opens(conn: &mut Conn, seal: &Seal) -> Result<bool> {
    let people = clearance::people_after(conn, PersonId(0), 5)?;
    let mut sealed = false;
    for person in people {
        for row in trail::of_person(conn, seal, person, None, 1)? {
            sealed |= row.row.new_value.is_some();
            if row.new.is_some() {
                return Ok(true);
            }
        }
    }
    Ok(!sealed)
}

/// Which of the three is missing; names only, so that anybody may ask.
#[get("/health/ready")]
async fn ready(app: &State<App>) -> (Status, String) {
    let found = app.blocking(|db, _| {
        if migrate::is_behind(db)? {
            return Ok(Some("migrations"));
        }
        let opens = db.read(|conn| opens(conn, db.seal()))?;
        Ok((!opens).then_some("key"))
    });
    match found.await {
        Ok(None) => (Status::Ok, "ready\n".to_owned()),
        Ok(Some(missing)) => (Status::ServiceUnavailable, format!("not ready: {missing}\n")),
        Err(error) => {
            tracing::warn!(error = %error, "not ready");
            (Status::ServiceUnavailable, "not ready: database\n".to_owned())
        }
    }
}

#[get("/health/jobs")]
async fn jobs(app: &State<App>) -> (Status, String) {
    let now = app.clock.now();
    let found = app.read(move |conn| {
        let is_red = job::health(conn, now)?.iter().any(job::JobHealth::is_red);
        Ok(is_red.then_some("a job is late or failed").into_iter().chain(job::troubles(conn, now)?).collect::<Vec<_>>())
    });
    match found.await {
        Ok(wrong) if wrong.is_empty() => (Status::Ok, "on time\n".to_owned()),
        Ok(wrong) => (Status::ServiceUnavailable, format!("{}\n", wrong.join("\n"))),
        Err(_) => (Status::ServiceUnavailable, "the database does not answer\n".to_owned()),
    }
}

/// What this room answers without a register.
pub fn routes() -> Vec<Route> {
    routes![live]
}

/// What it answers of a register.
pub fn register_routes() -> Vec<Route> {
    routes![ready, jobs]
}
