//! Working days in England: neither a weekend nor a bank holiday of `policy/bank_holidays.toml`. Pure.

use std::collections::HashSet;
use std::sync::OnceLock;

use chrono::{Datelike, NaiveDate, Weekday};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    days: Vec<NaiveDate>,
}

fn bank_holidays() -> &'static HashSet<NaiveDate> {
    static DAYS: OnceLock<HashSet<NaiveDate>> = OnceLock::new();
    DAYS.get_or_init(|| {
        let file: Result<File, _> = toml::from_str(include_str!("../../policy/bank_holidays.toml"));
        file.map(|file| file.days.into_iter().collect()).unwrap_or_default()
    })
}

/// Whether the council works on `day`.
pub fn is_working_day(day: NaiveDate) -> bool {
    !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !bank_holidays().contains(&day)
}

/// The `count`th working day after `day`; `day` itself for none.
pub fn working_days_after(day: NaiveDate, count: u32) -> NaiveDate {
    let ahead = day.iter_days().skip(1).filter(|one| is_working_day(*one));
    match usize::try_from(count) {
        Ok(0) | Err(_) => day,
        Ok(count) => ahead.take(count).last().unwrap_or(day),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn weekends_and_bank_holidays_do_not_count() {
        assert_eq!(bank_holidays().len(), 32, "the file is whole");
        for (from, count, to) in [
            ("2026-11-20", 1, "2026-11-23"),
            ("2026-11-22", 2, "2026-11-24"),
            ("2026-12-23", 2, "2026-12-29"),
            ("2027-03-25", 1, "2027-03-30"),
            ("2026-11-22", 0, "2026-11-22"),
        ] {
            assert_eq!(working_days_after(day(from), count), day(to), "{from} and {count}");
        }
    }
}
