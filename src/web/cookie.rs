//! The cookies: a sign-in's token, one that ties the forms before sign-in to a browser, and an applicant's visit. `__Host-` and Secure,
//! except on this very machine without TLS, where browsers would not keep them.

use rocket::http::{Cookie, CookieJar, SameSite};

use crate::store::random_token;
use crate::types::Secret;
use crate::web::app::App;

fn name(app: &App, plain: &'static str, host: &'static str) -> &'static str {
    if app.is_loopback() { plain } else { host }
}

fn signin_name(app: &App) -> &'static str {
    name(app, "chaperone", "__Host-chaperone")
}

fn form_name(app: &App) -> &'static str {
    name(app, "chaperone-form", "__Host-chaperone-form")
}

fn own_name(app: &App) -> &'static str {
    name(app, "chaperone-own", "__Host-chaperone-own")
}

fn made(app: &App, name: &'static str, value: String) -> Cookie<'static> {
    Cookie::build((name, value)).path("/").http_only(true).same_site(SameSite::Lax).secure(!app.is_loopback()).build()
}

/// The token of the sign-in, when the browser sent one.
pub fn signin(app: &App, jar: &CookieJar<'_>) -> Option<String> {
    jar.get(signin_name(app)).map(|cookie| cookie.value().to_owned())
}

/// Gives the browser the token of a new sign-in. The forms made before it are dead.
pub fn set_signin(app: &App, jar: &CookieJar<'_>, token: &Secret) {
    jar.add(made(app, signin_name(app), token.reveal().to_owned()));
    jar.remove(made(app, form_name(app), String::new()));
}

/// Takes the token from the browser.
pub fn clear_signin(app: &App, jar: &CookieJar<'_>) {
    jar.remove(made(app, signin_name(app), String::new()));
}

/// What a form before sign-in carries, when the browser has its cookie.
pub fn form_token(app: &App, jar: &CookieJar<'_>) -> Option<String> {
    jar.get(form_name(app)).map(|cookie| app.db.seal().fingerprint("csrf before sign-in", cookie.value()))
}

/// What a form before sign-in is to carry; gives the browser the cookie when it has none.
pub fn make_form_token(app: &App, jar: &CookieJar<'_>) -> String {
    form_token(app, jar).unwrap_or_else(|| {
        let value = random_token();
        let token = app.db.seal().fingerprint("csrf before sign-in", &value);
        jar.add(made(app, form_name(app), value));
        token
    })
}

/// The visit of an applicant by their own link, when the browser sent one.
pub fn own(app: &App, jar: &CookieJar<'_>) -> Option<String> {
    jar.get(own_name(app)).map(|cookie| cookie.value().to_owned())
}

/// Gives the browser a visit.
pub fn set_own(app: &App, jar: &CookieJar<'_>, visit: &Secret) {
    jar.add(made(app, own_name(app), visit.reveal().to_owned()));
}

/// Takes the visit from the browser.
pub fn clear_own(app: &App, jar: &CookieJar<'_>) {
    jar.remove(made(app, own_name(app), String::new()));
}
