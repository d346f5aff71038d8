//! One application of everybody on the demonstration's register, dated back from what the register says became of them:
//! the source's funnel (source report ¶129), with live work in every queue.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::answers;
use super::dice::Dice;
use super::papers::{self, Hands};
use super::register::shifted;
use crate::clock::Clock;
use crate::domain::application::answers::Answers;
use crate::domain::clearance::{Dossier, dossiers, latest_decision};
use crate::domain::command;
use crate::domain::own_link::LIFE;
use crate::error::Result;
use crate::store::application::{self, Application};
use crate::store::person::Person;
use crate::store::trail::Entry;
use crate::store::{Db, clearance, own_link, person, random_token};
use crate::types::{
    AppealOutcome, ApplicationId, ApplicationKind, ApplicationState, DecisionId, Origin, Outcome, PersonId, UserId,
    Verdict,
};

/// People read, and applications written, at a time.
const BATCH: usize = 500;
/// Cases decided within so many days were decided here and have their papers; older ones came with the register.
const WITH_PAPERS: i64 = 210;
/// How long after a decision an appeal is open to be lodged.
pub(super) const APPEAL_DAYS: i64 = 21;

/// What follows a refusal.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Appeal {
    None,
    /// Open; the number chooses how far it is.
    Open(i64),
    Settled(AppealOutcome),
}

/// An application and what the papers are made from.
pub(super) struct Case {
    pub row: Application,
    /// The decision of the register.
    pub decision: Option<DecisionId>,
    pub appeal: Appeal,
    /// Whether it was handled here.
    pub has_papers: bool,
    /// Whether a second interview is arranged.
    pub is_arranged: bool,
}

/// Writes the applications and their papers; answers how many applications.
///
/// # Errors
/// The database's; `NotFound` when the demonstration's users are not enrolled.
pub fn begin(db: &Db, clock: &Clock) -> Result<usize> {
    let hands = db.read(Hands::find)?;
    let today = clock.today();
    let mut plan = Plan { today, dice: Dice::new(129), hands: &hands, seen: [0; 5] };
    let mut after = PersonId(0);
    let mut count = 0;
    loop {
        let people = db.read(|conn| clearance::people_after(conn, after, BATCH as i64))?;
        let Some(last) = people.last() else { break };
        after = *last;
        let cases = db.read(|conn| {
            let names = person::by_ids(conn, &people)?;
            let names: HashMap<PersonId, Person> = names.into_iter().map(|one| (one.id, one)).collect();
            let mut read = dossiers(conn, &people)?;
            read.sort_by_key(|dossier| dossier.person);
            let mut cases = Vec::with_capacity(read.len());
            for dossier in &read {
                let Some(person) = names.get(&dossier.person) else { continue };
                let mut case = plan.case(dossier, &person.sort_name);
                let sent = case.row.submitted_on.unwrap_or(today);
                case.row.answers = answers::of(person, dossier, case.row.state, sent).to_json()?;
                cases.push(case);
            }
            Ok(cases)
        })?;
        count += cases.len();
        write(db, clock, &hands, cases)?;
    }
    Ok(count)
}

fn write(db: &Db, clock: &Clock, hands: &Hands, mut cases: Vec<Case>) -> Result<()> {
    command::run(db, UserId::SYSTEM, clock, |tx| {
        let rows: Vec<Application> = cases.iter().map(|case| case.row.clone()).collect();
        application::insert_many(tx, &rows)?;
        let references: Vec<String> = rows.into_iter().map(|row| row.reference).collect();
        let ids = application::ids(tx, &references)?;
        for case in &mut cases {
            case.row.id = ids.get(&case.row.reference).copied().unwrap_or_default();
            let told = Answers::of(&case.row)?;
            if case.row.state == ApplicationState::Submitted && told.own.declared_on.is_none() {
                // No token has this for its hash: the demonstration's links open nothing.
                own_link::insert(tx, case.row.id, &random_token(), &told.email, tx.at.plus(LIFE))?;
            }
            let entry = Entry::new("application.import", "application", case.row.id.0).new_value(&(
                case.row.kind,
                case.row.state,
                case.row.submitted_on,
            ));
            tx.trail(case.row.person_id.map_or(entry.clone(), |person| entry.about(person)));
        }
        papers::write(tx, hands, &cases)
    })
}

