//! Noticing that a certificate or a declaration shows something. Whatever recorded it calls here in its own
//! transaction, so that no trace goes without an interview (source report ¶129).

use chrono::NaiveDate;
use serde_json::json;

use super::applicant::Applicant;
use super::{Event, advance, moves, review};
use crate::domain::clearance::{Dossier, dossiers};
use crate::domain::requirement::dbs_certificate::stands_in_for;
use crate::error::{Error, Result};
use crate::store::application::{self as store, Application};
use crate::store::dbs::Certificate;
use crate::store::proposal::{self, Settled};
use crate::store::task::{self, NewTask};
use crate::store::trail::Entry;
use crate::store::{Tx, lock_people};
use crate::types::ApplicationState::{Assessed, Checking, Interviewed, Proposed};
use crate::types::{CertificateId, PersonId, ProposalState, StatusResult};

/// Something was recorded of the person that may be a trace. Their open applications go to an interview; somebody
/// approved who has none gets a review of their own, owned by nobody, and a task for the team.
///
/// # Errors
/// The database's.
pub fn noticed(tx: &mut Tx<'_>, person: PersonId) -> Result<()> {
    look(tx, person).map(|_| ())
}

/// As [`noticed`]; says whether a review was opened.
pub(super) fn look(tx: &mut Tx<'_>, person: PersonId) -> Result<bool> {
    lock_people(tx, &[person])?;
    let dossier = dossiers(tx, &[person])?.pop().ok_or(Error::NotFound)?;
    let all = store::of_person(tx, person)?;
    let mut open: Vec<Application> = all.into_iter().filter(|one| moves::OPEN.contains(&one.state)).collect();
    // In the order of their ids, as whoever else holds several.
    open.sort_by_key(|one| one.id);
    let undecided = undecided(&dossier, tx.today);
    for application in &mut open {
        *application = store::held(tx, application.id)?;
        mark(tx, application, &dossier, undecided)?;
    }
    let approved = dossier.approvals.iter().any(|approval| approval.ended_on.is_none());
    let alone = undecided.is_some() && approved && open.is_empty();
    if alone {
        review::open_for_trace(tx, &dossier)?;
    }
    Ok(alone)
}

/// The application has come to be checked, or its person was found: what is known already counts now.
///
/// # Errors
/// The database's.
pub fn entered(tx: &mut Tx<'_>, application: &mut Application) -> Result<()> {
    let dossier = match application.person_id {
        Some(person) => dossiers(tx, &[person])?.pop().ok_or(Error::NotFound)?,
        None => Dossier::default(),
    };
    let undecided = undecided(&dossier, tx.today);
    mark(tx, application, &dossier, undecided)
}

/// The newest certificate on which something stands that nobody has decided about. One is out of question once a
/// newer certificate of the same worth has been seen.
pub fn undecided(dossier: &Dossier, today: NaiveDate) -> Option<CertificateId> {
    let live = || dossier.certificates.iter().filter(|one| one.retired_on.is_none() && one.issued_on <= today);
    live()
        .filter(|one| shows_something(dossier, one))
        .filter(|one| !dossier.decisions.iter().any(|decision| decision.certificate_id == Some(one.id)))
        .filter(|one| !live().any(|newer| stands_in_for(newer, one)))
        .max_by_key(|one| (one.issued_on, one.id))
        .map(|one| one.id)
}

/// Written on it, or what the service last answered about it (facts.md §2.2).
fn shows_something(dossier: &Dossier, certificate: &Certificate) -> bool {
    let about = dossier.checks.iter().filter(|check| check.certificate_id == certificate.id);
    let last = about.max_by_key(|check| (check.checked_on, check.id));
    certificate.has_trace || last.is_some_and(|check| check.result == StatusResult::NonBlankNoNewInfo)
}

/// Once found, a trace stays with the application, and so does its certificate: a clean one after it undoes nothing.
/// What comes in after the interview is interviewed about too: nobody may decide on what nobody asked about.
fn mark(
    tx: &mut Tx<'_>,
    application: &mut Application,
    dossier: &Dossier,
    undecided: Option<CertificateId>,
) -> Result<()> {
    let before = (application.has_trace, application.certificate_id);
    let unasked = is_unasked(application, dossier, undecided);
    let is_late = matches!(application.state, Interviewed | Assessed | Proposed);
    if is_late && (undecided.is_none() || (before.0 && before.1 == undecided)) {
        return Ok(());
    }
    application.has_trace |= undecided.is_some() || Applicant::of(application).own.declared;
    if is_late {
        application.certificate_id = undecided.or(application.certificate_id);
    } else {
        let newest = dossier.certificates.iter().filter(|one| one.retired_on.is_none() && one.issued_on <= tx.today);
        let newest = newest.max_by_key(|one| (one.issued_on, one.id)).map(|one| one.id);
        let clean = newest.filter(|_| !application.has_trace);
        application.certificate_id = undecided.or(clean).or(application.certificate_id);
    }
    if before != (application.has_trace, application.certificate_id) {
        store::mark(tx, application.id, application.certificate_id, application.has_trace)?;
        let new = json!({ "certificate": application.certificate_id, "has_trace": application.has_trace });
        let entry = Entry::new("application.mark", "application", application.id.0).new_value(&new);
        tx.trail(match application.person_id {
            Some(person) => entry.about(person),
            None => entry,
        });
    }
    if is_late {
        return reopen(tx, application);
    }
    let changed = before != (application.has_trace, application.certificate_id);
    if application.state == Checking && application.has_trace && (unasked || changed) {
        advance(tx, application, Event::FindTrace, "")?;
    }
    Ok(())
}

/// Whether nobody has been interviewed about what stands undecided. A case that came back, deferred or from an appeal,
/// keeps its interview.
fn is_unasked(application: &Application, dossier: &Dossier, undecided: Option<CertificateId>) -> bool {
    let Some(day) = application.interviewed_on else { return true };
    dossier.certificates.iter().any(|one| Some(one.id) == undecided && one.recorded_on > day)
}

/// The case goes back to an interview, and a decision paper that waits is sent back.
pub(in crate::domain) fn reopen(tx: &mut Tx<'_>, application: &mut Application) -> Result<()> {
    let papers = proposal::of_application(tx, application.id)?;
    for paper in papers.iter().filter(|one| one.state == ProposalState::Open) {
        let settled = Settled {
            state: Some(ProposalState::SentBack),
            sent_back_reason: Some("Something new came in after it was proposed".into()),
            ..Settled::default()
        };
        proposal::settle(tx, paper.id, &settled)?;
    }
    advance(tx, application, Event::Reopen, "")?;
    let cause = format!("late_trace:{}:{}", application.id, tx.today);
    let task = NewTask {
        kind: "late_trace",
        cause: &cause,
        subject_kind: "application",
        subject_id: application.id.0,
        detail: "Something has come in after the interview, so another interview is due",
        due_on: tx.today,
    };
    task::open(tx, &task)?;
    Ok(())
}
