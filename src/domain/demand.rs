//! Training demand: who needs which course by when, against the places free by then; where they fall short, and how many
//! more sessions would do.

use std::collections::{BTreeMap, HashMap};

use chrono::{Datelike, Months, NaiveDate};

use super::course::{self, Training};
use super::permission::{Act, Subject, Who, may};
use crate::error::Result;
use crate::store::booking::{self as store, Need, Span, Wanted};
use crate::store::{Conn, course as courses, session};
use crate::types::{CourseId, CourseMode, CourseState, PersonId, SessionId};

/// How many months are looked at, this one included.
pub const MONTHS: usize = 12;
/// Seats of a session where none was held yet.
const USUAL: i32 = 12;

/// A month of a course's demand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Month {
    /// Its first day.
    pub first: NaiveDate,
    /// Its last day.
    pub last: NaiveDate,
    /// People whose need falls in it and who have no place yet; in the first, those of before too.
    pub need: usize,
    /// Places free at its sessions.
    pub seats: usize,
    /// People who will be without a place by its last day, places of earlier months counted.
    pub short: usize,
    /// Sessions more, by its last day, that would do.
    pub propose: usize,
}

/// A requirement's demand.
#[derive(Debug, Clone)]
pub struct Demand {
    /// What is needed.
    pub training: Training,
    /// Codes of the open courses that meet it.
    pub courses: Vec<String>,
    /// The open course of it with sessions, when it is the only one.
    pub only: Option<CourseId>,
    /// Whether one of them is taken at a screen, for which no seat is needed.
    pub at_screen: bool,
    /// How many a session usually takes.
    pub usual: usize,
    /// Month by month.
    pub months: Vec<Month>,
}

impl Demand {
    /// The first month by whose end somebody goes without.
    pub fn first_short(&self) -> Option<&Month> {
        self.months.iter().find(|month| month.short > 0)
    }

    /// The month at whose end most go without.
    pub fn worst(&self) -> Option<&Month> {
        self.months.iter().rev().filter(|month| month.short > 0).max_by_key(|month| month.short)
    }

    /// Sessions more that would do for the whole time.
    pub fn proposed(&self) -> usize {
        self.months.iter().map(|month| month.propose).sum()
    }
}

/// The first day of the month `ahead` of today's.
pub fn month(today: NaiveDate, ahead: usize) -> NaiveDate {
    let first = today.with_day(1).unwrap_or(today);
    u32::try_from(ahead).ok().and_then(|ahead| first.checked_add_months(Months::new(ahead))).unwrap_or(first)
}

/// The month, counted from today's, in which something due on `due_on` falls; this one for what is overdue or missing,
/// none for what is further ahead than is looked at.
pub fn place(today: NaiveDate, due_on: Option<NaiveDate>) -> Option<usize> {
    let Some(day) = due_on.filter(|day| *day > today) else { return Some(0) };
    let months =
        (day.year() - today.year()) * 12 + i32::try_from(day.month()).ok()? - i32::try_from(today.month()).ok()?;
    usize::try_from(months).ok().filter(|ahead| *ahead < MONTHS)
}

/// The months of a demand: the days on which things fall due, the free seats by day, and the seats of a usual session.
pub fn forecast(
    today: NaiveDate,
    due: impl IntoIterator<Item = Option<NaiveDate>>,
    seats: impl IntoIterator<Item = (NaiveDate, usize)>,
    usual: usize,
) -> Vec<Month> {
    let (mut need, mut free) = ([0; MONTHS], [0; MONTHS]);
    for at in due.into_iter().filter_map(|day| place(today, day)) {
        if let Some(count) = need.get_mut(at) {
            *count += 1;
        }
    }
    for (day, many) in seats {
        if let Some(count) = place(today, Some(day)).and_then(|at| free.get_mut(at)) {
            *count += many;
        }
    }
    let (mut wanted, mut had, mut added) = (0_usize, 0_usize, 0_usize);
    let usual = usual.max(1);
    (0..MONTHS)
        .zip(need.into_iter().zip(free))
        .map(|(ahead, (need, seats))| {
            wanted += need;
            had += seats;
            let short = wanted.saturating_sub(had);
            let propose = short.saturating_sub(added * usual).div_ceil(usual);
            added += propose;
            let (first, next) = (month(today, ahead), month(today, ahead + 1));
            Month { first, last: next.pred_opt().unwrap_or(next), need, seats, short, propose }
        })
        .collect()
}

