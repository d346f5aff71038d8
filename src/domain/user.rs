//! Who may sign in and as what: invite, change accesses, disable, enable. Nobody can lock themselves or the last
//! admin out. The trail names accounts by number: their holders' names stay in the table.

mod forgotten;

use serde::Serialize;

pub use forgotten::forgotten;

use super::letter::SET_PASSWORD;
use super::letter::render::SetPasswordParams;
use super::permission::{Act, Subject, Who, may};
use super::signin::{LINK, fold_email, set_password_link};
use crate::error::{Error, Fault, Result};
use crate::store::outbox::{self, NewLetter};
use crate::store::trail::Entry;
use crate::store::{Conn, Tx, access, signin, user};
use crate::types::{Access, AccessStatus, ContractorId, Secret, UserId, UserStatus, is_email};

/// An access to be held; a contractor's names its firm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Grant {
    /// What it lets them do.
    pub access: Access,
    /// The firm, for a contractor's only.
    pub contractor: Option<ContractorId>,
}

/// Somebody to invite.
#[derive(Debug, Clone, Default)]
pub struct Invitation {
    /// Their name.
    pub name: String,
    /// Where their letters go and what they sign in with.
    pub email: String,
    /// What they may do.
    pub grants: Vec<Grant>,
}

/// Somebody invited, and the token of the link that sets their password.
#[derive(Debug, Clone)]
pub struct Invited {
    /// The account.
    pub user: UserId,
    /// For their letter.
    pub link: Secret,
}

/// Invites a user, with a letter that holds the link.
///
/// # Errors
/// `NotFound` for whoever may not; `Invalid` with every fault.
pub fn invite(tx: &mut Tx<'_>, who: &Who, invitation: &Invitation) -> Result<Invited> {
    may(who, Act::ManageUsers, Subject::Register)?;
    let invited = enrol(tx, invitation)?;
    let account = user::find(tx, invited.user)?;
    write_link(tx, &account, &invited.link)?;
    Ok(invited)
}

fn write_link(tx: &mut Tx<'_>, to: &user::User, link: &Secret) -> Result<()> {
    let params = SetPasswordParams {
        name: to.name.clone(),
        path: format!("/password/{}", link.reveal()),
        expires: tx.at.plus(LINK),
        invited: to.status == UserStatus::Invited,
    };
    let letter = NewLetter {
        letter: SET_PASSWORD,
        to: &to.email,
        cc: "",
        contractor: None,
        user: Some(to.id),
        person: None,
        params: serde_json::to_string(&params)?,
    };
    outbox::put(tx, &letter).map(|_| ())
}

/// Makes the first admin, from the command line; also the way back in when every admin has left.
///
/// # Errors
/// `Invalid` with every fault.
pub fn bootstrap_admin(tx: &mut Tx<'_>, email: &str, name: &str) -> Result<Invited> {
    let grants = vec![Grant { access: Access::Admin, contractor: None }];
    enrol(tx, &Invitation { name: name.to_owned(), email: email.to_owned(), grants })
}

/// Enrols a user on the word of whoever holds the machine; the command line's way.
///
/// # Errors
/// `Invalid` with every fault.
pub fn enrol(tx: &mut Tx<'_>, invitation: &Invitation) -> Result<Invited> {
    let (name, email) = (invitation.name.trim(), fold_email(&invitation.email));
    let mut faults = name_faults(name);
    faults.extend(email_faults(&email));
    faults.extend(grant_faults(tx, &invitation.grants)?);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let grants = sorted(&invitation.grants);
    let user = user::insert(tx, &email, name)?;
    for grant in &grants {
        access::grant(tx, user, grant.access, grant.contractor, AccessStatus::Invited)?;
    }
    tx.trail(Entry::new("user.invite", "user", user.0).new_value(&grants));
    Ok(Invited { user, link: set_password_link(tx, user)? })
}

/// Makes `grants` all that the user may do; answers whether that changed anything. More rights than before end the
/// user's sign-ins, so that they are used under a new token; fewer are felt at the next request.
///
/// # Errors
/// `NotFound`, `Invalid` at `accesses` or `contractors`, `Forbidden` for one's own admin access, `Conflict` for the last admin's.
pub fn change_accesses(tx: &mut Tx<'_>, who: &Who, id: UserId, grants: &[Grant]) -> Result<bool> {
    may(who, Act::ManageUsers, Subject::User(id))?;
    user::lock(tx)?;
    let account = user::find(tx, id)?;
    let faults = grant_faults(tx, grants)?;
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let held: Vec<access::Row> = access::of_user(tx, id)?.into_iter().filter(is_held).collect();
    let (old, new) = (sorted(&held.iter().map(grant_of).collect::<Vec<_>>()), sorted(grants));
    if old == new {
        return Ok(false);
    }
    let admin = Grant { access: Access::Admin, contractor: None };
    if id == who.user && old.contains(&admin) && !new.contains(&admin) {
        return Err(Error::Forbidden("You cannot take away your own admin access."));
    }
    for row in held.iter().filter(|row| !new.contains(&grant_of(row))) {
        access::end(tx, row.id)?;
    }
    let status = if user::has_password(tx, id)? { AccessStatus::Active } else { AccessStatus::Invited };
    for grant in new.iter().filter(|grant| !old.contains(grant)) {
        access::grant(tx, id, grant.access, grant.contractor, status)?;
        signin::end_all(tx, id)?;
    }
    if old.contains(&admin) && account.status == UserStatus::Active {
        keep_an_admin(tx)?;
    }
    tx.trail(Entry::new("user.change_accesses", "user", id.0).old(&old).new_value(&new));
    Ok(true)
}

