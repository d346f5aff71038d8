//! The suitability criteria: versioned guidance periods, factors to weigh, and the times that letters promise
//! (facts.md §4.1, §5.3). Advice only: nothing here decides.

mod publish;
mod read;

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::calendar::working_days_after;
use crate::types::{CriterionKind, add_months, long_date};

pub use publish::{establish, in_force, publish, publish_file, published, version};

/// One version of the criteria. Never edited once published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Criteria {
    /// Version number, from 1.
    pub number: i32,
    /// What the version is called.
    pub title: String,
    /// First day it is in force.
    pub effective_from: NaiveDate,
    /// Times that letters promise.
    pub rules: Rules,
    /// Guidelines and factors, in order.
    pub criteria: Vec<Criterion>,
}

/// Times that letters promise (facts.md §5.3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Working days after which a letter is deemed received.
    pub deemed_working_days: u32,
    /// Days from then to appeal.
    pub appeal_days: u32,
    /// Working days to acknowledge an appeal.
    pub acknowledge_working_days: u32,
    /// Working days to hear it.
    pub hear_working_days: u32,
    /// Working days from the hearing to the letter.
    pub decide_working_days: u32,
    /// Months after which somebody refused may apply again.
    pub reapply_months: u32,
}

impl Default for Rules {
    fn default() -> Rules {
        Rules {
            deemed_working_days: 2,
            appeal_days: 21,
            acknowledge_working_days: 5,
            hear_working_days: 20,
            decide_working_days: 5,
            reapply_months: 12,
        }
    }
}

/// A guideline or a factor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// Its code, such as `dishonesty`.
    pub code: String,
    /// Which of the two.
    pub kind: CriterionKind,
    /// Its name.
    pub title: String,
    /// Months of a guideline, from the end of any sentence; `None` when it names none.
    pub months: Option<u32>,
    /// Whether a person is not normally approved, however long ago it was.
    #[serde(default)]
    pub is_never: bool,
    /// What it says, in plain English.
    pub guidance: String,
    /// Where it comes from.
    pub source: String,
}

impl Criteria {
    /// The criteria that come with the program, as version 1.
    ///
    /// # Errors
    /// Every fault of the file; a test holds that there is none.
    pub fn shipped() -> Result<Criteria, Vec<String>> {
        Criteria::from_toml(include_str!("../../policy/criteria.toml"))
    }

    /// Those of one kind, in order.
    pub fn of(&self, kind: CriterionKind) -> impl Iterator<Item = &Criterion> {
        self.criteria.iter().filter(move |one| one.kind == kind)
    }

    /// SHA-256, in hex, of the version's JSON.
    ///
    /// # Errors
    /// Only when JSON cannot be written, which these types never cause.
    pub fn digest(&self) -> Result<String, serde_json::Error> {
        Ok(hex::encode(Sha256::digest(serde_json::to_vec(self)?)))
    }
}

impl Rules {
    /// Last day to appeal against a decision of `decided_on`: counted from the day its letter is deemed received.
    pub fn appeal_by(&self, decided_on: NaiveDate) -> NaiveDate {
        let received = working_days_after(decided_on, self.deemed_working_days);
        received.checked_add_days(Days::new(self.appeal_days.into())).unwrap_or(NaiveDate::MAX)
    }
}

/// The day from which a guideline is met, for a sentence that ended on `sentence_ended_on`; none when that is not
/// known, when the guideline is "never", and when it names no period.
pub fn guideline_met_on(criterion: &Criterion, sentence_ended_on: Option<NaiveDate>) -> Option<NaiveDate> {
    let months = criterion.months.filter(|_| !criterion.is_never)?;
    sentence_ended_on.map(|ended| add_months(ended, months))
}

/// What the guideline advises on `today`, as a sentence. It decides nothing.
pub fn advice(criterion: &Criterion, sentence_ended_on: Option<NaiveDate>, today: NaiveDate) -> String {
    if criterion.is_never {
        return "The guideline is never met by time alone".to_owned();
    }
    if criterion.months.is_none() {
        return "The guideline names no period".to_owned();
    }
    match guideline_met_on(criterion, sentence_ended_on) {
        None => "Not known: the end of the sentence is not known".to_owned(),
        Some(day) if day <= today => format!("The guideline has been met since {}", long_date(day)),
        Some(day) => format!("The guideline is not met until {}", long_date(day)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn find(code: &str) -> Criterion {
        Criteria::shipped().unwrap().criteria.into_iter().find(|one| one.code == code).unwrap()
    }

    #[test]
    fn the_shipped_criteria_are_sound_and_say_where_they_come_from() {
        let shipped = Criteria::shipped().unwrap();
        assert_eq!(shipped.of(CriterionKind::Guideline).count(), 12);
        assert_eq!(shipped.of(CriterionKind::Factor).count(), 11);
        assert_eq!(shipped.rules, Rules::default());
        assert!(shipped.criteria.iter().all(|one| one.source.len() > 10));
    }

    #[test]
    fn a_guideline_is_met_so_many_months_after_the_sentence_ended() {
        assert_eq!(guideline_met_on(&find("dishonesty"), Some(day("2019-11-23"))), Some(day("2026-11-23")));
        assert_eq!(guideline_met_on(&find("weapon"), Some(day("2020-02-29"))), Some(day("2027-02-28")));
        assert_eq!(guideline_met_on(&find("dishonesty"), None), None);
        assert_eq!(guideline_met_on(&find("sexual"), Some(day("1980-01-01"))), None);
        assert_eq!(guideline_met_on(&find("minor_motoring"), Some(day("1980-01-01"))), None);
    }

    #[test]
    fn an_appeal_is_counted_from_the_day_the_letter_is_deemed_received() {
        let rules = Rules::default();
        assert_eq!(rules.appeal_by(day("2026-11-22")), day("2026-12-15"), "Sunday: received on Tuesday");
        assert_eq!(rules.appeal_by(day("2026-12-23")), day("2027-01-19"), "Christmas lies between");
    }

    #[test]
    fn a_broken_file_tells_all_its_faults_together() {
        let text = "number = 0\ntitle = \"x\"\neffective_from = \"2027-01-01\"\n[rules]\ndeemed_working_days = 2\n\
            appeal_days = 0\nacknowledge_working_days = 5\nhear_working_days = 20\ndecide_working_days = 5\n\
            reapply_months = 12\n[[criteria]]\ncode = \"a\"\nkind = \"factor\"\ntitle = \"A\"\nmonths = 5\n\
            guidance = \"g\"\nsource = \"\"\n";
        let faults = Criteria::from_toml(text).unwrap_err();
        assert_eq!(faults.len(), 5, "{faults:?}");
    }
}
