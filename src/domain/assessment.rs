//! The assessment: a finding for every criterion in force, and the words behind it. The words and the dates are the
//! vault's; only the finding's word stays in the open (facts.md §5.3).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::application::{Event, advance, case, moves};
use super::criteria::{self, Criteria, Criterion, advice, guideline_met_on};
use super::permission::{Act, Subject, Who, may};
use super::vault::OpenNote;
use super::{person, reason, vault};
use crate::error::{Error, Fault, Result};
use crate::store::application::{self as applications, Application};
use crate::store::assessment::{self as store, Assessment};
use crate::store::trail::Entry;
use crate::store::{Conn, Tx};
use crate::types::{ApplicationId, ApplicationState, AssessmentId, CriterionKind, Finding, NoteKind};

/// The most words on one criterion, in characters: with all of them the note still fits the vault.
pub const LONGEST: usize = 500;
/// The most words on why a finding differs from the advice, in characters.
pub const LONGEST_DIFFERS: usize = 200;

/// What was weighed of one criterion. No Debug: it tells of a disclosure.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Weighed {
    /// The finding; a factor's is that it was considered.
    pub finding: Option<Finding>,
    /// When the sentence ended, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_on: Option<NaiveDate>,
    /// The words behind it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub words: String,
    /// Why the finding is another than the advice; empty where it is the same.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub differs: String,
}

/// An assessment to be, and as the vault keeps it. No Debug: it tells of a disclosure.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Draft {
    /// By criterion.
    pub weighed: BTreeMap<String, Weighed>,
    /// What the applicant says.
    pub account: String,
}

/// A criterion as it was weighed, for whoever may read the vault.
pub struct Line {
    /// Its name.
    pub title: String,
    /// The finding.
    pub finding: Option<Finding>,
    /// When the sentence ended.
    pub ended_on: Option<NaiveDate>,
    /// What the guideline advises on the day asked for; empty for a factor and for what is not relevant.
    pub advice: String,
    /// The words.
    pub words: String,
}

/// Records the assessment against the criteria in force.
///
/// # Errors
/// `NotFound`; `Forbidden`; `Conflict` unless the interview was held; `Invalid` with every criterion left open.
pub fn assess(tx: &mut Tx<'_>, who: &Who, id: ApplicationId, draft: &Draft) -> Result<AssessmentId> {
    let mut application = applications::held(tx, id)?;
    let case = case(tx, &application)?;
    may(who, Act::Assess, Subject::Case(&case))?;
    let owner = application.person_id.ok_or(Error::NotFound)?;
    person::dossier(tx, owner)?;
    if application.state != ApplicationState::Interviewed {
        let title = moves::title(application.state);
        return Err(Error::Conflict(format!("This application is {title}, so it cannot be assessed.")));
    }
    let today = tx.today;
    let criteria = criteria::in_force(tx, today)?;
    let faults = faults(&criteria, draft, today);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let kept = kept(&criteria, draft, today);
    let note = vault::write(tx, id, NoteKind::Assessment, &serde_json::to_string(&kept)?)?;
    let row = Assessment {
        id: AssessmentId(0),
        application_id: id,
        criteria_version: criteria.number,
        note_id: Some(note),
        assessed_by: who.user,
        assessed_on: today,
    };
    let found: Vec<(String, Finding)> =
        kept.weighed.iter().filter_map(|(code, one)| Some((code.clone(), one.finding?))).collect();
    let assessment = store::insert(tx, &row, &found)?;
    advance(tx, &mut application, Event::Assess, "")?;
    let entry = Entry::new("assessment.record", "application", id.0).about(owner);
    tx.trail(entry.new_value(&json!({ "assessment": assessment, "criteria": criteria.number })));
    Ok(assessment)
}

/// The criteria's own codes and nothing else; a factor is considered, and what agrees with the advice has no reason.
fn kept(criteria: &Criteria, draft: &Draft, today: NaiveDate) -> Draft {
    let weighed = criteria.criteria.iter().filter_map(|one| {
        let mut weighed = draft.weighed.get(&one.code)?.clone();
        weighed.words = weighed.words.trim().to_owned();
        let differs = differs(one, &weighed, today);
        weighed.differs = if differs { weighed.differs.trim().to_owned() } else { String::new() };
        if one.kind == CriterionKind::Factor {
            weighed = Weighed { finding: Some(Finding::Considered), words: weighed.words, ..Weighed::default() };
        }
        Some((one.code.clone(), weighed))
    });
    Draft { weighed: weighed.collect(), account: draft.account.trim().to_owned() }
}

/// What the period alone would find on `today`; none where it finds nothing.
fn advised(criterion: &Criterion, ended_on: Option<NaiveDate>, today: NaiveDate) -> Option<Finding> {
    if criterion.is_never {
        return Some(Finding::NotMet);
    }
    let passed = guideline_met_on(criterion, ended_on)? <= today;
    Some(if passed { Finding::Met } else { Finding::NotMet })
}

/// Whether the finding is about the period and another than the period's.
fn differs(one: &Criterion, weighed: &Weighed, today: NaiveDate) -> bool {
    let finding = weighed.finding.filter(|finding| matches!(finding, Finding::Met | Finding::NotMet));
    finding.zip(advised(one, weighed.ended_on, today)).is_some_and(|(finding, advised)| finding != advised)
}

