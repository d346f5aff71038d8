//! When jobs are due: tables for the clock changes, properties for the rest.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate, NaiveTime};
use chrono_tz::Europe::London;
use proptest::prelude::*;

use super::*;

fn at(text: &str) -> At {
    At::new(text.parse::<DateTime<Utc>>().unwrap())
}

fn cron(text: &str) -> Schedule {
    Schedule::parse(text, London).unwrap()
}

fn following(schedule: &Schedule, from: &str, count: usize) -> Vec<String> {
    let mut now = at(from);
    let mut step = || {
        now = schedule.next_after(now).unwrap();
        now.to_string()
    };
    (0..count).map(|_| step()).collect()
}

#[test]
fn half_past_one_runs_once_on_the_night_the_clocks_go_forward() {
    let job = cron("30 1 * * *");
    assert_eq!(
        following(&job, "2026-03-27T12:00:00Z", 3),
        ["2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"]
    );
    for (now, due) in [
        ("2026-03-29T00:59:59Z", "2026-03-28T01:30:00Z"),
        ("2026-03-29T01:00:00Z", "2026-03-29T01:00:00Z"),
        ("2026-03-30T00:29:59Z", "2026-03-29T01:00:00Z"),
        ("2026-03-30T00:30:00Z", "2026-03-30T00:30:00Z"),
    ] {
        assert_eq!(job.latest_due(at(now)), Some(at(due)), "{now}");
    }
}

#[test]
fn half_past_one_runs_once_on_the_night_the_clocks_go_back() {
    let job = cron("30 1 * * *");
    assert_eq!(
        following(&job, "2026-10-24T12:00:00Z", 3),
        ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z", "2026-10-27T01:30:00Z"]
    );
    for (now, due) in [
        ("2026-10-25T00:29:59Z", "2026-10-24T00:30:00Z"),
        ("2026-10-25T00:30:00Z", "2026-10-25T00:30:00Z"),
        ("2026-10-25T01:29:59Z", "2026-10-25T00:30:00Z"),
        ("2026-10-25T01:30:00Z", "2026-10-25T00:30:00Z"),
        ("2026-10-26T01:29:59Z", "2026-10-25T00:30:00Z"),
    ] {
        assert_eq!(job.latest_due(at(now)), Some(at(due)), "{now}");
    }
}

#[test]
fn in_the_repeated_hour_the_first_pass_is_behind() {
    let job = cron("59 59 1 * * *");
    assert_eq!(job.latest_due(at("2026-10-25T01:00:00Z")), Some(at("2026-10-25T00:59:59Z")));
    assert_eq!(job.next_after(at("2026-10-25T01:00:00Z")), Some(at("2026-10-26T01:59:59Z")));
    assert_eq!(cron("0 2 * * *").next_after(at("2026-10-25T01:10:00Z")), Some(at("2026-10-25T02:00:00Z")));
}

#[test]
fn times_jumped_over_fall_together_with_the_first_that_is_not() {
    assert_eq!(
        following(&cron("0,20,40 1,2 * * *"), "2026-03-29T00:00:00Z", 3),
        ["2026-03-29T01:00:00Z", "2026-03-29T01:20:00Z", "2026-03-29T01:40:00Z"]
    );
}

#[test]
fn rare_days_are_found_both_ways() {
    let leap = cron("0 6 29 2 *");
    assert_eq!(leap.latest_due(at("2026-11-22T00:00:00Z")), Some(at("2024-02-29T06:00:00Z")));
    assert_eq!(leap.next_after(at("2026-11-22T00:00:00Z")), Some(at("2028-02-29T06:00:00Z")));
    let yearly = cron("0 9 1 9 *");
    assert_eq!(yearly.latest_due(at("2026-09-01T07:59:59Z")), Some(at("2025-09-01T08:00:00Z")));
    assert_eq!(yearly.next_after(at("2026-09-01T08:00:00Z")), Some(at("2027-09-01T08:00:00Z")));
    let leap_monday = cron("0 6 29 2 MON");
    assert_eq!(leap_monday.latest_due(at("2026-11-22T00:00:00Z")), Some(at("2016-02-29T06:00:00Z")));
    let first_monday = cron("0 7 1-7 * MON");
    assert_eq!(first_monday.next_after(at("2026-11-22T00:00:00Z")), Some(at("2026-12-07T07:00:00Z")));
}

