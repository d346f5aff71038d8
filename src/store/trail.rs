//! The trail: what was done, by whom, when and why. Append-only by trigger, chained by hash; personal values are
//! sealed under the person's own key, and the hash covers the sealed text, so an erasure leaves the chain whole.

use std::collections::HashMap;

use diesel::dsl::{exists, not};
use diesel::prelude::*;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::conn::Conn;
use super::db::Tx;
use super::dialect::insert_all;
use super::schema::{people, person_keys, trail, trail_head};
use super::seal::{PersonKey, Seal, random_token};
use crate::error::{Error, Result};
use crate::types::{At, PersonId, UserId};

/// What a command says it did; becomes a [`Row`] when the transaction ends.
#[derive(Debug, Clone)]
pub struct Entry {
    act: &'static str,
    subject_kind: &'static str,
    subject_id: i64,
    person: Option<PersonId>,
    old: Option<String>,
    new: Option<String>,
    reason: Option<String>,
}

impl Entry {
    /// `act` (noun.verb) was done to the subject.
    pub fn new(act: &'static str, subject_kind: &'static str, subject_id: i64) -> Entry {
        Entry { act, subject_kind, subject_id, person: None, old: None, new: None, reason: None }
    }

    /// Whom it concerns: the values are sealed under this person's key.
    #[must_use]
    pub fn about(mut self, person: PersonId) -> Entry {
        self.person = Some(person);
        self
    }

    /// What it was before.
    #[must_use]
    pub fn old(mut self, value: &impl Serialize) -> Entry {
        self.old = serde_json::to_string(value).ok();
        self
    }

    /// What it is now.
    #[must_use]
    pub fn new_value(mut self, value: &impl Serialize) -> Entry {
        self.new = serde_json::to_string(value).ok();
        self
    }

    /// Why, in the words of whoever decided.
    #[must_use]
    pub fn reason(mut self, reason: impl Into<String>) -> Entry {
        self.reason = Some(reason.into());
        self
    }
}

/// A row of the trail as it is stored: personal values sealed.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = trail, treat_none_as_default_value = false)]
pub struct Row {
    /// Its place in the chain, from 1.
    pub seq: i64,
    /// When, UTC.
    pub at: At,
    /// Who.
    pub actor: UserId,
    /// What: noun.verb.
    pub act: String,
    /// The kind of thing it was done to.
    pub subject_kind: String,
    /// Which.
    pub subject_id: i64,
    /// Whom it concerns.
    pub person_id: Option<PersonId>,
    /// Before, sealed when it concerns somebody.
    pub old_value: Option<String>,
    /// After, likewise.
    pub new_value: Option<String>,
    /// Why, likewise.
    pub reason: Option<String>,
    /// The hash of the row before; empty for the first.
    pub prev_hash: String,
    /// SHA-256 over all of the above.
    pub hash: String,
}

impl Row {
    fn digest(&self) -> String {
        let mut sha = Sha256::new();
        let seq = self.seq.to_string();
        let (at, actor, subject) = (self.at.to_string(), self.actor.to_string(), self.subject_id.to_string());
        let person = self.person_id.map(|id| id.to_string());
        let some = |field: &Option<String>| field.clone().map_or_else(|| "-".to_owned(), |text| format!("+{text}"));
        for field in [
            &self.prev_hash,
            &seq,
            &at,
            &actor,
            &self.act,
            &self.subject_kind,
            &subject,
            &some(&person),
            &some(&self.old_value),
            &some(&self.new_value),
            &some(&self.reason),
        ] {
            sha.update((field.len() as u64).to_be_bytes());
            sha.update(field.as_bytes());
        }
        hex::encode(sha.finalize())
    }
}

/// Appends what the transaction buffered. The chain's head is locked here, last, and briefly.
///
/// # Errors
/// The database's.
pub fn append(tx: &mut Tx<'_>) -> Result<()> {
    let entries = tx.take_entries();
    if entries.is_empty() {
        return Ok(());
    }
    let seal = tx.seal();
    let (mut seq, mut prev_hash): (i64, String) = diesel::update(trail_head::table.find(1))
        .set(trail_head::id.eq(1))
        .returning((trail_head::seq, trail_head::hash))
        .get_result(&mut **tx)?;
    // Asked after the head is locked: two writers of one person's first row would both make its key.
    // An entry without a value needs none, so that whoever was erased is given no new one.
    let sealed = entries.iter().filter(|e| e.old.is_some() || e.new.is_some() || e.reason.is_some());
    let people: Vec<PersonId> = sealed.filter_map(|e| e.person).collect();
    let mut keys = keys_for(tx, &seal, people.into_iter())?;
    let mut rows = Vec::with_capacity(entries.len());
    for entry in entries {
        seq += 1;
        let mut closed = |place: &str, value: Option<String>| -> Result<Option<String>> {
            match (value, entry.person.and_then(|person| keys.get_mut(&person))) {
                (Some(text), Some(key)) => Ok(Some(key.seal(&format!("trail.{place}.{seq}"), &text)?)),
                (value, _) => Ok(value),
            }
        };
        let mut row = Row {
            seq,
            at: tx.at,
            actor: tx.actor,
            act: entry.act.to_owned(),
            subject_kind: entry.subject_kind.to_owned(),
            subject_id: entry.subject_id,
            person_id: entry.person,
            old_value: closed("old", entry.old)?,
            new_value: closed("new", entry.new)?,
            reason: closed("reason", entry.reason)?,
            prev_hash,
            hash: String::new(),
        };
        row.hash = row.digest();
        prev_hash = row.hash.clone();
        rows.push(row);
    }
    insert_all!(&mut **tx, trail::table, rows, |row| row)?;
    diesel::update(trail_head::table.find(1))
        .set((trail_head::seq.eq(seq), trail_head::hash.eq(prev_hash)))
        .execute(&mut **tx)?;
    Ok(())
}

