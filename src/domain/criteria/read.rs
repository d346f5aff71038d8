//! Reading a criteria file: TOML, checked whole, all faults told together.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::Deserialize;

use super::{Criteria, Criterion, Rules};
use crate::types::CriterionKind;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    number: i32,
    title: String,
    effective_from: NaiveDate,
    rules: Rules,
    #[serde(default)]
    criteria: Vec<Criterion>,
}

impl Criteria {
    /// Reads a criteria file.
    ///
    /// # Errors
    /// Every fault found, each a sentence that names its place.
    pub fn from_toml(text: &str) -> Result<Criteria, Vec<String>> {
        let File { number, title, effective_from, rules, criteria } =
            toml::from_str(text).map_err(|error| vec![error.to_string()])?;
        let read = Criteria { number, title, effective_from, rules, criteria };
        let faults = read.faults();
        if faults.is_empty() { Ok(read) } else { Err(faults) }
    }

    /// What makes these criteria unfit to publish; empty when they are sound.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if self.number < 1 {
            faults.push(format!("the number is {}: versions count from 1", self.number));
        }
        if self.rules.appeal_days == 0 {
            faults.push("there must be some days to appeal in".to_owned());
        }
        if self.of(CriterionKind::Guideline).next().is_none() {
            faults.push("there is no guideline".to_owned());
        }
        let mut seen = BTreeSet::new();
        for one in &self.criteria {
            let code = &one.code;
            let mut fault = |wrong: bool, text: &str| {
                if wrong {
                    faults.push(format!("{code}: {text}"));
                }
            };
            fault(!seen.insert(code.as_str()), "there twice");
            let plain = |c: char| c.is_ascii_lowercase() || c == '_';
            fault(code.is_empty() || !code.chars().all(plain), "a code is of a-z and _");
            let is_factor = one.kind == CriterionKind::Factor;
            fault(is_factor && (one.months.is_some() || one.is_never), "a factor has no period");
            fault(one.is_never && one.months.is_some(), "never and a period at once");
            fault(one.source.trim().is_empty(), "say where it comes from");
        }
        faults
    }
}
