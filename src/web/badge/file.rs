//! What comes in and goes out as a file: an upload's bytes, and a PDF to be opened.

use rocket::Responder;
use rocket::fs::TempFile;
use rocket::http::{ContentType, Header};
use tokio::io::AsyncReadExt;

use crate::error::Result;

/// The bytes of an uploaded file, and one more than `most` at the most.
pub(super) async fn contents(file: &TempFile<'_>, most: usize) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let most = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    file.open().await?.take(most).read_to_end(&mut bytes).await?;
    Ok(bytes)
}

/// A PDF that the browser opens and nobody keeps.
#[derive(Responder)]
pub(super) struct Pdf {
    bytes: Vec<u8>,
    kind: ContentType,
    disposition: Header<'static>,
    keep: Header<'static>,
}

impl Pdf {
    /// `bytes` under the name `name`, which is ours.
    pub fn new(name: &str, bytes: Vec<u8>) -> Pdf {
        Pdf {
            bytes,
            kind: ContentType::PDF,
            disposition: Header::new("Content-Disposition", format!("inline; filename=\"{name}\"")),
            keep: Header::new("Cache-Control", "private, no-store"),
        }
    }
}
