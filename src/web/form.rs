//! What was typed: read with caps, kept to be shown again, and checked into values with faults beside them.

use std::collections::HashMap;
use std::str::FromStr;
use std::time::Duration;

use chrono::{Datelike, NaiveDate};
use rocket::data::{Data, FromData, Outcome, ToByteUnit};
use rocket::http::{ContentType, Status};
use rocket::request::Request;

use crate::error::Fault;
use crate::web::{guard, typed_date};

/// The longest form that is read, in KiB.
const LONGEST: u64 = 64;
/// How long a form may take to arrive.
const PATIENCE: Duration = Duration::from_secs(30);
/// The most fields that are read.
const MOST_FIELDS: usize = 200;

/// One option of a select, of radios or of checkboxes.
#[derive(Debug, Clone)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub text: String,
    /// A line beneath; may be empty.
    pub hint: String,
}

impl Choice {
    /// An option without a hint.
    pub fn new(value: impl ToString, text: impl Into<String>) -> Choice {
        Choice { value: value.to_string(), text: text.into(), hint: String::new() }
    }

    /// With a line beneath.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Choice {
        self.hint = hint.into();
        self
    }
}

/// A form's fields and their faults. Holds personal data, so it has no Debug.
#[derive(Clone, Default)]
pub struct Typed {
    fields: HashMap<String, Vec<String>>,
    faults: Vec<Fault>,
}

impl Typed {
    /// Reads `application/x-www-form-urlencoded`; nothing when there are too many fields. Control characters
    /// other than line ends are dropped.
    pub fn parse(body: &[u8]) -> Option<Typed> {
        let mut typed = Typed::default();
        for (count, (name, value)) in url::form_urlencoded::parse(body).enumerate() {
            if count >= MOST_FIELDS {
                return None;
            }
            typed.fields.entry(name.into_owned()).or_default().push(clean(&value));
        }
        Some(typed)
    }

