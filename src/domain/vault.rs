//! The vault: notes that quote a disclosure. Each is sealed under its case's own key and opens in its place alone; whoever
//! reads says why, and the list of readings and the trail both have it (Police Act 1997 s.124; facts.md §3).

use serde_json::json;

use super::permission::{Act, Case, Subject, Who, may};
use super::reason::LONGEST;
use crate::error::{Error, Result};
use crate::store::application::{self, Application};
use crate::store::trail::Entry;
use crate::store::vault::{self as store, Note};
use crate::store::{CaseKey, Conn, Seal, Tx};
use crate::types::{ApplicationId, At, NoteId, NoteKind, Reach, UserId};

/// The shortest reason for reading that says anything, in characters.
pub const SHORTEST_REASON: usize = 10;
/// The longest note, in characters.
pub const LONGEST_NOTE: usize = 20_000;

/// What a reading of every note is kept as.
const ALL: &str = "all";

/// A note as it was written. No Debug: it quotes a disclosure.
pub struct OpenNote {
    /// Row id.
    pub id: NoteId,
    /// What it is.
    pub kind: NoteKind,
    /// The words.
    pub text: String,
    /// Who wrote it.
    pub written_by: UserId,
    /// When.
    pub written_at: At,
}

/// Seals a note into the case's vault, whose key is made with its first. Who may is the caller's to ask. The trail is
/// told that there is a note, and of what kind.
///
/// # Errors
/// `Invalid` at `note` when there is no text, or too much; `NotFound` for no application.
pub fn write(tx: &mut Tx<'_>, application: ApplicationId, kind: NoteKind, text: &str) -> Result<NoteId> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::invalid("note", "Enter the note"));
    }
    if text.chars().count() > LONGEST_NOTE {
        return Err(Error::invalid("note", format!("The note must be {LONGEST_NOTE} characters or fewer")));
    }
    let owner = application::find(tx, application, &Reach::Everyone)?.person_id;
    let key = key_for(tx, application)?;
    let (by, at) = (tx.actor, tx.at);
    let sealed = key.seal(&place(application, kind, by, at), text)?;
    let note = Note { id: NoteId(0), application_id: application, kind, sealed, written_by: by, written_at: at };
    let id = store::insert(tx, &note)?;
    let entry = Entry::new("vault.write", "application", application.0);
    let entry = entry.new_value(&json!({ "note": id, "kind": kind }));
    tx.trail(match owner {
        Some(person) => entry.about(person),
        None => entry,
    });
    Ok(id)
}

/// Opens the notes of a case, of one kind or all, oldest first; the reading is kept with its reason, here and in the
/// trail, before anything is shown, and marked where the reader has no part in the case (data.md §8). Empty when there is
/// none, or its fuse has burnt down.
///
/// # Errors
/// `NotFound` and `Forbidden` as [`may`] says; `Invalid` at `reason` unless it says something; `Internal` for a note
/// that does not open: another council key, or moved from where it was written.
pub fn read(
    tx: &mut Tx<'_>,
    who: &Who,
    application: &Application,
    case: &Case,
    kind: Option<NoteKind>,
    reason: &str,
) -> Result<Vec<OpenNote>> {
    may(who, Act::ReadVault, Subject::Case(case))?;
    let reason = checked(reason)?;
    let id = application.id;
    let what = kind.map_or(ALL, NoteKind::as_str);
    // A decision maker may have to read of a case that is not theirs, and whoever looks after them sees that they did.
    let is_outside = !case.is_of(who.user);
    store::log(tx, (id, application.person_id), (who.user, what, reason), is_outside)?;
    let act = if is_outside { "vault.read_outside" } else { "vault.read" };
    let entry = Entry::new(act, "application", id.0).new_value(&json!({ "what": what })).reason(reason);
    tx.trail(match application.person_id {
        Some(person) => entry.about(person),
        None => entry,
    });
    let notes = store::notes(tx, id, kind)?;
    if notes.is_empty() {
        return Ok(Vec::new());
    }
    let key = key_of(tx, id)?.ok_or_else(|| unopened(id))?;
    notes.into_iter().map(|note| open(&key, note)).collect()
}

