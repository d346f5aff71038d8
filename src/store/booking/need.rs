//! Who needs which training by when, as the kept clearances have it.

use std::collections::HashSet;

use chrono::NaiveDate;
use diesel::dsl::{exists, not, sql};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Date, Integer};

use crate::error::Result;
use crate::store::Conn;
use crate::store::schema::{
    bookings, clearance_items, clearances, course_invitations, courses, engagements, people, training_sessions,
};
use crate::types::{BookingState, ItemState, PersonId, Reach, SessionId, SessionState, Status};

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

/// Which needs are asked for.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// Of one requirement, or of all.
    pub requirement: Option<&'a str>,
    /// The day that asks.
    pub today: NaiveDate,
    /// The last day on which they fall due.
    pub until: NaiveDate,
    /// Leaves out who has a place at this session, or waits for one.
    pub beside: Option<SessionId>,
    /// Leaves out who was invited to that session.
    pub uninvited: bool,
    /// No more than so many, those in most need.
    pub limit: Option<usize>,
}

/// In how many roles one person works at the most, for the limit of what is read.
const ROLES: usize = 4;

/// What falls due by a day, of people who have neither left nor been refused and who have no place for it in time.
macro_rules! open_items {
    ($today:expr, $until:expr) => {{
        let standing = clearances::table
            .on(clearances::person_id.eq(clearance_items::person_id).and(clearances::role.eq(clearance_items::role)));
        let is_in_time = clearance_items::state
            .eq(ItemState::Missing)
            .or(clearance_items::due_on.le($today))
            .or(training_sessions::held_on.nullable().le(clearance_items::due_on));
        let served = bookings::table
            .inner_join(training_sessions::table.inner_join(courses::table))
            .filter(bookings::person_id.eq(clearance_items::person_id))
            .filter(courses::requirement.eq(clearance_items::requirement))
            .filter(bookings::state.eq(BookingState::Booked))
            .filter(training_sessions::state.ne(SessionState::Cancelled))
            .filter(training_sessions::held_on.ge($today))
            .filter(is_in_time);
        clearance_items::table
            .inner_join(standing)
            .inner_join(people::table)
            // Literally, so that SQLite sees the partial index.
            .filter(sql::<Bool>("clearance_items.kind = 'training'"))
            .filter(clearances::status.ne_all([Status::Left, Status::Unsuitable]))
            .filter(clearance_items::state.ne(ItemState::NotRequired))
            .filter(clearance_items::due_on.le($until).or(clearance_items::state.eq(ItemState::Missing)))
            .filter(not(exists(served)))
    }};
}

/// The people who work for these firms, or will.
macro_rules! own {
    ($firms:expr, $today:expr) => {
        engagements::table
            .filter(engagements::contractor_id.eq_any($firms))
            .filter(engagements::ends_on.is_null().or(engagements::ends_on.ge($today)))
            .select(engagements::person_id)
    };
}

/// What people who have neither left nor been refused need and have no place for, each person and requirement once: the
/// earliest day of their roles, and nothing held before any day. A place serves when the session is in time; for what
/// has run out or is missing, any to come is.
///
/// # Errors
/// The database's.
pub fn needs(conn: &mut Conn, reach: &Reach, wanted: &Wanted<'_>) -> Result<Vec<Need>> {
    if *reach == Reach::Nobody || wanted.limit == Some(0) {
        return Ok(Vec::new());
    }
    let Wanted { today, until, .. } = *wanted;
    let mut query = open_items!(today, until).into_boxed();
    if let Some(code) = wanted.requirement {
        query = query.filter(clearance_items::requirement.eq(code.to_owned()));
    }
    if let Reach::Firms(firms) = reach {
        query = query.filter(clearance_items::person_id.eq_any(own!(firms.clone(), today)));
    }
    if let Some(session) = wanted.beside {
        let here = bookings::table
            .filter(bookings::session_id.eq(session))
            .filter(bookings::state.ne(BookingState::Cancelled));
        query = query.filter(clearance_items::person_id.ne_all(here.select(bookings::person_id)));
        if wanted.uninvited {
            let asked = course_invitations::table.filter(course_invitations::session_id.eq(session));
            query = query.filter(clearance_items::person_id.ne_all(asked.select(course_invitations::person_id)));
        }
    }
    if let Some(limit) = wanted.limit {
        let held = sql::<Integer>("CASE WHEN clearance_items.state = 'missing' THEN 0 ELSE 1 END");
        let order = (clearance_items::requirement, held, clearance_items::due_on, people::sort_name, people::id);
        query = query.order(order).limit(i64::try_from(limit * ROLES).unwrap_or(i64::MAX));
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
    needs.truncate(wanted.limit.unwrap_or(usize::MAX));
    Ok(needs)
}

/// The needs of one requirement that fall due in a span of days.
#[derive(Debug, Clone, Copy)]
pub struct Span<'a> {
    /// Code of the requirement.
    pub requirement: &'a str,
    /// The day that asks.
    pub today: NaiveDate,
    /// The first day; none for all before, and for what people have nothing of.
    pub from: Option<NaiveDate>,
    /// The last day.
    pub until: NaiveDate,
}

