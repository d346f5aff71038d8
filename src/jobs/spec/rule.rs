//! What the parameters of each kind may be.

use serde::de::DeserializeOwned;
use toml::Table;

use super::each_key;
use super::params::{Badges, Bulletins, Chase, Deliver, Remind, SessionReminders, StatusChecks};
use crate::error::Fault;
use crate::jobs::span::Span;

/// Whether a parameter is good, its name, and what is said when it is not.
pub(super) type Rule = (bool, &'static str, &'static str);

impl Remind {
    pub(super) fn faults(&self) -> Vec<Rule> {
        vec![((1..=90).contains(&self.escalate_after_days), "escalate_after_days", "must be between 1 and 90")]
    }
}

impl SessionReminders {
    pub(super) fn faults(&self) -> Vec<Rule> {
        vec![((1..=30).contains(&self.lead_days), "lead_days", "must be between 1 and 30")]
    }
}

impl Bulletins {
    pub(super) fn faults(&self) -> Vec<Rule> {
        vec![
            (self.lead_days <= 60, "lead_days", "must be between 0 and 60"),
            ((7..=60).contains(&self.every_days), "every_days", "must be between 7 and 60"),
        ]
    }
}

impl Chase {
    pub(super) fn faults(&self) -> Vec<Rule> {
        vec![
            (self.first_days >= 1, "first_days", "must be 1 or more"),
            (self.first_days < self.second_days, "second_days", "must be more than first_days"),
            (self.second_days <= 28 * self.abandon_months, "second_days", "must come before abandon_months"),
            ((1..=365).contains(&self.council_days), "council_days", "must be between 1 and 365"),
            ((1..=24).contains(&self.abandon_months), "abandon_months", "must be between 1 and 24"),
        ]
    }
}

impl Badges {
    pub(super) fn faults(&self) -> Vec<Rule> {
        vec![((7..=180).contains(&self.renew_days), "renew_days", "must be between 7 and 180")]
    }
}

impl Deliver {
    pub(super) fn faults(&self) -> Vec<Rule> {
        vec![
            (self.lease <= Span::minutes(60), "lease", "must be 1h at most"),
            ((1..=1000).contains(&self.max_attempts), "max_attempts", "must be between 1 and 1000"),
            (self.first_wait <= self.longest_wait, "first_wait", "must not be longer than longest_wait"),
        ]
    }
}

impl StatusChecks {
    pub(super) fn faults(&self) -> Vec<Rule> {
        vec![
            ((1..=6000).contains(&self.per_minute), "per_minute", "must be between 1 and 6000"),
            (self.patience <= Span::minutes(5), "patience", "must be 5m at most"),
            ((1..=7).contains(&self.recheck_days), "recheck_days", "must be between 1 and 7"),
            ((1..=60).contains(&self.grace_days), "grace_days", "must be between 1 and 60"),
            ((2..=1000).contains(&self.flood_count), "flood_count", "must be between 2 and 1000"),
            ((1..=100).contains(&self.flood_percent), "flood_percent", "must be between 1 and 100"),
            ((2..=1000).contains(&self.news_count), "news_count", "must be between 2 and 1000"),
            ((1..=100).contains(&self.news_percent), "news_percent", "must be between 1 and 100"),
            ((1..=100).contains(&self.errors_in_a_row), "errors_in_a_row", "must be between 1 and 100"),
            ((1..=20).contains(&self.probe), "probe", "must be between 1 and 20"),
            ((1..=30).contains(&self.late_days), "late_days", "must be between 1 and 30"),
        ]
    }
}

/// The parameters of a table that breaks no rule; what it breaks joins `faults`.
pub(super) fn checked<T: DeserializeOwned + Default>(
    table: Table,
    rules: fn(&T) -> Vec<Rule>,
    faults: &mut Vec<Fault>,
) -> T {
    let params: T = each_key(table, "params.", faults);
    let broken = rules(&params).into_iter().filter(|(good, ..)| !good);
    faults.extend(broken.map(|(_, field, message)| Fault::new(format!("params.{field}"), message)));
    params
}