#[test]
fn every_minute_is_counted_from_the_epoch() {
    let job = Schedule::Every("1m".parse().unwrap());
    assert_eq!(job.latest_due(at("2026-11-22T10:00:59Z")), Some(at("2026-11-22T10:00:00Z")));
    assert_eq!(job.latest_due(at("2026-11-22T10:01:00Z")), Some(at("2026-11-22T10:01:00Z")));
    assert_eq!(job.next_after(at("2026-11-22T10:01:00Z")), Some(at("2026-11-22T10:02:00Z")));
}

#[test]
fn what_is_no_schedule_is_refused_with_the_reason() {
    for (text, reason) in [
        ("30 6 * * 1-5", "name the weekdays"),
        ("30 6 * * */2", "name the weekdays"),
        ("0 30 6 * * 1", "name the weekdays"),
        ("30 6 * *", "five fields"),
        ("0 0 6 * * MON 2027", "five fields"),
        ("@daily", "five fields"),
        ("", "five fields"),
        ("1, 2 3 * MON", "five fields"),
        ("0 0 30 2 *", "never due"),
        ("0 0 31 4,6,9,11 MON", "never due"),
        ("60 6 * * *", "Minutes must be"),
        ("0 6 **1 * MON", "a field cannot be read"),
        ("0 6 * * FUNDAY", "not a valid day"),
        ("0 6 * * SAT-MON", "not a schedule"),
    ] {
        let fault = Schedule::parse(text, London).unwrap_err();
        assert!(fault.contains(reason) && !fault.contains('\n'), "{text}: {fault}");
    }
}

#[test]
fn a_schedule_shows_as_it_was_written() {
    assert_eq!(cron("30 6 * * MON-FRI").to_string(), "30 6 * * MON-FRI, Europe/London");
    assert_eq!(cron("* * * * *").to_string(), "* * * * *, Europe/London");
    assert_eq!(cron("5 * * * * *").to_string(), "5 * * * * *, Europe/London");
    assert_eq!(Schedule::Every("90s".parse().unwrap()).to_string(), "every 90s");
}

/// A cron as plain sets, from which the wall-clock times of 2026 are listed without the crate.
#[derive(Debug, Clone)]
struct Sets {
    minutes: BTreeSet<u32>,
    hours: BTreeSet<u32>,
    days: Option<BTreeSet<u32>>,
    months: Option<BTreeSet<u32>>,
    weekdays: Option<BTreeSet<usize>>,
}

const NAMES: [&str; 7] = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];

impl Sets {
    fn text(&self) -> String {
        fn list<T: ToString>(set: impl IntoIterator<Item = T>) -> String {
            set.into_iter().map(|x| x.to_string()).collect::<Vec<_>>().join(",")
        }
        let star = || "*".to_owned();
        [
            list(&self.minutes),
            list(&self.hours),
            self.days.as_ref().map_or_else(star, list),
            self.months.as_ref().map_or_else(star, list),
            self.weekdays.as_ref().map_or_else(star, |set| list(set.iter().map(|&day| NAMES[day]))),
        ]
        .join(" ")
    }

    fn walls(&self, year: i32) -> Vec<NaiveDateTime> {
        let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
        let held = |set: &Option<BTreeSet<u32>>, value| set.as_ref().is_none_or(|set| set.contains(&value));
        first
            .iter_days()
            .take_while(|day| day.year() == year)
            .filter(|day| held(&self.days, day.day()) && held(&self.months, day.month()))
            .filter(|day| {
                let weekday = day.weekday().num_days_from_monday() as usize;
                self.weekdays.as_ref().is_none_or(|set| set.contains(&weekday))
            })
            .flat_map(|day| self.hours.iter().map(move |&hour| (day, hour)))
            .flat_map(|(day, hour)| self.minutes.iter().map(move |&minute| (day, hour, minute)))
            .map(|(day, hour, minute)| day.and_time(NaiveTime::from_hms_opt(hour, minute, 0).unwrap()))
            .collect()
    }
}

