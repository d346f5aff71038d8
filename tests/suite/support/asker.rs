//! Requests as somebody would send them who is no browser: any verb to any address, with a sign-in's token or none,
//! and always the right token of forms.

use chaperone::config::Config;
use chaperone::store::{Db, random_token};
use chaperone::types::Secret;
use chaperone::web;
use chaperone::web::app::App;
use rocket::http::{ContentType, Cookie, Header, Method};
use rocket::local::blocking::Client;

use super::browser::hidden;
use super::database::{KEY, TestDb, day};

/// The pages of a register.
pub fn client(test: &TestDb) -> Client {
    client_on(test, "2026-11-22")
}

/// The pages of a register as they are on a day.
pub fn client_on(test: &TestDb, today: &str) -> Client {
    let config = Config {
        base_url: "http://127.0.0.1:8000".into(),
        secret_key: Secret::new(KEY),
        today: Some(day(today)),
        ..Config::default()
    };
    Client::untracked(web::open(App::new(config, test.db.clone())).unwrap()).unwrap()
}

/// Somebody who asks.
pub struct Asker<'a> {
    client: &'a Client,
    db: &'a Db,
    /// Their sign-in's token.
    pub token: Option<String>,
}

/// What they were told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The status.
    pub code: u16,
    /// The headers, but for the request's own id.
    pub headers: Vec<(String, String)>,
    /// The text.
    pub body: String,
}

impl Said {
    /// The value of a header, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map_or("", |(_, value)| value)
    }
}

impl<'a> Asker<'a> {
    /// At these pages, with this token.
    pub fn new(client: &'a Client, test: &'a TestDb, token: Option<String>) -> Asker<'a> {
        Asker { client, db: &test.db, token }
    }

    /// Sends these fields, and with them a token and a key of the form's own; to a page only its address.
    pub fn ask(&self, verb: Method, path: &str, fields: &[(&str, &str)]) -> Said {
        let (cookie, csrf) = match &self.token {
            Some(token) => (Cookie::new("chaperone", token.clone()), self.db.seal().fingerprint("csrf", token)),
            None => {
                let form = Cookie::new("chaperone-form", "a browser's own");
                (form, self.db.seal().fingerprint("csrf before sign-in", "a browser's own"))
            }
        };
        let own = [("csrf", csrf), ("submission", random_token())];
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields).extend_pairs(own);
        let mut request = self.client.req(verb, path.to_owned()).cookie(cookie).header(ContentType::Form);
        request =
            request.header(Header::new("Sec-Fetch-Site", "same-origin")).remote("127.0.0.1:9000".parse().unwrap());
        if verb != Method::Get && verb != Method::Head {
            request = request.body(body.finish());
        }
        let response = request.dispatch();
        let headers = response.headers().iter();
        let headers = headers.filter(|header| header.name() != "X-Request-Id");
        let headers = headers.map(|header| (header.name().to_string(), header.value().to_owned())).collect();
        let code = response.status().code;
        // An answer that is a stream is only over when it is read.
        let body = response.into_bytes().unwrap_or_default();
        Said { code, headers, body: String::from_utf8_lossy(&body).into_owned() }
    }

    /// Fills in the form of a page, with what that was based on, and sends it to the page's address.
    pub fn fill(&self, page: &str, fields: &[(&str, &str)]) -> Said {
        let based_on = hidden(&self.get(page).body, "based_on");
        let own = Some(("based_on", based_on.as_str())).filter(|(_, value)| !value.is_empty());
        self.ask(Method::Post, page, &fields.iter().copied().chain(own).collect::<Vec<_>>())
    }

    /// The token of forms.
    pub fn csrf(&self) -> String {
        self.db.seal().fingerprint("csrf", self.token.as_deref().unwrap_or_default())
    }

    /// A page.
    pub fn get(&self, path: &str) -> Said {
        self.ask(Method::Get, path, &[])
    }
}
