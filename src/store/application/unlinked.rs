//! Applications that were over before anybody said whose they are: what was typed in them is somebody's all the same.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::Application;
use crate::error::Result;
use crate::store::schema::{applications, own_links};
use crate::store::{Conn, Tx};
use crate::types::ApplicationId;
use crate::types::ApplicationState::{Closed, Withdrawn};

/// Those that were over on `before` or earlier and still hold what was typed, up to `limit`.
///
/// # Errors
/// The database's.
pub fn forgettable(conn: &mut Conn, before: NaiveDate, limit: i64) -> Result<Vec<ApplicationId>> {
    Ok(applications::table
        .filter(applications::state.eq_any([Withdrawn, Closed]))
        .filter(applications::state_since.le(before))
        .filter(applications::person_id.is_null())
        .filter(applications::answers.ne("{}"))
        .order(applications::id)
        .limit(limit)
        .select(applications::id)
        .load(conn)?)
}

/// Those of nobody that go by one of these folded names.
///
/// # Errors
/// The database's.
pub fn alike(conn: &mut Conn, names: &[String]) -> Result<Vec<Application>> {
    Ok(applications::table
        .filter(applications::sort_name.eq_any(names))
        .filter(applications::person_id.is_null())
        .order(applications::id)
        .select(Application::as_select())
        .load(conn)?)
}

/// Empties what was typed in an application, and where its link was sent.
///
/// # Errors
/// The database's.
pub fn forget(tx: &mut Tx<'_>, id: ApplicationId) -> Result<()> {
    diesel::update(applications::table.find(id))
        .set((applications::answers.eq("{}"), applications::sort_name.eq(""), applications::returned_reason.eq("")))
        .execute(&mut **tx)?;
    diesel::update(own_links::table.filter(own_links::application_id.eq(id)))
        .set(own_links::sent_to.eq(""))
        .execute(&mut **tx)?;
    Ok(())
}
