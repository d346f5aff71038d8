//! Reading a policy file: TOML, checked whole, all faults told together.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::Deserialize;
use toml::{Table, Value};

use super::{Params, Policy, Requirement, Role, may_be_waived};
use crate::types::{DbsLevel, Kind, Strength};

/// The file's outline; each part is read by itself so that one fault does not hide the next.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Outline {
    number: i32,
    title: String,
    effective_from: NaiveDate,
    #[serde(default)]
    roles: Vec<Table>,
    #[serde(default)]
    requirements: Vec<Table>,
}

/// One requirement of the file, for several roles at once.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    code: String,
    kind: Kind,
    title: String,
    roles: Vec<String>,
    validity_months: Option<u32>,
    strength: Strength,
    grace_days: Option<u32>,
    #[serde(default)]
    lead_days: Vec<u32>,
    waivable: bool,
    #[serde(default)]
    caps_badge: bool,
    #[serde(default)]
    params: Params,
    source: String,
}

impl Policy {
    /// Reads a policy file.
    ///
    /// # Errors
    /// Every fault found, each a sentence that names its place.
    pub fn from_toml(text: &str) -> Result<Policy, Vec<String>> {
        let outline: Outline = toml::from_str(text).map_err(|e| vec![e.to_string()])?;
        let mut faults = Vec::new();
        let roles = outline
            .roles
            .into_iter()
            .enumerate()
            .filter_map(|(i, table)| read::<Role>(&mut faults, "role", i, table))
            .collect();
        let asked: Vec<_> = outline
            .requirements
            .into_iter()
            .enumerate()
            .filter_map(|(i, table)| Some((i, read::<Asked>(&mut faults, "requirement", i, table)?)))
            .collect();
        let policy = Policy {
            number: outline.number,
            title: outline.title,
            effective_from: outline.effective_from,
            roles,
            requirements: asked.into_iter().flat_map(|(i, row)| row.each_role(i)).collect(),
        };
        faults.extend(policy.faults());
        if faults.is_empty() { Ok(policy) } else { Err(faults) }
    }

    /// What makes these requirements unfit to publish; empty when they are sound.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if self.number < 1 {
            faults.push(format!("the number is {}: versions count from 1", self.number));
        }
        let mut codes = BTreeSet::new();
        for role in &self.roles {
            if !codes.insert(role.code.as_str()) {
                faults.push(format!("role {} is there twice", role.code));
            }
            if role.badge_months.is_some_and(|months| !(1..=120).contains(&months)) {
                faults.push(format!("role {}: badge_months must be between 1 and 120", role.code));
            }
            let approved = |r: &&Requirement| r.kind == Kind::Approval && r.strength == Strength::Hard;
            if self.asked_of(&role.code).iter().find(|r| approved(r)).is_none() {
                faults.push(format!("role {} asks for no approval: papers alone clear nobody", role.code));
            }
        }
        let mut seen = BTreeSet::new();
        for requirement in &self.requirements {
            let place = format!("{} of {}", requirement.code, requirement.role);
            if !seen.insert((&requirement.role, &requirement.code)) {
                faults.push(format!("{place}: there twice"));
            }
            faults.extend(self.faults_of(requirement).into_iter().map(|fault| format!("{place}: {fault}")));
        }
        faults
    }

    fn faults_of(&self, requirement: &Requirement) -> Vec<String> {
        let mut faults = requirement.params.faults(requirement.kind);
        let mut fault = |wrong: bool, text: &str| {
            if wrong {
                faults.push(text.to_owned());
            }
        };
        let role = self.role(&requirement.role);
        fault(role.is_none(), "no such role");
        let rising = requirement.lead_days.windows(2).any(|pair| matches!(pair, [a, b] if a <= b));
        fault(rising, "lead days must fall, each once");
        fault(requirement.lead_days.contains(&0), "lead 0 is always implied: leave it out");
        let hard = requirement.strength == Strength::Hard;
        fault(hard && requirement.grace_days.is_some(), "a hard requirement has no days of grace");
        fault(requirement.waivable && !may_be_waived(requirement.kind), "this kind is never waived");
        let enhanced = requirement.params.level == Some(DbsLevel::Enhanced);
        let no_basis = role.is_some_and(|role| role.basis.trim().is_empty());
        fault(enhanced && no_basis, "an enhanced check needs a role with a regulated-activity basis");
        faults
    }
}

impl Asked {
    fn each_role(self, index: usize) -> impl Iterator<Item = Requirement> {
        let roles = self.roles.clone();
        roles.into_iter().map(move |role| Requirement {
            role,
            code: self.code.clone(),
            kind: self.kind,
            title: self.title.clone(),
            position: i32::try_from(index).unwrap_or(i32::MAX).saturating_add(1),
            validity_months: self.validity_months,
            strength: self.strength,
            grace_days: self.grace_days,
            lead_days: self.lead_days.clone(),
            waivable: self.waivable,
            caps_badge: self.caps_badge,
            params: self.params.clone(),
            source: self.source.clone(),
        })
    }
}

fn read<T: for<'de> Deserialize<'de>>(faults: &mut Vec<String>, what: &str, index: usize, table: Table) -> Option<T> {
    let code = table.get("code").and_then(Value::as_str).unwrap_or("without a code").to_owned();
    Value::Table(table).try_into().map_err(|e| faults.push(format!("{what} {} ({code}): {e}", index + 1))).ok()
}