    /// A form filled in beforehand.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl ToString) -> Typed {
        self.fields.entry(name.to_owned()).or_default().push(value.to_string());
        self
    }

    /// A date's three fields filled in beforehand.
    #[must_use]
    pub fn with_date(self, name: &str, day: Option<NaiveDate>) -> Typed {
        match day {
            Some(day) => self
                .with(&format!("{name}-day"), day.day())
                .with(&format!("{name}-month"), day.month())
                .with(&format!("{name}-year"), day.year()),
            None => self,
        }
    }

    /// The field's first value without spaces around it; empty when it was not sent.
    pub fn text(&self, name: &str) -> &str {
        self.exact(name).trim()
    }

    /// The field's first value as typed: for passwords.
    pub fn exact(&self, name: &str) -> &str {
        self.fields.get(name).and_then(|values| values.first()).map_or("", String::as_str)
    }

    /// One part of a date: `day`, `month` or `year`.
    pub fn part(&self, name: &str, part: &str) -> &str {
        self.text(&format!("{name}-{part}"))
    }

    /// Every value of a field that may be sent several times.
    pub fn list(&self, name: &str) -> Vec<&str> {
        self.fields.get(name).map(|values| values.iter().map(|v| v.trim()).collect()).unwrap_or_default()
    }

    /// Whether `value` is among the field's values.
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.list(name).contains(&value)
    }

    /// The field as `T`, when it is one.
    pub fn value<T: FromStr>(&self, name: &str) -> Option<T> {
        self.text(name).parse().ok()
    }

    /// The date of the fields `name-day`, `name-month` and `name-year`; none when all three are empty. `what`
    /// is the noun of the messages, such as "date of issue".
    ///
    /// # Errors
    /// A part is missing, or there is no such day.
    pub fn date(&self, name: &str, what: &str) -> Result<Option<NaiveDate>, Fault> {
        let part = |part| self.part(name, part);
        typed_date::read(name, what, part("day"), part("month"), part("year"))
    }

    /// The field's text, which must be there and at most `longest` characters.
    pub fn need_text(&mut self, name: &str, longest: usize, when_missing: &str) -> String {
        let text = self.text(name).to_owned();
        if text.is_empty() {
            self.refuse(name, when_missing);
        } else if text.chars().count() > longest {
            self.refuse(name, format!("This must be {longest} characters or fewer"));
        }
        text
    }

    /// One of a closed set.
    pub fn need_choice<T: FromStr>(&mut self, name: &str, when_missing: &str) -> Option<T> {
        let chosen = self.value(name);
        if chosen.is_none() {
            self.refuse(name, when_missing);
        }
        chosen
    }

    /// A date that may be left out.
    pub fn may_date(&mut self, name: &str, what: &str) -> Option<NaiveDate> {
        self.date(name, what).unwrap_or_else(|fault| {
            self.faults.push(fault);
            None
        })
    }

    /// A date that must be there.
    pub fn need_date(&mut self, name: &str, what: &str) -> Option<NaiveDate> {
        let before = self.faults.len();
        let day = self.may_date(name, what);
        if day.is_none() && self.faults.len() == before {
            self.refuse(name, format!("Enter the {what}"));
        }
        day
    }

    /// Says what is wrong with a field.
    pub fn refuse(&mut self, name: &str, message: impl Into<String>) {
        self.faults.push(Fault::new(name, message));
    }

    /// Takes over what a command refused.
    pub fn refuse_all(&mut self, faults: impl IntoIterator<Item = Fault>) {
        self.faults.extend(faults);
    }

    /// Whether nothing is wrong so far.
    pub fn is_good(&self) -> bool {
        self.faults.is_empty()
    }

    /// What is wrong, field by field.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// What is wrong with a field, or with one of a date's three.
    pub fn fault(&self, name: &str) -> Option<&str> {
        let is_of =
            |field: &str| field.strip_prefix(name).is_some_and(|rest| matches!(rest, "" | "-day" | "-month" | "-year"));
        self.faults.iter().find(|fault| is_of(&fault.field)).map(|fault| fault.message.as_str())
    }

    /// Whether one part of a date is marked: its own fault, or the whole date's.
    pub fn is_part_wrong(&self, name: &str, part: &str) -> bool {
        let own = format!("{name}-{part}");
        self.faults.iter().any(|fault| fault.field == name || fault.field == own)
    }

    /// The faults as the summary links to them: a whole date's goes to its day.
    pub fn summary(&self) -> Vec<Fault> {
        let link = |fault: &Fault| {
            let day = format!("{}-day", fault.field);
            let field = if self.fields.contains_key(&day) { day } else { fault.field.clone() };
            Fault::new(field, fault.message.clone())
        };
        self.faults.iter().map(link).collect()
    }
}

fn clean(value: &str) -> String {
    value.replace("\r\n", "\n").chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

#[rocket::async_trait]
impl<'r> FromData<'r> for Typed {
    type Error = &'static str;

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r, Typed> {
        if request.content_type().is_none_or(|kind| *kind != ContentType::Form) {
            return Outcome::Error((Status::UnsupportedMediaType, "not a form"));
        }
        match body(data).await {
            Ok(typed) if guard::is_own_form(request, typed.exact("csrf")) => Outcome::Success(typed),
            Ok(_) => Outcome::Error((Status::Forbidden, "not a form of ours")),
            Err(error) => Outcome::Error(error),
        }
    }
}

async fn body(data: Data<'_>) -> Result<Typed, (Status, &'static str)> {
    let read = data.open(LONGEST.kibibytes()).into_bytes();
    let Ok(read) = tokio::time::timeout(PATIENCE, read).await else {
        return Err((Status::RequestTimeout, "too slow"));
    };
    match read {
        Ok(body) if body.is_complete() => Typed::parse(&body).ok_or((Status::PayloadTooLarge, "too many fields")),
        Ok(_) => Err((Status::PayloadTooLarge, "too long")),
        Err(_) => Err((Status::BadRequest, "broken off")),
    }
}

/// A form of a page without cookies, open to anybody: it carries no token. The gate still refuses another site's.
#[derive(Clone, Default)]
pub struct Untied(pub Typed);

#[rocket::async_trait]
impl<'r> FromData<'r> for Untied {
    type Error = &'static str;

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r, Untied> {
        if request.content_type().is_none_or(|kind| *kind != ContentType::Form) {
            return Outcome::Error((Status::UnsupportedMediaType, "not a form"));
        }
        match body(data).await {
            Ok(typed) => Outcome::Success(Untied(typed)),
            Err(error) => Outcome::Error(error),
        }
    }
}
