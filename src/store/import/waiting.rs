//! Files that wait for their columns to be settled. Each is sealed under its key, of which only a fingerprint is kept:
//! without the address that its owner's browser holds, nobody can read it.

use diesel::prelude::*;

use crate::error::Result;
use crate::store::schema::import_files;
use crate::store::{Conn, Seal, Tx};
use crate::types::{At, UserId};

const PLACE: &str = "import file";

/// A file as it was uploaded.
pub struct Waiting {
    /// Its name.
    pub name: String,
    /// Whether nothing is to be written.
    pub dry_run: bool,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// Keeps a file of the actor's under `key`.
///
/// # Errors
/// The database's.
pub fn keep(tx: &mut Tx<'_>, key: &str, file: &Waiting) -> Result<()> {
    let seal = tx.seal();
    let row = (
        import_files::key_hash.eq(seal.fingerprint(PLACE, key)),
        import_files::user_id.eq(tx.actor),
        import_files::name.eq(&file.name),
        import_files::dry_run.eq(file.dry_run),
        import_files::sealed.eq(seal.kept_under(key).seal(PLACE, &file.bytes)?),
        import_files::kept_at.eq(tx.at),
    );
    diesel::insert_into(import_files::table).values(row).execute(&mut **tx)?;
    Ok(())
}

/// The user's file of that key, when it was kept after `limit`.
///
/// # Errors
/// The database's.
pub fn find(conn: &mut Conn, seal: &Seal, user: UserId, key: &str, limit: At) -> Result<Option<Waiting>> {
    let kept: Option<(String, bool, String)> = import_files::table
        .find(seal.fingerprint(PLACE, key))
        .filter(import_files::user_id.eq(user))
        .filter(import_files::kept_at.gt(limit))
        .select((import_files::name, import_files::dry_run, import_files::sealed))
        .first(conn)
        .optional()?;
    Ok(kept.and_then(|(name, dry_run, sealed)| {
        let bytes = seal.kept_under(key).open_bytes(PLACE, &sealed)?;
        Some(Waiting { name, dry_run, bytes })
    }))
}

/// Lets go of the file of that key, and of every file kept before `limit`.
///
/// # Errors
/// The database's.
pub fn sweep(tx: &mut Tx<'_>, key: &str, limit: At) -> Result<()> {
    let hash = tx.seal().fingerprint(PLACE, key);
    let gone = import_files::key_hash.eq(hash).or(import_files::kept_at.le(limit));
    diesel::delete(import_files::table.filter(gone)).execute(&mut **tx)?;
    Ok(())
}
