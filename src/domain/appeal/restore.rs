//! What an appeal that is upheld or varied gives back: the approval applied for, and every other that the refusal ended.

use chrono::NaiveDate;

use crate::domain::clearance::Dossier;
use crate::domain::policy::{self, Policy};
use crate::domain::proposal::effect::{Grant, approve};
use crate::error::Result;
use crate::store::Tx;
use crate::store::approval::Approval;
use crate::store::proposal::Proposal;
use crate::types::{ApprovalId, UserId, Verdict};

/// On what terms somebody is approved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Terms {
    /// What it depends on; empty when on nothing.
    pub conditions: String,
    /// Last day of the conditions, inclusive.
    pub until: Option<NaiveDate>,
}

impl Terms {
    fn of(approval: &Approval) -> Terms {
        Terms { conditions: approval.conditions.clone(), until: approval.conditions_until }
    }

    /// Both terms, to the earlier of their ends.
    fn with(self, other: &Terms) -> Terms {
        if self.conditions.is_empty() || self == *other {
            return other.clone();
        }
        if other.conditions.is_empty() {
            return self;
        }
        let until = [self.until, other.until].into_iter().flatten().min();
        Terms { conditions: format!("{}\n{}", self.conditions, other.conditions), until }
    }
}

/// Approves for the role applied for, and for each role whose approval the paper ended, on the terms it had and those of
/// the panel; says which approval the first is and on what terms.
pub(super) fn approvals(
    tx: &mut Tx<'_>,
    dossier: &Dossier,
    paper: &Proposal,
    role: &str,
    panel: Terms,
    (by, reason): (UserId, &str),
) -> Result<(ApprovalId, Terms)> {
    let (policies, today) = (policy::published(tx)?, tx.today);
    let policy_number = Policy::in_force(&policies, today).map_or(0, |policy| policy.number);
    let mut grant = |role: &str, terms: &Terms| {
        let Terms { conditions, until } = terms;
        approve(tx, dossier, &Grant { role, policy_number, conditions, until: *until, by, reason })
    };
    let ended = ended_by(paper, dossier);
    let own = ended.iter().find(|one| one.role == role).map(|one| Terms::of(one)).unwrap_or_default();
    let own = own.with(&panel);
    let id = grant(role, &own)?;
    for other in ended.iter().filter(|one| one.role != role) {
        grant(&other.role, &Terms::of(other).with(&panel))?;
    }
    Ok((id, own))
}

/// The approvals that a refusal ended: of each role the newest, ended on its day; one made since is left alone.
fn ended_by<'a>(paper: &Proposal, dossier: &'a Dossier) -> Vec<&'a Approval> {
    if paper.outcome != Verdict::Refused {
        return Vec::new();
    }
    let newest = |one: &&Approval| !dossier.approvals.iter().any(|other| other.role == one.role && other.id > one.id);
    let ended = |one: &&Approval| one.ended_on.is_some() && one.ended_on == paper.decided_on;
    dossier.approvals.iter().filter(newest).filter(ended).collect()
}
