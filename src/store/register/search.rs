//! Looking people up: by the start of any of their names straight from the index of folded terms, or by exact
//! reference or certificate number.

use diesel::dsl::{exists, not};
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::{Cursor, Scope};
use crate::error::Result;
use crate::store::conn::Conn;
use crate::store::person;
use crate::store::schema::{engagements, person_terms};
use crate::types::{PersonId, Reach, fold};

diesel::alias!(person_terms as earlier: Earlier);

/// People with a term that begins with the folded `name`, each at the first such term.
macro_rules! matching {
    ($scope:expr, $from:expr) => {{
        use person_terms as term;
        let is_whole = $scope.firms(None).is_none();
        let before = earlier
            .filter(earlier.field(term::person_id).eq(term::person_id))
            .filter(earlier.field(term::term).ge($from.clone()))
            .filter(earlier.field(term::term).lt(term::term))
            .filter(earlier.field(term::is_current).or(is_whole.into_sql::<Bool>()));

        let query = term::table
            .filter(term::term.ge($from.clone()))
            .filter(term::term.lt(format!("{}\u{10FFFF}", $from)))
            .filter(not(exists(before)))
            .into_boxed();
        match $scope.firms(None) {
            // What somebody was called before is not their firm's to find.
            Some(firms) => query.filter(term::is_current).filter(exists(
                engagements::table
                    .filter(engagements::person_id.eq(term::person_id))
                    .filter(engagements::contractor_id.eq_any(firms))
                    .filter(running!($scope.today)),
            )),
            None => query,
        }
    }};
}

/// Up to `limit` people whose name begins with what was typed, from `cursor` on, or back from it.
///
/// # Errors
/// The database's.
pub fn search(
    conn: &mut Conn,
    scope: &Scope,
    typed: &str,
    cursor: Option<&Cursor>,
    limit: i64,
) -> Result<Vec<PersonId>> {
    let from = fold(typed);
    if from.is_empty() {
        return Ok(Vec::new());
    }
    let at: Option<(String, &Cursor)> = match cursor {
        None => None,
        Some(cursor) => matching!(scope, from)
            .filter(person_terms::person_id.eq(cursor.person))
            .select(person_terms::term)
            .first(conn)
            .optional()?
            .map(|term| (term, cursor)),
    };
    let back = at.as_ref().is_some_and(|(_, cursor)| cursor.back);
    let (term, person) = (person_terms::term, person_terms::person_id);
    let mut query = matching!(scope, from).select(person).limit(limit);
    if let Some((key, at)) = at {
        let at = at.person;
        query = if back {
            query.filter(term.le(key.clone())).filter(term.lt(key.clone()).or(term.eq(key).and(person.lt(at))))
        } else {
            query.filter(term.ge(key.clone())).filter(term.gt(key.clone()).or(term.eq(key).and(person.gt(at))))
        };
    }
    let query = if back { query.order((term.desc(), person.desc())) } else { query.order((term.asc(), person.asc())) };
    let mut found: Vec<PersonId> = query.load(conn)?;
    if back {
        found.reverse();
    }
    Ok(found)
}

/// The people with exactly this reference, or, for a reader of the whole register, this certificate number.
///
/// # Errors
/// The database's.
pub fn exactly(conn: &mut Conn, scope: &Scope, typed: &str) -> Result<Vec<PersonId>> {
    let close: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    let is_number = close.len() == 12 && close.bytes().all(|b| b.is_ascii_digit());
    let references = [typed.trim().to_owned(), close.to_uppercase()];
    let mut found: Vec<PersonId> =
        person::by_references(conn, &references)?.into_iter().map(|person| person.id).collect();
    if is_number && scope.reach == Reach::Everyone {
        found.extend(person::by_certificate(conn, &close)?);
    }
    found.dedup();
    match scope.firms(None) {
        None => Ok(found),
        Some(firms) => Ok(engagements::table
            .filter(engagements::person_id.eq_any(found))
            .filter(engagements::contractor_id.eq_any(firms))
            .filter(running!(scope.today))
            .select(engagements::person_id)
            .distinct()
            .load(conn)?),
    }
}