/// The keys of these people, made where there is none yet.
fn keys_for(
    tx: &mut Tx<'_>,
    seal: &Seal,
    people: impl Iterator<Item = PersonId>,
) -> Result<HashMap<PersonId, PersonKey>> {
    let mut wanted: Vec<PersonId> = people.collect();
    wanted.sort_unstable();
    wanted.dedup();
    let mut keys = HashMap::with_capacity(wanted.len());
    for chunk in wanted.chunks(500) {
        let known: Vec<(PersonId, String)> =
            person_keys::table.filter(person_keys::person_id.eq_any(chunk)).load(&mut **tx)?;
        keys.extend(known.iter().map(|(person, salt)| (*person, seal.person(salt))));
        let fresh: Vec<(PersonId, String)> =
            chunk.iter().filter(|person| !keys.contains_key(person)).map(|person| (*person, random_token())).collect();
        insert_all!(&mut **tx, person_keys::table, fresh, |(person, salt)| {
            (person_keys::person_id.eq(person), person_keys::sealed.eq(salt))
        })?;
        keys.extend(fresh.iter().map(|(person, salt)| (*person, seal.person(salt))));
    }
    Ok(keys)
}

/// A row with its values opened; a value whose key was destroyed reads as nothing.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The row as stored.
    pub row: Row,
    /// Before, as JSON.
    pub old: Option<String>,
    /// After, as JSON.
    pub new: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

/// Up to `limit` rows about `person` and about the rows merged into it, newest first, older than `before` when given.
///
/// # Errors
/// The database's.
pub fn of_person(
    conn: &mut Conn,
    seal: &Seal,
    person: PersonId,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Opened>> {
    let merged = people::table.filter(people::merged_into.eq(person)).select(people::id);
    let mut ids: Vec<PersonId> = merged.load(conn)?;
    ids.push(person);
    let rows: Vec<Row> = trail::table
        .filter(trail::person_id.eq_any(&ids))
        .filter(trail::seq.lt(before.unwrap_or(i64::MAX)))
        .order(trail::seq.desc())
        .limit(limit)
        .select(Row::as_select())
        .load(conn)?;
    let salts: Vec<(PersonId, String)> = person_keys::table.filter(person_keys::person_id.eq_any(&ids)).load(conn)?;
    let keys: HashMap<PersonId, PersonKey> =
        salts.into_iter().map(|(person, salt)| (person, seal.person(&salt))).collect();
    let key = |row: &Row| row.person_id.and_then(|person| keys.get(&person));
    Ok(rows
        .into_iter()
        .map(|row| {
            let key = key(&row);
            opened(row, key)
        })
        .collect())
}

fn opened(row: Row, key: Option<&PersonKey>) -> Opened {
    let open = |place: &str, value: &Option<String>| {
        let text = value.as_ref()?;
        key?.open(&format!("trail.{place}.{}", row.seq), text)
    };
    Opened {
        old: open("old", &row.old_value),
        new: open("new", &row.new_value),
        reason: open("reason", &row.reason),
        row,
    }
}

/// The chain's head: the last row's place and hash.
///
/// # Errors
/// The database's.
pub fn head(conn: &mut Conn) -> Result<(i64, String)> {
    Ok(trail_head::table.find(1).select((trail_head::seq, trail_head::hash)).first(conn)?)
}

/// Walks the whole chain as far as its head is at this moment, others writing meanwhile, and answers its length.
///
/// # Errors
/// `Conflict` naming the first bad row, or that rows are missing at the end.
pub fn verify(conn: &mut Conn) -> Result<i64> {
    let (head_seq, head_hash) = head(conn)?;
    let (mut seq, mut prev) = (0, String::new());
    loop {
        let rows: Vec<Row> = trail::table
            .filter(trail::seq.gt(seq).and(trail::seq.le(head_seq)))
            .order(trail::seq)
            .limit(2000)
            .select(Row::as_select())
            .load(conn)?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            if row.seq != seq + 1 {
                return Err(Error::Conflict(format!("the trail has no row {}", seq + 1)));
            }
            if row.prev_hash != prev || row.hash != row.digest() {
                return Err(Error::Conflict(format!("row {} of the trail was changed", row.seq)));
            }
            (seq, prev) = (row.seq, row.hash);
        }
    }
    if (seq, prev) != (head_seq, head_hash) || !ends_at_head(conn)? {
        return Err(Error::Conflict(format!("the trail ends at row {seq}, its head says {head_seq}")));
    }
    Ok(seq)
}

/// Whether the last row is the one the head names: a cut-off tail shows without walking the chain. One statement, so
/// that a write between two cannot look like it.
///
/// # Errors
/// The database's.
pub fn ends_at_head(conn: &mut Conn) -> Result<bool> {
    let beyond = trail::table.filter(trail::seq.gt(trail_head::seq)).select(trail::seq);
    let last = trail::table.filter(trail::seq.eq(trail_head::seq)).filter(trail::hash.eq(trail_head::hash));
    let sound = trail_head::table
        .filter(not(exists(beyond)))
        .filter(trail_head::seq.eq(0).or(exists(last.select(trail::seq))))
        .select(trail_head::id);
    Ok(diesel::select(exists(sound)).get_result(conn)?)
}

/// Whether anything was ever done: a database that was only migrated has an empty trail.
///
/// # Errors
/// The database's.
pub fn is_empty(conn: &mut Conn) -> Result<bool> {
    Ok(head(conn)?.0 == 0)
}
