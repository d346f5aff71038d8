//! Signing in and staying so: the one check of a password with its limiter, tokens, and the links that set
//! passwords. Nothing else in the program compares a password.

use std::net::IpAddr;

use chrono::TimeDelta;
use sha2::{Digest, Sha256};

use super::command;
use super::password::{self, Verdict};
use super::permission::Who;
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::store::trail::Entry;
use crate::store::{Conn, Db, Tx, access, random_token, signin, user};
use crate::types::{At, Secret, SigninId, UserId, UserStatus};

/// A sign-in not used for this long is over.
pub const IDLE: TimeDelta = TimeDelta::minutes(30);
/// A sign-in this old is over, used or not.
pub const LONGEST: TimeDelta = TimeDelta::hours(10);
/// A set-password link works this long.
pub const LINK: TimeDelta = TimeDelta::hours(72);

/// Failures of one account that cost no wait.
const FREE_OF_ACCOUNT: i32 = 5;
/// Failures from one address that cost no wait: a whole office shares one.
pub(super) const FREE_OF_ADDRESS: i32 = 25;
/// The longest wait; never a permanent lock.
const LONGEST_WAIT: TimeDelta = TimeDelta::minutes(15);
/// Failures older than this are forgotten.
const MEMORY: TimeDelta = TimeDelta::hours(24);

/// What was typed, and where it came from.
#[derive(Debug)]
pub struct Attempt<'a> {
    /// The mail address typed.
    pub email: &'a str,
    /// The password typed.
    pub password: &'a Secret,
    /// The client's network address.
    pub address: &'a str,
}

/// What the check found. A wrong password, an unknown address and a disabled account answer alike.
#[derive(Debug, PartialEq, Eq)]
pub enum Checked {
    /// The password is this user's. What else a sign-in may ask for comes between this and [`start`].
    Good(UserId),
    /// Not a pair we know.
    Refused,
    /// Too many failures: nothing was checked; try again after this.
    Wait(TimeDelta),
}

/// A sign-in in force, read anew at each request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signin {
    /// Its row.
    pub id: SigninId,
    /// Whose, with what they may do at this moment.
    pub who: Who,
}

/// Checks a password. Counts a failure before it looks, so that neither a crash nor attempts made at once go
/// uncounted, and takes the count back when the password was right.
///
/// # Errors
/// `Unavailable` when too many wait for a check.
pub fn check(db: &Db, clock: &Clock, attempt: &Attempt<'_>) -> Result<Checked> {
    let email = fold_email(attempt.email);
    let account = db.seal().fingerprint("signin account", &email);
    let address = db.seal().fingerprint("signin address", &network(attempt.address));
    let buckets = [(account.as_str(), FREE_OF_ACCOUNT), (address.as_str(), FREE_OF_ADDRESS)];
    let wait = command::write_untrailed(db, clock, |tx| count(tx, buckets))?;
    if let Some(wait) = wait {
        return Ok(Checked::Wait(wait));
    }
    let found = db.read(|conn| user::credentials(conn, &email))?;
    let known = found.as_ref().filter(|found| found.status == UserStatus::Active);
    let verdict = password::verify(attempt.password.reveal(), known.and_then(|found| found.password_hash.as_ref()))?;
    let (Some(found), Verdict::Right | Verdict::RightButStale) = (known, verdict) else {
        return Ok(Checked::Refused);
    };
    let fresh = match verdict {
        Verdict::RightButStale => Some(password::hash(attempt.password.reveal())?),
        _ => None,
    };
    command::write_untrailed(db, clock, |tx| {
        signin::set_failures(tx, &account, 0)?;
        let (failures, _) = signin::hold_failures(tx, &address)?;
        signin::set_failures(tx, &address, failures.saturating_sub(1).max(0))?;
        fresh.map_or(Ok(()), |hash| user::set_password_hash(tx, found.user, &hash))
    })?;
    Ok(Checked::Good(found.user))
}

/// What is counted of an address: of IPv6 its first 64 bits, all of which one subscriber has.
pub(super) fn network(address: &str) -> String {
    match address.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V6(address)) => format!("{:x}", address.to_bits() >> 64),
        _ => address.to_owned(),
    }
}

/// Counts an attempt in all of the buckets, each with how many cost no wait, unless one of them has to wait; then answers
/// how long.
pub(super) fn count<const N: usize>(tx: &mut Tx<'_>, buckets: [(&str, i32); N]) -> Result<Option<TimeDelta>> {
    let mut counted = Vec::with_capacity(N);
    for (bucket, free) in buckets {
        let (failures, last) = signin::hold_failures(tx, bucket)?;
        let failures = if tx.at.since(last) > MEMORY { 0 } else { failures };
        let left = wait_after(failures, free) - tx.at.since(last);
        if left > TimeDelta::zero() {
            return Ok(Some(left));
        }
        counted.push((bucket, failures.saturating_add(1)));
    }
    for (bucket, failures) in counted {
        signin::set_failures(tx, bucket, failures)?;
    }
    Ok(None)
}

/// Whether this bucket has to wait at this moment; counts nothing.
pub(super) fn waits(conn: &mut Conn, bucket: &str, free: i32, now: At) -> Result<bool> {
    let Some((failures, last)) = signin::failures(conn, bucket)? else { return Ok(false) };
    let failures = if now.since(last) > MEMORY { 0 } else { failures };
    Ok(wait_after(failures, free) > now.since(last))
}

