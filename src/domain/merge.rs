//! Two rows of one person become one (facts.md §8, case 28). Everything of the one is the other's from then on, both
//! histories stay readable, and the stricter standing wins at once. A firm of the one never learns of the other's.

use chrono::NaiveDate;
use serde_json::json;

use super::application::trace;
use super::badge;
use super::clearance::{Dossier, dossiers};
use super::permission::{Act, Subject, Who, may};
use super::person::{self, Details};
use super::{booking, hold, reason};
use crate::error::{Error, Result};
use crate::store::engagement::Engagement;
use crate::store::person::{self as people, Person};
use crate::store::trail::Entry;
use crate::store::{Tx, erasure, leaving, lock_people, merge as store, session, task};
use crate::types::{EngagementId, HoldCode, NameKind, PersonId};

/// Of which row each detail stands; an empty one never stands against one that is there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Choice {
    /// The other row's name.
    pub name: bool,
    /// The other row's date of birth.
    pub date_of_birth: bool,
    /// The other row's e-mail.
    pub email: bool,
    /// The other row's telephone.
    pub phone: bool,
}

/// The causes under which a task may say that two rows look like one person.
pub fn causes(one: PersonId, other: PersonId) -> Vec<String> {
    [(one, other), (other, one)].map(|(a, b)| format!("possible_duplicate:{a}:{b}")).into()
}

/// Merges `gone` into `kept`.
///
/// # Errors
/// `NotFound`, also for a row that is merged already; `Forbidden` for an officer; `Conflict` for one row twice, for
/// somebody erased, and while an erasure waits; `Invalid` at `reason`.
pub fn merge(tx: &mut Tx<'_>, who: &Who, kept: PersonId, gone: PersonId, choice: Choice, why: &str) -> Result<()> {
    may(who, Act::Merge, Subject::Register)?;
    if kept == gone {
        return Err(Error::Conflict("This is one and the same row of the register.".into()));
    }
    session::lock_of(tx, &[kept, gone])?;
    lock_people(tx, &[kept.min(gone), kept.max(gone)])?;
    let (to, from) = (person::live(tx, kept)?, person::live(tx, gone)?);
    if erasure::asked(tx, kept)?.or(erasure::asked(tx, gone)?).is_some() {
        return Err(Error::Conflict("An erasure of this person waits to be confirmed or withdrawn.".into()));
    }
    let mut faults = Vec::new();
    let why = reason::needed("reason", why, &mut faults);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let (before, other) = (dossier(tx, kept)?, dossier(tx, gone)?);
    let stands = chosen(&to, &from, choice);
    engagements(tx, kept, &before, &other)?;
    badge::before_merge(tx, kept, gone)?;
    booking::join(tx, kept, gone)?;
    store::move_rows(tx, gone, kept)?;
    for twin in &other.certificates {
        let same = before.certificates.iter().find(|one| one.number == twin.number && one.retired_on.is_none());
        if let Some(same) = same.filter(|_| twin.retired_on.is_none()) {
            store::same_certificate(tx, same, twin, tx.today)?;
        }
    }
    store::move_names(tx, gone, kept)?;
    store::bury(tx, gone, kept)?;
    if (&to.forename, &to.surname) != (&stands.forename, &stands.surname) {
        people::retire_current_name(tx, kept)?;
        people::add_name(tx, kept, NameKind::Current, &stands.forename, &stands.surname)?;
    }
    people::rewrite_terms(tx, kept)?;
    let Details { forename, surname, date_of_birth, email, phone } = stands.clone();
    people::update(tx, &Person { forename, surname, date_of_birth, email, phone, ..to.clone() })?;
    settle_tasks(tx, kept, gone, "The two rows were merged")?;
    let old = json!({ "details": Details::of(&to), "merged": Details::of(&from), "merged_reference": from.reference });
    let entry = Entry::new("person.merge", "person", kept.0).about(kept);
    tx.trail(entry.old(&old).new_value(&stands).reason(why.clone()));
    let old = json!({ "details": Details::of(&from), "reference": from.reference });
    let entry = Entry::new("person.merged", "person", gone.0).about(gone);
    tx.trail(entry.old(&old).new_value(&json!({ "reference": to.reference })).reason(why));
    stricter(tx, &before, &other)?;
    trace::noticed(tx, kept)
}

