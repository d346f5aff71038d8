//! Stand-in for the vault until it is merged: the signature that others write against.

use diesel::prelude::*;

use crate::error::Result;
use crate::store::Tx;
use crate::store::schema::vault_notes;
use crate::types::{ApplicationId, NoteId, NoteKind};

/// Seals a note of a case.
///
/// # Errors
/// The database's.
pub fn write(tx: &mut Tx<'_>, application: ApplicationId, kind: NoteKind, text: &str) -> Result<NoteId> {
    let sealed = tx.seal().kept_under(&format!("case {application}")).seal("vault", text)?;
    let row = (
        vault_notes::application_id.eq(application),
        vault_notes::kind.eq(kind),
        vault_notes::sealed.eq(sealed),
        vault_notes::written_by.eq(tx.actor),
        vault_notes::written_at.eq(tx.at),
    );
    Ok(diesel::insert_into(vault_notes::table).values(row).returning(vault_notes::id).get_result(&mut **tx)?)
}
