//! Stand-in for retention until it is merged: the signature that others write against.

use crate::error::Result;
use crate::store::Tx;
use crate::store::application::Application;

/// Starts the fuse of the application's vault.
///
/// # Errors
/// None.
pub fn light(tx: &mut Tx<'_>, application: &Application) -> Result<()> {
    let _ = (tx, application);
    Ok(())
}
