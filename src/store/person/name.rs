//! A person's names, and the folded terms by which they are looked up.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::error::Result;
use crate::store::dialect::{each, insert_all};
use crate::store::schema::{people, person_names, person_terms};
use crate::store::{Conn, Tx};
use crate::types::{NameKind, PersonId, fold};

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

/// People born on this day who go or went by one of these folded "surname forename" names.
///
/// # Errors
/// The database's.
pub fn of_name_and_birth(conn: &mut Conn, names: &[String], born: NaiveDate) -> Result<Vec<PersonId>> {
    Ok(person_terms::table
        .inner_join(people::table)
        .filter(person_terms::term.eq_any(names))
        .filter(people::date_of_birth.eq(born))
        .order(person_terms::person_id)
        .select(person_terms::person_id)
        .distinct()
        .limit(20)
        .load(conn)?)
}

/// Records one more name and the terms it is found by.
///
/// # Errors
/// The database's.
pub fn add_name(tx: &mut Tx<'_>, person: PersonId, kind: NameKind, forename: &str, surname: &str) -> Result<()> {
    write_name(tx, person, kind, forename, surname)?;
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
    let fresh: Vec<String> = terms.into_iter().filter(|term| !known.contains(term)).collect();
    write_terms(tx, person, &fresh, is_current)
}

pub(super) fn write_name(
    tx: &mut Tx<'_>,
    person: PersonId,
    kind: NameKind,
    forename: &str,
    surname: &str,
) -> Result<()> {
    let name = (
        person_names::person_id.eq(person),
        person_names::kind.eq(kind),
        person_names::forename.eq(forename),
        person_names::surname.eq(surname),
        person_names::recorded_on.eq(tx.today),
    );
    each!(&mut **tx, |c| diesel::insert_into(person_names::table).values(name).execute(c))?;
    Ok(())
}

pub(super) fn write_terms(tx: &mut Tx<'_>, person: PersonId, terms: &[String], is_current: bool) -> Result<()> {
    insert_all!(&mut **tx, person_terms::table, terms, |term| {
        (person_terms::person_id.eq(person), person_terms::term.eq(term), person_terms::is_current.eq(is_current))
    })?;
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

/// Writes the terms of all of a person's names anew; only the current name's are current.
///
/// # Errors
/// The database's.
pub fn rewrite_terms(tx: &mut Tx<'_>, person: PersonId) -> Result<()> {
    diesel::delete(person_terms::table.filter(person_terms::person_id.eq(person))).execute(&mut **tx)?;
    let all = names(tx, person)?;
    let of = |is_current: bool| {
        let some = all.iter().filter(move |name| (name.kind == NameKind::Current) == is_current);
        some.flat_map(|name| terms(&name.forename, &name.surname)).collect::<BTreeSet<String>>()
    };
    let (current, other) = (of(true), of(false));
    let former: Vec<String> = other.difference(&current).cloned().collect();
    write_terms(tx, person, &current.into_iter().collect::<Vec<_>>(), true)?;
    write_terms(tx, person, &former, false)
}

/// "surname forename", "forename surname", and each later part of a double surname first.
pub(super) fn terms(forename: &str, surname: &str) -> Vec<String> {
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
