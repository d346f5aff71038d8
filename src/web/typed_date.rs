//! A date typed into three fields: forgiving in how it is written, exact in what is wrong. Missing parts are
//! named before impossible ones.

use chrono::NaiveDate;

use crate::error::Fault;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Reads the three fields of `name`; none when all are empty. The fault names the first part that is wrong,
/// or the whole date.
///
/// # Errors
/// A part is missing, or there is no such day.
pub fn read(name: &str, what: &str, day: &str, month: &str, year: &str) -> Result<Option<NaiveDate>, Fault> {
    let parts = [("day", day), ("month", month), ("year", year)];
    let missing: Vec<_> = parts.iter().filter(|(_, text)| text.is_empty()).map(|(part, _)| *part).collect();
    match missing.as_slice() {
        [] => {}
        [_, _, _] => return Ok(None),
        [first, ..] => {
            let message = format!("The {what} must include a {}", missing.join(" and "));
            return Err(Fault::new(format!("{name}-{first}"), message));
        }
    }
    if year.chars().all(|c| c.is_ascii_digit()) && year.len() != 4 {
        return Err(Fault::new(format!("{name}-year"), "Year must include 4 numbers"));
    }
    let unreal = |field: String| Fault::new(field, format!("The {what} must be a real date"));
    let number = |part: &str, text: &str, least: u32, most: u32| {
        text.parse::<u32>().ok().filter(|n| (least..=most).contains(n)).ok_or_else(|| unreal(format!("{name}-{part}")))
    };
    let day = number("day", day, 1, 31)?;
    let month = match named_month(month) {
        Some(month) => month,
        None => number("month", month, 1, 12)?,
    };
    let year = number("year", year, 1900, 2200)?;
    let found = i32::try_from(year).ok().and_then(|year| NaiveDate::from_ymd_opt(year, month, day));
    found.map(Some).ok_or_else(|| unreal(name.to_owned()))
}

/// "Jan", "january" and "Sept." are months; three letters are enough.
fn named_month(text: &str) -> Option<u32> {
    let text = text.trim_end_matches('.').to_lowercase();
    if text.len() < 3 {
        return None;
    }
    MONTHS.iter().zip(1..).find(|(month, _)| month.starts_with(&text)).map(|(_, number)| number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(day: &str, month: &str, year: &str) -> Result<Option<NaiveDate>, (String, String)> {
        read("issued", "date of issue", day, month, year).map_err(|fault| (fault.field, fault.message))
    }

    fn refused(field: &str, message: &str) -> Result<Option<NaiveDate>, (String, String)> {
        Err((field.to_owned(), message.to_owned()))
    }

    #[test]
    fn a_month_is_a_number_or_a_name() {
        for month in ["1", "01", "Jan", "january", "JANUARY", "jan."] {
            assert_eq!(typed("9", month, "2027"), Ok(NaiveDate::from_ymd_opt(2027, 1, 9)), "{month}");
        }
        assert_eq!(typed("30", "Sept", "2026"), Ok(NaiveDate::from_ymd_opt(2026, 9, 30)));
    }

    #[test]
    fn nothing_typed_is_no_date() {
        assert_eq!(typed("", "", ""), Ok(None));
    }

    #[test]
    fn what_is_missing_comes_before_what_is_impossible() {
        assert_eq!(typed("40", "", "2027"), refused("issued-month", "The date of issue must include a month"));
        assert_eq!(typed("", "", "2027"), refused("issued-day", "The date of issue must include a day and month"));
    }

    #[test]
    fn an_impossible_part_is_named() {
        let unreal = "The date of issue must be a real date";
        assert_eq!(typed("32", "1", "2027"), refused("issued-day", unreal));
        assert_eq!(typed("3", "13", "2027"), refused("issued-month", unreal));
        assert_eq!(typed("3", "Foo", "2027"), refused("issued-month", unreal));
        assert_eq!(typed("30", "2", "2027"), refused("issued", unreal));
        assert_eq!(typed("3", "1", "27"), refused("issued-year", "Year must include 4 numbers"));
        assert_eq!(typed("3", "1", "year"), refused("issued-year", unreal));
    }
}
