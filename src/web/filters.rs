//! Words for values on pages. A page's file says `use crate::web::filters;` and its template `{{ day|date }}`.
#![allow(missing_docs, reason = "the filter attribute writes structs and methods without docs")]

use askama::filters::Safe;
use askama::{Result, Values};
use chrono::NaiveDate;

use crate::types::{At, long_date, thousands};
use crate::web::tag::Tagged;

/// "22 November 2026", or a dash where there is none.
#[askama::filter_fn]
pub fn date(day: impl Dated, _: &dyn Values) -> Result<String> {
    Ok(day.day().map_or_else(|| "–".to_owned(), long_date))
}

/// "22 November 2026 at 14:05", London time.
#[askama::filter_fn]
pub fn moment(at: &At, _: &dyn Values) -> Result<String> {
    Ok(crate::types::moment(*at))
}

/// "today", "in 9 days", "3 days ago", seen from `today`; nothing where there is no date.
#[askama::filter_fn]
pub fn relative(day: impl Dated, _: &dyn Values, today: &NaiveDate) -> Result<String> {
    Ok(day.day().map_or_else(String::new, |day| days_away(day, *today)))
}

/// `{{ count|plural("person", "people") }}`: "1 person", "1,204 people".
#[askama::filter_fn]
pub fn plural(count: impl Count, _: &dyn Values, one: &str, many: &str) -> Result<String> {
    let count = count.count();
    Ok(format!("{} {}", thousands(count), if count == 1 { one } else { many }))
}

/// "1,204".
#[askama::filter_fn]
pub fn number(count: impl Count, _: &dyn Values) -> Result<String> {
    Ok(thousands(count.count()))
}

/// A status as a tag: the same word in the same colour everywhere.
#[askama::filter_fn]
pub fn tag(state: impl Tagged, _: &dyn Values) -> Result<Safe<String>> {
    let (word, colour) = (state.word(), state.colour());
    Ok(Safe(format!("<strong class=\"govuk-tag govuk-tag--{colour}\">{word}</strong>")))
}

/// A status as its word.
#[askama::filter_fn]
pub fn word(state: impl Tagged, _: &dyn Values) -> Result<&'static str> {
    Ok(state.word())
}

/// The sign before the word in a requirement matrix.
#[askama::filter_fn]
pub fn sign(state: impl Tagged, _: &dyn Values) -> Result<&'static str> {
    Ok(state.sign())
}

/// Typed text with its lines kept, as escaped paragraphs.
#[askama::filter_fn]
pub fn nl2p(text: impl std::fmt::Display, _: &dyn Values) -> Result<Safe<String>> {
    Ok(Safe(paragraphs(&text.to_string())))
}

/// A day, or perhaps none.
pub trait Dated {
    /// The day.
    fn day(&self) -> Option<NaiveDate>;
}

impl Dated for NaiveDate {
    fn day(&self) -> Option<NaiveDate> {
        Some(*self)
    }
}

impl Dated for Option<NaiveDate> {
    fn day(&self) -> Option<NaiveDate> {
        *self
    }
}

// A template hands over values behind as many references as its loops have put before them.
impl<T: Dated> Dated for &T {
    fn day(&self) -> Option<NaiveDate> {
        (*self).day()
    }
}

/// Whole numbers a page counts with.
pub trait Count {
    /// The number.
    fn count(&self) -> i64;
}

impl<T: Count> Count for &T {
    fn count(&self) -> i64 {
        (*self).count()
    }
}

macro_rules! counts {
    ($($kind:ty),+) => {$(
        impl Count for $kind {
            fn count(&self) -> i64 {
                i64::try_from(*self).unwrap_or(i64::MAX)
            }
        }
    )+};
}

counts!(i64, i32, u32, u64, usize);

/// "today", "tomorrow", "in 9 days", "yesterday", "3 days ago".
pub fn days_away(day: NaiveDate, today: NaiveDate) -> String {
    match (day - today).num_days() {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        -1 => "yesterday".to_owned(),
        ahead @ 2.. => format!("in {} days", thousands(ahead)),
        past => format!("{} days ago", thousands(-past)),
    }
}

fn paragraphs(text: &str) -> String {
    let escape =
        |line: &str| line.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    let filled = text.split("\n\n").map(str::trim).filter(|block| !block.is_empty());
    filled.map(|block| format!("<p class=\"govuk-body\">{}</p>", escape(block).replace('\n', "<br>"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn days_are_counted_in_words() {
        let today = day("2026-11-22");
        let said = |text| days_away(day(text), today);
        assert_eq!(said("2026-11-22"), "today");
        assert_eq!(said("2026-11-23"), "tomorrow");
        assert_eq!(said("2026-12-01"), "in 9 days");
        assert_eq!(said("2026-11-21"), "yesterday");
        assert_eq!(said("2026-11-19"), "3 days ago");
        assert_eq!(long_date(day("2026-03-01")), "1 March 2026");
    }

    #[test]
    fn long_numbers_are_grouped() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(thousands), ["0", "999", "1,000", "1,234,567"]);
    }

    #[test]
    fn typed_lines_are_kept_and_escaped() {
        let html = paragraphs("one\ntwo\n\n<b>");
        assert_eq!(html, "<p class=\"govuk-body\">one<br>two</p><p class=\"govuk-body\">&lt;b&gt;</p>");
    }
}
