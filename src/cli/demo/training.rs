//! The demonstration's training: the sessions of the last three years, drawn from when people were trained, so that
//! register and evidence agree; and those to come, with bookings and waiting lists, too few for what falls due together.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, Months, NaiveDate, TimeDelta};
use diesel::prelude::*;
use serde_json::json;

use crate::clock::Clock;
use crate::domain::course::{self, Details};
use crate::domain::permission::Who;
use crate::domain::session::{self as sessions, Plan};
use crate::domain::{booking, command, demand};
use crate::error::{Error, Result};
use crate::store::booking::{self as places, Booking};
use crate::store::session::{self, Session};
use crate::store::trail::Entry;
use crate::store::{Db, access, schema, user};
use crate::types::{
    At, BookingId, BookingState, CourseId, CourseMode, EvidenceId, Kind, PersonId, SessionId, SessionState,
    london_time, parse_time,
};

/// The courses: code, title, who gives it, what passing it meets, what a missed place costs, and a session's seats.
const COURSES: [(&str, &str, &str, &str, &str, i32); 4] = [
    ("SG1", "Safeguarding, level 1", "Children’s safeguarding board", "safeguarding", "27.50", 16),
    ("DA", "Disability awareness", "County training", "disability_awareness", "", 16),
    ("EFA", "Emergency first aid", "St Bede’s First Aid", "first_aid", "40.00", 12),
    ("PATS", "Passenger assistant training", "County training", "pats", "27.50", 12),
];
const VENUES: [(&str, &str); 4] = [
    ("County Hall, room 2", "1 High Street, Exampleton EX1 1AA"),
    ("Millfield depot", "Canal Road, Millfield EX7 2BB"),
    ("Northgate library", "Northgate, Borley EX3 4CC"),
    ("The Old Exchange", "Market Square, Wick EX9 5DD"),
];
const TRAINERS: [&str; 4] = ["J Shah", "M Okoro", "P Lewis", "S Nowak"];
/// The fewest who make a past session worth a register.
const FEWEST: usize = 3;

/// Somebody's evidence of a day.
type Held = (EvidenceId, PersonId);

/// Fills it in.
///
/// # Errors
/// The database's.
pub fn begin(db: &Db, clock: &Clock) -> Result<()> {
    let officer = db.read(|conn| {
        let found = user::by_email(conn, "officer@demo.example.org")?.ok_or(Error::NotFound)?;
        Ok(Who { user: found.id, name: found.name, accesses: access::in_force(conn, found.id)? })
    })?;
    let mut courses = Vec::new();
    for (code, title, provider, requirement, fee, seats) in COURSES {
        let new = details(code, title, provider, requirement, fee, CourseMode::Class);
        let id = command::run(db, officer.user, clock, |tx| course::add(tx, &officer, &new))?;
        courses.push((id, requirement, seats));
    }
    let screen = details(
        "SG1-E",
        "Safeguarding, level 1, at a screen",
        "Children’s safeguarding board",
        "safeguarding",
        "",
        CourseMode::Elearning,
    );
    command::run(db, officer.user, clock, |tx| course::add(tx, &officer, &screen))?;
    let today = clock.today();
    for (course, requirement, seats) in &courses {
        past(db, clock, &officer, (*course, requirement, *seats), today)?;
    }
    for (at, (course, requirement, seats)) in courses.iter().enumerate() {
        coming(db, clock, &officer, (*course, requirement, *seats), at)?;
    }
    Ok(())
}

fn details(code: &str, title: &str, provider: &str, requirement: &str, fee: &str, mode: CourseMode) -> Details {
    Details {
        code: code.into(),
        title: title.into(),
        provider: provider.into(),
        accredited: requirement != "disability_awareness",
        mode: Some(mode),
        requirement: requirement.into(),
        joining: "Bring photo identification. Tea and coffee are there from half past nine; parking is free.".into(),
        no_show: fee.into(),
        state: None,
    }
}

/// The sessions that must have been: in each month the two weekdays on which most people were trained.
fn past(
    db: &Db,
    clock: &Clock,
    officer: &Who,
    (course, requirement, seats): (CourseId, &str, i32),
    today: NaiveDate,
) -> Result<()> {
    let from = today.checked_sub_months(Months::new(36)).unwrap_or(today);
    let days = db.read(|conn| {
        use schema::evidence as e;
        let rows: Vec<(EvidenceId, PersonId, Option<NaiveDate>)> = e::table
            .filter(e::kind.eq(Kind::Training))
            .filter(e::code.eq(requirement))
            .filter(e::valid_from.ge(from))
            .filter(e::valid_from.lt(today))
            .filter(e::superseded_by.is_null())
            .filter(e::retired_on.is_null())
            .order((e::valid_from, e::id))
            .select((e::id, e::person_id, e::valid_from))
            .load(conn)?;
        let mut days: BTreeMap<NaiveDate, Vec<Held>> = BTreeMap::new();
        for (id, person, on) in rows {
            if let Some(on) = on.filter(|on| on.weekday().num_days_from_monday() < 5) {
                days.entry(on).or_default().push((id, person));
            }
        }
        Ok(days)
    })?;
    let mut months: BTreeMap<(i32, u32), Vec<NaiveDate>> = BTreeMap::new();
    for (on, held) in &days {
        if held.len() >= FEWEST {
            months.entry((on.year(), on.month())).or_default().push(*on);
        }
    }
    for (at, mut held_on) in months.into_values().enumerate() {
        let size = |on: &NaiveDate| days.get(on).map_or(0, Vec::len);
        held_on.sort_by_key(|on| (std::cmp::Reverse(size(on)), *on));
        let large = held_on.iter().filter(|on| size(on) > 16).count();
        for on in held_on.into_iter().take(large.max(2)) {
            let passed = days.get(&on).map(Vec::as_slice).unwrap_or_default();
            // Who was trained within weeks after may have missed this one.
            let week = on.checked_add_days(Days::new(7)).unwrap_or(on);
            let month = on.checked_add_days(Days::new(40)).unwrap_or(on);
            let missed: Vec<PersonId> = days
                .range(week..month)
                .flat_map(|(_, held)| held.iter().map(|(_, person)| *person))
                .filter(|person| person.0 % 11 == 0)
                .take(1)
                .collect();
            write(db, clock, officer, &Past { course, seats, on, passed, missed, at })?;
        }
    }
    Ok(())
}

