//! The register's words: standings, what falls due and what changed, as sentences.

use chrono::NaiveDate;

use serde_json::Value;

use crate::domain::clearance::{Clearance, FOREVER, Item, Standing};
use crate::types::{ItemState, Kind, Status, long_date};
use crate::web::filters::days_away;
use crate::web::tag::{Seen, Tagged};

pub use super::acts::act;

/// A standing as a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    word: &'static str,
    colour: &'static str,
}

impl Tagged for Mark {
    fn word(&self) -> &'static str {
        self.word
    }

    fn colour(&self) -> &'static str {
        self.colour
    }
}

/// The council's word for a standing.
pub fn status(status: Status) -> Mark {
    Mark { word: status.word(), colour: status.colour() }
}

/// A contractor's word for a standing.
pub fn standing(standing: Standing) -> Mark {
    let seen = Seen(standing);
    Mark { word: seen.word(), colour: seen.colour() }
}

/// "missing since", "was due" or "due", before a date.
pub fn due_verb(state: ItemState) -> &'static str {
    match state {
        ItemState::Missing => "missing since",
        ItemState::Overdue | ItemState::Lapsed => "was due",
        _ => "due",
    }
}

/// "31 March 2027", or that there is no end.
pub fn until(day: Option<NaiveDate>) -> String {
    match day {
        Some(day) if day >= FOREVER => "No end date".to_owned(),
        Some(day) => long_date(day),
        None => String::new(),
    }
}

/// Why a requirement stands as it does, for the matrix. A DBS certificate has a review, never an expiry; what struck
/// one down is told to `sees_trace` alone.
pub fn note(item: &Said<'_>, today: NaiveDate, sees_trace: bool) -> String {
    let Said { kind, state, due_on, note, is_struck } = *item;
    let is_dbs = kind == Some(Kind::DbsCertificate);
    let ahead = |day: NaiveDate| format!("{}, {}", long_date(day), days_away(day, today));
    match (state, due_on) {
        (ItemState::Lapsed, _) if is_struck && sees_trace => note.to_owned(),
        (ItemState::Lapsed, _) if is_struck => "A new check is needed".to_owned(),
        (ItemState::Lapsed | ItemState::Overdue, Some(day)) if is_dbs => format!("Review was due on {}", ahead(day)),
        (ItemState::Lapsed, Some(day)) if note.is_empty() || note.starts_with("Ran out") => {
            format!("Ran out on {}", ahead(day))
        }
        (ItemState::Due, Some(day)) if is_dbs => format!("Review due by {}", ahead(day)),
        (ItemState::Due, Some(day)) => format!("Due by {}", ahead(day)),
        (ItemState::Overdue, Some(day)) => format!("Was due by {}", ahead(day)),
        (ItemState::Missing, _) if note.starts_with("Join ") => note.to_owned(),
        (ItemState::Missing, Some(day)) => format!("{note}, since {}", long_date(day)),
        (ItemState::Met, Some(day)) if is_dbs => format!("Review due by {}", long_date(day)),
        (ItemState::Met, Some(day)) => format!("Until {}", long_date(day)),
        (ItemState::NotRequired, _) if note.is_empty() => "Not asked of this person".to_owned(),
        _ => note.to_owned(),
    }
}

/// What the matrix says of one requirement.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    /// Its kind, where the reader is told.
    pub kind: Option<Kind>,
    /// How it stands.
    pub state: ItemState,
    /// Last valid day, or the day it was first missing.
    pub due_on: Option<NaiveDate>,
    /// The engine's own words.
    pub note: &'a str,
    /// Whether a status check struck the certificate down.
    pub is_struck: bool,
}

