//! Lengths of time as job files write them: `90s`, `5m`, `2h`.

use std::fmt;
use std::str::FromStr;

use chrono::TimeDelta;
use serde::Deserialize;

/// A length of time from one second to a week, in whole seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct Span(u32);

const LONGEST: u32 = 7 * 24 * 3600;

impl Span {
    /// So many minutes; a week at most, and one second at least.
    pub const fn minutes(minutes: u32) -> Span {
        let seconds = minutes.saturating_mul(60);
        Span(if seconds > LONGEST {
            LONGEST
        } else if seconds == 0 {
            1
        } else {
            seconds
        })
    }

    /// Its length in seconds, never 0.
    pub fn seconds(self) -> i64 {
        i64::from(self.0)
    }

    /// The same for adding to an instant.
    pub fn delta(self) -> TimeDelta {
        TimeDelta::seconds(self.seconds())
    }
}

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Span, String> {
        let wrong = || format!("{text:?} is not a length of time: write 90s, 5m or 2h, a week at most");
        let unit = text.chars().last().ok_or_else(wrong)?;
        let seconds = match unit {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            _ => return Err(wrong()),
        };
        text.strip_suffix(unit)
            .filter(|digits| digits.chars().all(|c| c.is_ascii_digit()))
            .and_then(|digits| digits.parse::<u32>().ok())
            .and_then(|count| count.checked_mul(seconds))
            .filter(|total| (1..=LONGEST).contains(total))
            .map(Span)
            .ok_or_else(wrong)
    }
}

impl TryFrom<String> for Span {
    type Error = String;

    fn try_from(text: String) -> Result<Span, String> {
        text.parse()
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            s if s % 3600 == 0 => write!(f, "{}h", s / 3600),
            s if s % 60 == 0 => write!(f, "{}m", s / 60),
            s => write!(f, "{s}s"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_and_written_back() {
        for (text, seconds) in [("90s", 90), ("5m", 300), ("2h", 7200), ("168h", 604_800)] {
            let span: Span = text.parse().unwrap();
            assert_eq!((span.seconds(), span.to_string().as_str()), (seconds, text));
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "m", "5", "0m", "+5m", "-5m", "1.5h", "5 m", "1d", "169h", "99999999999h", "5é"] {
            assert!(text.parse::<Span>().is_err(), "{text}");
        }
    }
}