/// Disables a user: every sign-in and link of theirs ends with this transaction.
///
/// # Errors
/// `NotFound`, `Forbidden` for oneself, `Conflict` when already disabled or the last admin.
pub fn disable(tx: &mut Tx<'_>, who: &Who, id: UserId) -> Result<()> {
    may(who, Act::DisableUser, Subject::User(id))?;
    user::lock(tx)?;
    let account = user::find(tx, id)?;
    if account.status == UserStatus::Disabled {
        return Err(Error::Conflict("This user is already disabled.".into()));
    }
    user::set_status(tx, id, UserStatus::Disabled)?;
    signin::end_all(tx, id)?;
    signin::drop_links(tx, id)?;
    if account.status == UserStatus::Active {
        keep_an_admin(tx)?;
    }
    tx.trail(Entry::new("user.disable", "user", id.0).old(&account.status).new_value(&UserStatus::Disabled));
    Ok(())
}

/// Lets a disabled user in again, with the accesses and the password they had.
///
/// # Errors
/// `NotFound`; `Conflict` when not disabled.
pub fn enable(tx: &mut Tx<'_>, who: &Who, id: UserId) -> Result<()> {
    may(who, Act::ManageUsers, Subject::User(id))?;
    user::lock(tx)?;
    let account = user::find(tx, id)?;
    if account.status != UserStatus::Disabled {
        return Err(Error::Conflict("This user is not disabled.".into()));
    }
    let status = if user::has_password(tx, id)? { UserStatus::Active } else { UserStatus::Invited };
    user::set_status(tx, id, status)?;
    tx.trail(Entry::new("user.enable", "user", id.0).old(&account.status).new_value(&status));
    Ok(())
}

/// Makes a new set-password link for a user, with a letter that holds it.
///
/// # Errors
/// `NotFound`; `Conflict` for a disabled user.
pub fn resend_link(tx: &mut Tx<'_>, who: &Who, id: UserId) -> Result<Secret> {
    may(who, Act::ManageUsers, Subject::User(id))?;
    let account = user::find(tx, id)?;
    if account.status == UserStatus::Disabled {
        return Err(Error::Conflict("This user is disabled. Enable them first.".into()));
    }
    tx.trail(Entry::new("user.send_link", "user", id.0));
    let link = set_password_link(tx, id)?;
    write_link(tx, &account, &link)?;
    Ok(link)
}

fn is_held(row: &access::Row) -> bool {
    matches!(row.status, AccessStatus::Invited | AccessStatus::Active)
}

fn grant_of(row: &access::Row) -> Grant {
    Grant { access: row.access, contractor: row.contractor_id }
}

fn sorted(grants: &[Grant]) -> Vec<Grant> {
    let mut sorted = grants.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    sorted
}

fn keep_an_admin(tx: &mut Tx<'_>) -> Result<()> {
    if access::active_admins(tx)? == 0 {
        return Err(Error::Conflict("The council would have no admin left.".into()));
    }
    Ok(())
}

fn name_faults(name: &str) -> Vec<Fault> {
    match name.chars().count() {
        0 => vec![Fault::new("name", "Enter a name")],
        n if n > 120 => vec![Fault::new("name", "Name must be 120 characters or fewer")],
        _ if name.chars().any(char::is_control) => vec![Fault::new("name", "Name must be on one line")],
        _ => Vec::new(),
    }
}

fn email_faults(email: &str) -> Vec<Fault> {
    if email.is_empty() {
        vec![Fault::new("email", "Enter an email address")]
    } else if !is_email(email) {
        vec![Fault::new("email", "Enter an email address in the correct format, like name@example.org")]
    } else {
        Vec::new()
    }
}

fn grant_faults(conn: &mut Conn, grants: &[Grant]) -> Result<Vec<Fault>> {
    if grants.is_empty() {
        return Ok(vec![Fault::new("accesses", "Select at least one access")]);
    }
    for grant in grants {
        let known = match (grant.access, grant.contractor) {
            (Access::Contractor, Some(firm)) => access::may_name(conn, firm)?,
            (Access::Contractor, None) => false,
            (_, firm) => firm.is_none(),
        };
        if !known {
            return Ok(vec![Fault::new("contractors", "Select the contractor they work for")]);
        }
    }
    Ok(Vec::new())
}
