//! A password forgotten: a new link for whoever has an account, and the same answer for whoever has none.

use chrono::TimeDelta;

use super::write_link;
use crate::domain::signin::{FREE_OF_ADDRESS, count, fold_email, network, set_password_link};
use crate::error::Result;
use crate::store::trail::Entry;
use crate::store::{Tx, user};
use crate::types::UserStatus;

/// Begins the waits at a minute, so that nobody's post box is filled: 64 seconds after the first letter, then doubling.
const FREE_OF_ACCOUNT: i32 = -5;

/// Sends a set-password link to `email`, when that is the address of a user who is not disabled. Counts the asking
/// whoever it is, and answers how long to wait when there was too much of it; then nothing is sent.
///
/// # Errors
/// The database's.
pub fn forgotten(tx: &mut Tx<'_>, email: &str, address: &str) -> Result<Option<TimeDelta>> {
    let email = fold_email(email);
    let account = tx.seal().fingerprint("forgotten account", &email);
    let address = tx.seal().fingerprint("forgotten address", &network(address));
    if let Some(wait) = count(tx, [(&account, FREE_OF_ACCOUNT), (&address, FREE_OF_ADDRESS)])? {
        return Ok(Some(wait));
    }
    let found = user::by_email(tx, &email)?;
    if let Some(found) = found.filter(|user| matches!(user.status, UserStatus::Invited | UserStatus::Active)) {
        let link = set_password_link(tx, found.id)?;
        write_link(tx, &found, &link)?;
        tx.trail(Entry::new("user.forgot_password", "user", found.id.0));
    }
    Ok(None)
}