/// The day a person's need stands at among those of their roles: before any day where they have nothing.
const FIRST: &str =
    "MIN(CASE WHEN clearance_items.state = 'missing' THEN '0001-01-01' ELSE clearance_items.due_on END)";

type Line = (PersonId, NaiveDate, String, String, String, String);

/// A page of the people whose need of it falls in a span, in order of need, after the one named.
///
/// # Errors
/// `NotFound` when there is no such need to go on from.
pub fn needs_in(
    conn: &mut Conn,
    reach: &Reach,
    span: &Span<'_>,
    after: Option<PersonId>,
    limit: i64,
) -> Result<Vec<Need>> {
    if *reach == Reach::Nobody {
        return Ok(Vec::new());
    }
    let none = NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or_default();
    let from = format!("{FIRST} >= '{}'", span.from.unwrap_or(none));
    macro_rules! people {
        () => {{
            let query = open_items!(span.today, span.until)
                .filter(clearance_items::requirement.eq(span.requirement.to_owned()))
                .group_by((people::id, people::forename, people::surname, people::reference, people::sort_name))
                .order((sql::<Date>(FIRST), people::sort_name, people::id))
                .limit(limit)
                .select((
                    people::id,
                    sql::<Date>(FIRST),
                    people::forename,
                    people::surname,
                    people::reference,
                    people::sort_name,
                ))
                .into_boxed();
            match reach {
                Reach::Firms(firms) => query.filter(people::id.eq_any(own!(firms.clone(), span.today))),
                _ => query,
            }
        }};
    }
    let mut query = people!();
    query = match after {
        Some(after) => {
            let known = people!().filter(people::id.eq(after)).having(sql::<Bool>(&from));
            let (id, first, .., name): Line = known.first(conn)?;
            let later = sql::<Bool>(&format!("{FIRST} > '{first}'"));
            let same = sql::<Bool>(&format!("{FIRST} = '{first}'"));
            let next = people::sort_name.gt(name.clone()).or(people::sort_name.eq(name).and(people::id.gt(id)));
            query.having(sql::<Bool>(&from).and(later.or(same.and(next))))
        }
        None => query.having(sql::<Bool>(&from)),
    };
    let read = |(person, first, forename, surname, reference, sort_name): Line| Need {
        person,
        requirement: span.requirement.to_owned(),
        due_on: Some(first).filter(|day| *day != none),
        name: format!("{forename} {surname}").trim().to_owned(),
        reference,
        sort_name,
    };
    Ok(query.load::<Line>(conn)?.into_iter().map(read).collect())
}

/// How many people's need of it falls in a span: those with one by its end, without those with one before it.
///
/// # Errors
/// The database's.
pub fn count_needs(conn: &mut Conn, reach: &Reach, span: &Span<'_>) -> Result<i64> {
    if *reach == Reach::Nobody {
        return Ok(0);
    }
    let mut by = |until: NaiveDate| -> Result<i64> {
        let query = open_items!(span.today, until)
            .filter(clearance_items::requirement.eq(span.requirement.to_owned()))
            .select(diesel::dsl::count(clearance_items::person_id).aggregate_distinct())
            .into_boxed();
        let query = match reach {
            Reach::Firms(firms) => query.filter(clearance_items::person_id.eq_any(own!(firms.clone(), span.today))),
            _ => query,
        };
        Ok(query.first(conn)?)
    };
    let before = span.from.and_then(|from| from.pred_opt()).map_or(Ok(0), &mut by)?;
    Ok(by(span.until)? - before)
}
