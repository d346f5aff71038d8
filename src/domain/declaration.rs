//! The legal declaration of the Update Service (facts.md §2.3): a named officer makes it before anything is asked, and
//! is the checker whom the person sees. Nobody answers for questions in another's name.

use serde_json::json;

use super::permission::{Act, Subject, Who, may};
use crate::error::{Error, Fault, Result};
use crate::store::declaration::{self as store, Declaration};
use crate::store::trail::Entry;
use crate::store::{Conn, Tx};
use crate::types::UserId;

/// Version of [`TEXT`]; an acceptance of another is none.
pub const TEXT_VERSION: &str = "2026-1";

/// What is accepted, a sentence each.
pub const TEXT: [&str; 5] = [
    "For each person checked I have their authority to receive up-to-date information about their certificate, within \
     the meaning of section 116A of the Police Act 1997.",
    "The council is entitled to the certificate: it is asked for to consider suitability for work for which an exempted \
     question may be asked (section 113A), or for a prescribed purpose (section 113B).",
    "Each check is for the same workforce, type and level as the certificate, for the person named on it alone, and the \
     original certificate has been seen.",
    "The council follows the DBS Code of Practice: results are seen by those who decide, and by nobody else.",
    "My name and the council's are given with each question, and the person checked can see them.",
];

/// The longest name, in characters.
const LONGEST: usize = 60;

/// Accepts in the officer's own name; an earlier acceptance of theirs gives way.
///
/// # Errors
/// `Forbidden`, `NotFound`; `Invalid` at `forename`, `surname` or `agreed`.
pub fn accept(tx: &mut Tx<'_>, who: &Who, forename: &str, surname: &str, agreed: bool) -> Result<()> {
    may(who, Act::RecordEvidence, Subject::Register)?;
    let (forename, surname) = (forename.trim(), surname.trim());
    let mut faults = Vec::new();
    for (field, name, what) in [("forename", forename, "forename"), ("surname", surname, "surname")] {
        if name.is_empty() {
            faults.push(Fault::new(field, format!("Enter your {what}")));
        } else if name.chars().count() > LONGEST {
            faults.push(Fault::new(field, format!("Your {what} must be {LONGEST} characters or fewer")));
        }
    }
    if !agreed {
        faults.push(Fault::new("agreed", "Confirm that you make this declaration"));
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    if let Some(old) = store::of_user(tx, who.user)? {
        store::withdraw(tx, old.id)?;
    }
    let id = store::insert(tx, forename, surname, TEXT_VERSION)?;
    tx.trail(Entry::new("declaration.accept", "declaration", id.0).new_value(&json!({ "text_version": TEXT_VERSION })));
    Ok(())
}

/// Takes the officer's own acceptance back: from now on nothing is asked in their name.
///
/// # Errors
/// `Conflict` when there is none.
pub fn withdraw(tx: &mut Tx<'_>, who: &Who) -> Result<()> {
    may(who, Act::RecordEvidence, Subject::Register)?;
    let none = || Error::Conflict("You have not made the declaration, or have withdrawn it already.".into());
    let old = store::of_user(tx, who.user)?.ok_or_else(none)?;
    store::withdraw(tx, old.id)?;
    tx.trail(Entry::new("declaration.withdraw", "declaration", old.id.0));
    Ok(())
}

/// The officer's own acceptance, when it is of the words in force.
///
/// # Errors
/// The database's.
pub fn of_user(conn: &mut Conn, user: UserId) -> Result<Option<Declaration>> {
    Ok(standing(conn)?.into_iter().find(|one| one.user_id == user))
}

/// Those in whose names may be asked, the latest first: the first is the checker of what runs by itself.
///
/// # Errors
/// The database's.
pub fn standing(conn: &mut Conn) -> Result<Vec<Declaration>> {
    store::standing(conn, TEXT_VERSION)
}
