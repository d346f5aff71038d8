//! The papers of the demonstration's cases: interviews, findings, proposals, appeals, and the fuse of each vault.

use chrono::{NaiveDate, TimeDelta};
use diesel::prelude::*;

use super::applications::{APPEAL_DAYS, Appeal, Case};
use super::register::shifted;
use crate::error::{Error, Result};
use crate::store::approval::{self, Approval};
use crate::store::decision::{self, Decision};
use crate::store::schema::{
    appeal_panel, appeals, assessments, criteria, criteria_versions, findings, fuses, interview_panel, interviews,
    policies, proposals,
};
use crate::store::task::{self, NewTask};
use crate::store::{Conn, Tx, user};
use crate::types::{
    AppealId, AppealOutcome, AppealState, ApplicationState, ApprovalId, AssessmentId, At, CriterionKind, DecisionId,
    Finding, FuseState, InterviewId, InterviewState, Origin, Outcome, ProposalId, ProposalState, UserId, Verdict,
    add_months, london_midnight,
};

/// The demonstration's team.
pub(super) struct Hands {
    pub officer: UserId,
    colleague: UserId,
    decider: UserId,
    second: UserId,
    /// Interviews, and so decides nothing.
    third: UserId,
    panel: [UserId; 3],
}

impl Hands {
    pub fn find(conn: &mut Conn) -> Result<Hands> {
        let mut one = |who: &str| {
            let found = user::by_email(conn, &format!("{who}@demo.example.org"))?;
            Ok::<_, Error>(found.ok_or(Error::NotFound)?.id)
        };
        Ok(Hands {
            officer: one("officer")?,
            colleague: one("officer2")?,
            decider: one("decider")?,
            second: one("second")?,
            third: one("third")?,
            panel: [one("panel1")?, one("panel2")?, one("panel3")?],
        })
    }

    /// Whose a piece of work is; every third is nobody's.
    pub fn owner(&self, n: i64) -> Option<UserId> {
        match n % 3 {
            0 => None,
            1 => Some(self.officer),
            _ => Some(self.colleague),
        }
    }
}

struct Desk<'a, 'tx, 'conn> {
    tx: &'tx mut Tx<'conn>,
    hands: &'a Hands,
    version: i32,
    policy: i32,
    criteria: Vec<(String, CriterionKind)>,
}

/// Writes the papers of those that have any.
///
/// # Errors
/// The database's; `NotFound` when no criteria are published.
pub(super) fn write(tx: &mut Tx<'_>, hands: &Hands, cases: &[Case]) -> Result<()> {
    let version: i32 = criteria_versions::table
        .order(criteria_versions::number.desc())
        .select(criteria_versions::number)
        .first(&mut **tx)?;
    let criteria = criteria::table
        .filter(criteria::version.eq(version))
        .order(criteria::position)
        .select((criteria::code, criteria::kind))
        .load(&mut **tx)?;
    let policy = policies::table.order(policies::number.desc()).select(policies::number).first(&mut **tx)?;
    let mut desk = Desk { tx, hands, version, policy, criteria };
    for (case, n) in cases.iter().zip(0..) {
        if case.has_papers {
            desk.case(case, n)?;
        }
        if case.row.state == ApplicationState::Returned && case.row.state_since < shifted(desk.tx.today, -14) {
            desk.stale(case)?;
        }
    }
    Ok(())
}

fn at(day: NaiveDate, hour: i64) -> At {
    At::new(london_midnight(day)).plus(TimeDelta::hours(hour))
}

