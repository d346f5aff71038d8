//! How pages and letters put days, instants and counts.

use chrono::NaiveDate;
use chrono_tz::Europe::London;

use super::At;

/// `31 March 2027`.
pub fn long_date(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

/// `22 November 2026 at 07:30`, London time.
pub fn moment(at: At) -> String {
    at.utc().with_timezone(&London).format("%-d %B %Y at %H:%M").to_string()
}

/// A role as work: "a taxi or private hire driver", "a PCV driver", "depot staff".
pub fn work_as(role: &str) -> String {
    let is_acronym =
        role.split_whitespace().next().is_some_and(|word| word.chars().nth(1).is_some_and(char::is_uppercase));
    let mut letters = role.chars();
    let lower = letters.next().into_iter().flat_map(char::to_lowercase).chain(letters).collect::<String>();
    let role = if is_acronym { role.to_owned() } else { lower };
    match role.chars().next() {
        _ if role.ends_with("staff") => role,
        Some('a' | 'e' | 'i' | 'o' | 'u') => format!("an {role}"),
        _ => format!("a {role}"),
    }
}

/// `07:30`, London time.
pub fn clock_time(at: At) -> String {
    at.utc().with_timezone(&London).format("%H:%M").to_string()
}

/// `1,234`, with a true minus sign.
pub fn thousands(count: impl Into<i128>) -> String {
    let count = count.into();
    let digits = count.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + 4);
    if count < 0 {
        out.push('−');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
