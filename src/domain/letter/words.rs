//! How letters put dates, numbers and lines.

use chrono::NaiveDate;

use crate::types::Sender;
pub(super) use crate::types::{long_date as date, moment, thousands as number};

/// Longest line of a plain part.
const WIDTH: usize = 72;

/// `31 March 2027, in 9 days`; the day itself reads `today`, the next `tomorrow`.
pub(super) fn date_ahead(day: NaiveDate, today: NaiveDate) -> String {
    match (day - today).num_days() {
        0 => format!("{}, today", date(day)),
        1 => format!("{}, tomorrow", date(day)),
        days => format!("{}, in {days} days", date(day)),
    }
}

/// `1 person`, `2 people`.
pub(super) fn count(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", number(n), if n == 1 { one } else { many })
}

/// Where a card goes: `us at County Hall`, or `us` when there is no address to give.
pub(super) fn back_to(sender: &Sender) -> String {
    if sender.address.is_empty() { "us".to_owned() } else { format!("us at {}", sender.address) }
}

/// Spaces and line ends as single spaces.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// No trailing spaces, no two empty lines together, one line end at the end.
pub(super) fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = true;
    for line in text.lines().map(str::trim_end) {
        if line.is_empty() && gap {
            continue;
        }
        gap = line.is_empty();
        out.push_str(line);
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

/// The same with lines folded at `WIDTH`; a list item's further lines stand under its text. A word longer than a
/// line, such as a link, stays whole.
pub(super) fn wrapped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in tidy(text).lines() {
        let body = line.trim_start_matches([' ', '-']);
        let lead = line.strip_suffix(body).unwrap_or_default();
        let mut width = lead.len();
        out.push_str(lead);
        for (i, word) in body.split_whitespace().enumerate() {
            let length = word.chars().count();
            if i > 0 && width + 1 + length > WIDTH {
                out.push('\n');
                out.push_str(&" ".repeat(lead.len()));
                width = lead.len();
            } else if i > 0 {
                out.push(' ');
                width += 1;
            }
            out.push_str(word);
            width += length;
        }
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_counts_read_well() {
        assert_eq!(number(0), "0");
        assert_eq!(number(999), "999");
        assert_eq!(number(1_234_567), "1,234,567");
        assert_eq!(
            (count(1, "person", "people"), count(0, "person", "people")),
            ("1 person".into(), "0 people".into())
        );
    }

    #[test]
    fn lines_fold_and_links_do_not() {
        let link = format!("https://council.example/{}", "x".repeat(80));
        let text = wrapped(&format!("{}\n\n\n\n  - {}\n{link}\n", "word ".repeat(30), "item ".repeat(30)));
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH || line == link), "{text}");
        assert!(text.contains("\n  - item") && text.contains("\n    item") && !text.contains("\n\n\n"));
    }
}