/// Notes that two rows that look like one person are two, and closes the task that says so.
///
/// # Errors
/// `NotFound`; `Forbidden` for an officer; `Conflict` for one row twice; `Invalid` at `apart_reason`.
pub fn keep_apart(tx: &mut Tx<'_>, who: &Who, one: PersonId, other: PersonId, why: &str) -> Result<()> {
    may(who, Act::Merge, Subject::Register)?;
    if one == other {
        return Err(Error::Conflict("This is one and the same row of the register.".into()));
    }
    person::live(tx, one)?;
    person::live(tx, other)?;
    let mut faults = Vec::new();
    let why = reason::needed("apart_reason", why, &mut faults);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    settle_tasks(tx, one, other, "They are two people")?;
    for (person, than) in [(one, other), (other, one)] {
        let entry = Entry::new("person.keep_apart", "person", person.0).about(person);
        tx.trail(entry.new_value(&json!({ "person": than })).reason(why.clone()));
    }
    Ok(())
}

fn settle_tasks(tx: &mut Tx<'_>, one: PersonId, other: PersonId, done: &str) -> Result<()> {
    for open in task::open_of(tx, &causes(one, other))? {
        task::close(tx, open.id, done)?;
    }
    Ok(())
}

fn dossier(tx: &mut Tx<'_>, id: PersonId) -> Result<Dossier> {
    dossiers(tx, &[id])?.pop().ok_or(Error::NotFound)
}

/// The details that stand.
fn chosen(to: &Person, from: &Person, choice: Choice) -> Details {
    let text = |own: &String, other: &String, is_other: bool| {
        let (first, second) = if is_other { (other, own) } else { (own, other) };
        if first.is_empty() { second.clone() } else { first.clone() }
    };
    let name = if choice.name { from } else { to };
    let born = if choice.date_of_birth { [from, to] } else { [to, from] };
    Details {
        forename: name.forename.clone(),
        surname: name.surname.clone(),
        date_of_birth: born.iter().find_map(|row| row.date_of_birth),
        email: text(&to.email, &from.email, choice.email),
        phone: text(&to.phone, &from.phone, choice.phone),
    }
}

/// Gives all engagements to `kept`. What overlaps at one firm in one role is one engagement.
fn engagements(tx: &mut Tx<'_>, kept: PersonId, before: &Dossier, other: &Dossier) -> Result<()> {
    let mut works: Vec<Engagement> = before.engagements.iter().chain(&other.engagements).cloned().collect();
    works.sort_by(|a, b| {
        (a.contractor_id, &a.role, a.starts_on, a.id).cmp(&(b.contractor_id, &b.role, b.starts_on, b.id))
    });
    let mut runs: Vec<(Engagement, Vec<EngagementId>)> = Vec::new();
    for work in works {
        let last = runs.last_mut().filter(|(run, _)| {
            let same = run.contractor_id == work.contractor_id && run.role == work.role;
            same && (run.starts_on == work.starts_on || run.ends_on.is_none_or(|end| end >= work.starts_on))
        });
        match last {
            Some((run, gone)) => {
                run.ends_on = latest(run.ends_on, work.ends_on);
                // The kept person's own row is the one that stays.
                if run.person_id == kept || work.person_id != kept {
                    gone.push(work.id);
                } else {
                    gone.push(run.id);
                    (run.id, run.person_id, run.origin) = (work.id, kept, work.origin);
                }
            }
            None => runs.push((work, Vec::new())),
        }
    }
    for (run, gone) in &runs {
        store::combine(tx, kept, run, gone)?;
    }
    Ok(())
}

/// The later of two last days; none is later than any.
fn latest(one: Option<NaiveDate>, other: Option<NaiveDate>) -> Option<NaiveDate> {
    one.zip(other).map(|(one, other)| one.max(other))
}

/// Whoever was stopped under either name is stopped now: where a later decision about the other row would free them, a
/// hold keeps them until a decision maker has looked. Firms not told yet are told.
fn stricter(tx: &mut Tx<'_>, before: &Dossier, other: &Dossier) -> Result<()> {
    let (today, kept) = (tx.today, before.person);
    let was = (before.is_stopped(today), other.is_stopped(today));
    let both = dossier(tx, kept)?;
    if !both.firms(today).is_empty() && leaving::undo(tx, kept)? {
        tx.trail(Entry::new("leaving.undo", "person", kept.0).about(kept));
    }
    if was == (false, false) {
        return Ok(());
    }
    if !both.is_stopped(today) {
        let why = "Merged with a row of the same person who was stopped: both decisions have to be looked at";
        hold::put(tx, &both, HoldCode::Other, None, why, tx.actor)?;
    }
    let told = if was.0 { before.firms(today) } else { other.firms(today) };
    let untold = if was == (true, true) { Vec::new() } else { both.firms(today) };
    let untold: Vec<_> = untold.into_iter().filter(|firm| !told.contains(firm)).collect();
    hold::tell(tx, kept, &untold)?;
    if untold.is_empty() { Ok(()) } else { hold::tell_person(tx, kept, "suspension") }
}
