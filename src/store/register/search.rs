//! Looking people up: by the start of any of their names straight from the index of folded terms, or by exact
//! reference or certificate number.

use diesel::dsl::{exists, not};
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::{Cursor, Scope};
use crate::error::Result;
use crate::store::conn::Conn;
use crate::store::person;
use crate::store::schema::{badges, engagements, person_terms};
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

/// The people with exactly this reference, badge number, telephone number or e-mail address; for a reader of the whole
/// register, or this certificate number. Zeros that a spreadsheet ate are put back.
///
/// # Errors
/// The database's.
pub fn exactly(conn: &mut Conn, scope: &Scope, typed: &str) -> Result<Vec<PersonId>> {
    let typed = typed.trim();
    let close: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    let is_number = (9..=12).contains(&close.len()) && close.bytes().all(|b| b.is_ascii_digit());
    let codes = [typed.to_owned(), close.to_uppercase(), with_zeros(&close.to_uppercase())];
    // A reference that was merged finds whom it was found to be.
    let known = person::by_references(conn, &codes)?;
    let mut found: Vec<PersonId> = known.into_iter().map(|one| one.merged_into.unwrap_or(one.id)).collect();
    let wearers = badges::table.filter(badges::number.eq_any(&codes)).select(badges::person_id).limit(20);
    found.extend(wearers.load::<PersonId>(conn)?);
    if scope.reach == Reach::Everyone {
        if is_number {
            found.extend(person::by_certificate(conn, &format!("{close:0>12}"))?);
        }
        found.extend(person::by_contact(conn, &[typed.to_owned(), close.to_lowercase(), spaced(&close)])?);
    }
    found.sort_unstable();
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

/// `P2670` as `P002670`: letters, and at least six digits.
fn with_zeros(code: &str) -> String {
    let digits = code.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let letters = code.strip_suffix(digits).unwrap_or_default();
    format!("{letters}{digits:0>6}")
}

/// A telephone number with the space that people write after its code.
fn spaced(number: &str) -> String {
    match number.split_at_checked(5) {
        Some((code, rest)) => format!("{code} {rest}"),
        None => number.to_owned(),
    }
}
