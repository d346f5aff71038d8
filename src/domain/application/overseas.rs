//! Time abroad, worked out from the addresses: which countries a check is asked from, and what the addresses leave
//! out. A DBS check covers United Kingdom records only (facts.md §1.7).

use std::collections::BTreeMap;

use chrono::{Months, NaiveDate};
use serde::Deserialize;

use crate::domain::clearance::{days_after, days_before};
use crate::domain::policy::Requirement;
use crate::types::{add_months, fold};

/// Months abroad above which a check is asked for, where the policy does not say.
const USUAL_MONTHS: u32 = 3;
/// Months of addresses that an identity check needs (facts.md §1.7).
const ADDRESS_MONTHS: u32 = 60;
/// Countries whose records a DBS check covers, folded.
const HOME: &[&str] = &[
    "",
    "uk",
    "u k",
    "gb",
    "united kingdom",
    "great britain",
    "britain",
    "england",
    "scotland",
    "wales",
    "northern ireland",
];

/// Somewhere the applicant lived.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Address {
    /// The country; empty for the United Kingdom.
    pub country: String,
    /// First day there.
    pub from: Option<NaiveDate>,
    /// Last day there; `None` for where they live now.
    pub until: Option<NaiveDate>,
}

/// Time in one country within the policy's look-back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Abroad {
    /// The country, as typed.
    pub country: String,
    /// Whole months there, the last one begun counted when it is above what the policy lets pass.
    pub months: u32,
    /// Last day there, today at the latest.
    pub until: NaiveDate,
    /// Whether it is long enough that a check is asked for.
    pub asked: bool,
}

impl Address {
    /// Whether a DBS check covers its country's records.
    pub fn is_at_home(&self) -> bool {
        !self.is_abroad()
    }

    fn is_abroad(&self) -> bool {
        !HOME.contains(&fold(&self.country).as_str())
    }
}

/// Time abroad by country, as `requirement` looks back and counts. Two stays in one country add up; days that two
/// addresses share count once.
pub fn abroad(addresses: &[Address], requirement: &Requirement, today: NaiveDate) -> Vec<Abroad> {
    let first = months_before(today, requirement.params.look_back_months.unwrap_or(ADDRESS_MONTHS));
    let most = requirement.params.abroad_months.unwrap_or(USUAL_MONTHS);
    let mut countries: BTreeMap<String, (String, Vec<(NaiveDate, NaiveDate)>)> = BTreeMap::new();
    for address in addresses.iter().filter(|address| address.is_abroad()) {
        let from = address.from.unwrap_or(first).max(first);
        let until = address.until.unwrap_or(today).min(today);
        if from <= until {
            let entry = countries.entry(fold(&address.country));
            entry.or_insert_with(|| (address.country.trim().to_owned(), Vec::new())).1.push((from, until));
        }
    }
    let sum = |(country, mut stays): (String, Vec<(NaiveDate, NaiveDate)>)| {
        stays.sort_unstable();
        let days: u32 = joined(&stays).iter().map(|(from, until)| days_of(*from, *until)).sum();
        let until = stays.iter().map(|(_, until)| *until).max().unwrap_or(today);
        // As many days as so many months running up to the last day there: months are not all of one length.
        let stay = days_before(until, days.saturating_sub(1));
        let months = (1..=ADDRESS_MONTHS * 2).take_while(|count| add_months(stay, *count) <= days_after(until, 1));
        let months = u32::try_from(months.count()).unwrap_or(u32::MAX);
        let asked = add_months(stay, most) <= until;
        Abroad { country, months, until, asked }
    };
    countries.into_values().map(sum).collect()
}

/// Stretches of the last five years for which no address is given, the first day and the last of each.
pub fn gaps(addresses: &[Address], today: NaiveDate) -> Vec<(NaiveDate, NaiveDate)> {
    let first = months_before(today, ADDRESS_MONTHS);
    let mut stays: Vec<(NaiveDate, NaiveDate)> = addresses
        .iter()
        .filter_map(|address| Some((address.from?.max(first), address.until.unwrap_or(today).min(today))))
        .filter(|(from, until)| from <= until)
        .collect();
    stays.sort_unstable();
    let (mut gaps, mut next) = (Vec::new(), first);
    for (from, until) in joined(&stays) {
        if from > next {
            gaps.push((next, days_before(from, 1)));
        }
        next = next.max(days_after(until, 1));
    }
    if next <= today {
        gaps.push((next, today));
    }
    gaps
}

