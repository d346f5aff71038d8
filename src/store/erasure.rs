//! Erasures: asked for by one, carried out by another. What says who somebody was goes; what counts stays.

use diesel::prelude::*;
use diesel::sql_query;

use super::concern;
use super::conn::Conn;
use super::db::Tx;
use super::holding::{CASES, HOLDINGS, Holding, OnErase};
use super::person::{self, ERASED};
use super::schema::{appeals, applications, badges, erasures, import_problems, outbox, people, searches, tasks};
use crate::error::Result;
use crate::types::{At, ErasureGround, ErasureId, ErasureState, OutboxId, PersonId, UserId, fold};

/// Rows looked through at a time.
const BATCH: i64 = 1000;

/// An erasure.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = erasures, treat_none_as_default_value = false)]
pub struct Erasure {
    /// Row id; given by the database.
    #[diesel(skip_insertion)]
    pub id: ErasureId,
    /// Whose data.
    pub person_id: PersonId,
    /// On what ground.
    pub ground: ErasureGround,
    /// How far it is.
    pub state: ErasureState,
    /// Why, in the words of whoever asked; blanked when it is done.
    pub reason: String,
    /// Who asked.
    pub asked_by: UserId,
    /// When.
    pub asked_at: At,
    /// Who carried it out or withdrew it.
    pub settled_by: Option<UserId>,
    /// When.
    pub settled_at: Option<At>,
}

super::rows::dossier_rows!(erasures, Erasure, ErasureId);

/// The erasure that waits for a second decision maker.
///
/// # Errors
/// The database's.
pub fn asked(conn: &mut Conn, person: PersonId) -> Result<Option<Erasure>> {
    Ok(erasures::table
        .filter(erasures::person_id.eq(person))
        .filter(erasures::state.eq(ErasureState::Asked))
        .select(Erasure::as_select())
        .first(conn)
        .optional()?)
}

/// Ends an erasure that waits; says whether it did wait.
///
/// # Errors
/// The database's; the table itself refuses that whoever asked carries it out.
pub fn settle(tx: &mut Tx<'_>, id: ErasureId, state: ErasureState) -> Result<bool> {
    let (by, at) = (tx.actor, tx.at);
    let open = erasures::table.filter(erasures::id.eq(id)).filter(erasures::state.eq(ErasureState::Asked));
    let changed = diesel::update(open)
        .set((erasures::state.eq(state), erasures::settled_by.eq(Some(by)), erasures::settled_at.eq(Some(at))))
        .execute(&mut **tx)?;
    Ok(changed == 1)
}

/// Whether the person has an application that is not settled, and an appeal that is not.
///
/// # Errors
/// The database's.
pub fn open_matters(conn: &mut Conn, person: PersonId) -> Result<(bool, bool)> {
    let asked = applications::table.filter(applications::person_id.eq(person));
    let asked = asked.filter(applications::state.ne_all(["closed", "withdrawn"]));
    let appealed = appeals::table.filter(appeals::person_id.eq(person));
    let appealed = appealed.filter(appeals::state.eq_any(["lodged", "hearing_arranged"]));
    let is_asked = diesel::select(diesel::dsl::exists(asked)).get_result(conn)?;
    Ok((is_asked, diesel::select(diesel::dsl::exists(appealed)).get_result(conn)?))
}

/// What somebody may be known by.
pub struct Traces {
    names: Vec<(String, String)>,
    codes: Vec<String>,
}

impl Traces {
    /// Of these rows of one person.
    ///
    /// # Errors
    /// The database's.
    pub fn of(conn: &mut Conn, ids: &[PersonId]) -> Result<Traces> {
        let rows = person::by_ids(conn, ids)?;
        let mut names: Vec<(String, String)> =
            rows.iter().map(|row| (fold(&row.forename), fold(&row.surname))).collect();
        for id in ids {
            names.extend(person::names(conn, *id)?.into_iter().map(|one| (fold(&one.forename), fold(&one.surname))));
        }
        names.retain(|(_, surname)| !surname.is_empty());
        names.sort_unstable();
        names.dedup();
        let mut codes: Vec<String> = rows.iter().flat_map(|row| [&row.reference, &row.email]).cloned().collect();
        codes.extend(super::dbs::certificate::of_people(conn, ids)?.into_iter().map(|one| one.number));
        codes.retain(|code| !code.is_empty());
        Ok(Traces { names, codes })
    }

    /// Whether a text names the person: by a code of theirs, or by forename and surname.
    pub fn are_in(&self, text: &str) -> bool {
        let folded = format!(" {} ", fold(text));
        let has = |words: &str| words.is_empty() || folded.contains(&format!(" {words} "));
        self.codes.iter().any(|code| text.contains(code.as_str()))
            || self.names.iter().any(|(forename, surname)| has(forename) && has(surname))
    }

    /// Whether a text names the person by a code of theirs: nobody else's.
    pub fn name_surely(&self, text: &str) -> bool {
        self.codes.iter().any(|code| text.contains(code.as_str()))
    }
}