/// London's 2026, by hand.
fn london_2026(wall: NaiveDateTime) -> At {
    let shown = |text: &str| text.parse::<NaiveDateTime>().unwrap();
    let utc = if wall < shown("2026-03-29T01:00:00") || wall >= shown("2026-10-25T02:00:00") {
        wall
    } else {
        (wall - TimeDelta::hours(1)).max(shown("2026-03-29T01:00:00"))
    };
    At::new(utc.and_utc())
}

fn sets() -> impl Strategy<Value = Sets> {
    let some = |range: std::ops::Range<u32>, most| prop::collection::btree_set(range, 1..most);
    let hours = prop_oneof![some(0..4, 4), some(0..24, 5)];
    (
        some(0..60, 4),
        hours,
        prop::option::weighted(0.3, some(1..32, 20)),
        prop::option::weighted(0.3, some(1..13, 6)),
        prop::option::weighted(0.4, prop::collection::btree_set(0..7usize, 1..6)),
    )
        .prop_map(|(minutes, hours, days, months, weekdays)| Sets { minutes, hours, days, months, weekdays })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_year_in_london_gives_each_time_once(sets in sets(), probes in prop::collection::vec(0i64..365 * 86_400, 40)) {
        let mut due: Vec<At> = sets.walls(2026).into_iter().map(london_2026).collect();
        due.dedup();
        let Ok(schedule) = Schedule::parse(&sets.text(), London) else {
            prop_assert!(due.is_empty());
            return Ok(());
        };
        let (start, end) = (at("2025-12-31T23:59:59Z"), at("2027-01-01T00:00:00Z"));
        let run: Vec<At> = std::iter::successors(schedule.next_after(start), |now| schedule.next_after(*now))
            .take_while(|now| *now < end)
            .collect();
        prop_assert_eq!(&run, &due, "{}", sets.text());

        let nights = ["2026-03-29T00:00:00Z", "2026-10-25T00:00:00Z"].map(at);
        let nearby = nights.into_iter().flat_map(|night| (0..150).map(move |n| night.plus(TimeDelta::seconds(n * 59))));
        let anywhere = probes.into_iter().map(|n| start.plus(TimeDelta::seconds(n + 1)));
        for now in nearby.chain(anywhere) {
            let passed = due.partition_point(|x| *x <= now);
            if passed > 0 {
                prop_assert_eq!(schedule.latest_due(now), Some(due[passed - 1]), "{} at {}", sets.text(), now);
            }
            if passed < due.len() {
                prop_assert_eq!(schedule.next_after(now), Some(due[passed]), "{} at {}", sets.text(), now);
            }
        }
    }
}

proptest! {
    #[test]
    fn now_lies_between_the_latest_and_the_next(
        sets in sets(),
        second in 0u32..60,
        zone in prop::sample::select(vec![London, Tz::UTC, Tz::Australia__Lord_Howe, Tz::America__New_York, Tz::Asia__Kathmandu]),
        seconds in 978_307_200i64..2_200_000_000,
    ) {
        let now = At::new(DateTime::from_timestamp(seconds, 0).unwrap());
        let Ok(schedule) = Schedule::parse(&format!("{second} {}", sets.text()), zone) else { return Ok(()) };
        let next = schedule.next_after(now).unwrap();
        prop_assert!(next > now);
        prop_assert_eq!(schedule.latest_due(next), Some(next));
        let latest = schedule.latest_due(now).unwrap();
        prop_assert!(latest <= now);
        prop_assert_eq!(schedule.next_after(latest), Some(next));
    }
}
