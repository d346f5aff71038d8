//! Approval: a person's decision, never the program's (data.md §1). Conditions run out at the end of their last day.

use super::{Asking, Finding, Found};

/// The latest approval for the role, unless ended.
pub(super) fn find(asking: &Asking<'_>) -> Finding {
    let Asking { dossier, role, today, .. } = *asking;
    let Some(approval) = dossier.approval(role, today) else {
        let ended = dossier.approvals.iter().filter(|a| a.role == role && a.approved_on <= today);
        return Finding::missing(asking.latest(ended.filter_map(|a| a.ended_on))).saying("Not approved for this role");
    };
    let conditional = !approval.conditions.trim().is_empty();
    let due_on = approval.conditions_until.filter(|_| conditional);
    Finding { found: Found::Held { due_on, gone_on: approval.ended_on }, ..Finding::held(due_on, approval.id.0) }
}