/// Sorted stays as stretches that do not touch.
fn joined(stays: &[(NaiveDate, NaiveDate)]) -> Vec<(NaiveDate, NaiveDate)> {
    let mut stretches: Vec<(NaiveDate, NaiveDate)> = Vec::new();
    for (from, until) in stays.iter().copied() {
        match stretches.last_mut() {
            Some((_, last)) if from <= days_after(*last, 1) => *last = (*last).max(until),
            _ => stretches.push((from, until)),
        }
    }
    stretches
}

fn days_of(from: NaiveDate, until: NaiveDate) -> u32 {
    u32::try_from((until - from).num_days() + 1).unwrap_or(0)
}

fn months_before(day: NaiveDate, months: u32) -> NaiveDate {
    day.checked_sub_months(Months::new(months)).unwrap_or(NaiveDate::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::policy::Policy;
    use crate::types::{Kind, parse_date};

    fn day(text: &str) -> NaiveDate {
        parse_date(text).unwrap()
    }

    fn lived(country: &str, from: &str, until: &str) -> Address {
        Address { country: country.to_owned(), from: parse_date(from), until: parse_date(until) }
    }

    fn asked(addresses: &[Address]) -> Vec<(String, u32, bool)> {
        let policy = Policy::shipped().unwrap();
        let rule = policy.asked_of("passenger_assistant").into_iter().find(|one| one.kind == Kind::Overseas).unwrap();
        let found = abroad(addresses, rule, day("2026-11-22"));
        found.into_iter().map(|one| (one.country, one.months, one.asked)).collect()
    }

    #[test]
    fn more_than_three_months_in_a_country_in_five_years_asks_for_its_check() {
        let spain = |until| [lived("Spain", "2024-01-01", until)];
        assert_eq!(asked(&spain("2024-03-31")), [("Spain".to_owned(), 3, false)], "three months to the day");
        assert_eq!(asked(&spain("2024-04-01")), [("Spain".to_owned(), 3, true)], "and a day");
        assert!(asked(&[lived("Spain", "2019-01-01", "2021-11-01")]).is_empty(), "before the look-back");
        assert_eq!(asked(&[lived("Spain", "2019-01-01", "2022-02-25")]), [("Spain".to_owned(), 3, true)]);
        assert!(asked(&[lived("England", "2019-01-01", ""), lived("", "2022-02-25", "")]).is_empty());
    }

    #[test]
    fn each_country_is_counted_for_itself_and_its_stays_add_up() {
        let stays = [
            lived("Spain", "2023-01-01", "2023-02-28"),
            lived(" spain", "2024-01-01", "2024-02-28"),
            lived("France", "2022-01-01", "2022-02-28"),
        ];
        assert_eq!(asked(&stays), [("France".to_owned(), 2, false), ("Spain".to_owned(), 3, true)]);
        let twice = [lived("Spain", "2023-01-01", "2023-03-01"), lived("Spain", "2023-01-15", "2023-03-15")];
        assert_eq!(asked(&twice), [("Spain".to_owned(), 2, false)], "days that two addresses share count once");
    }

    #[test]
    fn what_the_addresses_leave_out_is_named() {
        let today = day("2026-11-22");
        let whole = [lived("", "2010-01-01", "2024-05-31"), lived("Spain", "2024-06-01", "")];
        assert!(gaps(&whole, today).is_empty());
        let broken = [lived("", "2022-01-01", "2024-05-30"), lived("", "2024-06-01", "2026-11-20")];
        let days = |from, until| (day(from), day(until));
        assert_eq!(
            gaps(&broken, today),
            [days("2021-11-22", "2021-12-31"), days("2024-05-31", "2024-05-31"), days("2026-11-21", "2026-11-22")]
        );
        assert_eq!(gaps(&[], today), [days("2021-11-22", "2026-11-22")]);
    }
}
