//! A bulletin in other languages. A translation is kept with the mark of the English text it was compared with: once the
//! English says something else the translation waits to be checked, and nothing that waits is published.

use serde_json::json;

use super::{Words, language_in_english, main};
use crate::domain::permission::{Act, Subject, Who, may};
use crate::domain::submission::fingerprint;
use crate::error::{Error, Fault, Result};
use crate::store::Tx;
use crate::store::bulletin::{self as store, MAIN, Text};
use crate::store::trail::Entry;
use crate::types::{BulletinId, BulletinState};

/// What tells one English text from another: its title, its body and its questions.
pub fn mark(english: &Text) -> String {
    fingerprint(&(&english.title, &english.body, &english.questions))
}

/// Whether the English text changed since this translation was compared with it.
pub fn is_behind(text: &Text, english: &Text) -> bool {
    text.language != MAIN && text.made_from != mark(english)
}

/// That no translation waits to be checked.
///
/// # Errors
/// `Invalid` at `translation_` and the code of each that does.
pub(super) fn all_checked(texts: &[Text]) -> Result<()> {
    let english = texts.iter().find(|text| text.language == MAIN).ok_or(Error::NotFound)?;
    let fault = |text: &Text| {
        let name = language_in_english(&text.language).unwrap_or_default();
        let message = format!("The English text changed after the {name} translation was made. Check the translation");
        Fault::new(format!("translation_{}", text.language), message)
    };
    let faults: Vec<Fault> = texts.iter().filter(|text| is_behind(text, english)).map(fault).collect();
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
}

/// Adds the bulletin in another language, translated from the English text of this mark.
///
/// # Errors
/// `Invalid` at the fields, also when it is written in the language already; `Conflict` once withdrawn.
pub fn translate(tx: &mut Tx<'_>, who: &Who, id: BulletinId, code: &str, words: &Words, of: &str) -> Result<()> {
    may(who, Act::WriteBulletins, Subject::Register)?;
    if store::lock(tx, id)?.state == BulletinState::Withdrawn {
        return Err(Error::Conflict("This bulletin is withdrawn.".into()));
    }
    let mut faults = Vec::new();
    match language_in_english(code).filter(|_| code != MAIN) {
        None => faults.push(Fault::new("language", "Choose the language")),
        Some(name) if store::texts(tx, id)?.iter().any(|text| text.language == code) => {
            faults.push(Fault::new("language", format!("The bulletin is written in {name} already")));
        }
        Some(_) => {}
    }
    let text = compared(tx, id, code, words, of, faults)?;
    store::insert_text(tx, id, &text)?;
    tx.trail(Entry::new("bulletin.translate", "bulletin", id.0).new_value(&told(&text)));
    Ok(())
}

/// Confirms or changes a draft's translation against the English text of this mark.
///
/// # Errors
/// `NotFound` when it is not written in it; `Invalid` at the fields; `Conflict` once it is published.
pub fn check(tx: &mut Tx<'_>, who: &Who, id: BulletinId, code: &str, words: &Words, of: &str) -> Result<()> {
    may(who, Act::WriteBulletins, Subject::Register)?;
    let old = of_draft(tx, id, code)?;
    let text = compared(tx, id, code, words, of, Vec::new())?;
    store::write_text(tx, id, &text)?;
    tx.trail(Entry::new("bulletin.check_translation", "bulletin", id.0).old(&told(&old)).new_value(&told(&text)));
    Ok(())
}

/// Takes a language out of a draft.
///
/// # Errors
/// `NotFound` when it is not written in it; `Conflict` once it is published.
pub fn drop_language(tx: &mut Tx<'_>, who: &Who, id: BulletinId, code: &str) -> Result<()> {
    may(who, Act::WriteBulletins, Subject::Register)?;
    let text = of_draft(tx, id, code)?;
    store::drop_text(tx, id, code)?;
    tx.trail(Entry::new("bulletin.drop_language", "bulletin", id.0).old(&told(&text)));
    Ok(())
}

fn of_draft(tx: &mut Tx<'_>, id: BulletinId, code: &str) -> Result<Text> {
    if store::lock(tx, id)?.state != BulletinState::Draft {
        return Err(Error::Conflict("A translation is not changed once the bulletin is published.".into()));
    }
    store::texts(tx, id)?.into_iter().find(|text| text.language == code && code != MAIN).ok_or(Error::NotFound)
}

/// The words as a translation of the English text there is now, which is to be the one of this mark.
fn compared(
    tx: &mut Tx<'_>,
    id: BulletinId,
    code: &str,
    words: &Words,
    of: &str,
    mut faults: Vec<Fault>,
) -> Result<Text> {
    let english = main(tx, id)?;
    let now = mark(&english);
    if of != now {
        let message = "The English text changed while you wrote. Compare yours with it again";
        faults.push(Fault::new("title", message));
    }
    let text = words.as_translation(code, &english, &mut faults);
    if faults.is_empty() { Ok(Text { made_from: now, ..text }) } else { Err(Error::Invalid(faults)) }
}

fn told(text: &Text) -> serde_json::Value {
    json!({ "language": text.language, "title": text.title, "body": text.body, "questions": text.questions })
}
