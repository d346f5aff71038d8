//! A policy to and from the rows that keep it.

use super::{Params, Policy, Requirement, Role};
use crate::error::{Error, Result};
use crate::store::policy::{PolicyRow, RequirementRow, RoleRow};
use crate::types::PolicyId;

impl Policy {
    /// The policy kept in these rows; rows of other versions are left aside.
    ///
    /// # Errors
    /// `Internal` when a row holds what no policy ever wrote.
    pub fn from_rows(row: &PolicyRow, roles: &[RoleRow], requirements: &[RequirementRow]) -> Result<Policy> {
        let roles = roles.iter().filter(|role| role.policy_id == row.id).map(role_of).collect::<Result<Vec<_>>>()?;
        let mut requirements = requirements
            .iter()
            .filter(|requirement| requirement.policy_id == row.id)
            .map(requirement_of)
            .collect::<Result<Vec<_>>>()?;
        requirements.sort_by(|a, b| (a.position, &a.role, &a.code).cmp(&(b.position, &b.role, &b.code)));
        Ok(Policy {
            number: row.number,
            title: row.title.clone(),
            effective_from: row.effective_from,
            roles,
            requirements,
        })
    }

    /// The roles as rows of policy `id`.
    ///
    /// # Errors
    /// `Internal` when a number of months is beyond the column.
    pub fn role_rows(&self, id: PolicyId) -> Result<Vec<RoleRow>> {
        let row = |role: &Role| {
            Ok(RoleRow {
                policy_id: id,
                code: role.code.clone(),
                title: role.title.clone(),
                basis: role.basis.clone(),
                source: role.source.clone(),
                badge_months: role.badge_months.map(i32::try_from).transpose().map_err(Error::internal)?,
            })
        };
        self.roles.iter().map(row).collect()
    }

    /// The requirements as rows of policy `id`.
    ///
    /// # Errors
    /// `Internal` when a number of months or days is beyond the column.
    pub fn requirement_rows(&self, id: PolicyId) -> Result<Vec<RequirementRow>> {
        self.requirements.iter().map(|requirement| row_of(id, requirement)).collect()
    }
}

fn role_of(row: &RoleRow) -> Result<Role> {
    Ok(Role {
        code: row.code.clone(),
        title: row.title.clone(),
        basis: row.basis.clone(),
        source: row.source.clone(),
        badge_months: row.badge_months.map(u32::try_from).transpose().map_err(Error::internal)?,
    })
}

fn requirement_of(row: &RequirementRow) -> Result<Requirement> {
    let unsigned = |number: Option<i32>| number.map(u32::try_from).transpose().map_err(Error::internal);
    let lead = |text: &str| text.trim().parse::<u32>().map_err(Error::internal);
    let mut lead_days =
        row.lead_days.split(',').filter(|text| !text.trim().is_empty()).map(lead).collect::<Result<Vec<_>>>()?;
    lead_days.sort_unstable_by(|a, b| b.cmp(a));
    Ok(Requirement {
        role: row.role.clone(),
        code: row.code.clone(),
        kind: row.kind,
        title: row.title.clone(),
        position: row.position,
        validity_months: unsigned(row.validity_months)?,
        strength: row.strength,
        grace_days: unsigned(row.grace_days)?,
        lead_days,
        waivable: row.waivable,
        caps_badge: row.caps_badge,
        params: serde_json::from_str::<Params>(&row.params)?,
        source: row.source.clone(),
    })
}

fn row_of(id: PolicyId, requirement: &Requirement) -> Result<RequirementRow> {
    let signed = |number: Option<u32>| number.map(i32::try_from).transpose().map_err(Error::internal);
    let lead_days: Vec<String> = requirement.lead_days.iter().map(u32::to_string).collect();
    Ok(RequirementRow {
        policy_id: id,
        role: requirement.role.clone(),
        code: requirement.code.clone(),
        kind: requirement.kind,
        title: requirement.title.clone(),
        position: requirement.position,
        validity_months: signed(requirement.validity_months)?,
        strength: requirement.strength,
        grace_days: signed(requirement.grace_days)?,
        lead_days: lead_days.join(","),
        waivable: requirement.waivable,
        caps_badge: requirement.caps_badge,
        params: requirement.params.to_json()?,
        source: requirement.source.clone(),
    })
}
