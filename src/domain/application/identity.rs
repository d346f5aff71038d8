//! Identity documents and the routes they make (facts.md §1.7). Both are versioned data: `policy/identity.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

/// A document that shows who somebody is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// As it is stored.
    pub code: String,
    /// As it reads.
    pub title: String,
    /// 1, 2a or 2b.
    pub group: String,
    /// Whether it shows where they live.
    #[serde(default)]
    pub address: bool,
    /// Whether it shows their birth.
    #[serde(default)]
    pub birth: bool,
}

/// A way in which documents together are enough.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// 1, 2 or 3.
    pub number: u8,
    /// What it takes, in words.
    pub title: String,
    first: Vec<String>,
    more: usize,
    of: Vec<String>,
    #[serde(default)]
    instead_of: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Book {
    edition: String,
    routes: Vec<Route>,
    documents: Vec<Document>,
}

static BOOK: LazyLock<Book> =
    LazyLock::new(|| toml::from_str(include_str!("../../../policy/identity.toml")).unwrap_or_default());

/// The edition of the lists, as answers keep it.
pub fn edition() -> &'static str {
    &BOOK.edition
}

/// Every document, by group.
pub fn documents() -> &'static [Document] {
    &BOOK.documents
}

/// Every route.
pub fn routes() -> &'static [Route] {
    &BOOK.routes
}

/// The document of this code.
pub fn document(code: &str) -> Option<&'static Document> {
    BOOK.documents.iter().find(|one| one.code == code)
}

/// An identity check's facts with each document by its title; what was typed before there were lists stays as it is.
pub fn named(facts: &str) -> serde_json::Value {
    let mut facts: serde_json::Value = serde_json::from_str(facts).unwrap_or_default();
    if let Some(codes) = facts.get_mut("documents").and_then(|found| found.as_array_mut()) {
        for code in codes {
            if let Some(found) = code.as_str().and_then(document) {
                *code = found.title.clone().into();
            }
        }
    }
    facts
}

/// What chosen documents come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// They are enough, by this route.
    Route(&'static Route),
    /// They would be, did one of them show the current address.
    NoAddress(&'static Route),
    /// They are not enough.
    TooFew,
}

/// The first route that the documents of these codes satisfy.
pub fn route(codes: &[String]) -> Found {
    let mut chosen: Vec<&Document> = codes.iter().filter_map(|code| document(code)).collect();
    chosen.sort_by(|a, b| a.code.cmp(&b.code));
    chosen.dedup();
    let address = chosen.iter().any(|one| one.address);
    match BOOK.routes.iter().find(|route| route.is_met(&chosen)) {
        Some(route) if address => Found::Route(route),
        Some(route) => Found::NoAddress(route),
        None => Found::TooFew,
    }
}

impl Route {
    /// A birth certificate serves as that alone: what else it might be is looked for among the others.
    fn is_met(&self, chosen: &[&Document]) -> bool {
        let has = |group: &str| chosen.iter().any(|one| one.group == group);
        if self.instead_of.as_deref().is_some_and(has) {
            return false;
        }
        let mut left: Vec<&Document> = chosen.to_vec();
        for wanted in &self.first {
            let serves = |one: &&Document| if wanted == "birth" { one.birth } else { one.group == *wanted };
            let Some(at) = left.iter().position(serves) else { return false };
            left.remove(at);
        }
        left.iter().filter(|one| self.of.contains(&one.group)).count() >= self.more
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by(codes: &[&str]) -> Option<u8> {
        match route(&codes.iter().map(|code| (*code).to_owned()).collect::<Vec<_>>()) {
            Found::Route(route) => Some(route.number),
            _ => None,
        }
    }

    #[test]
    fn the_shipped_lists_are_sound() {
        let book: Book = toml::from_str(include_str!("../../../policy/identity.toml")).unwrap();
        assert!(!book.edition.is_empty() && book.routes.len() == 3);
        assert!(book.documents.iter().all(|one| ["1", "2a", "2b"].contains(&one.group.as_str())));
    }

    #[test]
    fn each_route_is_met_by_its_documents_and_no_fewer() {
        assert_eq!(by(&["passport", "driving_licence", "bank_statement"]), Some(1));
        assert_eq!(by(&["passport", "bank_statement"]), None);
        assert_eq!(by(&["passport", "passport", "bank_statement"]), None, "one document twice is one document");
        assert_eq!(by(&["marriage_certificate", "bank_statement", "council_tax"]), Some(2));
        assert_eq!(by(&["bank_statement", "council_tax", "utility_bill"]), None);
        assert_eq!(by(&["birth_certificate_later", "marriage_certificate", "bank_statement", "council_tax"]), Some(2));
        assert_eq!(by(&["nothing", "passport", "driving_licence"]), None);
    }

    #[test]
    fn one_document_shows_the_current_address() {
        let codes = ["passport", "residence_permit", "marriage_certificate"].map(str::to_owned);
        assert!(matches!(route(&codes), Found::NoAddress(route) if route.number == 1));
    }
}
