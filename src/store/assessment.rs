//! Suitability assessments: a finding for each criterion, a word and never what a disclosure said.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::dialect::{each, insert_all};
use super::schema::{applications, assessments, findings};
use super::{Conn, Tx};
use crate::error::Result;
use crate::types::{ApplicationId, AssessmentId, Finding, NoteId, PersonId, UserId};

/// An assessment of a case.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = assessments, treat_none_as_default_value = false)]
pub struct Assessment {
    /// Row id; given by the database.
    #[diesel(skip_insertion)]
    pub id: AssessmentId,
    /// The case.
    pub application_id: ApplicationId,
    /// The criteria it was made against.
    pub criteria_version: i32,
    /// The vault's note with dates and words.
    pub note_id: Option<NoteId>,
    /// By whom.
    pub assessed_by: UserId,
    /// When.
    pub assessed_on: NaiveDate,
}

/// Writes an assessment and its findings, by criterion.
///
/// # Errors
/// The database's.
pub fn insert(tx: &mut Tx<'_>, row: &Assessment, found: &[(String, Finding)]) -> Result<AssessmentId> {
    let id: AssessmentId = each!(&mut **tx, |c| {
        diesel::insert_into(assessments::table).values(row).returning(assessments::id).get_result(c)
    })?;
    insert_all!(&mut **tx, findings::table, found, |(code, finding)| (
        findings::assessment_id.eq(id),
        findings::code.eq(code),
        findings::finding.eq(finding),
    ))?;
    Ok(id)
}

/// The case's newest assessment.
///
/// # Errors
/// The database's.
pub fn latest(conn: &mut Conn, application: ApplicationId) -> Result<Option<Assessment>> {
    let own = assessments::table.filter(assessments::application_id.eq(application)).order(assessments::id.desc());
    Ok(own.select(Assessment::as_select()).first(conn).optional()?)
}

/// The newest assessment of any case of the person.
///
/// # Errors
/// The database's.
pub fn latest_of_person(conn: &mut Conn, person: PersonId) -> Result<Option<Assessment>> {
    Ok(assessments::table
        .inner_join(applications::table)
        .filter(applications::person_id.eq(person))
        .order(assessments::id.desc())
        .select(Assessment::as_select())
        .first(conn)
        .optional()?)
}

/// The assessment whose words this note holds.
///
/// # Errors
/// The database's.
pub fn of_note(conn: &mut Conn, note: NoteId) -> Result<Option<Assessment>> {
    let own = assessments::table.filter(assessments::note_id.eq(note));
    Ok(own.select(Assessment::as_select()).first(conn).optional()?)
}

/// Its findings, by criterion.
///
/// # Errors
/// The database's.
pub fn findings(conn: &mut Conn, id: AssessmentId) -> Result<Vec<(String, Finding)>> {
    let own = findings::table.filter(findings::assessment_id.eq(id)).order(findings::code);
    Ok(own.select((findings::code, findings::finding)).load(conn)?)
}
