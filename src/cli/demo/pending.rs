//! The register as the demonstration takes it: of some people nothing is decided yet, and a few were refused lately, so
//! that there is live work in every queue. Who they are goes by the order of the lines; nobody is added or left out.

use chrono::{Datelike, Months, NaiveDate};

use super::line::RegisterLine;
use super::register::shifted;
use crate::types::{Outcome, add_months};

/// One in so many, of each kind.
const UNDECIDED: i64 = 7;
const UNAPPROVED: i64 = 40;
const LATELY_REFUSED: i64 = 20;

/// Months from now to the month in which many renewals fall together.
const CLIFF: u32 = 4;
/// Months for which safeguarding training serves.
const SERVES: u32 = 36;

/// What is changed of a person's lines.
#[derive(Clone, Copy)]
enum Change {
    Nothing,
    /// A trace about which nothing is decided.
    Undecided(i64),
    /// A clean certificate and no approval.
    Unapproved(i64),
    /// Refused within the last weeks.
    LatelyRefused(i64),
}

/// `lines` with live work among them on `today`.
pub fn with_live_work(
    lines: impl Iterator<Item = RegisterLine>,
    today: NaiveDate,
) -> impl Iterator<Item = RegisterLine> {
    let (mut seen, mut last) = ([0_i64; 3], (String::new(), Change::Nothing));
    lines.map(move |line| {
        if last.0 != line.reference {
            last = (line.reference.clone(), next(&mut seen, &line));
        }
        gathered(changed(line, last.1, today), today)
    })
}

fn next([suitable, clean, refused]: &mut [i64; 3], line: &RegisterLine) -> Change {
    let (count, every, change): (&mut i64, i64, fn(i64) -> Change) = match (line.dbs_trace, line.suitability_outcome) {
        (true, Some(Outcome::Unsuitable)) => (refused, LATELY_REFUSED, Change::LatelyRefused),
        (true, _) => (suitable, UNDECIDED, Change::Undecided),
        (false, _) => (clean, UNAPPROVED, Change::Unapproved),
    };
    let place = *count;
    *count += 1;
    if place % every == 0 { change(place / every) } else { Change::Nothing }
}

fn changed(line: RegisterLine, change: Change, today: NaiveDate) -> RegisterLine {
    let ago = |days: i64| shifted(today, -days);
    // A fresh certificate, which nobody has asked the Update Service about.
    let fresh = |line: RegisterLine, issued: NaiveDate| RegisterLine {
        dbs_issue_date: issued,
        update_service_joined: None,
        update_service_last_check: None,
        update_service_result: "",
        ..line
    };
    let unbadged = |line: RegisterLine| RegisterLine {
        badge_number: String::new(),
        badge_issued: None,
        badge_expiry: None,
        ..line
    };
    match change {
        Change::Nothing => line,
        Change::Undecided(n) => unbadged(fresh(
            RegisterLine { suitability_outcome: None, suitability_date: None, ..line },
            ago(45 + n % 50),
        )),
        Change::Unapproved(n) => unbadged(fresh(line, ago(4 + n % 25))),
        Change::LatelyRefused(n) => {
            let decided = Some(ago(8 + 5 * n % 25));
            fresh(RegisterLine { suitability_date: decided, ..line }, ago(60 + n % 20))
        }
    }
}

/// Three years ago, and some months, the council trained many at a few large sessions: what would fall due in the fifth to
/// seventh month from now falls due in the fifth.
fn gathered(line: RegisterLine, today: NaiveDate) -> RegisterLine {
    let Some(on) = line.safeguarding_training_date else { return line };
    let first = |ahead: u32| add_months(today.with_day(1).unwrap_or(today), ahead);
    let due = add_months(on, SERVES);
    if due < first(CLIFF) || due >= first(CLIFF + 3) {
        return line;
    }
    let held = first(CLIFF).checked_sub_months(Months::new(SERVES)).unwrap_or(on);
    let weekdays = held.iter_days().take(21).filter(|day| day.weekday().num_days_from_monday() < 5);
    let days: Vec<NaiveDate> = weekdays.step_by(2).collect();
    let place = usize::try_from(on.num_days_from_ce()).unwrap_or(0) % days.len().max(1);
    RegisterLine { safeguarding_training_date: days.get(place).copied().or(Some(on)), ..line }
}

#[cfg(test)]
mod tests {
    use super::super::register::register;
    use super::*;

    #[test]
    fn traces_and_refusals_stay_as_many_as_they_were() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        for (people, traces, refused) in [(2_700, 550, 103), (300, 61, 11)] {
            let mut lines: Vec<_> = with_live_work(register(people, 1, today), today).collect();
            lines.dedup_by(|next, kept| next.reference == kept.reference);
            let count = |is: fn(&RegisterLine) -> bool| lines.iter().filter(|line| is(line)).count();
            assert_eq!(lines.len(), people as usize);
            assert_eq!(count(|line| line.dbs_trace), traces);
            assert_eq!(count(|line| line.suitability_outcome == Some(Outcome::Unsuitable)), refused);
            assert!(count(|line| line.dbs_trace && line.suitability_outcome.is_none()) > 5);
            assert!(lines.iter().all(|line| line.suitability_date.is_none_or(|day| day > line.dbs_issue_date)));
        }
    }

    #[test]
    fn both_lines_of_somebody_with_two_firms_are_changed_alike() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        let lines: Vec<_> = with_live_work(register(2_700, 1, today), today).collect();
        for pair in lines.windows(2).filter(|pair| pair[0].reference == pair[1].reference) {
            assert_eq!(pair[0].badge_number, pair[1].badge_number);
            assert_eq!(pair[0].dbs_issue_date, pair[1].dbs_issue_date);
        }
    }
}
