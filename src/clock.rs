//! The only reader of the machine's clock: system time, or one fixed day.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::types::{At, in_london, london_midnight};

/// Where `today` and `now` come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// Always this London day, noon; refused on a live register.
    Fixed(NaiveDate),
}

impl Clock {
    /// Now, in UTC. On a fixed day the time of day still runs, so that leases and idle limits work.
    #[expect(clippy::disallowed_methods, reason = "this is clock.rs")]
    pub fn now(&self) -> At {
        let machine = Utc::now();
        match self {
            Clock::System => At::new(machine),
            Clock::Fixed(day) => At::new(on_day(*day, machine)),
        }
    }

    /// Today in London.
    pub fn today(&self) -> NaiveDate {
        match self {
            Clock::System => in_london(self.now().utc()),
            Clock::Fixed(day) => *day,
        }
    }

    /// Whether this is not the real time.
    pub fn is_fixed(&self) -> bool {
        matches!(self, Clock::Fixed(_))
    }
}

/// The same time of day as `machine`, on London's `day`, which may be an hour shorter than the machine's.
fn on_day(day: NaiveDate, machine: DateTime<Utc>) -> DateTime<Utc> {
    let since_midnight = machine - london_midnight(in_london(machine));
    let next = day.succ_opt().map_or(DateTime::<Utc>::MAX_UTC, london_midnight);
    (london_midnight(day) + since_midnight).min(next - TimeDelta::seconds(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixed_days_time_runs_until_midnight_and_never_past_it() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let winter: NaiveDate = "2026-11-22".parse().unwrap();
        assert_eq!(on_day(winter, at("2026-12-01T22:30:00Z")), at("2026-11-22T22:30:00Z"));
        assert_eq!(on_day(winter, at("2026-12-01T23:59:58Z")), at("2026-11-22T23:59:58Z"));
        let short: NaiveDate = "2026-03-29".parse().unwrap();
        assert_eq!(on_day(short, at("2026-12-01T23:30:00Z")), at("2026-03-29T22:59:59Z"), "an hour is missing");
    }
}