/// The demand of everything the policy asks for in training, of the people `who` sees.
///
/// # Errors
/// `NotFound`; the database's.
pub fn read(conn: &mut Conn, who: &Who, today: NaiveDate) -> Result<Vec<Demand>> {
    may(who, Act::BookTraining, Subject::Register)?;
    let until = month(today, MONTHS).pred_opt().unwrap_or(today);
    let mut due: HashMap<String, Vec<Option<NaiveDate>>> = HashMap::new();
    let wanted = Wanted { requirement: None, today, until, beside: None, uninvited: false, limit: None };
    for need in store::needs(conn, &who.reach(), &wanted)? {
        due.entry(need.requirement).or_default().push(need.due_on);
    }
    let mut seats: HashMap<String, Vec<(NaiveDate, usize)>> = HashMap::new();
    for (session, requirement) in session::planned(conn, today)? {
        let free = usize::try_from(session.free()).unwrap_or(0);
        seats.entry(requirement).or_default().push((session.held_on, free));
    }
    let mut sizes: BTreeMap<String, Vec<i32>> = BTreeMap::new();
    for (requirement, capacity) in session::capacities(conn)? {
        let some = sizes.entry(requirement).or_default();
        if some.len() < 12 {
            some.push(capacity);
        }
    }
    let all = courses::all(conn)?;
    let demands = course::trainings(conn, today)?.into_iter().map(|training| {
        let code = training.code.as_str();
        let given: Vec<_> =
            all.iter().filter(|one| one.requirement == code && one.state == CourseState::Open).collect();
        let usual = usual(sizes.remove(code).unwrap_or_default());
        let in_rooms: Vec<_> = given.iter().filter(|one| one.mode == CourseMode::Class).collect();
        Demand {
            only: if let [only] = in_rooms.as_slice() { Some(only.id) } else { None },
            courses: given.iter().map(|one| one.code.clone()).collect(),
            at_screen: given.iter().any(|one| one.mode == CourseMode::Elearning),
            usual,
            months: forecast(
                today,
                due.remove(code).unwrap_or_default(),
                seats.remove(code).unwrap_or_default(),
                usual,
            ),
            training,
        }
    });
    Ok(demands.collect())
}

/// The people behind a figure: of a requirement, of one month or all, in order of need, after the one named.
///
/// # Errors
/// `NotFound`, also when there is no such need to go on from; the database's.
pub fn people(
    conn: &mut Conn,
    who: &Who,
    requirement: &str,
    ahead: Option<usize>,
    today: NaiveDate,
    after: Option<PersonId>,
    limit: i64,
) -> Result<Vec<Need>> {
    may(who, Act::BookTraining, Subject::Register)?;
    store::needs_in(conn, &who.reach(), &span(requirement, ahead, today), after, limit)
}

/// How many people are behind a figure.
///
/// # Errors
/// `NotFound`; the database's.
pub fn count(conn: &mut Conn, who: &Who, requirement: &str, ahead: Option<usize>, today: NaiveDate) -> Result<i64> {
    may(who, Act::BookTraining, Subject::Register)?;
    store::count_needs(conn, &who.reach(), &span(requirement, ahead, today))
}

/// The days of a month's figure, or of all; [`place`] puts what has no day, and what is overdue, into the first.
fn span(requirement: &str, ahead: Option<usize>, today: NaiveDate) -> Span<'_> {
    let from = ahead.filter(|ahead| *ahead > 0).map(|ahead| month(today, ahead));
    let until = month(today, ahead.map_or(MONTHS, |ahead| ahead + 1)).pred_opt().unwrap_or(today);
    Span { requirement, today, from, until }
}

/// Those whom `who` sees that need a requirement most and are not at this session; no more than `limit`.
///
/// # Errors
/// `NotFound`; the database's.
pub fn neediest(
    conn: &mut Conn,
    who: &Who,
    requirement: &str,
    beside: SessionId,
    today: NaiveDate,
    limit: usize,
) -> Result<Vec<Need>> {
    may(who, Act::BookTraining, Subject::Register)?;
    let until = month(today, MONTHS).pred_opt().unwrap_or(today);
    let (requirement, beside, limit) = (Some(requirement), Some(beside), Some(limit));
    store::needs(conn, &who.reach(), &Wanted { requirement, today, until, beside, uninvited: false, limit })
}

/// The middle of the sizes.
fn usual(mut sizes: Vec<i32>) -> usize {
    sizes.sort_unstable();
    let middle = sizes.get(sizes.len() / 2).copied().unwrap_or(USUAL);
    usize::try_from(middle).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_need_falls_into_its_own_month_and_what_is_overdue_into_this_one() {
        let today = day("2026-11-22");
        let at = |text| place(today, Some(day(text)));
        assert_eq!(place(today, None), Some(0));
        assert_eq!([at("2020-01-01"), at("2026-11-30"), at("2026-12-01")], [Some(0), Some(0), Some(1)]);
        assert_eq!([at("2027-10-31"), at("2027-11-01")], [Some(11), None]);
        assert_eq!((month(today, 0), month(today, 14)), (day("2026-11-01"), day("2028-01-01")));
    }

    #[test]
    fn seats_serve_their_own_month_and_later_ones_and_never_an_earlier() {
        let today = day("2026-11-22");
        let due = [None, Some(day("2026-12-10")), Some(day("2026-12-11")), Some(day("2027-01-05"))];
        let months = forecast(today, due, [(day("2026-12-02"), 1), (day("2027-01-02"), 5)], 2);
        let shorts: Vec<_> = months.iter().map(|one| (one.need, one.seats, one.short, one.propose)).collect();
        assert_eq!(shorts[..4], [(1, 0, 1, 1), (2, 1, 2, 0), (1, 5, 0, 0), (0, 0, 0, 0)]);
    }

    #[test]
    fn what_is_proposed_is_enough_and_not_one_session_more() {
        let today = day("2026-11-22");
        let due = (0..37).map(|at| Some(day("2027-03-01") + chrono::Days::new(at % 30)));
        let months = forecast(today, due, [(day("2027-03-15"), 4)], 16);
        let march = &months[4];
        assert_eq!((march.need, march.short, march.propose), (37, 33, 3));
        assert_eq!(months.iter().map(|one| one.propose).sum::<usize>(), 3);
    }
}
