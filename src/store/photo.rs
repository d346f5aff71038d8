//! Photographs of people, as they are printed on badges. One is in use at a time; the others of a person are cuts to
//! choose from, or printed on an older badge.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::NaiveDate;
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use sha2::{Digest, Sha256};

use super::conn::Conn;
use super::db::Tx;
use super::schema::{badges, photos};
use crate::error::{Error, Result};
use crate::types::{PersonId, PhotoId, UserId};

/// A photograph. Shows somebody, so no Debug.
#[derive(Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = photos)]
pub struct Photo {
    /// Row id.
    pub id: PhotoId,
    /// Whom it shows.
    pub person_id: PersonId,
    /// The picture, in base 64.
    jpeg: String,
    /// SHA-256 of the picture, in hex.
    pub digest: String,
    /// Who sent it.
    pub uploaded_by: UserId,
    /// When.
    pub uploaded_on: NaiveDate,
    /// Since when it is not in use.
    pub retired_on: Option<NaiveDate>,
    /// Who of the team looked at it.
    pub looked_by: Option<UserId>,
}

impl Photo {
    /// The picture.
    ///
    /// # Errors
    /// `Internal` when the row holds none.
    pub fn jpeg(&self) -> Result<Vec<u8>> {
        BASE64.decode(&self.jpeg).map_err(|_| Error::internal("a photo that is none"))
    }
}

/// Writes a picture that is not in use yet.
///
/// # Errors
/// The database's.
pub fn insert(tx: &mut Tx<'_>, person: PersonId, jpeg: &[u8]) -> Result<PhotoId> {
    let (actor, today) = (tx.actor, tx.today);
    Ok(diesel::insert_into(photos::table)
        .values((
            photos::person_id.eq(person),
            photos::jpeg.eq(BASE64.encode(jpeg)),
            photos::digest.eq(hex::encode(Sha256::digest(jpeg))),
            photos::uploaded_by.eq(actor),
            photos::uploaded_on.eq(today),
            photos::retired_on.eq(Some(today)),
        ))
        .returning(photos::id)
        .get_result(&mut **tx)?)
}

/// A photograph.
///
/// # Errors
/// `NotFound`.
pub fn find(conn: &mut Conn, id: PhotoId) -> Result<Photo> {
    Ok(photos::table.find(id).select(Photo::as_select()).first(conn)?)
}

/// These photographs.
///
/// # Errors
/// The database's.
pub fn by_ids(conn: &mut Conn, ids: &[PhotoId]) -> Result<Vec<Photo>> {
    Ok(photos::table.filter(photos::id.eq_any(ids)).select(Photo::as_select()).load(conn)?)
}

/// The photograph in use, without the picture.
///
/// # Errors
/// The database's.
pub fn current(conn: &mut Conn, person: PersonId) -> Result<Option<PhotoId>> {
    Ok(photos::table
        .filter(photos::person_id.eq(person))
        .filter(photos::retired_on.is_null())
        .order(photos::id.desc())
        .select(photos::id)
        .first(conn)
        .optional()?)
}

/// The photographs these people have in use, and who of the team looked at each.
///
/// # Errors
/// The database's.
pub fn in_use(conn: &mut Conn, people: &[PersonId]) -> Result<Vec<(PersonId, PhotoId, Option<UserId>)>> {
    let own = photos::table.filter(photos::person_id.eq_any(people)).filter(photos::retired_on.is_null());
    let columns = (photos::person_id, photos::id, photos::looked_by);
    Ok(own.order(photos::id.desc()).select(columns).load(conn)?)
}

/// Notes that whoever acts looked at a photograph.
///
/// # Errors
/// The database's.
pub fn look(tx: &mut Tx<'_>, id: PhotoId) -> Result<()> {
    let actor = tx.actor;
    diesel::update(photos::table.find(id)).set(photos::looked_by.eq(Some(actor))).execute(&mut **tx)?;
    Ok(())
}

/// The cuts this user may choose from, oldest first.
///
/// # Errors
/// The database's.
pub fn cuts(conn: &mut Conn, person: PersonId, by: UserId) -> Result<Vec<PhotoId>> {
    let printed = badges::table.filter(badges::photo_id.eq(photos::id.nullable()));
    Ok(photos::table
        .filter(photos::person_id.eq(person))
        .filter(photos::uploaded_by.eq(by))
        .filter(photos::retired_on.eq(photos::uploaded_on.nullable()))
        .filter(not(exists(printed)))
        .order(photos::id)
        .select(photos::id)
        .load(conn)?)
}

/// Puts a photograph in use and the one that was out of it; whatever no badge bears is destroyed.
///
/// # Errors
/// The database's.
pub fn put_in_use(tx: &mut Tx<'_>, person: PersonId, id: PhotoId) -> Result<()> {
    let today = tx.today;
    let others = photos::table.filter(photos::person_id.eq(person)).filter(photos::retired_on.is_null());
    diesel::update(others).set(photos::retired_on.eq(Some(today))).execute(&mut **tx)?;
    diesel::update(photos::table.find(id)).set(photos::retired_on.eq(None::<NaiveDate>)).execute(&mut **tx)?;
    destroy_unused(tx, person)
}

/// Takes the photograph of somebody out of use.
///
/// # Errors
/// The database's.
pub fn retire(tx: &mut Tx<'_>, person: PersonId) -> Result<()> {
    let today = tx.today;
    let own = photos::table.filter(photos::person_id.eq(person)).filter(photos::retired_on.is_null());
    diesel::update(own).set(photos::retired_on.eq(Some(today))).execute(&mut **tx)?;
    Ok(())
}

/// Destroys a person's pictures that are not in use and that no badge bears.
///
/// # Errors
/// The database's.
pub fn destroy_unused(tx: &mut Tx<'_>, person: PersonId) -> Result<()> {
    let printed = badges::table.filter(badges::photo_id.is_not_null()).select(badges::photo_id.assume_not_null());
    let own = photos::table.filter(photos::person_id.eq(person)).filter(photos::retired_on.is_not_null());
    diesel::delete(own.filter(photos::id.ne_all(printed.filter(badges::person_id.eq(person))))).execute(&mut **tx)?;
    Ok(())
}

/// Whose cuts were left lying before `day`, up to `limit` people.
///
/// # Errors
/// The database's.
pub fn left_lying(conn: &mut Conn, day: NaiveDate, limit: i64) -> Result<Vec<PersonId>> {
    let printed = badges::table.filter(badges::photo_id.eq(photos::id.nullable()));
    Ok(photos::table
        .filter(photos::retired_on.lt(Some(day)))
        .filter(not(exists(printed)))
        .select(photos::person_id)
        .distinct()
        .limit(limit)
        .load(conn)?)
}
