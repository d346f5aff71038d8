//! One cell: text made clean, dates, certificate numbers, telephone numbers and e-mail addresses as people write them.

use std::borrow::Cow;

use chrono::{Datelike, NaiveDate, TimeDelta};

use crate::types::{FORMULA_SIGNS, is_email, parse_date};

/// What a cell turned out to be; the sentence is for the officer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Read<T> {
    Blank,
    Good(T),
    Mended(T, String),
    Bad(String),
}

/// Excel's day 7306 is 1 January 1920, day 73415 the last of 2100.
const SERIALS: std::ops::RangeInclusive<i64> = 7306..=73415;
const NOTHING: [&str; 8] = ["n/a", "na", "n.a.", "none", "nil", "-", "--", "not applicable"];
const EXCEL_ERRORS: [&str; 9] =
    ["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#GETTING_DATA", "#SPILL!"];

/// Text trimmed, spaces of every kind single, invisible signs gone, the report's formula guard undone.
pub(super) fn clean(text: &str) -> Cow<'_, str> {
    let bare = text.strip_prefix('\'').filter(|rest| rest.starts_with(FORMULA_SIGNS)).unwrap_or(text);
    let mut before = 0;
    let is_plain = |sign: u8| {
        let was = std::mem::replace(&mut before, sign);
        (b' '..0x7f).contains(&sign) && (sign != b' ' || was != b' ')
    };
    if bare.bytes().all(is_plain) {
        return Cow::Borrowed(bare.trim_matches(' '));
    }
    let mut out = String::with_capacity(bare.len());
    for sign in bare.chars() {
        if sign.is_whitespace() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else if !is_invisible(sign) {
            out.push(sign);
        }
    }
    out.truncate(out.trim_end().len());
    Cow::Owned(out)
}

fn is_invisible(sign: char) -> bool {
    sign.is_control()
        || matches!(sign, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Whether the cell shows one of Excel's errors.
pub(super) fn is_excel_error(text: &str) -> bool {
    text.starts_with('#') && EXCEL_ERRORS.contains(&text)
}

/// Whether the cell says in words that there is nothing.
pub(super) fn says_nothing(text: &str) -> bool {
    text.len() <= 14 && NOTHING.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// A date. `latest` is the day a two-digit year may not pass: a birth in ’65 is of 1965.
pub(super) fn date(text: &str, latest: Option<NaiveDate>) -> Read<NaiveDate> {
    if text.is_empty() || says_nothing(text) {
        return Read::Blank;
    }
    if let Some(day) = iso(text) {
        return Read::Good(day);
    }
    let bare = match text.rsplit_once([' ', 'T']) {
        Some((day, time)) if time.contains(':') => day.trim_end_matches(','),
        _ => text,
    };
    if let Some((day, short)) = short_year(bare) {
        let day = match latest {
            Some(latest) if day > latest => day.with_year(day.year() - 100).unwrap_or(day),
            _ => day,
        };
        return Read::Mended(day, format!("“{short}” has a two-digit year and was read as {}.", uk(day)));
    }
    if let Some(day) = parse_date(bare) {
        return Read::Good(day);
    }
    match serial(bare) {
        Some(day) => Read::Mended(day, format!("{text} is Excel’s number for a day and was read as {}.", uk(day))),
        None => Read::Bad(format!(
            "“{}” is not a date. Write it as 31/03/2026 or 2026-03-31, day before month.",
            short(text)
        )),
    }
}

fn iso(text: &str) -> Option<NaiveDate> {
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text.as_bytes() else { return None };
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0u32, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + u32::from(digit - b'0')))
    };
    let year = number(&[y1, y2, y3, y4]).filter(|year| (1900..=2200).contains(year))?;
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, number(&[m1, m2])?, number(&[d1, d2])?)
}

