//! Headers on every answer, faults and files included: what a browser may load, send and keep.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rocket::fairing::{Fairing, Info, Kind};
use rocket::http::Header;
use rocket::{Request, Response};
use sha2::{Digest, Sha256};

/// The one inline script: it marks the body before the first paint. The policy names it by digest.
pub const SNIPPET: &str = "document.body.className += ' js-enabled' + \
    ('noModule' in HTMLScriptElement.prototype ? ' govuk-frontend-supported' : '');";

/// Sets the headers.
pub struct Headers {
    always: Vec<(&'static str, String)>,
    unless_set: Vec<(&'static str, String)>,
}

impl Headers {
    /// `https`: whether people reach the pages over TLS, here or at a proxy.
    pub fn new(https: bool) -> Headers {
        let mut always = vec![
            ("X-Content-Type-Options", "nosniff".to_owned()),
            ("Cross-Origin-Opener-Policy", "same-origin".to_owned()),
            ("Cross-Origin-Resource-Policy", "same-origin".to_owned()),
        ];
        if https {
            always.push(("Strict-Transport-Security", "max-age=31536000; includeSubDomains".to_owned()));
        }
        // A page may narrow its own policy (a photo) or ask for the camera (the gate), say what may be kept, and let
        // nobody know where its reader came from.
        let unless_set = vec![
            ("Referrer-Policy", "same-origin".to_owned()),
            ("Content-Security-Policy", policy("'self'")),
            ("Permissions-Policy", PERMISSIONS.to_owned()),
            ("Cache-Control", "no-store".to_owned()),
        ];
        Headers { always, unless_set }
    }
}

const PERMISSIONS: &str = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()";

/// What a page may load, with pictures from `pictures`.
pub(super) fn policy(pictures: &str) -> String {
    let digest = STANDARD.encode(Sha256::digest(SNIPPET.as_bytes()));
    format!(
        "default-src 'none'; script-src 'self' 'sha256-{digest}'; style-src 'self'; img-src {pictures}; \
         connect-src 'self'; object-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
}

#[rocket::async_trait]
impl Fairing for Headers {
    fn info(&self) -> Info {
        Info { name: "security headers", kind: Kind::Response }
    }

    async fn on_response<'r>(&self, _: &'r Request<'_>, response: &mut Response<'r>) {
        for (name, value) in &self.always {
            response.set_header(Header::new(*name, value.clone()));
        }
        for (name, value) in &self.unless_set {
            if !response.headers().contains(name) {
                response.set_header(Header::new(*name, value.clone()));
            }
        }
    }
}
