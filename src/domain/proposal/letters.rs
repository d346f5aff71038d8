//! The letters of a decision: to the person the whole of it, to the firm the outcome and nothing more.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::domain::letter::{APPEAL_LETTER, DECISION_LETTER, OUTCOME_NOTICE};
use crate::domain::outbox;
use crate::error::Result;
use crate::store::application::Application;
use crate::store::outbox::{self as letters, NewLetter};
use crate::store::proposal::Proposal;
use crate::store::task::{self, NewTask};
use crate::store::{Tx, contractor};
use crate::types::{AppealId, At, ContractorStatus, NoteId, PersonId, ProposalId, Reach, Verdict};

/// What `decision_letter` is rendered from.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DecisionParams {
    /// The paper.
    pub proposal: ProposalId,
    /// Whether it took an approval away.
    pub revoked: bool,
}

/// What `outcome_notice` is rendered from; the row names the firm and the person.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OutcomeParams {
    /// What people call the application.
    pub reference: String,
    /// Code of the role.
    pub role: String,
    /// The outcome.
    pub outcome: Verdict,
    /// What the firm has to keep to; may be empty.
    pub conditions: String,
    /// Last day of the conditions.
    pub until: Option<NaiveDate>,
    /// Day of the decision.
    pub on: NaiveDate,
}

/// What `appeal_letter` is rendered from.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AppealParams {
    /// The appeal.
    pub appeal: AppealId,
    /// Which letter of it.
    pub step: AppealStep,
}

/// What a letter about an appeal says.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppealStep {
    /// It has come, and when it will be heard.
    Received,
    /// It came too late.
    Late,
    /// When and where it is heard.
    Hearing {
        /// When.
        at: At,
        /// Where.
        place: String,
    },
    /// What the panel decided; the note holds its reasons.
    Decided {
        /// The note with the reasons.
        note: Option<NoteId>,
        /// Conditions of an approval; may be empty.
        conditions: String,
        /// Their last day.
        until: Option<NaiveDate>,
    },
    /// It was taken back.
    Withdrawn,
}

/// Writes the decision to the person.
pub(in crate::domain) fn tell_person_of(tx: &mut Tx<'_>, paper: &Proposal, revoked: bool) -> Result<()> {
    let params = serde_json::to_string(&DecisionParams { proposal: paper.id, revoked })?;
    outbox::write_to_person(tx, paper.person_id, DECISION_LETTER, params)
}

/// Writes to the appellant.
pub(in crate::domain) fn tell_appellant(
    tx: &mut Tx<'_>,
    person: PersonId,
    appeal: AppealId,
    step: AppealStep,
) -> Result<()> {
    let params = serde_json::to_string(&AppealParams { appeal, step })?;
    outbox::write_to_person(tx, person, APPEAL_LETTER, params)
}

/// Writes the outcome to the firm that applied: the same words whatever lay behind it.
pub(in crate::domain) fn tell_firm(
    tx: &mut Tx<'_>,
    application: &Application,
    person: PersonId,
    (outcome, conditions, until): (Verdict, &str, Option<NaiveDate>),
) -> Result<()> {
    let Some(firm) = application.contractor_id else { return Ok(()) };
    let firm = contractor::find(tx, firm, &Reach::Everyone)?;
    if firm.status != ContractorStatus::Active {
        return Ok(());
    }
    let params = OutcomeParams {
        reference: application.reference.clone(),
        role: application.role.clone(),
        outcome,
        conditions: conditions.to_owned(),
        until,
        on: tx.today,
    };
    if firm.email.is_empty() {
        let (cause, due_on) = (format!("{OUTCOME_NOTICE}:{}:{}", application.id, tx.today), tx.today);
        let task = NewTask {
            kind: "unwritten_letter",
            cause: &cause,
            subject_kind: "person",
            subject_id: person.0,
            detail: "A firm has no email address: tell it by telephone what was decided about its application",
            due_on,
        };
        return task::open(tx, &task).map(drop);
    }
    let new = NewLetter {
        letter: OUTCOME_NOTICE,
        to: &firm.email,
        cc: &firm.second_email,
        contractor: Some(firm.id),
        user: None,
        person: Some(person),
        params: serde_json::to_string(&params)?,
    };
    letters::put(tx, &new).map(drop)
}