/// Blanks all that says who these rows of one person were, and destroys their keys.
///
/// # Errors
/// The database's.
pub fn wipe(tx: &mut Tx<'_>, ids: &[PersonId], traces: &Traces) -> Result<()> {
    wipe_elsewhere(tx, ids, traces)?;
    for id in ids {
        let cases = format!("application_id IN (SELECT id FROM applications WHERE person_id = {id})");
        for held in CASES {
            wipe_table(tx, &held, &cases)?;
        }
        for held in HOLDINGS {
            wipe_table(tx, &held, &format!("person_id = {id}"))?;
        }
        let today = tx.today;
        diesel::update(people::table.find(id))
            .set((
                people::reference.eq(format!("erased-{id}")),
                people::forename.eq(""),
                people::surname.eq(ERASED),
                people::sort_name.eq(fold(ERASED)),
                people::date_of_birth.eq(None::<chrono::NaiveDate>),
                people::email.eq(""),
                people::phone.eq(""),
                people::import_digest.eq(""),
                people::erased_on.eq(Some(today)),
            ))
            .execute(&mut **tx)?;
    }
    Ok(())
}

fn wipe_table(tx: &mut Tx<'_>, held: &Holding, of: &str) -> Result<()> {
    let table = held.table;
    let statement = match held.erase {
        OnErase::Stay | OnErase::Blank([]) => return Ok(()),
        OnErase::Delete => format!("DELETE FROM {table} WHERE {of}"),
        OnErase::Blank(columns) => {
            let set: Vec<String> = columns.iter().map(|(column, to)| format!("{column} = {to}")).collect();
            format!("UPDATE {table} SET {} WHERE {of}", set.join(", "))
        }
    };
    sql_query(statement).execute(&mut **tx)?;
    Ok(())
}

/// What other people's rows, and nobody's, say of them: tasks, letters that list many, concerns, rows of imported files,
/// searches.
fn wipe_elsewhere(tx: &mut Tx<'_>, ids: &[PersonId], traces: &Traces) -> Result<()> {
    let raw: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let letters: Vec<i64> = outbox::table
        .filter(outbox::person_id.eq_any(ids))
        .select(outbox::id)
        .load::<OutboxId>(&mut **tx)?
        .into_iter()
        .map(|id| id.0)
        .collect();
    for (kind, subjects) in [("person", &raw), ("outbox", &letters)] {
        for some in subjects.chunks(500) {
            let about = || tasks::table.filter(tasks::subject_kind.eq(kind)).filter(tasks::subject_id.eq_any(some));
            diesel::update(about()).set(tasks::detail.eq("Erased")).execute(&mut **tx)?;
            let said = about().filter(tasks::reason.is_not_null());
            diesel::update(said).set(tasks::reason.eq(Some(""))).execute(&mut **tx)?;
        }
    }
    let mut after = OutboxId(0);
    loop {
        let some: Vec<(OutboxId, Option<String>)> = outbox::table
            .filter(outbox::id.gt(after))
            .filter(outbox::body_text.is_not_null())
            .order(outbox::id)
            .limit(BATCH)
            .select((outbox::id, outbox::body_text))
            .load(&mut **tx)?;
        let Some((last, _)) = some.last() else { break };
        after = *last;
        let named: Vec<OutboxId> = some
            .iter()
            .filter(|(_, text)| traces.are_in(text.as_deref().unwrap_or_default()))
            .map(|(id, _)| *id)
            .collect();
        diesel::update(outbox::table.filter(outbox::id.eq_any(named)))
            .set((outbox::body_text.eq(None::<String>), outbox::body_html.eq(None::<String>)))
            .execute(&mut **tx)?;
    }
    let worn: Vec<String> =
        badges::table.filter(badges::person_id.eq_any(ids)).select(badges::number).load(&mut **tx)?;
    concern::wipe_where(tx, |text| traces.are_in(text) || worn.iter().any(|number| number.eq_ignore_ascii_case(text)))?;
    let named = problems(tx, |text| traces.are_in(text))?;
    for some in named.chunks(500) {
        let ids = some.iter().map(|(id, _, _)| *id);
        diesel::update(import_problems::table.filter(import_problems::id.eq_any(ids)))
            .set((import_problems::row_text.eq(""), import_problems::message.eq("Erased")))
            .execute(&mut **tx)?;
    }
    let typed: Vec<(String, String)> = searches::table.select((searches::key, searches::term)).load(&mut **tx)?;
    let is_part = |term: &str| {
        let term = fold(term);
        !term.is_empty() && traces.names.iter().any(|(first, last)| format!("{first} {last} {first}").contains(&term))
    };
    let gone = typed.into_iter().filter(|(_, term)| is_part(term) || traces.are_in(term)).map(|(key, _)| key);
    diesel::delete(searches::table.filter(searches::key.eq_any(gone.collect::<Vec<_>>()))).execute(&mut **tx)?;
    Ok(())
}

/// The problems of imported rows whose row or message `names` somebody: id, message and row.
///
/// # Errors
/// The database's.
pub fn problems(conn: &mut Conn, names: impl Fn(&str) -> bool) -> Result<Vec<(i64, String, String)>> {
    let (mut after, mut found) = (0, Vec::new());
    loop {
        let some: Vec<(i64, String, String)> = import_problems::table
            .filter(import_problems::id.gt(after))
            .order(import_problems::id)
            .limit(BATCH)
            .select((import_problems::id, import_problems::message, import_problems::row_text))
            .load(conn)?;
        let Some((last, _, _)) = some.last() else { return Ok(found) };
        after = *last;
        found.extend(
            some.into_iter().filter(|(_, message, row)| names(&format!("{message} {}", row.replace(',', " ")))),
        );
    }
}