/// A finding that is not what the advice says has its reason.
fn differs_fault(one: &Criterion, weighed: &Weighed, today: NaiveDate) -> Option<Fault> {
    if !differs(one, weighed, today) {
        return None;
    }
    let (field, length) = (format!("differs_{}", one.code), weighed.differs.trim().chars().count());
    if length == 0 {
        let advice = advice(one, weighed.ended_on, today);
        let message = format!("Say why your finding is not what the advice says: {}. {advice}", one.title);
        return Some(Fault::new(field, message));
    }
    let long = format!("This must be {LONGEST_DIFFERS} characters or fewer");
    (length > LONGEST_DIFFERS).then(|| Fault::new(field, long))
}

fn faults(criteria: &Criteria, draft: &Draft, today: NaiveDate) -> Vec<Fault> {
    let mut faults = Vec::new();
    for one in &criteria.criteria {
        let none = Weighed::default();
        let weighed = draft.weighed.get(&one.code).unwrap_or(&none);
        let (words, field) = (weighed.words.trim(), format!("words_{}", one.code));
        let mut relevant = true;
        if one.kind == CriterionKind::Guideline {
            let finding = weighed.finding.filter(|finding| *finding != Finding::Considered);
            if finding.is_none() {
                let message = format!("Select the finding: {}", one.title);
                faults.push(Fault::new(format!("finding_{}", one.code), message));
            }
            relevant = finding.is_some_and(|finding| finding != Finding::NotRelevant);
            faults.extend(differs_fault(one, weighed, today));
        }
        if relevant && words.is_empty() {
            faults.push(Fault::new(field, format!("Enter what was considered: {}", one.title)));
        } else if words.chars().count() > LONGEST {
            faults.push(Fault::new(field, format!("This must be {LONGEST} characters or fewer")));
        }
    }
    let mut account = Vec::new();
    reason::needed("account", &draft.account, &mut account);
    if draft.account.trim().is_empty() {
        account = vec![Fault::new("account", "Enter the applicant’s account")];
    }
    faults.extend(account);
    faults
}

/// What an earlier assessment of the person found, to begin from: words of findings alone, never what was disclosed.
///
/// # Errors
/// The database's.
pub fn earlier(conn: &mut Conn, application: &Application) -> Result<Vec<(String, Finding)>> {
    let Some(person) = application.person_id else { return Ok(Vec::new()) };
    match store::latest_of_person(conn, person)? {
        Some(last) => store::findings(conn, last.id),
        None => Ok(Vec::new()),
    }
}

/// What `draft` says of each criterion, with the advice as of `today`: a guideline that was not met at the interview
/// may be met on the day of the decision.
pub fn lines(criteria: &Criteria, draft: &Draft, today: NaiveDate) -> Vec<Line> {
    let line = |one: &Criterion| {
        let weighed = draft.weighed.get(&one.code).cloned().unwrap_or_default();
        let asked = one.kind == CriterionKind::Guideline
            && (weighed.ended_on.is_some() || !matches!(weighed.finding, None | Some(Finding::NotRelevant)));
        Line {
            title: one.title.clone(),
            advice: if asked { advice(one, weighed.ended_on, today) } else { String::new() },
            finding: weighed.finding,
            ended_on: weighed.ended_on,
            words: if weighed.differs.is_empty() {
                weighed.words
            } else {
                format!("{}\n\nWhy the finding is not what the advice says: {}", weighed.words, weighed.differs)
            },
        }
    };
    criteria.criteria.iter().map(line).collect()
}

/// The assessment as the vault keeps it, with the reading kept: its criteria's version and the words.
///
/// # Errors
/// As [`vault::read`]; `NotFound` when there is none, or its fuse has burnt down.
pub fn read(tx: &mut Tx<'_>, who: &Who, id: ApplicationId, why: &str) -> Result<(Criteria, Draft)> {
    let application = applications::held(tx, id)?;
    let case = case(tx, &application)?;
    may(who, Act::ReadVault, Subject::Case(&case))?;
    let row = store::latest(tx, id)?.ok_or(Error::NotFound)?;
    let notes = vault::read(tx, who, &application, &case, Some(NoteKind::Assessment), why)?;
    let note = notes.into_iter().find(|note| Some(note.id) == row.note_id).ok_or(Error::NotFound)?;
    Ok((criteria::version(tx, row.criteria_version)?, serde_json::from_str(&note.text)?))
}

/// The words of an assessment as lines, and the applicant's account; none when `note` is no assessment, or one whose
/// criteria are not known.
///
/// # Errors
/// The database's.
pub fn of_note(conn: &mut Conn, note: &OpenNote, today: NaiveDate) -> Result<Option<(Vec<Line>, String)>> {
    if note.kind != NoteKind::Assessment {
        return Ok(None);
    }
    let Ok(draft) = serde_json::from_str::<Draft>(&note.text) else { return Ok(None) };
    let Some(row) = store::of_note(conn, note.id)? else { return Ok(None) };
    let criteria = criteria::version(conn, row.criteria_version)?;
    Ok(Some((lines(&criteria, &draft, today), draft.account)))
}

/// What pages call a finding.
pub fn title(finding: Finding) -> &'static str {
    match finding {
        Finding::NotRelevant => "Not relevant",
        Finding::Met => "The period has passed",
        Finding::NotMet => "The period has not passed",
        Finding::NotKnown => "Not known",
        Finding::Considered => "Considered",
    }
}
