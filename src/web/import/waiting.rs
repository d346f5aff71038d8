//! Files whose columns are being settled: kept sealed in the register, for an hour, for whoever uploaded them, so that
//! any process can go on with them.

use chrono::TimeDelta;

use crate::domain::import::{Sheet, read};
use crate::error::Result;
use crate::store::import::waiting::{self as store, Waiting};
use crate::store::{Tx, random_token};
use crate::types::UserId;
use crate::web::app::App;

/// How long a file waits.
const LONGEST: TimeDelta = TimeDelta::hours(1);

/// A file that was read.
pub(super) struct File {
    /// Its name.
    pub name: String,
    /// Whether nothing is to be written.
    pub dry_run: bool,
    /// What is in it.
    pub sheet: Sheet,
}

/// Keeps a file and answers the opaque key it is found by.
pub(super) async fn put(app: &App, user: UserId, file: Waiting) -> Result<String> {
    let key = random_token();
    let own = key.clone();
    app.act_if_needed(user, move |tx| {
        drop(tx, &own)?;
        store::keep(tx, &own, &file)
    })
    .await?;
    Ok(key)
}

/// The user's file of that key, while it waits.
pub(super) async fn find(app: &App, user: UserId, key: &str) -> Result<Option<File>> {
    let (key, seal, limit) = (key.to_owned(), app.db.seal().clone(), app.clock.now().plus(-LONGEST));
    app.read(move |conn| {
        let Some(kept) = store::find(conn, &seal, user, &key, limit)? else { return Ok(None) };
        let sheet = read(&kept.bytes, &kept.name)?;
        Ok(Some(File { name: kept.name, dry_run: kept.dry_run, sheet }))
    })
    .await
}

/// Lets a file go, and all that have waited too long.
pub(super) fn drop(tx: &mut Tx<'_>, key: &str) -> Result<()> {
    store::sweep(tx, key, tx.at.plus(-LONGEST))
}
