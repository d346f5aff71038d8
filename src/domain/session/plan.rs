//! When, where, by whom and for how many a session is to be: what was typed, checked.

use chrono::{NaiveDate, TimeDelta};

use crate::error::{Error, Fault, Result};
use crate::store::session::Session;
use crate::types::{At, add_months, clock_time, london_time, parse_time};

/// Fewest and most minutes.
const MINUTES: std::ops::RangeInclusive<i32> = 15..=720;
/// Fewest and most seats.
const SEATS: std::ops::RangeInclusive<i32> = 1..=500;
/// How far ahead, in months.
const AHEAD_MONTHS: u32 = 18;

/// A session as it was typed.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// The day in London.
    pub on: Option<NaiveDate>,
    /// The time in London, such as `09:30`.
    pub time: String,
    /// How long it takes, in minutes.
    pub minutes: String,
    /// The room, as people call it.
    pub venue: String,
    /// Its address.
    pub address: String,
    /// Who gives it.
    pub trainer: String,
    /// Seats.
    pub capacity: String,
}

/// A plan that will do.
pub(super) struct Checked {
    pub held_on: NaiveDate,
    pub starts_at: At,
    pub minutes: i32,
    pub venue: String,
    pub address: String,
    pub trainer: String,
    pub capacity: i32,
}

impl Plan {
    /// The plan of a session that is arranged.
    pub fn of(session: &Session) -> Plan {
        Plan {
            on: Some(session.held_on),
            time: clock_time(session.starts_at),
            minutes: session.minutes.to_string(),
            venue: session.venue.clone(),
            address: session.address.clone(),
            trainer: session.trainer.clone(),
            capacity: session.capacity.to_string(),
        }
    }

    /// # Errors
    /// `Invalid` at the field.
    pub(super) fn check(&self, now: At, today: NaiveDate) -> Result<Checked> {
        let mut faults = Vec::new();
        let starts_at = self.start(now, today, &mut faults);
        let minutes = self.minutes.trim().parse().ok().filter(|minutes| MINUTES.contains(minutes));
        if minutes.is_none() {
            let (least, most) = (MINUTES.start(), MINUTES.end());
            faults.push(Fault::new("minutes", format!("Enter how long it takes, from {least} to {most} minutes")));
        }
        let mut text = |field: &str, text: &str, longest: usize, missing: Option<&str>| {
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            match missing {
                Some(missing) if text.is_empty() => faults.push(Fault::new(field, missing)),
                _ if text.chars().count() > longest => {
                    faults.push(Fault::new(field, format!("This must be {longest} characters or fewer")));
                }
                _ => {}
            }
            text
        };
        let venue = text("venue", &self.venue, 100, Some("Enter the venue"));
        let address = text("address", &self.address, 300, None);
        let trainer = text("trainer", &self.trainer, 100, Some("Enter who gives it"));
        let capacity = self.capacity.trim().parse().ok().filter(|seats| SEATS.contains(seats));
        if capacity.is_none() {
            let (least, most) = (SEATS.start(), SEATS.end());
            faults.push(Fault::new("capacity", format!("Enter how many places there are, from {least} to {most}")));
        }
        match (self.on, starts_at, minutes, capacity, faults.is_empty()) {
            (Some(held_on), Some(starts_at), Some(minutes), Some(capacity), true) => {
                Ok(Checked { held_on, starts_at, minutes, venue, address, trainer, capacity })
            }
            _ => Err(Error::Invalid(faults)),
        }
    }

    fn start(&self, now: At, today: NaiveDate, faults: &mut Vec<Fault>) -> Option<At> {
        let time = parse_time(&self.time);
        if time.is_none() {
            faults.push(Fault::new("time", "Enter the time, for example 09:30 or 14:00"));
        }
        let Some(on) = self.on else {
            faults.push(Fault::new("on", "Enter the day of the session"));
            return None;
        };
        if on < today || on > add_months(today, AHEAD_MONTHS) {
            let message = format!("The day must be today or later, and at most {AHEAD_MONTHS} months ahead");
            faults.push(Fault::new("on", message));
            return None;
        }
        let Some(at) = london_time(on, time?).map(At::new) else {
            faults.push(Fault::new("time", "The clocks go forward and there is no such time that night"));
            return None;
        };
        if at <= now.plus(TimeDelta::zero()) {
            faults.push(Fault::new("time", "The session must be in the future"));
            return None;
        }
        Some(at)
    }
}
