//! People: who is on the register, by id, reference, name or certificate.

mod name;

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;

pub use name::{PersonName, add_name, names, of_name_and_birth, retire_current_name, rewrite_terms};
use name::{terms, write_name, write_terms};

use super::conn::Conn;
use super::db::Tx;
use super::dialect::each;
use super::schema::{dbs_certificates, engagements, people};
use crate::error::{Error, Result};
use crate::types::{ContractorId, NameKind, Origin, PersonId, Reach, fold};

/// A person: one row however many firms.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Identifiable)]
#[diesel(table_name = people)]
pub struct Person {
    /// Row id.
    pub id: PersonId,
    /// The council's reference, unique.
    pub reference: String,
    /// Forename or forenames; empty for somebody with a single name.
    pub forename: String,
    /// Surname.
    pub surname: String,
    /// Folded "surname forename", the order of every list.
    pub sort_name: String,
    /// Date of birth, unknown only on imported rows.
    pub date_of_birth: Option<NaiveDate>,
    /// E-mail address or empty.
    pub email: String,
    /// Telephone or empty.
    pub phone: String,
    /// Imported or recorded here.
    pub origin: Origin,
    /// The day the row was made.
    pub registered_on: NaiveDate,
    /// Fingerprint of the rows last imported; empty when recorded here.
    pub import_digest: String,
    /// Whom this row was found to be: only its reference is left here.
    pub merged_into: Option<PersonId>,
    /// The day all that says who this was went.
    pub erased_on: Option<NaiveDate>,
}

/// What pages and letters call somebody who was erased.
pub const ERASED: &str = "Erased person";

impl Person {
    /// "Forename Surname".
    pub fn full_name(&self) -> String {
        format!("{} {}", self.forename, self.surname).trim().to_owned()
    }
}

/// A person to be.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = people)]
pub struct NewPerson {
    /// The council's reference.
    pub reference: String,
    /// Forename.
    pub forename: String,
    /// Surname.
    pub surname: String,
    /// As [`sort_name`] makes it.
    pub sort_name: String,
    /// Date of birth.
    pub date_of_birth: Option<NaiveDate>,
    /// E-mail.
    pub email: String,
    /// Telephone.
    pub phone: String,
    /// Imported or recorded here.
    pub origin: Origin,
    /// Today.
    pub registered_on: NaiveDate,
    /// Fingerprint of the imported rows, or empty.
    pub import_digest: String,
}

/// The folded name people are sorted by.
pub fn sort_name(forename: &str, surname: &str) -> String {
    fold(&format!("{surname} {forename}"))
}

/// The person, when within `reach`.
///
/// # Errors
/// `NotFound` for one that is missing, for one that was merged into another and for one that is not theirs to see,
/// alike.
pub fn find(conn: &mut Conn, id: PersonId, reach: &Reach) -> Result<Person> {
    let person = people::table.find(id).filter(people::merged_into.is_null()).select(Person::as_select());
    match reach {
        Reach::Everyone => Ok(person.first(conn)?),
        Reach::Firms(firms) if is_of(conn, id, firms)? => Ok(person.first(conn)?),
        Reach::Firms(_) | Reach::Nobody => Err(Error::NotFound),
    }
}

/// Whether the person has, or had, an engagement at one of these firms.
fn is_of(conn: &mut Conn, person: PersonId, firms: &[ContractorId]) -> Result<bool> {
    let at_firm = engagements::table
        .filter(engagements::person_id.eq(person))
        .filter(engagements::contractor_id.eq_any(firms.to_vec()));
    Ok(diesel::select(diesel::dsl::exists(at_firm)).get_result(conn)?)
}

/// Whom this row was merged into.
///
/// # Errors
/// The database's.
pub fn merged_into(conn: &mut Conn, id: PersonId) -> Result<Option<PersonId>> {
    Ok(people::table.find(id).select(people::merged_into).first(conn).optional()?.flatten())
}

/// The rows of one person: their own first, then those merged into it.
///
/// # Errors
/// The database's.
pub fn rows_of(conn: &mut Conn, id: PersonId) -> Result<Vec<PersonId>> {
    let merged = people::table.filter(people::merged_into.eq(id)).order(people::id).select(people::id);
    let mut rows = vec![id];
    rows.extend(merged.load::<PersonId>(conn)?);
    Ok(rows)
}

/// These people, in no order.
///
/// # Errors
/// The database's.
pub fn by_ids(conn: &mut Conn, ids: &[PersonId]) -> Result<Vec<Person>> {
    Ok(people::table.filter(people::id.eq_any(ids)).select(Person::as_select()).load(conn)?)
}

/// The person with this reference.
///
/// # Errors
/// The database's.
pub fn by_reference(conn: &mut Conn, reference: &str) -> Result<Option<Person>> {
    Ok(people::table.filter(people::reference.eq(reference)).select(Person::as_select()).first(conn).optional()?)
}

