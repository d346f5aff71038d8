//! Published policies and what each asks of each role. Never edited once published.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::types::{At, Kind, PolicyId, Strength, UserId};

/// A published policy version.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = crate::store::schema::policies, treat_none_as_default_value = false)]
pub struct PolicyRow {
    /// Row id; given by the database.
    #[diesel(skip_insertion)]
    pub id: PolicyId,
    /// Version number.
    pub number: i32,
    /// Plain-English name.
    pub title: String,
    /// First day it is in force.
    pub effective_from: NaiveDate,
    /// Who published it.
    pub published_by: UserId,
    /// When it was published.
    pub published_at: At,
    /// SHA-256 of its canonical JSON, in hex.
    pub digest: String,
}

/// A role of a policy version.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = crate::store::schema::policy_roles, treat_none_as_default_value = false)]
pub struct RoleRow {
    /// The policy version.
    pub policy_id: PolicyId,
    /// Code of the role.
    pub code: String,
    /// Plain-English name.
    pub title: String,
    /// Regulated-activity basis; empty when there is none (facts.md §1.5).
    pub basis: String,
    /// Where the rule comes from.
    pub source: String,
    /// Months of a badge.
    pub badge_months: Option<i32>,
}

/// One requirement of one role.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = crate::store::schema::requirements, treat_none_as_default_value = false)]
pub struct RequirementRow {
    /// The policy version.
    pub policy_id: PolicyId,
    /// Code of the role.
    pub role: String,
    /// Code of the requirement.
    pub code: String,
    /// Kind of requirement.
    pub kind: Kind,
    /// Plain-English name.
    pub title: String,
    /// Place in lists.
    pub position: i32,
    /// Months for which evidence serves.
    pub validity_months: Option<i32>,
    /// Whether failing it stops at once.
    pub strength: Strength,
    /// Days a soft requirement may be overdue before it stops; `None` when it never stops.
    pub grace_days: Option<i32>,
    /// Days of notice, falling, parted by commas.
    pub lead_days: String,
    /// Whether it may be waived.
    pub waivable: bool,
    /// Whether its due date caps a badge.
    pub caps_badge: bool,
    /// The kind's own settings, as JSON.
    pub params: String,
    /// Where the rule comes from.
    pub source: String,
}

/// Every published version with its roles and requirements, oldest first.
///
/// # Errors
/// The database's.
pub fn all(conn: &mut super::Conn) -> crate::error::Result<(Vec<PolicyRow>, Vec<RoleRow>, Vec<RequirementRow>)> {
    use super::schema::{policies, policy_roles, requirements};
    Ok((
        policies::table.order(policies::number).select(PolicyRow::as_select()).load(conn)?,
        policy_roles::table.select(RoleRow::as_select()).load(conn)?,
        requirements::table.order(requirements::position).select(RequirementRow::as_select()).load(conn)?,
    ))
}

/// The highest number published, 0 when none.
///
/// # Errors
/// The database's.
pub fn last_number(conn: &mut super::Conn) -> crate::error::Result<i32> {
    use super::schema::policies;
    Ok(policies::table.select(diesel::dsl::max(policies::number)).first::<Option<i32>>(conn)?.unwrap_or(0))
}

/// Writes a version and answers its id; its rows follow.
///
/// # Errors
/// The database's.
pub fn insert(tx: &mut super::Tx<'_>, row: &PolicyRow) -> crate::error::Result<PolicyId> {
    use super::schema::policies;
    Ok(diesel::insert_into(policies::table).values(row).returning(policies::id).get_result(&mut **tx)?)
}

/// Writes the rows of a version.
///
/// # Errors
/// The database's.
pub fn insert_rows(tx: &mut super::Tx<'_>, roles: &[RoleRow], asked: &[RequirementRow]) -> crate::error::Result<()> {
    use super::schema::{policy_roles, requirements};
    for role in roles {
        diesel::insert_into(policy_roles::table).values(role).execute(&mut **tx)?;
    }
    for requirement in asked {
        diesel::insert_into(requirements::table).values(requirement).execute(&mut **tx)?;
    }
    Ok(())
}
