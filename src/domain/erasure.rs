//! Erasure: two decision makers, nothing that has to be kept, and then nothing that says who it was. The figures stay,
//! and the trail stays whole.

use chrono::NaiveDate;
use serde_json::json;

use super::application::applicant;
use super::clearance::{Dossier, dossiers};
use super::permission::{Act, Subject, Who, may};
use super::retention::ENDED;
use super::{person, reason, subject_access};
use crate::error::{Error, Fault, Result};
use crate::store::erasure::{self as store, Erasure, Traces};
use crate::store::person as people;
use crate::store::task::{self, NewTask};
use crate::store::trail::Entry;
use crate::store::{Conn, Db, Tx, application, migrate};
use crate::types::{ErasureGround, ErasureId, ErasureState, Outcome, PersonId, add_months};

/// How long a decision, and the record of an approval after its end, are kept (facts.md §3).
const KEEP_MONTHS: u32 = 72;

/// Why somebody cannot be erased yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// The sentence.
    pub why: &'static str,
    /// The last day it stands; `None` while nobody ends it.
    pub until: Option<NaiveDate>,
}

/// What keeps this person's data on `today`, by the retention schedule (facts.md §3).
pub fn bars(dossier: &Dossier, today: NaiveDate) -> Vec<Bar> {
    let mut bars = Vec::new();
    let running: Vec<_> =
        dossier.engagements.iter().filter(|work| work.ends_on.is_none_or(|end| end >= today)).collect();
    if !running.is_empty() {
        let until = running.iter().map(|work| work.ends_on).reduce(|a, b| Some(a?.max(b?))).flatten();
        bars.push(Bar { why: "They work for a contractor", until });
    }
    let open = |until: &Option<NaiveDate>| until.is_none_or(|until| until >= today);
    for hold in dossier.holds.iter().filter(|hold| hold.lifted_on.is_none() && open(&hold.until)) {
        bars.push(Bar { why: "A hold is in place", until: hold.until });
    }
    for decision in dossier.decisions.iter().filter(|one| one.outcome == Outcome::Unsuitable) {
        let until = add_months(decision.decided_on, KEEP_MONTHS);
        bars.push(Bar { why: "They were found unsuitable: the decision is kept for 6 years", until: Some(until) });
    }
    for approval in &dossier.approvals {
        let worked = dossier.engagements.iter().filter(|work| work.role == approval.role);
        let end = approval.ended_on.or(worked.filter_map(|work| work.ends_on).max()).unwrap_or(approval.approved_on);
        let until = add_months(end.max(approval.approved_on), KEEP_MONTHS);
        bars.push(Bar {
            why: "They were approved: the record is kept for 6 years after that ended",
            until: Some(until),
        });
    }
    bars.retain(|bar| bar.until.is_none_or(|until| until >= today));
    bars.sort_by_key(|bar| std::cmp::Reverse(bar.until.unwrap_or(NaiveDate::MAX)));
    bars.dedup_by_key(|bar| bar.why);
    bars
}

/// What keeps the data of this person and of the rows merged into them; other nouns add what is open about them here.
///
/// # Errors
/// `NotFound`; the database's.
pub fn kept_by(conn: &mut Conn, id: PersonId, today: NaiveDate) -> Result<Vec<Bar>> {
    let dossier = dossiers(conn, &[id])?.pop().ok_or(Error::NotFound)?;
    let mut kept = bars(&dossier, today);
    let (is_asked, is_appealed) = store::open_matters(conn, id)?;
    if is_asked {
        kept.push(Bar { why: "An application is open", until: None });
    }
    if is_appealed {
        kept.push(Bar { why: "An appeal is open", until: None });
    }
    if subject_access::standing(conn, id)?.is_some() {
        kept.push(Bar { why: "They have asked to see what is held on them", until: None });
    }
    Ok(kept)
}

fn refuse_kept(tx: &mut Tx<'_>, id: PersonId) -> Result<()> {
    let today = tx.today;
    match kept_by(tx, id, today)?.first() {
        Some(bar) => Err(Error::Conflict(format!("They cannot be erased yet. {}.", bar.why))),
        None => Ok(()),
    }
}

