//! What may be written of an application, each by whoever has to do with it: no write carries a column that is another's,
//! so nobody undoes what somebody else has just done. Its state is moved by [`super::move_to`] alone.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::Application;
use crate::error::Result;
use crate::store::Tx;
use crate::store::schema::applications;
use crate::types::{AppealOutcome, ApplicationId, CertificateId, PersonId, UserId, Verdict};

macro_rules! set {
    ($tx:expr, $id:expr, $columns:expr) => {{
        diesel::update(applications::table.find($id)).set($columns).execute(&mut **$tx)?;
        Ok(())
    }};
}

/// Says whose it is.
///
/// # Errors
/// The database's.
pub fn link_to(tx: &mut Tx<'_>, id: ApplicationId, person: PersonId) -> Result<()> {
    set!(tx, id, applications::person_id.eq(Some(person)))
}

/// Gives it to somebody of the team, or to nobody.
///
/// # Errors
/// The database's.
pub fn give_to(tx: &mut Tx<'_>, id: ApplicationId, owner: Option<UserId>) -> Result<()> {
    set!(tx, id, applications::owner.eq(owner))
}

/// Keeps the answers, and the name and the authority that follow from them. Whoever writes them holds the row.
///
/// # Errors
/// The database's.
pub fn keep_answers(tx: &mut Tx<'_>, row: &Application) -> Result<()> {
    let today = tx.today;
    set!(
        tx,
        row.id,
        (
            applications::answers.eq(&row.answers),
            applications::sort_name.eq(&row.sort_name),
            applications::authority_id.eq(row.authority_id),
            applications::edited_on.eq(Some(today)),
        )
    )
}

/// Keeps that it was sent in: what was to be put right has been.
///
/// # Errors
/// The database's.
pub fn sent_in(tx: &mut Tx<'_>, id: ApplicationId, first_on: NaiveDate) -> Result<()> {
    set!(tx, id, (applications::submitted_on.eq(Some(first_on)), applications::returned_reason.eq("")))
}

/// Keeps what the submitter has to put right, of which nobody has chased them yet.
///
/// # Errors
/// The database's.
pub fn sent_back(tx: &mut Tx<'_>, id: ApplicationId, wrong: &str) -> Result<()> {
    set!(tx, id, (applications::returned_reason.eq(wrong), applications::chased_on.eq(None::<NaiveDate>)))
}

/// Keeps that the submitter was chased today.
///
/// # Errors
/// The database's.
pub fn chased(tx: &mut Tx<'_>, id: ApplicationId) -> Result<()> {
    let today = tx.today;
    set!(tx, id, applications::chased_on.eq(Some(today)))
}

/// Keeps what it is decided on, and whether that shows anything.
///
/// # Errors
/// The database's.
pub fn mark(tx: &mut Tx<'_>, id: ApplicationId, certificate: Option<CertificateId>, has_trace: bool) -> Result<()> {
    set!(tx, id, (applications::certificate_id.eq(certificate), applications::has_trace.eq(has_trace)))
}

/// Keeps the day of the last interview held.
///
/// # Errors
/// The database's.
pub fn interviewed(tx: &mut Tx<'_>, id: ApplicationId, on: NaiveDate) -> Result<()> {
    set!(tx, id, applications::interviewed_on.eq(Some(on)))
}

/// Keeps what was decided, and when; nothing of either once an appeal has sent it back.
///
/// # Errors
/// The database's.
pub fn decided(tx: &mut Tx<'_>, id: ApplicationId, outcome: Option<Verdict>, on: Option<NaiveDate>) -> Result<()> {
    set!(tx, id, (applications::outcome.eq(outcome), applications::decided_on.eq(on)))
}

/// Keeps when an appeal was lodged.
///
/// # Errors
/// The database's.
pub fn appealed(tx: &mut Tx<'_>, id: ApplicationId, on: NaiveDate) -> Result<()> {
    set!(tx, id, applications::appealed_on.eq(Some(on)))
}

/// Keeps what became of an appeal.
///
/// # Errors
/// The database's.
pub fn appeal_settled(tx: &mut Tx<'_>, id: ApplicationId, outcome: AppealOutcome) -> Result<()> {
    set!(tx, id, applications::appeal_outcome.eq(Some(outcome)))
}
