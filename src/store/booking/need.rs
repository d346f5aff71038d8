//! Who needs which training by when, as the kept clearances have it.

use std::collections::HashSet;

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::error::Result;
use crate::store::Conn;
use crate::store::schema::{bookings, clearance_items, clearances, courses, engagements, people, training_sessions};
use crate::types::{BookingState, ItemState, Kind, PersonId, Reach, SessionState, Status};

/// What somebody needs, in whichever of their roles asks it first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// Who.
    pub person: PersonId,
    /// Code of the requirement.
    pub requirement: String,
    /// The last day what they have serves; `None` when they have nothing.
    pub due_on: Option<NaiveDate>,
    /// Forename and surname.
    pub name: String,
    /// Their reference.
    pub reference: String,
    /// The order of names.
    pub sort_name: String,
}

type Row = (PersonId, String, ItemState, Option<NaiveDate>, String, String, String, String);

/// What people who have neither left nor been refused need by `until`, of one requirement or all, each person and
/// requirement once: the earliest day of their roles, and nothing held before any day.
///
/// # Errors
/// The database's.
pub fn needs(
    conn: &mut Conn,
    reach: &Reach,
    requirement: Option<&str>,
    today: NaiveDate,
    until: NaiveDate,
) -> Result<Vec<Need>> {
    let standing = clearances::table
        .on(clearances::person_id.eq(clearance_items::person_id).and(clearances::role.eq(clearance_items::role)));
    let mut query = clearance_items::table
        .inner_join(standing)
        .inner_join(people::table)
        .filter(clearance_items::kind.eq(Kind::Training))
        .filter(clearances::status.ne_all([Status::Left, Status::Unsuitable]))
        .filter(clearance_items::state.ne(ItemState::NotRequired))
        .filter(clearance_items::due_on.le(until).or(clearance_items::state.eq(ItemState::Missing)))
        .into_boxed();
    if let Some(code) = requirement {
        query = query.filter(clearance_items::requirement.eq(code.to_owned()));
    }
    if let Reach::Firms(firms) = reach {
        let own = engagements::table
            .filter(engagements::contractor_id.eq_any(firms.clone()))
            .filter(engagements::ends_on.is_null().or(engagements::ends_on.ge(today)));
        query = query.filter(clearance_items::person_id.eq_any(own.select(engagements::person_id)));
    }
    if *reach == Reach::Nobody {
        return Ok(Vec::new());
    }
    let rows: Vec<Row> = query
        .select((
            clearance_items::person_id,
            clearance_items::requirement,
            clearance_items::state,
            clearance_items::due_on,
            people::forename,
            people::surname,
            people::reference,
            people::sort_name,
        ))
        .load(conn)?;
    let mut needs: Vec<Need> = rows
        .into_iter()
        .map(|(person, requirement, state, due_on, forename, surname, reference, sort_name)| Need {
            person,
            requirement,
            due_on: due_on.filter(|_| state != ItemState::Missing),
            name: format!("{forename} {surname}").trim().to_owned(),
            reference,
            sort_name,
        })
        .collect();
    needs.sort_by(|a, b| {
        (&a.requirement, a.due_on, &a.sort_name, a.person).cmp(&(&b.requirement, b.due_on, &b.sort_name, b.person))
    });
    let mut seen = HashSet::new();
    needs.retain(|need| seen.insert((need.person, need.requirement.clone())));
    Ok(needs)
}

/// Who has a place at a session that is to come, and for which requirement.
///
/// # Errors
/// The database's.
pub fn booked_ahead(conn: &mut Conn, today: NaiveDate) -> Result<HashSet<(PersonId, String)>> {
    let rows: Vec<(PersonId, String)> = bookings::table
        .inner_join(training_sessions::table.inner_join(courses::table))
        .filter(bookings::state.eq(BookingState::Booked))
        .filter(training_sessions::state.ne(SessionState::Cancelled))
        .filter(training_sessions::held_on.ge(today))
        .select((bookings::person_id, courses::requirement))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}
