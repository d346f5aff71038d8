//! The appeals of the demonstration: some lodged or about to be heard, some settled long ago.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::applications::Case;
use super::papers::{Desk, at};
use super::register::shifted;
use crate::error::Result;
use crate::store::approval::{self, Approval};
use crate::store::decision::{self, Decision};
use crate::store::schema::{appeal_panel, appeals};
use crate::types::{
    AppealId, AppealOutcome, AppealState, ApprovalId, DecisionId, NoteKind, Origin, Outcome, ProposalId, UserId,
};

impl Desk<'_, '_, '_> {
    /// Acknowledged within five working days, heard within twenty (facts.md §5.3).
    pub(super) fn open_appeal(&mut self, case: &Case, paper: ProposalId, how_far: i64) -> Result<()> {
        let today = self.tx.today;
        let lodged = case.row.appealed_on.unwrap_or(today);
        let is_arranged = how_far % 4 >= 2;
        let hearing = shifted(today, 3 + how_far % 9);
        let grounds = "Grounds of the appeal\n\nThe panel did not hear what my employer has to say.";
        let note = self.note(case, self.hands.officer, NoteKind::Appeal, grounds)?;
        let id: AppealId = diesel::insert_into(appeals::table)
            .values((
                appeals::application_id.eq(case.row.id),
                appeals::proposal_id.eq(paper),
                appeals::person_id.eq(case.row.person_id.unwrap_or_default()),
                appeals::lodged_on.eq(lodged),
                appeals::is_late.eq(false),
                appeals::state.eq(if is_arranged { AppealState::HearingArranged } else { AppealState::Lodged }),
                appeals::acknowledge_by.eq(shifted(lodged, 7)),
                appeals::acknowledged_on.eq((how_far % 4 > 0).then(|| shifted(lodged, 2).min(today))),
                appeals::hear_by.eq(shifted(lodged, 28)),
                appeals::hearing_at.eq(is_arranged.then(|| at(hearing, 14))),
                appeals::note_id.eq(Some(note)),
                appeals::place.eq(if is_arranged { "Committee Room 1, County Buildings" } else { "" }),
            ))
            .returning(appeals::id)
            .get_result(&mut **self.tx)?;
        if is_arranged { self.seat(id) } else { Ok(()) }
    }

    fn seat(&mut self, appeal: AppealId) -> Result<()> {
        for (who, place) in self.hands.panel.into_iter().zip(0..) {
            diesel::insert_into(appeal_panel::table)
                .values((
                    appeal_panel::appeal_id.eq(appeal),
                    appeal_panel::user_id.eq(who),
                    appeal_panel::is_chair.eq(place == 0),
                ))
                .execute(&mut **self.tx)?;
        }
        Ok(())
    }

    pub(super) fn settled_appeal(&mut self, case: &Case, paper: ProposalId, outcome: AppealOutcome) -> Result<()> {
        let lodged = case.row.appealed_on.unwrap_or(self.tx.today);
        let on = case.row.state_since;
        let is_changed = matches!(outcome, AppealOutcome::Upheld | AppealOutcome::Varied);
        let (decision, approval) = if is_changed { self.reverse(case, outcome, on)? } else { (None, None) };
        let is_withdrawn = outcome == AppealOutcome::Withdrawn;
        let words = match outcome {
            AppealOutcome::Withdrawn => "Grounds of the appeal\n\nI ask you to think again.",
            AppealOutcome::Upheld | AppealOutcome::Varied => {
                "What the employer told the panel outweighs the guideline."
            }
            _ => "Nothing was put to the panel that outweighs the guideline.",
        };
        let chair = self.hands.panel.first().copied().unwrap_or(UserId::SYSTEM);
        let note = self.note(case, chair, NoteKind::Appeal, words)?;
        let state = if is_withdrawn { AppealState::Withdrawn } else { AppealState::Decided };
        let id: AppealId = diesel::insert_into(appeals::table)
            .values((
                appeals::application_id.eq(case.row.id),
                appeals::proposal_id.eq(paper),
                appeals::person_id.eq(case.row.person_id.unwrap_or_default()),
                appeals::lodged_on.eq(lodged),
                appeals::is_late.eq(false),
                appeals::state.eq(state),
                appeals::acknowledge_by.eq(shifted(lodged, 7)),
                appeals::acknowledged_on.eq(Some(shifted(lodged, 3))),
                appeals::hear_by.eq(shifted(lodged, 28)),
                appeals::hearing_at.eq((!is_withdrawn).then(|| at(shifted(on, -2), 14))),
                appeals::place.eq("Committee Room 1, County Buildings"),
                appeals::decide_by.eq((!is_withdrawn).then(|| shifted(on, 5))),
                appeals::outcome.eq(Some(outcome).filter(|_| !is_withdrawn)),
                appeals::note_id.eq(Some(note)),
                appeals::decision_id.eq(decision),
                appeals::approval_id.eq(approval),
                appeals::decided_on.eq((!is_withdrawn).then_some(on)),
                appeals::decided_by.eq(self.hands.panel.first().copied().filter(|_| !is_withdrawn)),
            ))
            .returning(appeals::id)
            .get_result(&mut **self.tx)?;
        self.seat(id)
    }

    /// The panel found the person suitable: a new decision and an approval, beside the refusal.
    fn reverse(
        &mut self,
        case: &Case,
        outcome: AppealOutcome,
        on: NaiveDate,
    ) -> Result<(Option<DecisionId>, Option<ApprovalId>)> {
        let Some(person_id) = case.row.person_id else { return Ok((None, None)) };
        let chair = self.hands.panel.first().copied().unwrap_or(UserId::SYSTEM);
        let reason = "The appeal panel found the applicant suitable".to_owned();
        let is_varied = outcome == AppealOutcome::Varied;
        let conditions = if is_varied { "Only with a checked second adult" } else { "" };
        let decision = Decision {
            id: DecisionId(0),
            person_id,
            certificate_id: case.row.certificate_id,
            outcome: Outcome::Suitable,
            decided_on: on,
            origin: Origin::Recorded,
            decided_by: chair,
            recorded_on: on,
            reason: reason.clone(),
        };
        let approval = Approval {
            id: ApprovalId(0),
            person_id,
            role: case.row.role.clone(),
            approved_on: on,
            policy_number: Some(self.policy),
            conditions: conditions.to_owned(),
            conditions_until: is_varied.then(|| shifted(self.tx.today, 180)),
            ended_on: None,
            origin: Origin::Recorded,
            approved_by: chair,
            recorded_on: on,
            reason,
        };
        Ok((Some(decision::insert(self.tx, &decision)?), Some(approval::insert(self.tx, &approval)?)))
    }
}
