//! The answer's XML, read element by element. Each code stands inside another, and a document cut short may hold a
//! whole code: so whatever is not exactly an answer is refused.

use std::fmt;

use chrono::NaiveDate;
use quick_xml::Reader;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::NoResult;
use crate::types::StatusResult;

const ROOT: &str = "statusCheckResult";
const TYPE: &str = "statusCheckResultType";
const STATUS: &str = "status";
const FORENAME: &str = "forename";
const SURNAME: &str = "surname";
const PRINTED: &str = "printDate";
const LEAVES: [&str; 5] = [TYPE, STATUS, FORENAME, SURNAME, PRINTED];

const SPACE: [char; 4] = [' ', '\t', '\r', '\n'];

/// What the service says of a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Which of the four.
    pub result: StatusResult,
    /// Whose certificate it is, to be held against ours; none when nothing matched, and always there otherwise.
    pub holder: Option<Holder>,
}

/// The certificate as the service knows it, names usually in capitals. Another surname or date than ours is a mistake
/// in the data or a fraud (facts.md §2.3).
#[derive(Clone, PartialEq, Eq)]
pub struct Holder {
    /// May be empty: some people have one name.
    pub forename: String,
    /// Never empty.
    pub surname: String,
    /// Day printed on the certificate.
    pub printed_on: NaiveDate,
}

impl fmt::Debug for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Holder")
    }
}

/// Reads the body of an answer with status 200.
///
/// # Errors
/// `Failure` when the service says so, else `Malformed`; neither repeats a word of `body`.
pub fn read(body: &[u8]) -> Result<Answer, NoResult> {
    let text = std::str::from_utf8(body).map_err(|_| NoResult::Malformed("it is not UTF-8"))?;
    let leaves = leaves(text.strip_prefix('\u{feff}').unwrap_or(text))?;
    let get = |name| leaves.iter().find(|leaf| leaf.name == name).map(|leaf| leaf.text.as_str());
    match get(TYPE) {
        Some("SUCCESS") => {}
        Some("FAILURE") => return Err(NoResult::Failure),
        _ => return Err(NoResult::Malformed("its type is not known")),
    }
    let status = get(STATUS).and_then(|code| code.parse().ok());
    let result = status.ok_or(NoResult::Malformed("its status is not known"))?;
    let filled = |name| get(name).map(|text| text.trim_matches(SPACE)).filter(|text| !text.is_empty());
    let holder = match (result, filled(FORENAME), filled(SURNAME), filled(PRINTED)) {
        (StatusResult::NoMatchFound, None, None, None) => None,
        (StatusResult::NoMatchFound, ..) => return Err(NoResult::Malformed("it matches nothing and names somebody")),
        (_, forename, Some(surname), Some(date)) => Some(Holder {
            forename: forename.unwrap_or_default().to_owned(),
            surname: surname.to_owned(),
            printed_on: iso(date).ok_or(NoResult::Malformed("its print date is no date"))?,
        }),
        _ => return Err(NoResult::Malformed("it does not say whose certificate it is")),
    };
    Ok(Answer { result, holder })
}

struct Leaf {
    name: &'static str,
    text: String,
}

/// Where in the document the reader stands.
enum Place {
    Start,
    BeforeRoot,
    InRoot,
    InLeaf(Leaf),
    AfterRoot,
}

fn leaves(text: &str) -> Result<Vec<Leaf>, NoResult> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.expand_empty_elements = true;
    config.trim_markup_names_in_closing_tags = false;
    let mut found: Vec<Leaf> = Vec::new();
    let mut place = Place::Start;
    loop {
        let event = reader.read_event().map_err(|_| NoResult::Malformed("it is not XML"))?;
        place = match (place, event) {
            (Place::Start, Event::Decl(_)) => Place::BeforeRoot,
            (Place::Start | Place::BeforeRoot, Event::Start(tag)) if tag.name().into_inner() == ROOT => Place::InRoot,
            (Place::Start | Place::BeforeRoot, Event::Start(_)) => {
                return Err(NoResult::Malformed("its root is another element"));
            }
            (Place::InRoot, Event::Start(tag)) => Place::InLeaf(begin(&tag, &found)?),
            (Place::InLeaf(mut leaf), Event::Text(more)) => {
                leaf.text.push_str(&more);
                Place::InLeaf(leaf)
            }
            (Place::InLeaf(mut leaf), Event::GeneralRef(one)) if [FORENAME, SURNAME].contains(&leaf.name) => {
                leaf.text.push(character(&one).ok_or(NoResult::Malformed("it holds an entity that is not known"))?);
                Place::InLeaf(leaf)
            }
            (Place::InLeaf(leaf), Event::End(_)) => {
                found.push(leaf);
                Place::InRoot
            }
            (Place::InRoot, Event::End(_)) => Place::AfterRoot,
            (Place::AfterRoot, Event::Eof) => return Ok(found),
            (Place::InLeaf(_), _) => return Err(NoResult::Malformed("an element holds more than text")),
            (outside, Event::Text(blank)) if blank.trim_matches(SPACE).is_empty() => outside,
            _ => return Err(NoResult::Malformed("it is not whole, or holds something else")),
        };
    }
}

/// An element of an answer, once. Those that hold a code are bare; the print date is known to carry an attribute.
fn begin(tag: &BytesStart<'_>, found: &[Leaf]) -> Result<Leaf, NoResult> {
    let name = tag.name();
    let known = LEAVES.into_iter().find(|leaf| *leaf == name.into_inner());
    let name = known.ok_or(NoResult::Malformed("it holds an element that is not known"))?;
    if found.iter().any(|leaf| leaf.name == name) {
        return Err(NoResult::Malformed("it holds an element twice"));
    }
    if [TYPE, STATUS].contains(&name) && &**tag != name {
        return Err(NoResult::Malformed("a code carries an attribute"));
    }
    Ok(Leaf { name, text: String::new() })
}

fn character(one: &BytesRef<'_>) -> Option<char> {
    let number = one.resolve_char_ref().ok()?;
    number.or_else(|| resolve_xml_entity(one).and_then(|text| text.chars().next()))
}

/// `2024-04-22` and no other spelling of it.
fn iso(text: &str) -> Option<NaiveDate> {
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    (day.format("%Y-%m-%d").to_string() == text).then_some(day)
}
