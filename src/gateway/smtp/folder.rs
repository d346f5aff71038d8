//! Letters as files, for a trial and for councils that collect them: one `.eml` each, whole or not at all.

use std::path::{Path, PathBuf};

use tokio::fs;
use tokio::io::AsyncWriteExt;

use super::Outcome;
use super::message::Sealed;
use crate::error::{Error, Result};

/// Writes `letter` under a name made from its Message-ID, so a second attempt replaces the first.
pub(super) async fn put(folder: &Path, letter: &Sealed) -> Outcome {
    let name = file_name(&letter.message_id);
    match write(folder, &name, letter.text.as_bytes()).await {
        Ok(()) => Outcome::Sent { reply: format!("written to {name}"), shortfall: None },
        Err(error) => Outcome::Retry { why: format!("the mail folder cannot be written: {}", error.kind()) },
    }
}

pub(super) async fn probe(folder: &Path) -> Result<()> {
    let broken = |error: std::io::Error| Error::Unavailable(format!("the mail folder cannot be written: {error}"));
    let trial = folder.join(".probe");
    fs::create_dir_all(folder).await.map_err(broken)?;
    fs::write(&trial, b"").await.map_err(broken)?;
    fs::remove_file(&trial).await.map_err(broken)
}

async fn write(folder: &Path, name: &str, bytes: &[u8]) -> std::io::Result<()> {
    fs::create_dir_all(folder).await?;
    let draft: PathBuf = folder.join(format!(".{name}.part"));
    let mut file = fs::File::create(&draft).await?;
    file.write_all(bytes).await?;
    file.sync_all().await?;
    fs::rename(&draft, folder.join(name)).await?;
    fs::File::open(folder).await?.sync_all().await
}

fn file_name(message_id: &str) -> String {
    let safe = |c: char| if c.is_ascii_alphanumeric() || "-_@.".contains(c) { c } else { '_' };
    let name: String = message_id.trim_matches(['<', '>']).chars().map(safe).collect();
    format!("{}.eml", name.trim_start_matches('.'))
}