/// What becomes of each person's application, in the order of the register.
struct Plan<'a> {
    today: NaiveDate,
    dice: Dice,
    hands: &'a Hands,
    /// How many there have been of each kind of work, so that each takes its turns.
    seen: [i64; 5],
}

impl Plan<'_> {
    fn turn(&mut self, kind: usize) -> i64 {
        let Some(seen) = self.seen.get_mut(kind) else { return 0 };
        *seen += 1;
        *seen - 1
    }

    fn case(&mut self, dossier: &Dossier, name: &str) -> Case {
        let certificate = dossier.certificates.iter().max_by_key(|one| (one.issued_on, one.id));
        let issued = certificate.map_or(self.today, |one| one.issued_on);
        let decision = latest_decision(dossier.decisions.iter());
        let approved = dossier.approvals.iter().map(|one| one.approved_on).min();
        let submitted = shifted(issued, -self.dice.between(10, 41));
        let row = Application {
            id: ApplicationId(0),
            reference: format!("A-{:06}", dossier.person.0),
            kind: ApplicationKind::New,
            person_id: Some(dossier.person),
            contractor_id: dossier.engagements.first().map(|work| work.contractor_id),
            authority_id: dossier.licences.first().map(|licence| licence.authority_id),
            role: dossier.engagements.first().map_or_else(String::new, |work| work.role.clone()),
            state: ApplicationState::Closed,
            state_since: issued,
            sort_name: name.to_owned(),
            answers: "{}".to_owned(),
            started_by: UserId::SYSTEM,
            started_on: shifted(submitted, -self.dice.between(0, 6)),
            submitted_on: Some(submitted),
            owner: None,
            certificate_id: certificate.map(|one| one.id),
            has_trace: dossier.certificates.iter().any(|one| one.has_trace),
            interviewed_on: None,
            outcome: None,
            decided_on: None,
            appealed_on: None,
            appeal_outcome: None,
            returned_reason: String::new(),
            chased_on: None,
            origin: Origin::Imported,
            edited_on: None,
        };
        let mut case = Case {
            row,
            decision: decision.map(|one| one.id),
            appeal: Appeal::None,
            has_papers: false,
            is_arranged: false,
        };
        match decision.map(|one| (one.outcome, one.decided_on)) {
            Some((outcome, on)) => self.decided(&mut case, outcome, (issued, on), approved),
            None if case.row.has_trace => self.with_a_trace(&mut case, issued),
            None => match approved {
                Some(on) => self.approved(&mut case, issued, on),
                None => self.in_progress(&mut case, issued),
            },
        }
        case
    }

    /// Decided after an interview, as every trace is.
    fn decided(
        &mut self,
        case: &mut Case,
        outcome: Outcome,
        (issued, on): (NaiveDate, NaiveDate),
        approved: Option<NaiveDate>,
    ) {
        let age = (self.today - on).num_days();
        let row = &mut case.row;
        row.interviewed_on = Some(shifted(issued, (on - issued).num_days() / 2));
        row.decided_on = Some(on);
        row.outcome = Some(if outcome == Outcome::Suitable { Verdict::Approved } else { Verdict::Refused });
        row.state = if age <= APPEAL_DAYS { ApplicationState::Decided } else { ApplicationState::Closed };
        row.state_since = if age <= APPEAL_DAYS { on } else { shifted(on, APPEAL_DAYS + 1) };
        if approved.is_some_and(|day| day < issued) {
            row.kind = ApplicationKind::Renewal;
        }
        case.has_papers = age <= WITH_PAPERS;
        if outcome == Outcome::Unsuitable {
            match age {
                6..=32 => case.appeal = Appeal::Open(self.turn(0)),
                90..=400 if self.turn(1) % 4 == 0 => {
                    let outcomes = [
                        AppealOutcome::Upheld,
                        AppealOutcome::Dismissed,
                        AppealOutcome::Varied,
                        AppealOutcome::Dismissed,
                        AppealOutcome::Withdrawn,
                        AppealOutcome::Dismissed,
                    ];
                    let at = usize::try_from(self.turn(2)).unwrap_or(0) % outcomes.len();
                    case.appeal = Appeal::Settled(outcomes.get(at).copied().unwrap_or(AppealOutcome::Dismissed));
                }
                _ => {}
            }
            self.appealed(case, on);
        }
        if case.has_papers {
            case.row.origin = Origin::Recorded;
        }
    }

    fn appealed(&mut self, case: &mut Case, decided: NaiveDate) {
        let row = &mut case.row;
        match case.appeal {
            Appeal::None => {}
            Appeal::Open(n) => {
                case.has_papers = true;
                let latest = (self.today - decided).num_days().min(APPEAL_DAYS);
                let lodged = shifted(decided, if n % 4 == 0 { latest } else { self.dice.between(2, latest.max(3)) });
                row.appealed_on = Some(lodged.min(self.today));
                row.state = ApplicationState::Appealed;
                row.state_since = lodged.min(self.today);
                row.owner = self.hands.owner(n);
            }
            Appeal::Settled(outcome) => {
                case.has_papers = true;
                row.appealed_on = Some(shifted(decided, self.dice.between(4, 20)));
                row.appeal_outcome = Some(outcome);
                row.state_since = shifted(decided, 60);
                match outcome {
                    AppealOutcome::Upheld => row.outcome = Some(Verdict::Approved),
                    AppealOutcome::Varied => row.outcome = Some(Verdict::ApprovedWithConditions),
                    _ => {}
                }
            }
        }
    }

    /// A clean certificate: approved without an interview.
    fn approved(&mut self, case: &mut Case, issued: NaiveDate, approved: NaiveDate) {
        let row = &mut case.row;
        let decided = approved.max(shifted(issued, self.dice.between(2, 15))).min(self.today);
        if approved < issued {
            row.kind = ApplicationKind::Renewal;
        }
        row.outcome = Some(Verdict::Approved);
        row.decided_on = Some(decided);
        row.state_since = decided;
    }

    /// A trace about which nothing is decided: interviewed, every one, and now somewhere on the way to a decision.
    fn with_a_trace(&mut self, case: &mut Case, issued: NaiveDate) {
        let n = self.turn(3);
        let row = &mut case.row;
        let interviewed = shifted(issued, 12 + n % 20);
        row.interviewed_on = Some(interviewed);
        row.origin = Origin::Recorded;
        row.state = match n % 6 {
            // Deferred once, and back for a second interview.
            0 | 1 => ApplicationState::InterviewDue,
            2 => ApplicationState::Proposed,
            3 => ApplicationState::Assessed,
            4 => ApplicationState::Interviewed,
            _ => ApplicationState::Deferred,
        };
        case.is_arranged = n % 6 == 1;
        let wait = if row.state == ApplicationState::Interviewed { 0 } else { 4 + n % 9 };
        row.state_since = shifted(interviewed, wait).min(self.today);
        row.owner = self.hands.owner(n);
        row.started_by = self.hands.officer;
        case.has_papers = true;
    }

    /// Clean and not approved: newcomers, and people whose badge has run out and whose firm has applied anew.
    fn in_progress(&mut self, case: &mut Case, issued: NaiveDate) {
        let n = self.turn(4);
        let row = &mut case.row;
        let is_newcomer = (self.today - issued).num_days() <= 30;
        if !is_newcomer {
            row.kind = ApplicationKind::Renewal;
            let submitted = shifted(self.today, -(1 + n % 34));
            (row.submitted_on, row.started_on) = (Some(submitted), shifted(submitted, -2));
        }
        row.state = match n % 5 {
            0 | 3 => ApplicationState::Checking,
            4 => ApplicationState::Returned,
            _ => ApplicationState::Submitted,
        };
        let submitted = row.submitted_on.unwrap_or(self.today);
        match row.state {
            ApplicationState::Submitted => {
                row.state_since = submitted;
                row.certificate_id = row.certificate_id.filter(|_| is_newcomer);
            }
            state => {
                row.state_since = shifted(submitted, 1 + n % 6).min(self.today);
                row.owner = self.hands.owner(n / 5);
                if state == ApplicationState::Returned {
                    row.returned_reason = "The addresses of the last five years leave out a summer".to_owned();
                }
            }
        }
        row.origin = Origin::Recorded;
        row.started_by = self.hands.officer;
    }
}
