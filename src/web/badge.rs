//! Badges: the list, each one's page, requests, photographs, many at once, and the cards on paper.

mod ask;
mod batch;
mod batches;
mod card;
mod file;
mod index;
mod layout;
mod of_person;
mod photo;
mod print;
mod queue;
mod refuse;
mod request;
mod show;

pub use card::{Card, House};
pub use layout::{cards, sheet};

use std::collections::HashMap;

use chrono::NaiveDate;
use rocket::Route;

use crate::domain::badge::authorises;
use crate::domain::clearance::{clearance, dossiers};
use crate::domain::policy::Policy;
use crate::error::Result;
use crate::store::Conn;
use crate::store::badge::Badge;
use crate::types::{BadgeId, BadgeState, PersonId};
use crate::web::tag::Tagged;

/// Which of these badges let their wearer work on `today`.
fn authorised(
    conn: &mut Conn,
    policies: &[Policy],
    badges: &[&Badge],
    today: NaiveDate,
) -> Result<HashMap<BadgeId, bool>> {
    let mut people: Vec<PersonId> = badges.iter().map(|badge| badge.person_id).collect();
    people.sort_unstable();
    people.dedup();
    let mut found = HashMap::new();
    for dossier in dossiers(conn, &people)? {
        for badge in badges.iter().filter(|badge| badge.person_id == dossier.person) {
            let standing = clearance(policies, &badge.role, &dossier, today);
            found.insert(badge.id, authorises(badge, &standing, &dossier, today));
        }
    }
    Ok(found)
}

/// What a page calls a badge's state. Why one is suspended is the council's, so a firm reads that the council has it.
fn state_word(state: BadgeState, is_staff: bool) -> &'static str {
    if state == BadgeState::Suspended && !is_staff { "With the council" } else { state.word() }
}

/// What this room answers.
pub fn routes() -> Vec<Route> {
    [
        index::routes(),
        show::routes(),
        ask::routes(),
        of_person::routes(),
        photo::routes(),
        queue::routes(),
        request::routes(),
        refuse::routes(),
        batch::routes(),
        batches::routes(),
        print::routes(),
    ]
    .concat()
}