/// The people with these references.
///
/// # Errors
/// The database's.
pub fn by_references(conn: &mut Conn, references: &[String]) -> Result<Vec<Person>> {
    Ok(people::table.filter(people::reference.eq_any(references)).select(Person::as_select()).load(conn)?)
}

/// People of the same folded name and date of birth, but for `apart_from`: likely the same person twice.
///
/// # Errors
/// The database's.
pub fn twins(conn: &mut Conn, sort_name: &str, born: NaiveDate, apart_from: Option<PersonId>) -> Result<Vec<Person>> {
    Ok(people::table
        .filter(people::sort_name.eq(sort_name))
        .filter(people::date_of_birth.eq(born))
        .filter(people::id.ne(apart_from.unwrap_or_default()))
        .order(people::id)
        .limit(20)
        .select(Person::as_select())
        .load(conn)?)
}

/// A person's id and reference.
pub type Known = (PersonId, String);

/// As [`twins`] for many names at once: of each name and date of birth the person of the lowest id.
///
/// # Errors
/// The database's.
pub fn namesakes(conn: &mut Conn, sort_names: &[String]) -> Result<HashMap<(String, NaiveDate), Known>> {
    let rows: Vec<(String, Option<NaiveDate>, PersonId, String)> = people::table
        .filter(people::sort_name.eq_any(sort_names))
        .order(people::id.desc())
        .select((people::sort_name, people::date_of_birth, people::id, people::reference))
        .load(conn)?;
    Ok(rows.into_iter().filter_map(|(name, born, id, reference)| Some(((name, born?), (id, reference)))).collect())
}

/// The person who holds the certificate of this number.
///
/// # Errors
/// The database's.
pub fn by_certificate(conn: &mut Conn, number: &str) -> Result<Vec<PersonId>> {
    Ok(dbs_certificates::table
        .filter(dbs_certificates::number.eq(number))
        .select(dbs_certificates::person_id)
        .distinct()
        .limit(20)
        .load(conn)?)
}

/// The people with one of these telephone numbers or e-mail addresses.
///
/// # Errors
/// The database's.
pub fn by_contact(conn: &mut Conn, contacts: &[String]) -> Result<Vec<PersonId>> {
    let by_phone = people::table.filter(people::phone.eq_any(contacts)).select(people::id).limit(20);
    let mut found: Vec<PersonId> = by_phone.load(conn)?;
    let by_email = people::table.filter(people::email.eq_any(contacts)).select(people::id).limit(20);
    found.extend(by_email.load::<PersonId>(conn)?);
    Ok(found)
}

/// The highest number given out as `C` and six digits; 0 when none was. Other references may begin alike.
///
/// # Errors
/// The database's.
pub fn last_own_number(conn: &mut Conn) -> Result<u32> {
    let mut below = "C:".to_owned();
    loop {
        let some: Vec<String> = people::table
            .filter(people::reference.ge("C0").and(people::reference.lt(&below)))
            .order(people::reference.desc())
            .limit(100)
            .select(people::reference)
            .load(conn)?;
        let number = |text: &String| text.strip_prefix('C').filter(|digits| digits.len() == 6)?.parse().ok();
        if let Some(number) = some.iter().find_map(number) {
            return Ok(number);
        }
        let Some(last) = some.into_iter().last() else { return Ok(0) };
        below = last;
    }
}

/// Lets one transaction at a time give out a reference or take up a certificate's number, so that neither is used twice.
///
/// # Errors
/// The database's.
pub fn lock_numbers(tx: &mut Tx<'_>) -> Result<()> {
    super::user::lock(tx)
}

/// Writes a new person with the name it goes by.
///
/// # Errors
/// The database's.
pub fn insert(tx: &mut Tx<'_>, new: &NewPerson) -> Result<PersonId> {
    let id: PersonId =
        each!(&mut **tx, |c| diesel::insert_into(people::table).values(new).returning(people::id).get_result(c))?;
    write_name(tx, id, NameKind::Current, &new.forename, &new.surname)?;
    write_terms(tx, id, &terms(&new.forename, &new.surname), true)?;
    tx.touch(id);
    Ok(id)
}

/// Changes how a person is called and reached; the former name stays findable.
///
/// # Errors
/// The database's.
pub fn update(tx: &mut Tx<'_>, person: &Person) -> Result<()> {
    diesel::update(people::table.find(person.id))
        .set((
            people::forename.eq(&person.forename),
            people::surname.eq(&person.surname),
            people::sort_name.eq(sort_name(&person.forename, &person.surname)),
            people::date_of_birth.eq(person.date_of_birth),
            people::email.eq(&person.email),
            people::phone.eq(&person.phone),
        ))
        .execute(&mut **tx)?;
    tx.touch(person.id);
    Ok(())
}

/// Notes which rows were last imported under a row's own reference.
///
/// # Errors
/// The database's.
pub fn keep_digest(tx: &mut Tx<'_>, row: PersonId, digest: &str) -> Result<()> {
    diesel::update(people::table.find(row)).set(people::import_digest.eq(digest)).execute(&mut **tx)?;
    Ok(())
}
