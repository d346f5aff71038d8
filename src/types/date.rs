//! Legal dates: Europe/London days, months that clamp to their end (facts.md §8.15).

use chrono::{DateTime, LocalResult, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Europe::London;

/// The day it is in London at `moment`.
pub fn in_london(moment: DateTime<Utc>) -> NaiveDate {
    moment.with_timezone(&London).date_naive()
}

/// The instant at which `day` begins in London.
pub fn london_midnight(day: NaiveDate) -> DateTime<Utc> {
    let midnight: NaiveDateTime = day.and_time(NaiveTime::MIN);
    match London.from_local_datetime(&midnight) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => at.with_timezone(&Utc),
        LocalResult::None => midnight.and_utc(),
    }
}

/// The instant at which clocks in London read this; the first of two in autumn, none in spring's lost hour.
pub fn london_time(day: NaiveDate, time: NaiveTime) -> Option<DateTime<Utc>> {
    London.from_local_datetime(&day.and_time(time)).earliest().map(|at| at.with_timezone(&Utc))
}

/// `day` plus `months`, clamped to the month's end: 29 February and 36 months make 28 February.
/// Saturates at the end of the calendar.
pub fn add_months(day: NaiveDate, months: u32) -> NaiveDate {
    day.checked_add_months(Months::new(months)).unwrap_or(NaiveDate::MAX)
}

/// A date as people and spreadsheets write it: `2026-11-22`, `22/11/2026`, `22-11-2026`, `22.11.2026`,
/// `22 Nov 2026`, `22 November 2026`, `22/11/26`. Day before month always: this is a British register.
pub fn parse_date(text: &str) -> Option<NaiveDate> {
    const SHAPES: [&str; 8] =
        ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %b %Y", "%d %B %Y", "%d-%b-%Y"];
    let text = text.trim();
    let whole = text.strip_suffix(" 00:00:00").unwrap_or(text);
    SHAPES
        .iter()
        .find_map(|shape| NaiveDate::parse_from_str(whole, shape).ok())
        .filter(|day| (1900..=2200).contains(&chrono::Datelike::year(day)))
        .or_else(|| short_year(whole))
}

fn short_year(text: &str) -> Option<NaiveDate> {
    (text.len() == 8).then(|| NaiveDate::parse_from_str(text, "%d/%m/%y").ok()).flatten()
}

/// A time of day as people write it: `10:30`, `9.15`, `1400`. None for what is none.
pub fn parse_time(text: &str) -> Option<NaiveTime> {
    let text = text.trim().replace('.', ":");
    let text =
        if text.len() == 4 && !text.contains(':') { format!("{}:{}", text.get(..2)?, text.get(2..)?) } else { text };
    let (hour, minute) = text.split_once(':')?;
    if minute.len() != 2 || hour.len() > 2 {
        return None;
    }
    NaiveTime::from_hms_opt(hour.parse().ok()?, minute.parse().ok()?, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        parse_date(text).unwrap()
    }

    #[test]
    fn months_clamp_to_the_end() {
        assert_eq!(add_months(day("2024-02-29"), 36), day("2027-02-28"));
        assert_eq!(add_months(day("2024-02-29"), 12), day("2025-02-28"));
        assert_eq!(add_months(day("2026-08-31"), 6), day("2027-02-28"));
    }

    #[test]
    fn british_dates_are_read_day_first() {
        for text in ["3/4/2026", "03/04/2026", "2026-04-03", "3 Apr 2026", "03 April 2026", "3.4.2026", "03/04/26"] {
            assert_eq!(parse_date(text), Some(day("2026-04-03")), "{text}");
        }
        for text in ["31/02/2026", "2026-13-01", "", "tomorrow", "0026-01-01"] {
            assert_eq!(parse_date(text), None, "{text}");
        }
    }

    #[test]
    fn a_time_in_london_is_one_instant_or_none() {
        let at = |text, hour| london_time(day(text), NaiveTime::from_hms_opt(hour, 30, 0).unwrap());
        assert_eq!(at("2026-07-01", 10), Some(Utc.with_ymd_and_hms(2026, 7, 1, 9, 30, 0).unwrap()));
        assert_eq!(at("2026-03-29", 1), None);
        assert_eq!(at("2026-10-25", 1), Some(Utc.with_ymd_and_hms(2026, 10, 25, 0, 30, 0).unwrap()));
    }

    #[test]
    fn the_day_turns_at_london_midnight() {
        let summer = |h| Utc.with_ymd_and_hms(2026, 7, 1, h, 30, 0).unwrap();
        assert_eq!(in_london(summer(22)), day("2026-07-01"));
        assert_eq!(in_london(summer(23)), day("2026-07-02"));
    }

    #[test]
    fn times_are_read_as_people_write_them() {
        let at = |hour, minute| NaiveTime::from_hms_opt(hour, minute, 0);
        assert_eq!([parse_time("10:30"), parse_time(" 9.15 "), parse_time("1400")], [at(10, 30), at(9, 15), at(14, 0)]);
        for none in ["", "10", "25:00", "10:5", "ten", "10:30:00", "abcd", "é123"] {
            assert_eq!(parse_time(none), None, "{none}");
        }
    }
}
