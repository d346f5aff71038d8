//! People: the register as a list, and each person's page. What is written about them has rooms of its own.

mod acts;
mod bulletins;
mod card;
mod export;
mod file;
mod history;
mod index;
mod outside;
mod panel;
mod search;
mod show;
mod training;
pub mod words;

pub(super) use index::{AHEAD, last_day};

use std::ops::Deref;

use chrono::NaiveDate;
use rocket::Route;
use rocket::http::Status as Http;
use rocket::request::{FromRequest, Outcome, Request};
use rocket::routes;

use crate::domain::clearance::{clearance, dossiers, outward};
use crate::domain::permission::Who;
use crate::domain::policy;
use crate::domain::signin::Signin;
use crate::error::Result;
use crate::store::Conn;
use crate::store::register::{Line, Scope, Titles};
use crate::types::{ItemState, PersonId, Reach};
use words::Mark;

/// Whoever sees people: the council's, or a contractor's own.
pub struct Reader(Signin);

impl Deref for Reader {
    type Target = Who;
    fn deref(&self) -> &Who {
        &self.0.who
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Reader {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Reader, ()> {
        match Signin::from_request(request).await {
            Outcome::Success(signin) if signin.who.reach() != Reach::Nobody => Outcome::Success(Reader(signin)),
            Outcome::Success(_) => Outcome::Error((Http::NotFound, ())),
            Outcome::Error(error) => Outcome::Error(error),
            Outcome::Forward(status) => Outcome::Forward(status),
        }
    }
}

fn scope(who: &Who, today: NaiveDate) -> Scope {
    Scope { reach: who.reach(), today, sees_trace: who.sees_trace() }
}

/// A line of a list as its reader may see it.
struct Row {
    person: PersonId,
    reference: String,
    forename: String,
    surname: String,
    role_code: String,
    role: String,
    mark: Option<Mark>,
    until: Option<NaiveDate>,
    due: Option<DueRow>,
    firms: Vec<String>,
}

/// What falls due next on a line.
struct DueRow {
    title: String,
    state: ItemState,
    due_on: NaiveDate,
}

impl DueRow {
    fn verb(&self) -> &'static str {
        words::due_verb(self.state)
    }
}

impl Row {
    fn name(&self) -> String {
        format!("{} {}", self.forename, self.surname).trim().to_owned()
    }
}

/// Lines as rows: the council's from what is kept, a contractor's from the outward view, which alone it may see.
fn rows(conn: &mut Conn, who: &Who, scope: &Scope, titles: &Titles, lines: Vec<Line>) -> Result<Vec<Row>> {
    let is_staff = who.is_staff();
    let mut rows: Vec<Row> = Vec::with_capacity(lines.len());
    for line in lines {
        let due = line.due.filter(|_| is_staff).map(|due| DueRow {
            title: titles.requirement(&line.role, &due.requirement).to_owned(),
            state: due.state,
            due_on: due.due_on,
        });
        rows.push(Row {
            role: titles.role(&line.role).to_owned(),
            person: line.person,
            reference: line.reference,
            forename: line.forename,
            surname: line.surname,
            role_code: line.role,
            mark: line.status.filter(|_| is_staff).map(words::status),
            until: line.valid_until.filter(|_| is_staff),
            due,
            firms: line.firms,
        });
    }
    if !is_staff {
        show_outward(conn, scope, &mut rows)?;
    }
    Ok(rows)
}

fn show_outward(conn: &mut Conn, scope: &Scope, rows: &mut [Row]) -> Result<()> {
    let mut people: Vec<PersonId> = rows.iter().map(|row| row.person).collect();
    people.sort_unstable();
    people.dedup();
    let policies = policy::published(conn)?;
    let dossiers = dossiers(conn, &people)?;
    for row in rows {
        let Some(dossier) = dossiers.iter().find(|dossier| dossier.person == row.person) else { continue };
        let found = clearance(&policies, &row.role_code, dossier, scope.today);
        let outward = outward(&found, &dossier.holds, scope.today);
        row.mark = Some(words::standing(outward.standing));
        row.until = outward.last_day();
        row.due = outward
            .first()
            .and_then(|item| Some(DueRow { title: item.title.clone(), state: item.state, due_on: item.due_on? }));
    }
    Ok(())
}

/// What this room answers.
pub fn routes() -> Vec<Route> {
    routes![
        index::list,
        search::search,
        export::export,
        export::export_workbook,
        show::show,
        history::history,
        history::raw
    ]
}
