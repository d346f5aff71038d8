//! What every page wears: the council, the navigation, the title, what went wrong, what was just done.

use askama::Template;
use rocket::http::Status;
use rocket::request::{FlashMessage, FromRequest, Outcome, Request};
use rocket::response::content::RawHtml;
use rocket::response::{self, Responder};

use crate::config::Config;
use crate::error::{Fault, Result};
use crate::store::random_token;
use crate::web::form::Typed;
use crate::web::{assets, security};

/// The name of the service, in titles and in the navigation.
pub const SERVICE: &str = "Chaperone";

/// What the configuration says of every page; managed by the Rocket.
#[derive(Debug, Clone)]
pub struct Site {
    /// The council's name.
    pub council: String,
    /// `#rrggbb`.
    pub brand_colour: String,
    /// Where people write for help.
    pub contact: String,
    /// The council's postal address.
    pub address: String,
    /// The council's telephone number, or nothing.
    pub phone: String,
    /// Where people write about personal data.
    pub data_protection: String,
    /// Whether pages are reached over TLS.
    pub https: bool,
}

impl Site {
    /// What `config` says.
    pub fn of(config: &Config) -> Site {
        Site {
            council: config.council_name.clone(),
            brand_colour: config.brand_colour.clone(),
            contact: config.mail_reply_to.clone(),
            address: config.council_address.clone(),
            phone: config.council_phone.trim().to_owned(),
            data_protection: config.data_protection_contact.clone(),
            https: config.base_url.starts_with("https://"),
        }
    }
}

/// One link of the navigation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NavItem {
    /// Its words.
    pub text: String,
    /// Its path.
    pub href: String,
    /// Whether the page is in its part of the service.
    pub current: bool,
    /// Paths of other pages of its part.
    pub covers: &'static [&'static str],
}

impl NavItem {
    /// A link; the frame finds out whether it is current.
    pub fn new(text: impl Into<String>, href: impl Into<String>) -> NavItem {
        NavItem { text: text.into(), href: href.into(), current: false, covers: &[] }
    }

    /// Current on these pages too.
    #[must_use]
    pub fn covering(mut self, covers: &'static [&'static str]) -> NavItem {
        self.covers = covers;
        self
    }
}

/// Who is looking. The guard of a signed-in person leaves it in the request with
/// `request.local_cache(|| Some(Viewer { .. }))`, before the frame is built.
#[derive(Clone)]
pub struct Viewer {
    /// Their name, beside "Sign out".
    pub name: String,
    /// The parts of the service they may see.
    pub nav: Vec<NavItem>,
    /// The token every form of theirs carries.
    pub csrf: String,
}

/// What was just done, or what everyone should know.
#[derive(Debug, Clone)]
pub struct Banner {
    /// Whether it tells of a success.
    pub success: bool,
    /// The sentence.
    pub text: String,
}

/// The shell of a page; a template holds it as `frame`. As a request guard it comes after the guard of the
/// person, whose navigation it shows.
#[derive(Clone)]
pub struct Frame {
    /// The council's name.
    pub council: String,
    /// The council's telephone number, or nothing.
    pub phone: String,
    /// The page's own part of the title; unique in the service.
    pub title: String,
    /// Empty before sign-in.
    pub nav: Vec<NavItem>,
    /// The name of the person signed in.
    pub user: Option<String>,
    /// Goes into every form.
    pub csrf: String,
    /// A message above the page.
    pub banner: Option<Banner>,
    /// What is wrong with the form on the page; shown as the summary, and in the title.
    pub faults: Vec<Fault>,
}

impl Frame {
    /// A one-use key for one form of the page.
    pub fn key(&self) -> String {
        random_token()
    }

    /// The shell for `request`, without a flash message.
    pub fn of(request: &Request<'_>) -> Frame {
        let viewer = request.local_cache(|| None::<Viewer>).clone();
        let path = request.uri().path();
        let site = request.rocket().state::<Site>();
        let site = site.map(|site| (site.council.clone(), site.phone.clone()));
        let (council, phone) = site.unwrap_or_default();
        let (user, mut nav, csrf) = match viewer {
            Some(viewer) => (Some(viewer.name), viewer.nav, viewer.csrf),
            None => (None, Vec::new(), String::new()),
        };
        for item in &mut nav {
            let covered = item.covers.iter().any(|href| is_within(path.as_str(), href));
            item.current = covered || is_within(path.as_str(), &item.href);
        }
        Frame { council, phone, title: String::new(), nav, user, csrf, banner: None, faults: Vec::new() }
    }

    /// Names the page.
    #[must_use]
    pub fn titled(mut self, title: impl Into<String>) -> Frame {
        self.title = title.into();
        self
    }

    /// Shows what is wrong with `form`.
    #[must_use]
    pub fn with_faults(mut self, form: &Typed) -> Frame {
        self.faults = form.summary();
        self
    }

    /// A form before sign-in carries this token.
    #[must_use]
    pub fn with_csrf(mut self, token: impl Into<String>) -> Frame {
        self.csrf = token.into();
        self
    }

    /// "Error: People – Chaperone – Exampleshire".
    pub fn full_title(&self) -> String {
        let error = if self.faults.is_empty() { "" } else { "Error: " };
        format!("{error}{} – {SERVICE} – {}", self.title, self.council)
    }

    /// The path of an embedded file.
    pub fn asset(&self, file: &str) -> String {
        assets::asset(file)
    }

    /// The one inline script.
    pub fn snippet(&self) -> &'static str {
        security::SNIPPET
    }
}

fn is_within(path: &str, href: &str) -> bool {
    path == href || (href != "/" && path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/')))
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Frame {
    type Error = std::convert::Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Frame, Self::Error> {
        let mut frame = Frame::of(request);
        if let Outcome::Success(flash) = request.guard::<FlashMessage<'_>>().await {
            frame.banner = Some(Banner { success: flash.kind() == "success", text: flash.message().to_owned() });
        }
        Outcome::Success(frame)
    }
}

/// A rendered page and its status.
#[derive(Debug)]
pub struct Page {
    status: Status,
    html: String,
}

impl Page {
    /// 200.
    ///
    /// # Errors
    /// Internal, when the template fails.
    pub fn show(template: &impl Template) -> Result<Page> {
        Page::with(Status::Ok, template)
    }

    /// 422: the form again, with what was typed and what is wrong with it.
    ///
    /// # Errors
    /// Internal, when the template fails.
    pub fn again(template: &impl Template) -> Result<Page> {
        Page::with(Status::UnprocessableEntity, template)
    }

    /// Any other status.
    ///
    /// # Errors
    /// Internal, when the template fails.
    pub fn with(status: Status, template: &impl Template) -> Result<Page> {
        Ok(Page { status, html: template.render()? })
    }
}

impl<'r> Responder<'r, 'static> for Page {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        (self.status, RawHtml(self.html)).respond_to(request)
    }
}

#[cfg(test)]
mod tests {
    use super::is_within;

    #[test]
    fn a_link_is_current_on_its_page_and_below() {
        assert!(is_within("/people", "/people"));
        assert!(is_within("/people/3", "/people"));
        assert!(!is_within("/peopled", "/people"));
        assert!(!is_within("/people", "/"));
        assert!(is_within("/", "/"));
    }
}
