//! The appeal bundle: all a panel has to read in one pack. Making it is a reading of the vault, kept with its reason.

use super::{open, store};
use crate::domain::assessment::{self, Draft, Line};
use crate::domain::criteria::{self, Criteria};
use crate::domain::permission::{Act, Case, Subject, Who, may};
use crate::domain::vault::{self, OpenNote};
use crate::error::{Error, Result};
use crate::store::appeal::{Appeal, Sitting};
use crate::store::application::Application;
use crate::store::proposal::Proposal;
use crate::store::trail::{self, Opened};
use crate::store::vault::Reading;
use crate::store::{Tx, proposal, vault as notes};
use crate::types::{Access, AppealId, NoteKind};

/// The most rows of the trail a pack looks through.
const MOST: i64 = 2_000;

/// A pack. No Debug: it quotes a disclosure.
pub struct Bundle {
    /// The appeal.
    pub appeal: Appeal,
    /// Who sits on it, the chair first.
    pub panel: Vec<Sitting>,
    /// The case.
    pub application: Application,
    /// Every decision paper, oldest first.
    pub papers: Vec<Proposal>,
    /// The criteria the decision was made against.
    pub criteria: Criteria,
    /// What was done in the case, oldest first.
    pub chronology: Vec<Opened>,
    /// The vault's notes but for assessments, oldest first.
    pub notes: Vec<OpenNote>,
    /// Each assessment, criterion by criterion, and the applicant's account.
    pub assessments: Vec<(Vec<Line>, String)>,
    /// Who has read the vault, this reading included, newest first.
    pub readings: Vec<Reading>,
}

/// Whether `who` may make the pack: who sits on the appeal, and decision makers.
///
/// # Errors
/// `NotFound`; `Forbidden`.
pub fn may_read(who: &Who, case: &Case) -> Result<()> {
    may(who, Act::ReadVault, Subject::Case(case))?;
    if who.has(Access::DecisionMaker) || case.appeal_panel.contains(&who.user) {
        Ok(())
    } else {
        Err(Error::Forbidden("Only the panel and decision makers can read the bundle."))
    }
}

/// Makes the pack.
///
/// # Errors
/// As [`may_read`] and [`vault::read`].
pub fn bundle(tx: &mut Tx<'_>, who: &Who, id: AppealId, why: &str) -> Result<Bundle> {
    let (appeal, application, case) = open(tx, id)?;
    may_read(who, &case)?;
    let all = vault::read(tx, who, &application, &case, None, why)?;
    let papers = proposal::of_application(tx, application.id)?;
    let decided = proposal::find(tx, appeal.proposal_id)?;
    let criteria = criteria::version(tx, decided.criteria_version)?;
    let (seal, today) = (tx.seal(), tx.today);
    let mut assessments = Vec::new();
    let mut others = Vec::new();
    for note in all {
        match serde_json::from_str::<Draft>(&note.text) {
            Ok(draft) if note.kind == NoteKind::Assessment => {
                assessments.push((assessment::lines(&criteria, &draft, today), draft.account));
            }
            _ => others.push(note),
        }
    }
    let mut chronology = trail::of_person(tx, &seal, appeal.person_id, None, MOST)?;
    let appeals: Vec<i64> = store::of_application(tx, application.id)?.iter().map(|one| one.id.0).collect();
    chronology.retain(|one| match one.row.subject_kind.as_str() {
        "application" => one.row.subject_id == application.id.0,
        "proposal" => papers.iter().any(|paper| paper.id.0 == one.row.subject_id),
        "appeal" => appeals.contains(&one.row.subject_id),
        "interview" | "decision" | "approval" | "certificate" | "hold" => true,
        _ => false,
    });
    chronology.reverse();
    Ok(Bundle {
        panel: store::panel(tx, id)?,
        readings: notes::readings_of_case(tx, application.id)?,
        appeal,
        application,
        papers,
        criteria,
        chronology,
        notes: others,
        assessments,
    })
}
