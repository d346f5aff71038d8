//! The papers of the demonstration's cases: interviews, findings, proposals, what the vault holds, and its fuse.

use chrono::{NaiveDate, TimeDelta};
use diesel::prelude::*;

use super::applications::{APPEAL_DAYS, Appeal, Case};
use super::register::shifted;
use crate::domain::assessment::{Draft, Weighed};
use crate::domain::vault;
use crate::error::{Error, Result};
use crate::store::schema::{
    assessments, criteria, criteria_versions, dbs_certificates, findings, fuses, interview_panel, interviews, policies,
    proposals,
};
use crate::store::task::{self, NewTask};
use crate::store::{Conn, Tx, user};
use crate::types::{
    ApplicationState, AssessmentId, At, CriterionKind, Finding, FuseState, InterviewId, InterviewState, NoteId,
    NoteKind, ProposalId, ProposalState, UserId, Verdict, add_months, london_midnight,
};

/// The demonstration's team.
pub(super) struct Hands {
    pub officer: UserId,
    colleague: UserId,
    decider: UserId,
    second: UserId,
    /// Interviews, and so decides nothing.
    third: UserId,
    pub panel: [UserId; 3],
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

pub(super) struct Desk<'a, 'tx, 'conn> {
    pub tx: &'tx mut Tx<'conn>,
    pub hands: &'a Hands,
    version: i32,
    pub policy: i32,
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

pub(super) fn at(day: NaiveDate, hour: i64) -> At {
    At::new(london_midnight(day)).plus(TimeDelta::hours(hour))
}

impl Desk<'_, '_, '_> {
    /// Seals a note as if `by` had written it.
    pub fn note(&mut self, case: &Case, by: UserId, kind: NoteKind, words: &str) -> Result<NoteId> {
        let clerk = std::mem::replace(&mut self.tx.actor, by);
        let note = vault::write(self.tx, case.row.id, kind, words);
        self.tx.actor = clerk;
        note
    }

    /// The certificate of an undecided case came before its interview, not with the register.
    fn backdate(&mut self, case: &Case, interviewed: NaiveDate) -> Result<()> {
        let (Some(certificate), Some(person)) = (case.row.certificate_id, case.row.person_id) else { return Ok(()) };
        diesel::update(dbs_certificates::table.find(certificate))
            .set(dbs_certificates::recorded_on.eq(shifted(interviewed, -7)))
            .execute(&mut **self.tx)?;
        self.tx.touch(person);
        Ok(())
    }

    fn case(&mut self, case: &Case, n: i64) -> Result<()> {
        let row = &case.row;
        let Some(interviewed) = row.interviewed_on else { return Ok(()) };
        if case.decision.is_none() {
            self.backdate(case, interviewed)?;
        }
        self.interview(case, at(interviewed, 10 + n % 5), InterviewState::Held, Some(interviewed))?;
        let told = "Told us about it before being asked, and what has changed since.";
        self.note(case, self.hands.officer, NoteKind::Interview, told)?;
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
        let reasons = match outcome {
            Verdict::Refused => "The guideline period is not over and nothing was said that outweighs it.",
            Verdict::Deferred => "An employer's account of the last two years is wanted first.",
            _ => "The guideline period is over, and the account given at the interview was open and consistent.",
        };
        let note = self.note(case, decider, NoteKind::Reasons, reasons)?;
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
                proposals::note_id.eq(Some(note)),
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
        let relevant = usize::try_from(case.row.id.0).unwrap_or(0) % self.criteria.len().max(1);
        let found: Vec<(String, Finding)> = self
            .criteria
            .iter()
            .enumerate()
            .map(|(place, (code, kind))| {
                let finding = match kind {
                    CriterionKind::Factor => Finding::Considered,
                    CriterionKind::Guideline if place != relevant => Finding::NotRelevant,
                    CriterionKind::Guideline if is_refused => Finding::NotMet,
                    CriterionKind::Guideline => Finding::Met,
                };
                (code.clone(), finding)
            })
            .collect();
        let weighed = |(code, finding): &(String, Finding)| {
            (code.clone(), Weighed { finding: Some(*finding), ..Weighed::default() })
        };
        let account = "The applicant says it was long ago and will not happen again.".to_owned();
        let kept = serde_json::to_string(&Draft { weighed: found.iter().map(weighed).collect(), account })?;
        let note = self.note(case, self.hands.officer, NoteKind::Assessment, &kept)?;
        let id: AssessmentId = diesel::insert_into(assessments::table)
            .values((
                assessments::application_id.eq(case.row.id),
                assessments::criteria_version.eq(self.version),
                assessments::note_id.eq(Some(note)),
                assessments::assessed_by.eq(self.hands.officer),
                assessments::assessed_on.eq(on),
            ))
            .returning(assessments::id)
            .get_result(&mut **self.tx)?;
        for (code, finding) in &found {
            diesel::insert_into(findings::table)
                .values((findings::assessment_id.eq(id), findings::code.eq(code), findings::finding.eq(*finding)))
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
