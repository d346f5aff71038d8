//! A meeting as a calendar reads it (RFC 5545, RFC 5546): the same data makes the same bytes.

use chrono::TimeDelta;
use url::Url;

use super::Sender;
use crate::types::At;

/// A file that goes with a letter.
#[derive(Clone, PartialEq, Eq)]
pub struct Enclosure {
    /// Its name.
    pub name: String,
    /// Its content type.
    pub kind: String,
    /// What is in it.
    pub text: String,
}

/// A meeting to put into a calendar, or to take out of it.
pub(super) struct Meeting<'a> {
    /// The file's name.
    pub name: &'static str,
    /// The same for as long as it is the same meeting.
    pub uid: String,
    /// Counts what was said about it.
    pub sequence: i32,
    /// Whether it is off.
    pub cancelled: bool,
    pub written_at: At,
    pub starts_at: At,
    pub minutes: i32,
    pub summary: &'a str,
    pub place: &'a str,
    pub organiser: &'a str,
    pub attendee: &'a str,
}

impl Meeting<'_> {
    /// As a file.
    pub(super) fn file(&self) -> Enclosure {
        let (method, status) = if self.cancelled { ("CANCEL", "CANCELLED") } else { ("REQUEST", "CONFIRMED") };
        let ends_at = self.starts_at.plus(TimeDelta::minutes(self.minutes.into()));
        let lines = [
            "BEGIN:VCALENDAR".to_owned(),
            "VERSION:2.0".to_owned(),
            "PRODID:-//Chaperone//Calendar//EN".to_owned(),
            "CALSCALE:GREGORIAN".to_owned(),
            format!("METHOD:{method}"),
            "BEGIN:VEVENT".to_owned(),
            format!("UID:{}", plain(&self.uid)),
            format!("SEQUENCE:{}", self.sequence),
            format!("DTSTAMP:{}", instant(self.written_at)),
            format!("DTSTART:{}", instant(self.starts_at)),
            format!("DTEND:{}", instant(ends_at)),
            format!("SUMMARY:{}", text(self.summary)),
            format!("LOCATION:{}", text(self.place)),
            format!("ORGANIZER:mailto:{}", plain(self.organiser)),
            format!("ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION:mailto:{}", plain(self.attendee)),
            format!("STATUS:{status}"),
            "CLASS:PRIVATE".to_owned(),
            "TRANSP:OPAQUE".to_owned(),
            "END:VEVENT".to_owned(),
            "END:VCALENDAR".to_owned(),
        ];
        Enclosure {
            name: self.name.to_owned(),
            kind: format!("text/calendar; charset=utf-8; method={method}"),
            text: lines.iter().map(|line| folded(line)).collect(),
        }
    }
}

/// The host of the council's pages: what it calls its meetings is unique under it.
pub(super) fn host(sender: &Sender) -> String {
    let host = Url::parse(&sender.base_url).ok().and_then(|url| url.host_str().map(str::to_owned));
    host.unwrap_or_else(|| "localhost".to_owned())
}

fn instant(at: At) -> String {
    at.utc().format("%Y%m%dT%H%M%SZ").to_string()
}

/// RFC 5545 §3.3.11.
fn text(value: &str) -> String {
    let escaped = value.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,");
    escaped.lines().map(str::trim).collect::<Vec<_>>().join("\\n").chars().filter(|c| !c.is_control()).collect()
}

fn plain(value: &str) -> String {
    value.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect()
}

/// A content line of at most 75 octets to each physical one (RFC 5545 §3.1), never cut within a character.
fn folded(line: &str) -> String {
    let (mut out, mut width) = (String::with_capacity(line.len() + 8), 0);
    for c in line.chars() {
        if width + c.len_utf8() > 75 {
            out.push_str("\r\n ");
            width = 1;
        }
        out.push(c);
        width += c.len_utf8();
    }
    out.push_str("\r\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meeting(place: &str) -> String {
        let at = At::new("2026-12-04T10:00:00Z".parse().unwrap());
        let meeting = Meeting {
            name: "interview.ics",
            uid: "interview-7@council.example".into(),
            sequence: 2,
            cancelled: false,
            written_at: at,
            starts_at: at,
            minutes: 45,
            summary: "Interview; the transport team",
            place,
            organiser: "team@council.example",
            attendee: "ann@example.org",
        };
        meeting.file().text
    }

    #[test]
    fn lines_are_folded_and_what_means_something_is_escaped() {
        let text = meeting(&format!("Room 2, {}\nAsk at the desk\r\nBEGIN:VEVENT", "Siân Ŵyn Tŷ ".repeat(12)));
        assert!(text.split("\r\n").all(|line| line.len() <= 75 && !line.contains('\n')), "{text}");
        let whole = text.replace("\r\n ", "");
        assert!(whole.contains("LOCATION:Room 2\\, Siân") && whole.contains("\\nAsk at the desk\\nBEGIN:VEVENT\r\n"));
        assert!(whole.contains("SUMMARY:Interview\\; the transport team\r\n"));
        assert!(whole.contains("DTSTART:20261204T100000Z\r\nDTEND:20261204T104500Z\r\n"));
        assert_eq!(whole.matches("\r\nBEGIN:VEVENT\r\n").count(), 1);
    }
}