impl<'a> Said<'a> {
    /// An item of the engine.
    pub fn of(item: &'a Item) -> Said<'a> {
        let is_struck =
            item.kind == Kind::DbsCertificate && item.state == ItemState::Lapsed && item.stops_on == item.due_on;
        Said { kind: Some(item.kind), state: item.state, due_on: item.due_on, note: &item.note, is_struck }
    }
}

/// A standing as one sentence; `items` are those the reader may see, `held` the first day of a hold they may know of.
pub fn sentence(
    found: &Clearance,
    items: &[&Item],
    held: Option<NaiveDate>,
    left: Option<NaiveDate>,
    today: NaiveDate,
) -> String {
    match found.status {
        Status::Cleared | Status::ClearedWithConditions => {
            let with = if found.status == Status::Cleared { "" } else { " with conditions" };
            match found.valid_until {
                Some(day) if day < FOREVER => format!("Cleared{with} until {}", long_date(day)),
                _ => format!("Cleared{with}, with no end date"),
            }
        }
        Status::InProgress => "Cannot work yet: not approved by the council".to_owned(),
        Status::Suspended => match held {
            Some(day) => format!("Cannot work since {}: suspended", long_date(day)),
            None => "Cannot work: suspended".to_owned(),
        },
        Status::Unsuitable => "Cannot work: found unsuitable".to_owned(),
        Status::Left => match left {
            Some(day) => format!("No longer works in this role: last day {}", long_date(day)),
            None => "No longer works in this role".to_owned(),
        },
        Status::Lapsed => stopped(items, today),
    }
}

fn stopped(items: &[&Item], today: NaiveDate) -> String {
    let mut stopping: Vec<&&Item> = items.iter().filter(|item| item.stops(today)).collect();
    stopping.sort_by_key(|item| item.stops_on);
    let Some((first, rest)) = stopping.split_first() else { return "Cannot work".to_owned() };
    let since = first.stops_on.map_or_else(String::new, |day| format!(" since {}", long_date(day)));
    let why = match (first.kind, first.state, first.due_on) {
        (Kind::DbsCertificate, ItemState::Lapsed, Some(_)) if Said::of(first).is_struck => {
            "a new DBS check is needed".to_owned()
        }
        (Kind::DbsCertificate, ItemState::Lapsed, Some(day)) => format!("DBS review was due {}", long_date(day)),
        (_, ItemState::Missing, _) if first.note.starts_with("The certificate") => {
            let mut note = first.note.chars();
            note.next().map_or_else(String::new, |letter| letter.to_lowercase().chain(note).collect())
        }
        (_, ItemState::Missing, _) => format!("{} is missing", first.title),
        (_, _, Some(day)) => format!("{} ran out on {}", first.title, long_date(day)),
        _ => first.title.clone(),
    };
    let more = match rest.len() {
        0 => String::new(),
        1 => ", and one more requirement is not met".to_owned(),
        more => format!(", and {more} more requirements are not met"),
    };
    format!("Cannot work{since}: {why}{more}")
}

/// `noun.some_verb` or `some_key` as words: "Noun some verb".
pub fn plain(code: &str) -> String {
    let words = code.replace(['.', '_'], " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A status that changed: "Status as Minibus driver changed from Cleared to Lapsed".
pub fn change(old: Option<&str>, new: Option<&str>, role: impl Fn(&str) -> String) -> Option<String> {
    let (_, was): (String, Status) = serde_json::from_str(old?).ok()?;
    let (code, is): (String, Status) = serde_json::from_str(new?).ok()?;
    Some(format!("Status as {} changed from {} to {}", role(&code), was.word(), is.word()))
}

/// The lines of a kept value: "Valid from: 3 May 2027".
pub fn lines(json: Option<&str>) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(value) = json.and_then(|text| serde_json::from_str(text).ok()) {
        say(&mut lines, "", &value);
    }
    lines
}

fn say(lines: &mut Vec<String>, name: &str, value: &Value) {
    let text = match value {
        Value::Null => return,
        Value::Object(fields) => return fields.iter().for_each(|(key, value)| say(lines, key, value)),
        Value::Array(values) => return values.iter().for_each(|value| say(lines, name, value)),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) if text.is_empty() => return,
        Value::String(text) => text.parse().map_or_else(|_| text.clone(), long_date),
    };
    lines.push(if name.is_empty() { text } else { format!("{}: {text}", plain(name)) });
}
