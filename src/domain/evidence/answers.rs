//! What was answered to a kind's fields, by field name. Holds personal data, so it has no Debug.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Answers by field: a text, or several. Days are ISO text.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Answers(BTreeMap<String, Answer>);

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
enum Answer {
    One(String),
    Many(Vec<String>),
}

impl Answers {
    /// With a text; an empty one is no answer.
    #[must_use]
    pub fn with(mut self, field: &str, text: impl ToString) -> Answers {
        let text = text.to_string().trim().to_owned();
        if !text.is_empty() {
            self.0.insert(field.to_owned(), Answer::One(text));
        }
        self
    }

    /// With a day, when there is one.
    #[must_use]
    pub fn with_day(self, field: &str, day: Option<NaiveDate>) -> Answers {
        day.into_iter().fold(self, |answers, day| answers.with(field, day))
    }

    /// With several texts; none is no answer.
    #[must_use]
    pub fn with_many(mut self, field: &str, texts: impl IntoIterator<Item = impl Into<String>>) -> Answers {
        let texts: Vec<String> = texts.into_iter().map(Into::into).filter(|text: &String| !text.is_empty()).collect();
        if !texts.is_empty() {
            self.0.insert(field.to_owned(), Answer::Many(texts));
        }
        self
    }

    /// The text of a field; empty when it has none.
    pub fn text(&self, field: &str) -> &str {
        match self.0.get(field) {
            Some(Answer::One(text)) => text,
            _ => "",
        }
    }

    /// The texts of a field that takes several.
    pub fn many(&self, field: &str) -> &[String] {
        match self.0.get(field) {
            Some(Answer::Many(texts)) => texts,
            _ => &[],
        }
    }

    /// The day of a field.
    pub fn day(&self, field: &str) -> Option<NaiveDate> {
        self.text(field).parse().ok()
    }

    /// Whether the field is answered.
    pub fn has(&self, field: &str) -> bool {
        self.0.contains_key(field)
    }

    /// These answers but for the named fields.
    pub(super) fn without(&self, fields: &[&str]) -> Answers {
        Answers(
            self.0
                .iter()
                .filter(|(name, _)| !fields.contains(&name.as_str()))
                .map(|(k, v)| (k.clone(), v.clone()))
                .collect(),
        )
    }

    /// Only the answers of the named fields.
    pub(super) fn only(&self, fields: &[&str]) -> Answers {
        Answers(
            self.0
                .iter()
                .filter(|(name, _)| fields.contains(&name.as_str()))
                .map(|(k, v)| (k.clone(), v.clone()))
                .collect(),
        )
    }
}
