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

/// The same time of day as `machine`, on London's `day`.
fn on_day(day: NaiveDate, machine: DateTime<Utc>) -> DateTime<Utc> {
    let since_midnight = machine - london_midnight(in_london(machine));
    london_midnight(day) + since_midnight.min(TimeDelta::hours(22))
}