/// Whether the case's vault holds a note of this kind.
///
/// # Errors
/// The database's.
pub fn has(conn: &mut Conn, application: ApplicationId, kind: NoteKind) -> Result<bool> {
    Ok(!store::authors(conn, application, kind)?.is_empty())
}

/// Whether this user has opened every note of the case that somebody else wrote, each since it was written. What has
/// no vault has nothing to be read.
///
/// # Errors
/// The database's.
pub fn has_read(conn: &mut Conn, application: ApplicationId, user: UserId) -> Result<bool> {
    let readings = store::readings_by(conn, application, user)?;
    let opened = |note: &Note| {
        let same = |what: &str| what == ALL || what == note.kind.as_str();
        note.written_by == user || readings.iter().any(|(what, at)| same(what) && *at >= note.written_at)
    };
    Ok(store::notes(conn, application, None)?.iter().all(opened))
}

/// One note for the letter that takes it to the very person it is about; none when its fuse has burnt down.
///
/// # Errors
/// `Internal` for a note that does not open.
pub(super) fn for_letter(
    conn: &mut Conn,
    seal: &Seal,
    application: ApplicationId,
    note: Option<NoteId>,
) -> Result<Option<String>> {
    let Some(note) = store::notes(conn, application, None)?.into_iter().find(|one| Some(one.id) == note) else {
        return Ok(None);
    };
    let Some(sealed) = store::key(conn, application)? else { return Ok(None) };
    let key = seal.case(&place_of_key(application), &sealed).ok_or_else(|| unopened(application))?;
    open(&key, note).map(|open| Some(open.text))
}

/// What pages call a kind of note.
pub fn title(kind: NoteKind) -> &'static str {
    match kind {
        NoteKind::Declaration => "What the applicant declared",
        NoteKind::Interview => "Interview notes",
        NoteKind::Assessment => "Assessment",
        NoteKind::Reasons => "Reasons for the decision",
        NoteKind::Appeal => "Appeal",
    }
}

fn checked(reason: &str) -> Result<&str> {
    let reason = reason.trim();
    let length = reason.chars().count();
    if length < SHORTEST_REASON {
        let message = format!("Say why you need to read the notes, in {SHORTEST_REASON} characters or more");
        return Err(Error::invalid("reason", message));
    }
    if length > LONGEST {
        return Err(Error::invalid("reason", format!("The reason must be {LONGEST} characters or fewer")));
    }
    Ok(reason)
}

/// Where a note belongs: it opens nowhere else, nor as somebody else's, nor under another day.
fn place(application: ApplicationId, kind: NoteKind, by: UserId, at: At) -> String {
    format!("vault_notes.sealed.{application}.{kind}.{by}.{at}")
}

fn place_of_key(application: ApplicationId) -> String {
    format!("vault_keys.sealed_key.{application}")
}

fn key_of(tx: &mut Tx<'_>, application: ApplicationId) -> Result<Option<CaseKey>> {
    let Some(sealed) = store::key(tx, application)? else { return Ok(None) };
    let key = tx.seal().case(&place_of_key(application), &sealed);
    key.map(Some).ok_or_else(|| unopened(application))
}

/// The case's key, made now if this is its first note.
fn key_for(tx: &mut Tx<'_>, application: ApplicationId) -> Result<CaseKey> {
    if let Some(key) = key_of(tx, application)? {
        return Ok(key);
    }
    let (key, sealed) = tx.seal().new_case(&place_of_key(application))?;
    let kept = tx.savepoint(|tx| store::put_key(tx, application, &sealed));
    match kept {
        Ok(()) => Ok(key),
        // Somebody else made it at this moment: theirs stands.
        Err(error) => key_of(tx, application)?.ok_or(error),
    }
}

fn open(key: &CaseKey, note: Note) -> Result<OpenNote> {
    let Note { id, application_id, kind, sealed, written_by, written_at } = note;
    let text = key.open(&place(application_id, kind, written_by, written_at), &sealed);
    let text = text.ok_or_else(|| unopened(application_id))?;
    Ok(OpenNote { id, kind, text, written_by, written_at })
}

#[track_caller]
fn unopened(application: ApplicationId) -> Error {
    Error::internal(format!("the vault of application {application} does not open"))
}