/// How long after this many failures the next attempt has to wait: nothing for the free ones, then 2, 4, 8 …
/// seconds up to a quarter of an hour.
fn wait_after(failures: i32, free: i32) -> TimeDelta {
    match failures - free {
        _ if failures == 0 => TimeDelta::zero(),
        over if over <= 0 => TimeDelta::zero(),
        over if over >= 10 => LONGEST_WAIT,
        over => TimeDelta::seconds(1 << over).min(LONGEST_WAIT),
    }
}

/// Begins a sign-in and answers its token: 256 bits, always a new one, kept here only as its hash.
///
/// # Errors
/// `NotFound` when the user is no longer active.
pub fn start(tx: &mut Tx<'_>, user: UserId) -> Result<Secret> {
    if user::find(tx, user)?.status != UserStatus::Active {
        return Err(Error::NotFound);
    }
    signin::sweep(tx, tx.at.plus(-IDLE), tx.at.plus(-MEMORY))?;
    let token = random_token();
    signin::insert(tx, user, &token_hash(&token))?;
    Ok(Secret::new(token))
}

/// The sign-in of a token, when it is neither idle nor too old and its user is active. Use is noted once a minute.
///
/// # Errors
/// The database's.
pub fn resume(db: &Db, clock: &Clock, token: &str) -> Result<Option<Signin>> {
    let now = clock.now();
    let Some((row, who)) = db.read(|conn| in_force(conn, token, now))? else { return Ok(None) };
    if now.since(row.seen_at) >= TimeDelta::minutes(1) {
        command::write_untrailed(db, clock, |tx| signin::see(tx, row.id))?;
    }
    Ok(Some(Signin { id: row.id, who }))
}

fn in_force(conn: &mut Conn, token: &str, now: At) -> Result<Option<(signin::Row, Who)>> {
    let Some((row, user)) = signin::by_hash(conn, &token_hash(token))? else { return Ok(None) };
    if now.since(row.seen_at) >= IDLE || now.since(row.started_at) >= LONGEST {
        return Ok(None);
    }
    if user.status != UserStatus::Active {
        return Ok(None);
    }
    let accesses = access::in_force(conn, user.id)?;
    Ok(Some((row, Who { user: user.id, name: user.name, accesses })))
}

/// Ends a sign-in.
///
/// # Errors
/// The database's.
pub fn end(tx: &mut Tx<'_>, id: SigninId) -> Result<()> {
    signin::end(tx, id)
}

/// Makes a set-password link for a user and answers its token, for a letter; earlier links are dead.
///
/// # Errors
/// The database's.
pub fn set_password_link(tx: &mut Tx<'_>, user: UserId) -> Result<Secret> {
    let token = random_token();
    signin::insert_link(tx, user, &token_hash(&token), tx.at.plus(LINK))?;
    Ok(Secret::new(token))
}

/// Whose password the link sets.
///
/// # Errors
/// `NotFound` alike for a link that is unknown, used, out of date, or a disabled user's.
pub fn open_link(conn: &mut Conn, token: &str, now: At) -> Result<user::User> {
    Ok(live_link(conn, token, now)?.1)
}

fn live_link(conn: &mut Conn, token: &str, now: At) -> Result<(signin::Link, user::User)> {
    let link = signin::link(conn, &token_hash(token))?.ok_or(Error::NotFound)?;
    let user = user::find(conn, link.user_id)?;
    let dead = link.used_at.is_some() || now >= link.expires_at || user.status == UserStatus::Disabled;
    if dead { Err(Error::NotFound) } else { Ok((link, user)) }
}

/// Sets a password by a link, once. Every sign-in of the user ends; an invited user becomes active.
///
/// # Errors
/// `NotFound` as [`open_link`]; `Invalid` at `password`.
pub fn use_link(db: &Db, clock: &Clock, council: &str, token: &str, password: &Secret) -> Result<UserId> {
    let owner = db.read(|conn| open_link(conn, token, clock.now()))?;
    password::check(password.reveal(), &[&owner.email, &owner.name, council])?;
    let hash = password::hash(password.reveal())?;
    let account = db.seal().fingerprint("signin account", &owner.email);
    command::run(db, owner.id, clock, |tx| {
        let now = tx.at;
        let (link, user) = live_link(tx, token, now)?;
        if !signin::take_link(tx, link.id)? {
            return Err(Error::NotFound);
        }
        user::set_password_hash(tx, user.id, &hash)?;
        if user.status == UserStatus::Invited {
            user::set_status(tx, user.id, UserStatus::Active)?;
        }
        access::activate(tx, user.id)?;
        signin::end_all(tx, user.id)?;
        signin::drop_links(tx, user.id)?;
        signin::set_failures(tx, &account, 0)?;
        tx.trail(Entry::new("user.set_password", "user", user.id.0).old(&user.status).new_value(&UserStatus::Active));
        Ok(user.id)
    })
}

/// A mail address as it is kept and looked up.
pub fn fold_email(typed: &str) -> String {
    typed.trim().to_lowercase()
}

/// What is kept of a token.
fn token_hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_quarter_of_an_hour() {
        let waits: Vec<i64> = (0..20).map(|n| wait_after(n, FREE_OF_ACCOUNT).num_seconds()).collect();
        assert_eq!(waits, [0, 0, 0, 0, 0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900, 900]);
        assert_eq!(wait_after(i32::MAX, FREE_OF_ADDRESS), LONGEST_WAIT);
    }

    #[test]
    fn one_subscriber_is_one_address() {
        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff::9"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_eq!(network("::ffff:192.0.2.7"), network("::ffff:192.0.2.7"));
        assert_ne!(network("::ffff:192.0.2.7"), network("::ffff:192.0.2.8"));
        assert_ne!(network("192.0.2.7"), network("192.0.2.8"));
    }
}
