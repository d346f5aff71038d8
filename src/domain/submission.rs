//! A form sent twice, by a double click or a refresh, does its work once and leads to the same place; one whose subject
//! moved since it was opened does nothing.

use chrono::TimeDelta;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::store::{Conn, Tx, submission as store};
use crate::types::UserId;

/// Keys are remembered this long; a form left open longer still works, once.
const MEMORY: TimeDelta = TimeDelta::hours(24);

/// Does `work` unless the form of this key did it before; either way answers where it led.
///
/// # Errors
/// What `work` says; `Conflict` for a form without a key.
pub fn once(tx: &mut Tx<'_>, key: &str, work: impl FnOnce(&mut Tx<'_>) -> Result<String>) -> Result<String> {
    let sane = (16..=64).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    if !sane {
        return Err(Error::Conflict("The form was not complete.".into()));
    }
    let key = &own(tx.actor, key);
    if !store::take(tx, key)? {
        return store::led_to(tx, key)?.ok_or_else(|| Error::Conflict("This form was sent before.".into()));
    }
    let led_to = work(tx)?;
    store::keep(tx, key, &led_to)?;
    store::sweep(tx, tx.at.plus(-MEMORY))?;
    Ok(led_to)
}

/// Where the form of this key led, when this user sent it before.
///
/// # Errors
/// The database's.
pub fn led_to(conn: &mut Conn, user: UserId, key: &str) -> Result<Option<String>> {
    store::led_to(conn, &own(user, key))
}

/// What a form carries, as `based_on`, to say which values it was made from.
pub fn fingerprint(shown: &impl Serialize) -> String {
    let text = serde_json::to_string(shown).unwrap_or_default();
    hex::encode(Sha256::digest(text.as_bytes())).chars().take(16).collect()
}

/// Refuses a form made from other values than are stored now.
///
/// # Errors
/// `Conflict`.
pub fn unmoved(stored: &impl Serialize, based_on: &str) -> Result<()> {
    if fingerprint(stored) == based_on {
        Ok(())
    } else {
        Err(Error::Conflict("Somebody changed these details after you opened the form.".into()))
    }
}

/// A key as it is kept: nobody's key is anybody else's.
fn own(user: UserId, key: &str) -> String {
    format!("{user}.{key}")
}
