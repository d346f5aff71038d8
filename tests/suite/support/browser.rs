//! A browser without a screen: keeps cookies, sends forms with the token their page gave.

use chaperone::config::Config;
use chaperone::types::Secret;
use chaperone::web;
use chaperone::web::app::App;
use rocket::http::{ContentType, Cookie, Header, Status};
use rocket::local::blocking::{Client, LocalResponse};

use super::account::PASSWORD;
use super::database::{KEY, TestDb, day};

/// One browser at one register.
pub struct Browser {
    /// The Rocket's client, for what a browser would not do.
    pub client: Client,
}

/// The value of a hidden field of a page.
pub fn hidden(body: &str, name: &str) -> String {
    let from = body.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap_or_default();
    from.split('"').next().unwrap_or_default().to_owned()
}

/// What came back.
pub struct Answer {
    /// Its status.
    pub status: Status,
    /// Its `Location`.
    pub location: Option<String>,
    /// Its `Set-Cookie` headers.
    pub cookies: Vec<String>,
    /// Its `Clear-Site-Data`.
    pub cleared: Option<String>,
    /// Its text.
    pub body: String,
}

impl Browser {
    /// On this machine, without TLS.
    pub fn new(test: &TestDb) -> Browser {
        Browser::at(test, "http://127.0.0.1:8000")
    }

    /// Reaching the pages at `base_url`.
    pub fn at(test: &TestDb, base_url: &str) -> Browser {
        let config = Config {
            base_url: base_url.into(),
            secret_key: Secret::new(KEY),
            today: Some(day("2026-11-22")),
            ..Config::default()
        };
        let rocket = web::open(App::new(config, test.db.clone())).unwrap();
        Browser { client: Client::tracked(rocket).unwrap() }
    }

    /// Asks for a page.
    pub fn get(&self, path: &str) -> Answer {
        Answer::of(self.client.get(path.to_owned()).dispatch())
    }

    /// Asks for a file.
    pub fn get_bytes(&self, path: &str) -> Vec<u8> {
        self.client.get(path.to_owned()).dispatch().into_bytes().unwrap_or_default()
    }

    /// The token in the forms of a page.
    pub fn csrf(&self, page: &str) -> String {
        let body = self.get(page).body;
        let from = body.rsplit("name=\"csrf\" value=\"").next().unwrap_or_default();
        from.split('"').next().unwrap_or_default().to_owned()
    }

    /// Sends a form as this site's own page would.
    pub fn send(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send_from("same-origin", path, fields)
    }

    /// Sends a form from a page of another site's making.
    pub fn send_from(&self, site: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self.client.post(path.to_owned()).header(ContentType::Form).body(body);
        Answer::of(request.header(Header::new("Sec-Fetch-Site", site.to_owned())).dispatch())
    }

    /// Fills in the form of `page`, with what it carries, and sends it to `path`.
    pub fn fill(&self, page: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = self.get(page).body;
        let own = ["csrf", "submission", "based_on"].map(|name| (name, hidden(&body, name)));
        let own = own.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| (*name, value.as_str()));
        let fields: Vec<_> = fields.iter().copied().chain(own).collect();
        self.send(path, &fields)
    }

    /// Signs in with the usual password.
    pub fn sign_in(&self, email: &str) -> Answer {
        self.fill("/sign-in", "/sign-in", &[("email", email), ("password", PASSWORD)])
    }

    /// The value of the sign-in's cookie.
    pub fn token(&self) -> Option<String> {
        let jar = self.client.cookies();
        let found = jar.get("chaperone").or_else(|| jar.get("__Host-chaperone"));
        found.map(|cookie: &Cookie<'_>| cookie.value().to_owned())
    }
}

impl Answer {
    fn of(response: LocalResponse<'_>) -> Answer {
        let one = |name: &str| response.headers().get_one(name).map(str::to_owned);
        let (location, cleared) = (one("Location"), one("Clear-Site-Data"));
        let cookies = response.headers().get("Set-Cookie").map(str::to_owned).collect();
        Answer {
            status: response.status(),
            location,
            cookies,
            cleared,
            body: response.into_string().unwrap_or_default(),
        }
    }

    /// Where it sends the browser.
    pub fn to(&self) -> (u16, &str) {
        (self.status.code, self.location.as_deref().unwrap_or_default())
    }
}
