//! Approval: a decision maker's yes to a person in a role, perhaps on conditions. Refused while any other hard
//! requirement of the policy is not met or waived (data.md §1).

use serde_json::json;

use super::{Filing, Recorded};
use crate::domain::clearance::{clearance, latest_decision};
use crate::domain::policy;
use crate::error::{Error, Result};
use crate::store::Tx;
use crate::store::approval::{self as store, Approval};
use crate::store::trail::Entry;
use crate::types::{ApprovalId, ItemState, Kind, Origin, Outcome, Strength};

/// Approves the person for the role from today, in place of any earlier approval, which stays on file as ended.
pub(super) fn grant(tx: &mut Tx<'_>, filing: &mut Filing<'_>) -> Result<Recorded> {
    let (answers, today) = (filing.answers, tx.today);
    let until = answers.day("conditions_until");
    let conditions = answers.text("conditions").to_owned();
    filing.refuse(until.is_some() && conditions.is_empty(), "conditions", "Enter the conditions, or no last day");
    let message = "The last day of the conditions must be today or in the future";
    filing.refuse(until.is_some_and(|day| day < today), "conditions_until", message);
    let policies = policy::published(tx)?;
    let standing = clearance(&policies, filing.role, filing.dossier, today);
    let open = open_items(&policies, filing.role, &standing.items, today);
    let message = format!("They cannot be approved yet. Not met: {}", open.join(", "));
    filing.refuse(!open.is_empty(), "reason", message);
    let last = latest_decision(filing.dossier.decisions.iter());
    let unsuitable = last.is_some_and(|one| one.outcome == Outcome::Unsuitable);
    filing.refuse(unsuitable, "reason", "They were found unsuitable. Record a new suitability decision first");
    filing.settle()?;
    let reason = answers.text("reason").to_owned();
    for earlier in filing.dossier.approvals.iter().filter(|one| one.role == filing.role && one.ended_on.is_none()) {
        end(tx, earlier, "Replaced by a new approval")?;
    }
    let row = Approval {
        id: ApprovalId(0),
        person_id: filing.dossier.person,
        role: filing.role.to_owned(),
        approved_on: today,
        policy_number: Some(standing.policy_number),
        conditions,
        conditions_until: until,
        ended_on: None,
        origin: Origin::Recorded,
        approved_by: tx.actor,
        recorded_on: today,
        reason: reason.clone(),
    };
    let id = store::insert(tx, &row)?;
    let new = json!({
        "role": row.role, "policy": row.policy_number, "conditions": row.conditions, "conditions_until": until,
    });
    tx.trail(Entry::new("approval.grant", "approval", id.0).about(row.person_id).new_value(&new).reason(reason));
    Ok(Recorded::default())
}

/// Ends an approval from today.
pub(super) fn end(tx: &mut Tx<'_>, approval: &Approval, reason: &str) -> Result<()> {
    let today = tx.today;
    if !store::end(tx, approval, today)? {
        return Err(Error::Conflict("This approval has been ended already.".into()));
    }
    let old = json!({ "role": approval.role, "approved_on": approval.approved_on });
    let entry = Entry::new("approval.end", "approval", approval.id.0).about(approval.person_id);
    tx.trail(entry.old(&old).new_value(&json!({ "ended_on": today })).reason(reason));
    Ok(())
}

/// Hard requirements but the approval itself that are neither met nor waived today.
fn open_items(
    policies: &[policy::Policy],
    role: &str,
    items: &[crate::domain::clearance::Item],
    today: chrono::NaiveDate,
) -> Vec<String> {
    let asked = policy::Policy::in_force(policies, today).map(|policy| policy.asked_of(role)).unwrap_or_default();
    let is_hard = |code: &str| asked.iter().any(|one| one.code == code && one.strength == Strength::Hard);
    let open = |state| matches!(state, ItemState::Missing | ItemState::Lapsed | ItemState::Overdue);
    let items = items.iter().filter(|item| item.kind != Kind::Approval && is_hard(&item.code) && open(item.state));
    items.map(|item| item.title.clone()).collect()
}
