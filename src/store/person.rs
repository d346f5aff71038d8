//! People, all their names, and the folded terms by which they are looked up.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::conn::Conn;
use super::db::Tx;
use super::dialect::each;
use super::schema::{dbs_certificates, engagements, people, person_names, person_terms};
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
}

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

/// One of a person's names.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = person_names)]
pub struct PersonName {
    /// Row id.
    pub id: i64,
    /// Whose.
    pub person_id: PersonId,
    /// Current, former, or as on a certificate.
    pub kind: NameKind,
    /// Forename.
    pub forename: String,
    /// Surname.
    pub surname: String,
    /// When it was recorded.
    pub recorded_on: NaiveDate,
}

/// The folded name people are sorted by.
pub fn sort_name(forename: &str, surname: &str) -> String {
    fold(&format!("{surname} {forename}"))
}

/// The person, when within `reach`.
///
/// # Errors
/// `NotFound` for one that is missing and for one that is not theirs to see, alike.
pub fn find(conn: &mut Conn, id: PersonId, reach: &Reach) -> Result<Person> {
    let person = people::table.find(id).select(Person::as_select());
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

/// All names of the person, newest first.
///
/// # Errors
/// The database's.
pub fn names(conn: &mut Conn, person: PersonId) -> Result<Vec<PersonName>> {
    Ok(person_names::table
        .filter(person_names::person_id.eq(person))
        .order(person_names::id.desc())
        .select(PersonName::as_select())
        .load(conn)?)
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
    let id: PersonId = diesel::insert_into(people::table).values(new).returning(people::id).get_result(&mut **tx)?;
    add_name(tx, id, NameKind::Current, &new.forename, &new.surname)?;
    tx.touch(id);
    Ok(id)
}

/// Records one more name and the terms it is found by.
///
/// # Errors
/// The database's.
pub fn add_name(tx: &mut Tx<'_>, person: PersonId, kind: NameKind, forename: &str, surname: &str) -> Result<()> {
    let today = tx.today;
    diesel::insert_into(person_names::table)
        .values((
            person_names::person_id.eq(person),
            person_names::kind.eq(kind),
            person_names::forename.eq(forename),
            person_names::surname.eq(surname),
            person_names::recorded_on.eq(today),
        ))
        .execute(&mut **tx)?;
    let known: Vec<String> =
        person_terms::table.filter(person_terms::person_id.eq(person)).select(person_terms::term).load(&mut **tx)?;
    let is_current = kind == NameKind::Current;
    let terms = terms(forename, surname);
    if is_current {
        diesel::update(person_terms::table.filter(person_terms::person_id.eq(person)))
            .filter(person_terms::term.eq_any(&terms))
            .set(person_terms::is_current.eq(true))
            .execute(&mut **tx)?;
    }
    let term = |term| {
        (person_terms::person_id.eq(person), person_terms::term.eq(term), person_terms::is_current.eq(is_current))
    };
    let fresh: Vec<_> = terms.into_iter().filter(|term| !known.contains(term)).map(term).collect();
    each!(&mut **tx, |c| diesel::insert_into(person_terms::table).values(&fresh).execute(c))?;
    Ok(())
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
            people::import_digest.eq(&person.import_digest),
        ))
        .execute(&mut **tx)?;
    tx.touch(person.id);
    Ok(())
}

/// A name no longer current.
///
/// # Errors
/// The database's.
pub fn retire_current_name(tx: &mut Tx<'_>, person: PersonId) -> Result<()> {
    diesel::update(
        person_names::table.filter(person_names::person_id.eq(person)).filter(person_names::kind.eq(NameKind::Current)),
    )
    .set(person_names::kind.eq(NameKind::Former))
    .execute(&mut **tx)?;
    diesel::update(person_terms::table.filter(person_terms::person_id.eq(person)))
        .set(person_terms::is_current.eq(false))
        .execute(&mut **tx)?;
    Ok(())
}

/// "surname forename", "forename surname", and each later part of a double surname first.
fn terms(forename: &str, surname: &str) -> Vec<String> {
    let (forename, surname) = (fold(forename), fold(surname));
    let mut terms = vec![format!("{surname} {forename}"), format!("{forename} {surname}")];
    let parts: Vec<&str> = surname.split(' ').collect();
    terms.extend(parts.iter().skip(1).map(|part| format!("{part} {surname} {forename}")));
    terms.iter_mut().for_each(|term| *term = term.trim().to_owned());
    terms.sort_unstable();
    terms.dedup();
    terms.retain(|term| !term.is_empty());
    terms
}

#[cfg(test)]
mod tests {
    use super::terms;

    #[test]
    fn a_double_surname_is_found_by_either_half() {
        assert_eq!(
            terms("Tariq", "Butt-Copestake"),
            ["butt copestake tariq", "copestake butt copestake tariq", "tariq butt copestake"]
        );
        assert_eq!(terms("", "Prince"), ["prince"]);
    }
}
