//! Letters to a person alone: by mail to an address that is theirs and nobody else's, or printed and posted.

use crate::error::Result;
use crate::store::outbox::{self as store, NewLetter};
use crate::store::task::{self, NewTask};
use crate::store::{Conn, Tx, access, application, contractor, engagement, leaving, person, user};
use crate::types::{Access, LeavingCause, PersonId, Reach};

/// The person's own mail address; none when there is none, or when a firm they work for or apply with reads what arrives
/// there: that there is an interview says that there is a trace, and a decision's reasons say more.
///
/// # Errors
/// The database's.
pub fn private_mail(conn: &mut Conn, owner: PersonId) -> Result<Option<String>> {
    let mail = person::find(conn, owner, &Reach::Everyone)?.email.trim().to_lowercase();
    if mail.is_empty() {
        return Ok(None);
    }
    let works = engagement::of_people(conn, &[owner])?;
    let asked = application::of_person(conn, owner)?;
    let asked = asked.iter().filter_map(|one| one.contractor_id);
    let mut firms: Vec<_> = works.iter().map(|work| work.contractor_id).chain(asked).collect();
    firms.sort_unstable();
    firms.dedup();
    let is_theirs = |address: &str| !address.is_empty() && address.trim().to_lowercase() == mail;
    let firms = contractor::by_ids(conn, &firms)?;
    if firms.iter().any(|firm| is_theirs(&firm.email) || is_theirs(&firm.second_email)) {
        return Ok(None);
    }
    if let Some(account) = user::by_email(conn, &mail)? {
        let held = access::of_user(conn, account.id)?;
        if held.iter().any(|one| one.access == Access::Contractor) {
            return Ok(None);
        }
    }
    Ok(Some(mail))
}

/// Writes a letter to a person. Without an address of their own it is the team's to print and post; nobody writes to the
/// dead.
///
/// # Errors
/// The database's.
pub(in crate::domain) fn write_to_person(
    tx: &mut Tx<'_>,
    id: PersonId,
    letter: &'static str,
    params: String,
) -> Result<()> {
    if leaving::standing(tx, id)?.is_some_and(|left| left.cause == LeavingCause::Deceased) {
        return Ok(());
    }
    let mail = private_mail(tx, id)?;
    let to = mail.as_deref().unwrap_or_default();
    let (contractor, user, person) = (None, None, Some(id));
    let letter = store::put(tx, &NewLetter { letter, to, cc: "", contractor, user, person, params })?;
    if mail.is_none() {
        let cause = format!("letter_to_post:{letter}");
        let task = NewTask {
            kind: "letter_to_post",
            cause: &cause,
            subject_kind: "outbox",
            subject_id: letter.0,
            detail: "This person has no email address of their own: print the letter and post it",
            due_on: tx.today,
        };
        task::open(tx, &task)?;
    }
    Ok(())
}