/// A session that was held.
struct Past<'a> {
    course: CourseId,
    seats: i32,
    on: NaiveDate,
    passed: &'a [Held],
    missed: Vec<PersonId>,
    at: usize,
}

fn write(db: &Db, clock: &Clock, officer: &Who, held: &Past<'_>) -> Result<()> {
    let ten = parse_time("10:00").and_then(|time| london_time(held.on, time)).map(At::new);
    let starts_at = ten.ok_or_else(|| Error::internal("a session of the demonstration has no hour"))?;
    let taken = i32::try_from(held.passed.len() + held.missed.len()).unwrap_or(1);
    let (venue, address) = VENUES.get(held.at % VENUES.len()).copied().unwrap_or_default();
    command::run(db, officer.user, clock, |tx| {
        let row = Session {
            id: SessionId(0),
            course_id: held.course,
            held_on: held.on,
            starts_at,
            minutes: 180,
            venue: venue.into(),
            address: address.into(),
            trainer: TRAINERS.get(held.at % TRAINERS.len()).copied().unwrap_or_default().into(),
            capacity: held.seats.max(taken),
            taken,
            state: SessionState::Held,
            reason: String::new(),
            moves: 0,
            arranged_by: tx.actor,
        };
        let id = session::insert(tx, &row)?;
        tx.trail(
            Entry::new("session.arrange", "session", id.0)
                .new_value(&json!({ "course": held.course, "held_on": held.on })),
        );
        let booked_at = starts_at.plus(-TimeDelta::days(21));
        let passed = held.passed.iter().map(|(evidence, person)| (*person, BookingState::Passed, Some(*evidence)));
        let missed = held.missed.iter().map(|person| (*person, BookingState::NoShow, None));
        for (person_id, state, evidence_id) in passed.chain(missed) {
            let row = Booking {
                id: BookingId(0),
                session_id: id,
                person_id,
                contractor_id: None,
                state,
                booked_by: tx.actor,
                booked_at,
                promoted_at: None,
                reminded_on: None,
                marked_by: Some(tx.actor),
                marked_on: Some(held.on),
                reason: String::new(),
                evidence_id,
            };
            let booking = places::insert(tx, &row)?;
            let value = json!({ "session": id, "state": state });
            tx.trail(Entry::new("booking.mark", "booking", booking.0).about(person_id).new_value(&value));
        }
        Ok(())
    })
}

/// Sessions to come, some full with people waiting: safeguarding for three months ahead alone, so that what falls due
/// together after that finds no seat.
fn coming(
    db: &Db,
    clock: &Clock,
    officer: &Who,
    (course, requirement, seats): (CourseId, &str, i32),
    offset: usize,
) -> Result<()> {
    let today = clock.today();
    let weeks: &[u64] = if requirement == "safeguarding" { &[1, 2, 4, 5, 7, 9, 11, 13] } else { &[3, 6, 12, 18, 24] };
    let wanting = db.read(|conn| demand::people(conn, officer, requirement, None, today, None, i64::MAX))?;
    let mut wanting = wanting.into_iter();
    for (at, week) in weeks.iter().enumerate() {
        let day = today.checked_add_days(Days::new(week * 7 + offset as u64)).unwrap_or(today);
        let late = day.weekday().num_days_from_monday().saturating_sub(4);
        let on = day.checked_add_days(Days::new(if late > 0 { 3 } else { 0 })).unwrap_or(day);
        let (venue, address) = VENUES.get((at + offset) % VENUES.len()).copied().unwrap_or_default();
        let plan = Plan {
            on: Some(on),
            time: "10:00".into(),
            minutes: "180".into(),
            venue: venue.into(),
            address: address.into(),
            trainer: TRAINERS.get(at % TRAINERS.len()).copied().unwrap_or_default().into(),
            capacity: seats.to_string(),
        };
        let id = command::run(db, officer.user, clock, |tx| sessions::arrange(tx, officer, course, &plan))?;
        // The next one is full and three wait; the ones after it fill up.
        let many = match at {
            0 => usize::try_from(seats).unwrap_or(0) + 3,
            1 => 9,
            2 => 4,
            _ => 0,
        };
        for need in wanting.by_ref().take(many) {
            command::run(db, officer.user, clock, |tx| booking::book(tx, officer, id, need.person))?;
        }
    }
    Ok(())
}
