//! The letters of a decision and of an appeal, from the rows they tell of. Reasons come out of the vault here, for the
//! person alone.

use super::super::appeal_letter::hearing_file;
use super::super::{AppealLetter, AppealNews, DecisionLetter, Enclosure, Letter, OutcomeNotice, Sender};
use super::contact;
use crate::domain::appeal::REASONS_HEADING;
use crate::domain::policy::{self, Policy};
use crate::domain::proposal::letters::{AppealParams, AppealStep, DecisionParams, OutcomeParams};
use crate::domain::{criteria, vault};
use crate::error::{Error, Result};
use crate::store::outbox::Letter as Row;
use crate::store::{Conn, Seal, appeal, application, approval, contractor, person, proposal};
use crate::types::{AppealOutcome, ContractorStatus, Reach, Verdict, add_months};

fn role_title(conn: &mut Conn, code: &str) -> Result<String> {
    let policies = policy::published(conn)?;
    let known = policies.iter().rev().find_map(|policy: &Policy| policy.role(code));
    Ok(known.map_or_else(|| code.to_owned(), |role| role.title.clone()))
}

/// The decision, to the person.
pub(super) fn decision(conn: &mut Conn, seal: &Seal, sender: &Sender, row: &Row) -> Result<Letter> {
    let params: DecisionParams = serde_json::from_str(&row.params)?;
    let paper = proposal::find(conn, params.proposal)?;
    let application = application::find(conn, paper.application_id, &Reach::Everyone)?;
    let rules = criteria::version(conn, paper.criteria_version)?.rules;
    let sealed = vault::for_letter(conn, seal, application.id, paper.note_id)?;
    // What is no secret stands with the approval; a plain one needs no reasons.
    let plain =
        approval::of_people(conn, &[paper.person_id])?.into_iter().find(|one| Some(one.id) == paper.approval_id);
    let open = plain.filter(|_| paper.note_id.is_none()).map(|one| one.reason);
    let reasons = if paper.outcome == Verdict::Approved { None } else { sealed.or(open) };
    let decided_on = paper.decided_on.ok_or_else(|| Error::internal("a letter tells of what is not decided"))?;
    DecisionLetter {
        contact: contact(sender),
        sender: sender.clone(),
        name: person::find(conn, paper.person_id, &Reach::Everyone)?.full_name(),
        reference: application.reference,
        role: role_title(conn, &application.role)?,
        outcome: paper.outcome,
        revoked: params.revoked,
        conditions: paper.conditions,
        until: paper.conditions_until,
        reasons: reasons.unwrap_or_default(),
        criteria: paper.criteria_version,
        appeal_by: paper.appeal_by,
        again_on: add_months(decided_on, rules.reapply_months),
    }
    .write()
}

/// The outcome, to the firm.
pub(super) fn outcome(conn: &mut Conn, sender: &Sender, row: &Row) -> Result<Option<Letter>> {
    let params: OutcomeParams = serde_json::from_str(&row.params)?;
    let (Some(firm), Some(who)) = (row.contractor_id, row.person_id) else {
        return Err(Error::internal("an outcome notice names no firm or no person"));
    };
    let firm = contractor::find(conn, firm, &Reach::Everyone)?;
    if firm.status != ContractorStatus::Active {
        return Ok(None);
    }
    let person = person::find(conn, who, &Reach::Everyone)?;
    let notice = OutcomeNotice {
        contact: contact(sender),
        sender: sender.clone(),
        firm: firm.name,
        person: format!("{} ({})", person.full_name(), person.reference),
        role: role_title(conn, &params.role)?,
        reference: params.reference,
        outcome: params.outcome,
        conditions: params.conditions,
        until: params.until,
        on: params.on,
    };
    notice.write().map(Some)
}

/// The file that goes with the invitation to a hearing. Letters are numbered as they are written, so a later one about
/// the same hearing takes its place.
pub(super) fn enclosure(sender: &Sender, row: &Row) -> Result<Option<Enclosure>> {
    let AppealParams { appeal, step } = serde_json::from_str(&row.params)?;
    let AppealStep::Hearing { at, place } = step else { return Ok(None) };
    let sequence = i32::try_from(row.id.0).unwrap_or(i32::MAX);
    Ok(Some(hearing_file(sender, &row.to_email, (appeal, sequence), (at, &place, row.created_at))))
}

/// A step of an appeal, to the appellant.
pub(super) fn of_appeal(conn: &mut Conn, seal: &Seal, sender: &Sender, row: &Row) -> Result<Letter> {
    let params: AppealParams = serde_json::from_str(&row.params)?;
    let appeal = appeal::find(conn, params.appeal)?;
    let news = match params.step {
        AppealStep::Received => AppealNews::Received { hear_by: appeal.hear_by },
        AppealStep::Late => AppealNews::Late { reason: appeal.late_reason },
        AppealStep::Hearing { at, place } => {
            let panel = appeal::panel(conn, appeal.id)?.into_iter();
            let panel =
                panel.map(|one| if one.is_chair { format!("{} (chair)", one.name) } else { one.name }).collect();
            AppealNews::Hearing { at, place, panel, decide_by: appeal.decide_by }
        }
        AppealStep::Decided { note, conditions, until } => {
            let reasons = vault::for_letter(conn, seal, appeal.application_id, note)?.unwrap_or_default();
            let reasons = reasons.strip_prefix(REASONS_HEADING).unwrap_or(&reasons).trim().to_owned();
            let outcome = appeal.outcome.unwrap_or(AppealOutcome::Dismissed);
            AppealNews::Decided { outcome, conditions, until, reasons }
        }
        AppealStep::Withdrawn => AppealNews::Withdrawn,
    };
    AppealLetter {
        contact: contact(sender),
        sender: sender.clone(),
        name: person::find(conn, appeal.person_id, &Reach::Everyone)?.full_name(),
        reference: application::find(conn, appeal.application_id, &Reach::Everyone)?.reference,
        lodged_on: appeal.lodged_on,
        news,
    }
    .write()
}
