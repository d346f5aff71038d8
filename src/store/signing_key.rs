//! The keys that sign what a badge's square says: the public half in the open, the secret half sealed.

use diesel::prelude::*;

use super::conn::Conn;
use super::db::Tx;
use super::schema::signing_keys;
use crate::error::Result;
use crate::types::{At, SigningKeyId};

/// A key.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = signing_keys)]
pub struct SigningKey {
    /// Goes into each token.
    pub id: SigningKeyId,
    /// 32 bytes, in hex.
    pub public_key: String,
    /// The secret half, sealed for this public half.
    pub sealed_secret: String,
    /// When it was made.
    pub made_at: At,
    /// Since when it is believed no more.
    pub retired_at: Option<At>,
}

/// Every key, newest first.
///
/// # Errors
/// The database's.
pub fn all(conn: &mut Conn) -> Result<Vec<SigningKey>> {
    Ok(signing_keys::table.order(signing_keys::id.desc()).select(SigningKey::as_select()).load(conn)?)
}

/// Writes a new key.
///
/// # Errors
/// The database's.
pub fn insert(tx: &mut Tx<'_>, public_key: &str, sealed_secret: &str) -> Result<SigningKeyId> {
    let row = (
        signing_keys::public_key.eq(public_key),
        signing_keys::sealed_secret.eq(sealed_secret),
        signing_keys::made_at.eq(tx.at),
    );
    Ok(diesel::insert_into(signing_keys::table).values(row).returning(signing_keys::id).get_result(&mut **tx)?)
}

/// Retires a key; says whether it was in use until now.
///
/// # Errors
/// The database's.
pub fn retire(tx: &mut Tx<'_>, id: SigningKeyId) -> Result<bool> {
    let used = signing_keys::table.find(id).filter(signing_keys::retired_at.is_null());
    let at = tx.at;
    Ok(diesel::update(used).set(signing_keys::retired_at.eq(at)).execute(&mut **tx)? == 1)
}