fn short_year(text: &str) -> Option<(NaiveDate, &str)> {
    let mut parts = text.split(['/', '-', '.', ' ']);
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let is_short = parts.next().is_none() && year.len() == 2 && day.len() <= 2;
    let shape = if month.bytes().all(|b| b.is_ascii_digit()) { "%d %m %y" } else { "%d %b %y" };
    let read = NaiveDate::parse_from_str(&format!("{day} {month} {year}"), shape);
    is_short.then_some(())?;
    Some((read.ok()?, text))
}

fn serial(text: &str) -> Option<NaiveDate> {
    let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
    let number: i64 = whole.parse().ok().filter(|n| SERIALS.contains(n) && text.parse::<f64>().is_ok())?;
    NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_signed(TimeDelta::try_days(number)?)
}

/// A day as an officer writes it.
pub(super) fn uk(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

/// So much of `text` as fits a sentence.
pub(super) fn short(text: &str) -> String {
    if text.chars().count() <= 60 { text.to_owned() } else { text.chars().take(60).chain("…".chars()).collect() }
}

/// A DBS certificate number: 12 digits, leading zeros included (facts.md §1.1).
pub(super) fn certificate(text: &str) -> Read<String> {
    let bare: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '\'')).collect();
    let digits = bare.strip_suffix(".0").unwrap_or(&bare);
    if digits.is_empty() || says_nothing(text) {
        return Read::Blank;
    }
    let is_number = digits.bytes().all(|b| b.is_ascii_digit());
    let is_zero = digits.bytes().all(|b| b == b'0');
    match digits.len() {
        _ if is_number && is_zero => Read::Bad("The certificate number is all noughts.".to_owned()),
        12 if is_number => Read::Good(digits.to_owned()),
        8..=11 if is_number => {
            let full = format!("{digits:0>12}");
            let why = format!(
                "“{text}” had lost its leading zeros and was read as {full}. Check it against the certificate."
            );
            Read::Mended(full, why)
        }
        n if is_number => Read::Bad(format!("“{}” has {n} digits: a DBS certificate number has 12.", short(text))),
        _ => Read::Bad(not_a_certificate(text, digits)),
    }
}

fn not_a_certificate(text: &str, bare: &str) -> String {
    let shown = short(text);
    let is_letters_then_digits = bare.starts_with(|c: char| c.is_ascii_alphabetic())
        && bare.len() >= 8
        && bare.chars().filter(char::is_ascii_digit).count() * 2 >= bare.len();
    if bare.parse::<f64>().is_ok() && bare.contains(['e', 'E']) && bare.starts_with(|c: char| c.is_ascii_digit()) {
        format!(
            "“{shown}” is how Excel shortens a long number, and digits are lost. Type the 12 digits from the certificate, in a column set to Text."
        )
    } else if is_letters_then_digits {
        format!(
            "“{shown}” is the reference of the application form, not the certificate number. Use the 12 digits at the top of the certificate."
        )
    } else {
        format!("“{shown}” is not a DBS certificate number, which has 12 digits and nothing else.")
    }
}

/// An e-mail address; one that could not be written to is a reason to leave it out.
pub(super) fn email(text: &str) -> Read<String> {
    let bare = text.strip_prefix("mailto:").unwrap_or(text);
    if bare.is_empty() || says_nothing(bare) {
        return Read::Blank;
    }
    if is_email(bare) {
        Read::Good(bare.to_owned())
    } else {
        Read::Bad(format!("“{}” is not one e-mail address and was left out.", short(text)))
    }
}

/// A telephone number. Excel eats the leading nought of a British one.
pub(super) fn phone(text: &str) -> Read<String> {
    let is_eaten = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
    if text.is_empty() || says_nothing(text) {
        Read::Blank
    } else if is_eaten {
        let full = format!("0{text}");
        Read::Mended(full.clone(), format!("“{text}” had lost its leading zero and was read as {full}."))
    } else if !text.chars().any(|c| c.is_ascii_digit()) || text.contains("E+") {
        Read::Bad(format!("“{}” is not a telephone number and was left out.", short(text)))
    } else {
        Read::Good(text.to_owned())
    }
}
