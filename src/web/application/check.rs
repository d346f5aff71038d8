//! Stand-in for the officer's panel until it is merged. The panel's page part is `templates/application/panel.html`.

use chrono::NaiveDate;

use crate::domain::permission::Who;
use crate::error::Result;
use crate::store::Conn;
use crate::store::application::Application;

/// What officers see of an application beside its submitter's side.
pub(super) struct Panel;

/// The panel, for who may check.
pub(super) fn panel(conn: &mut Conn, who: &Who, application: &Application, today: NaiveDate) -> Result<Option<Panel>> {
    let _ = (conn, who, application, today);
    Ok(None)
}