impl Desk<'_, '_, '_> {
    fn case(&mut self, case: &Case, n: i64) -> Result<()> {
        let row = &case.row;
        let Some(interviewed) = row.interviewed_on else { return Ok(()) };
        self.interview(case, at(interviewed, 10 + n % 5), InterviewState::Held, Some(interviewed))?;
        if case.is_arranged {
            self.interview(case, at(shifted(self.tx.today, 1 + n % 12), 10 + n % 5), InterviewState::Arranged, None)?;
        }
        if row.state == ApplicationState::Interviewed {
            return Ok(());
        }
        let is_refused =
            case.decision.is_some() && (row.outcome == Some(Verdict::Refused) || case.appeal != Appeal::None);
        self.assessment(case, shifted(interviewed, 2).min(self.tx.today), is_refused)?;
        let (decider, second) =
            if n % 2 == 0 { (self.hands.decider, self.hands.second) } else { (self.hands.second, self.hands.decider) };
        let (outcome, state) = match row.state {
            ApplicationState::Assessed => return Ok(()),
            ApplicationState::Proposed if n % 3 == 0 => (Verdict::Refused, ProposalState::Open),
            ApplicationState::Proposed => (Verdict::Approved, ProposalState::Open),
            ApplicationState::InterviewDue | ApplicationState::Deferred => (Verdict::Deferred, ProposalState::Agreed),
            _ if is_refused => (Verdict::Refused, ProposalState::Agreed),
            _ => (Verdict::Approved, ProposalState::Agreed),
        };
        let on = row.decided_on.unwrap_or(row.state_since);
        let agreed = state == ProposalState::Agreed;
        let is_final = agreed && outcome != Verdict::Deferred;
        let paper: ProposalId = diesel::insert_into(proposals::table)
            .values((
                proposals::application_id.eq(row.id),
                proposals::person_id.eq(row.person_id.unwrap_or_default()),
                proposals::outcome.eq(outcome),
                proposals::criteria_version.eq(self.version),
                proposals::policy_number.eq(self.policy),
                proposals::has_trace.eq(row.has_trace),
                proposals::state.eq(state),
                proposals::proposed_by.eq(decider),
                proposals::proposed_at.eq(at(on, 9)),
                proposals::seconded_by.eq(agreed.then_some(second)),
                proposals::seconded_at.eq(agreed.then(|| at(on, 15))),
                proposals::decision_id.eq(case.decision.filter(|_| is_final)),
                proposals::decided_on.eq(Some(on).filter(|_| is_final)),
                proposals::appeal_by.eq(Some(shifted(on, APPEAL_DAYS)).filter(|_| is_final && is_refused)),
            ))
            .returning(proposals::id)
            .get_result(&mut **self.tx)?;
        if is_final {
            self.fuse(case, on)?;
        }
        match case.appeal {
            Appeal::None => Ok(()),
            Appeal::Open(how_far) => self.open_appeal(case, paper, how_far),
            Appeal::Settled(outcome) => self.settled_appeal(case, paper, outcome),
        }
    }

    fn interview(&mut self, case: &Case, begins: At, state: InterviewState, held_on: Option<NaiveDate>) -> Result<()> {
        let id: InterviewId = diesel::insert_into(interviews::table)
            .values((
                interviews::application_id.eq(case.row.id),
                interviews::starts_at.eq(begins),
                interviews::minutes.eq(45),
                interviews::place.eq("Room 2, County Buildings"),
                interviews::state.eq(state),
                interviews::arranged_by.eq(self.hands.officer),
                interviews::held_on.eq(held_on),
            ))
            .returning(interviews::id)
            .get_result(&mut **self.tx)?;
        for who in [self.hands.officer, self.hands.third] {
            diesel::insert_into(interview_panel::table)
                .values((interview_panel::interview_id.eq(id), interview_panel::user_id.eq(who)))
                .execute(&mut **self.tx)?;
        }
        Ok(())
    }

    fn assessment(&mut self, case: &Case, on: NaiveDate, is_refused: bool) -> Result<()> {
        let id: AssessmentId = diesel::insert_into(assessments::table)
            .values((
                assessments::application_id.eq(case.row.id),
                assessments::criteria_version.eq(self.version),
                assessments::assessed_by.eq(self.hands.officer),
                assessments::assessed_on.eq(on),
            ))
            .returning(assessments::id)
            .get_result(&mut **self.tx)?;
        let relevant = usize::try_from(case.row.id.0).unwrap_or(0) % self.criteria.len().max(1);
        for (place, (code, kind)) in self.criteria.iter().enumerate() {
            let finding = match kind {
                CriterionKind::Factor => Finding::Considered,
                CriterionKind::Guideline if place != relevant => Finding::NotRelevant,
                CriterionKind::Guideline if is_refused => Finding::NotMet,
                CriterionKind::Guideline => Finding::Met,
            };
            diesel::insert_into(findings::table)
                .values((findings::assessment_id.eq(id), findings::code.eq(code), findings::finding.eq(finding)))
                .execute(&mut **self.tx)?;
        }
        Ok(())
    }

    fn fuse(&mut self, case: &Case, decided: NaiveDate) -> Result<()> {
        let burns = add_months(decided, 6);
        let state = if burns <= self.tx.today { FuseState::Proposed } else { FuseState::Burning };
        diesel::insert_into(fuses::table)
            .values((
                fuses::application_id.eq(case.row.id),
                fuses::lit_on.eq(decided),
                fuses::burns_on.eq(burns),
                fuses::state.eq(state),
            ))
            .execute(&mut **self.tx)?;
        Ok(())
    }

    /// Acknowledged within five working days, heard within twenty (facts.md §5.3).
    fn open_appeal(&mut self, case: &Case, paper: ProposalId, how_far: i64) -> Result<()> {
        let today = self.tx.today;
        let lodged = case.row.appealed_on.unwrap_or(today);
        let is_arranged = how_far % 4 >= 2;
        let hearing = shifted(today, 3 + how_far % 9);
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

    fn settled_appeal(&mut self, case: &Case, paper: ProposalId, outcome: AppealOutcome) -> Result<()> {
        let lodged = case.row.appealed_on.unwrap_or(self.tx.today);
        let on = case.row.state_since;
        let is_changed = matches!(outcome, AppealOutcome::Upheld | AppealOutcome::Varied);
        let (decision, approval) = if is_changed { self.reverse(case, outcome, on)? } else { (None, None) };
        let is_withdrawn = outcome == AppealOutcome::Withdrawn;
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

    fn stale(&mut self, case: &Case) -> Result<()> {
        let (cause, due_on) = (format!("stale_application:{}", case.row.id), self.tx.today);
        let new = NewTask {
            kind: "stale_application",
            cause: &cause,
            subject_kind: "application",
            subject_id: case.row.id.0,
            detail: "Nothing has come back since this was returned",
            due_on,
        };
        task::open(self.tx, &new).map(drop)
    }
}
