//! When a job is due: a cron on the wall clock of a zone, or every so often.
//!
//! The wall clock jumps in spring and repeats an hour in autumn. A job set for a time that is jumped over runs at the
//! first instant after; one set for a repeated time runs in the first pass only. Either way, once.

use std::fmt;

use chrono::{DateTime, LocalResult, NaiveDate, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::{GapInfo, Tz};

use super::span::Span;
use crate::types::At;

/// A job's due instants, from 1970 to 2100.
#[derive(Debug, Clone)]
pub enum Schedule {
    /// At the wall-clock times a cron names, in a zone.
    Wall(Box<cron::Schedule>, Tz),
    /// Every so often, counted from the start of 1970 UTC, so that all processes agree.
    Every(Span),
}

impl Schedule {
    /// Reads a cron of five fields (minute, hour, day of month, month, weekday) or six (second first).
    /// Day of month and weekday must both hold: `0 7 1-7 * MON` is the first Monday.
    ///
    /// # Errors
    /// A sentence: not a cron, a weekday given by number (programs differ over which day is 1), or never due.
    pub fn parse(text: &str, zone: Tz) -> Result<Schedule, String> {
        let fields: Vec<&str> = text.split_whitespace().collect();
        let loose = |field: &&str| field.starts_with([',', '-', '/']) || field.ends_with([',', '-', '/']);
        if !(5..=6).contains(&fields.len()) || fields.iter().any(loose) {
            return Err(format!(
                "{text:?} must have five fields (minute, hour, day, month, weekday), or six (second first)"
            ));
        }
        if fields.last().is_some_and(|weekday| weekday.chars().any(|c| c.is_ascii_digit())) {
            return Err(format!("{text:?}: name the weekdays (MON-FRI or SAT,SUN), do not number them"));
        }
        let seconds = if fields.len() == 5 { "0 " } else { "" };
        // The crate's optional seventh field, the year, is filled in: then no field can pass for two.
        let cron: cron::Schedule = format!("{seconds}{} *", fields.join(" ")).parse().map_err(|e| refusal(text, &e))?;
        // The years 1970 to 2100 show every pairing of date and weekday that there is.
        if cron.after(&NaiveDate::default().and_time(chrono::NaiveTime::MIN).and_utc()).next().is_none() {
            return Err(format!("{text:?} is never due"));
        }
        Ok(Schedule::Wall(Box::new(cron), zone))
    }

    /// The latest due instant at or before `now`; none if nothing has been due since 1970.
    pub fn latest_due(&self, now: At) -> Option<At> {
        match self {
            Schedule::Wall(cron, zone) => {
                let past = reached(*zone, now.utc()) + TimeDelta::seconds(1);
                first_instant(*zone, cron.after(&past.and_utc()).next_back()?.naive_utc())
            }
            Schedule::Every(span) => Some(floor(*span, now)),
        }
    }

    /// The first due instant after `now`; none past 2100.
    pub fn next_after(&self, now: At) -> Option<At> {
        match self {
            Schedule::Wall(cron, zone) => {
                let reached = reached(*zone, now.utc());
                first_instant(*zone, cron.after(&reached.and_utc()).next()?.naive_utc())
            }
            Schedule::Every(span) => Some(floor(*span, now).plus(span.delta())),
        }
    }
}

impl fmt::Display for Schedule {
    /// For a page or a log, as a file would say it: `30 6 * * MON-FRI, Europe/London` or `every 1m`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Schedule::Wall(cron, zone) => {
                let whole = cron.source();
                let fields = whole.strip_suffix(" *").unwrap_or(whole);
                write!(f, "{}, {zone}", fields.strip_prefix("0 ").unwrap_or(fields))
            }
            Schedule::Every(span) => write!(f, "every {span}"),
        }
    }
}

/// When the zone's clock first shows `wall`, or, if it jumps over it, when the jump is made.
fn first_instant(zone: Tz, wall: NaiveDateTime) -> Option<At> {
    match zone.from_local_datetime(&wall) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Some(at),
        LocalResult::None => GapInfo::new(&wall, &zone).and_then(|gap| gap.end),
    }
    .map(|at| At::new(at.to_utc()))
}

/// The last wall-clock second whose first instant is not after `now`: what the clock shows, save in an hour's second
/// pass, when all of the first pass is behind.
fn reached(zone: Tz, now: DateTime<Utc>) -> NaiveDateTime {
    let local = now.with_timezone(&zone);
    let LocalResult::Ambiguous(first, second) = zone.from_local_datetime(&local.naive_local()) else {
        return local.naive_local();
    };
    if local == first {
        return local.naive_local();
    }
    let (mut before, mut after) = (first.timestamp(), second.timestamp());
    let shown = |timestamp| zone.timestamp_opt(timestamp, 0).single();
    let mut last = first.naive_local();
    while after - before > 1 {
        let middle = before + (after - before) / 2;
        match shown(middle).filter(|at| at.offset() == first.offset()) {
            Some(at) => (before, last) = (middle, at.naive_local()),
            None => after = middle,
        }
    }
    last
}

fn floor(span: Span, now: At) -> At {
    now.plus(-TimeDelta::seconds(now.utc().timestamp().rem_euclid(span.seconds())))
}

/// The crate repeats the text, draws a caret under the fault, and then, if it knows, says what it is.
fn refusal(text: &str, error: &cron::error::Error) -> String {
    let drawn = error.to_string();
    let reason = drawn.lines().skip(1).map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('^')).last();
    format!("{text:?} is not a schedule: {}", reason.unwrap_or("a field cannot be read"))
}

#[cfg(test)]
mod tests;