/// Asks for an erasure; another decision maker confirms it.
///
/// # Errors
/// `NotFound`; `Forbidden` for an officer; `Conflict` while something has to be kept, or when it was asked for;
/// `Invalid` at `ground` or `reason`.
pub fn ask(tx: &mut Tx<'_>, who: &Who, id: PersonId, ground: Option<ErasureGround>, why: &str) -> Result<ErasureId> {
    may(who, Act::Erase, Subject::Register)?;
    person::dossier(tx, id)?;
    refuse_kept(tx, id)?;
    if store::asked(tx, id)?.is_some() {
        return Err(Error::Conflict("This erasure has been asked for already.".into()));
    }
    let mut faults = Vec::new();
    if ground.is_none() {
        faults.push(Fault::new("ground", "Select the ground"));
    }
    let why = reason::needed("reason", why, &mut faults);
    let Some(ground) = ground.filter(|_| faults.is_empty()) else { return Err(Error::Invalid(faults)) };
    let row = Erasure {
        id: ErasureId(0),
        person_id: id,
        ground,
        state: ErasureState::Asked,
        reason: why.clone(),
        asked_by: tx.actor,
        asked_at: tx.at,
        settled_by: None,
        settled_at: None,
    };
    let erasure = store::insert(tx, &row)?;
    let entry = Entry::new("erasure.ask", "erasure", erasure.0).about(id);
    tx.trail(entry.new_value(&json!({ "ground": ground })).reason(why));
    let cause = format!("erasure:{erasure}");
    let detail = "An erasure waits for a second decision maker";
    let (subject_id, due_on) = (id.0, tx.today);
    task::open(tx, &NewTask { kind: "erasure", cause: &cause, subject_kind: "person", subject_id, detail, due_on })?;
    Ok(erasure)
}

/// Withdraws an erasure that waits.
///
/// # Errors
/// `NotFound`; `Forbidden`; `Conflict` when none waits; `Invalid` at `reason`.
pub fn withdraw(tx: &mut Tx<'_>, who: &Who, id: PersonId, why: &str) -> Result<()> {
    let erasure = waiting(tx, who, id)?;
    let mut faults = Vec::new();
    let why = reason::needed("reason", why, &mut faults);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    end(tx, &erasure, ErasureState::Withdrawn)?;
    tx.trail(Entry::new("erasure.withdraw", "erasure", erasure.id.0).about(id).reason(why));
    Ok(())
}

/// Carries an erasure out: it cannot be undone. [`settle`] follows, outside the transaction.
///
/// # Errors
/// `NotFound`; `Forbidden` for an officer and for whoever asked; `Conflict` while something has to be kept, or when none
/// waits.
pub fn confirm(tx: &mut Tx<'_>, who: &Who, id: PersonId) -> Result<()> {
    let erasure = waiting(tx, who, id)?;
    may(who, Act::Erase, Subject::Erasure { asked_by: erasure.asked_by })?;
    refuse_kept(tx, id)?;
    end(tx, &erasure, ErasureState::Done)?;
    let rows = people::rows_of(tx, id)?;
    let traces = Traces::of(tx, &rows)?;
    for one in applicant::unlinked(tx, &rows)?.iter().filter(|one| ENDED.contains(&one.state)) {
        application::forget(tx, one.id)?;
        tx.trail(Entry::new("application.forget", "application", one.id.0));
    }
    store::wipe(tx, &rows, &traces)?;
    // Without a value it needs no key, and the person has none any more.
    for row in rows {
        tx.trail(Entry::new("person.erase", "person", row.0).about(row));
    }
    tx.touch(id);
    Ok(())
}

/// Makes the database let go of what was erased: its journal and what its planner remembers.
///
/// # Errors
/// The database's.
pub fn settle(db: &Db) -> Result<()> {
    migrate::settle(db)
}

fn waiting(tx: &mut Tx<'_>, who: &Who, id: PersonId) -> Result<Erasure> {
    may(who, Act::Erase, Subject::Register)?;
    person::dossier(tx, id)?;
    store::asked(tx, id)?.ok_or_else(|| Error::Conflict("No erasure of this person waits.".into()))
}

fn end(tx: &mut Tx<'_>, erasure: &Erasure, state: ErasureState) -> Result<()> {
    if !store::settle(tx, erasure.id, state)? {
        return Err(Error::Conflict("No erasure of this person waits.".into()));
    }
    for open in task::open_of(tx, &[format!("erasure:{}", erasure.id)])? {
        task::close(tx, open.id, "Settled")?;
    }
    Ok(())
}
