//! The stylesheet, the script and the icon, embedded in the binary. A file's path holds its digest, so a
//! browser may keep it for ever and a new build is a new path.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use rocket::http::{ContentType, Header};
use rocket::{Responder, Route, State, get, routes};
use rust_embed::RustEmbed;

use crate::web::page::Site;

#[derive(RustEmbed)]
#[folder = "assets/dist"]
struct Dist;

struct Shelved {
    digest: String,
    bytes: Cow<'static, [u8]>,
}

static SHELF: LazyLock<BTreeMap<String, Shelved>> = LazyLock::new(|| {
    let shelve = |name: Cow<'static, str>| {
        let file = Dist::get(&name)?;
        let mut digest = hex::encode(file.metadata.sha256_hash());
        digest.truncate(16);
        Some((name.into_owned(), Shelved { digest, bytes: file.data }))
    };
    Dist::iter().filter_map(shelve).collect()
});

/// The path pages name `file` by, such as `/assets/0f3c…/main.css`. An unknown file's path answers 404.
pub fn asset(file: &str) -> String {
    let digest = SHELF.get(file).map_or("none", |shelved| shelved.digest.as_str());
    format!("/assets/{digest}/{file}")
}

/// Every embedded file: its name and its bytes.
pub fn all() -> impl Iterator<Item = (&'static str, &'static [u8])> {
    SHELF.iter().map(|(name, shelved)| (name.as_str(), shelved.bytes.as_ref()))
}

/// The bytes of an embedded file, such as `fonts/bold.ttf`.
pub fn bytes(file: &str) -> Option<&'static [u8]> {
    SHELF.get(file).map(|shelved| shelved.bytes.as_ref())
}

/// A file with how long it may be kept.
#[derive(Responder)]
struct Kept {
    bytes: &'static [u8],
    kind: ContentType,
    keep: Header<'static>,
}

/// The stylesheet of the configured colour.
#[derive(Responder)]
struct Brand {
    css: String,
    kind: ContentType,
    keep: Header<'static>,
}

#[get("/assets/<digest>/<file>")]
fn file(digest: &str, file: &str) -> Option<Kept> {
    let shelved = SHELF.get(file).filter(|shelved| shelved.digest == digest)?;
    let ending = file.rsplit('.').next().unwrap_or_default();
    Some(Kept {
        bytes: shelved.bytes.as_ref(),
        kind: ContentType::from_extension(ending).unwrap_or(ContentType::Binary),
        keep: Header::new("Cache-Control", "public, max-age=31536000, immutable"),
    })
}

#[get("/assets/brand.css")]
fn brand(site: &State<Site>) -> Brand {
    Brand {
        css: format!(":root{{--brand:{}}}\n", site.brand_colour),
        kind: ContentType::CSS,
        keep: Header::new("Cache-Control", "public, max-age=300"),
    }
}

/// What this room answers.
pub fn routes() -> Vec<Route> {
    routes![file, brand]
}
