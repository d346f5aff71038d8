//! What a handler answers, and the addresses of lists.

use rocket::Responder;
use rocket::http::{ContentType, Header};
use rocket::response::{Flash, Redirect};

use crate::error::Result;
use crate::web::page::Page;

/// A page, or the way on.
#[derive(Responder)]
pub enum Answer {
    /// A page.
    Page(Page),
    /// After a form: the way on, with what was done.
    Done(Box<Flash<Redirect>>),
    /// Somewhere else.
    Away(Box<Redirect>),
}

impl Answer {
    /// A page.
    ///
    /// # Errors
    /// Internal, when its template fails.
    pub fn page(template: &impl askama::Template) -> Result<Answer> {
        Page::show(template).map(Answer::Page)
    }

    /// A form's page: 422 unless `good`.
    ///
    /// # Errors
    /// Internal, when its template fails.
    pub fn form(template: &impl askama::Template, good: bool) -> Result<Answer> {
        if good { Page::show(template) } else { Page::again(template) }.map(Answer::Page)
    }

    /// After a form: on to `to`, which says `text`. It travels in a cookie, so it names nobody.
    pub fn done(to: String, text: &str) -> Answer {
        Answer::Done(Box::new(Flash::success(Redirect::to(to), text)))
    }

    /// Somewhere else.
    pub fn away(to: &'static str) -> Answer {
        Answer::Away(Box::new(Redirect::to(to)))
    }
}

/// A file that a browser keeps.
#[derive(Responder)]
pub struct Download {
    body: Vec<u8>,
    kind: ContentType,
    disposition: Header<'static>,
}

impl Download {
    /// `body` under the name `name`, which is ours: letters, digits, `-` and `.`.
    pub fn new(name: &str, kind: ContentType, body: Vec<u8>) -> Download {
        let disposition = format!("attachment; filename=\"{name}\"");
        Download { body, kind, disposition: Header::new("Content-Disposition", disposition) }
    }
}

/// `base` with the query of those that are given.
pub fn path(base: &str, query: &[(&str, Option<String>)]) -> String {
    let mut pairs = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in query {
        if let Some(value) = value.as_deref().filter(|value| !value.is_empty()) {
            pairs.append_pair(name, value);
        }
    }
    let query = pairs.finish();
    if query.is_empty() { base.to_owned() } else { format!("{base}?{query}") }
}

/// Cuts a list that was read one too long to `size`; says whether there is more.
pub fn cut<T>(rows: &mut Vec<T>, size: i64) -> bool {
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let more = rows.len() > size;
    rows.truncate(size);
    more
}
