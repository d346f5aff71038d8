//! What the one form asks for each kind: names, words, choices, and the checks that follow from them. Every date of
//! an event is today or earlier.

mod kinds;

use chrono::NaiveDate;

use super::Answers;
use crate::domain::clearance::Dossier;
use crate::domain::reason;
use crate::error::{Fault, Result};
use crate::store::Conn;
use crate::store::authority::{self, Authority};
use crate::store::dbs::Certificate;
use crate::store::queue;
use crate::types::long_date;

pub use kinds::of;

/// One field of a form. Its label is a noun phrase, so that messages can say "Enter the …".
#[derive(Debug, Clone)]
pub struct Field {
    /// Its name in forms and answers.
    pub name: &'static str,
    /// What people read.
    pub label: &'static str,
    /// A line beneath; may be empty.
    pub hint: &'static str,
    /// What it takes.
    pub input: Input,
    /// Whether it must be answered.
    pub needed: bool,
}

/// What a field takes.
#[derive(Debug, Clone)]
pub enum Input {
    /// One line of at most so many characters.
    Line(usize),
    /// Codes parted by commas.
    Codes,
    /// Some lines.
    Paragraph,
    /// A day that has come.
    Past,
    /// Any day.
    Day,
    /// One of these.
    One(Vec<Pick>),
    /// Any of these.
    Many(Vec<Pick>),
}

/// One option.
#[derive(Debug, Clone)]
pub struct Pick {
    /// What is kept.
    pub value: String,
    /// What people read.
    pub text: String,
}

/// Choices that come from the register.
#[derive(Debug, Clone, Default)]
pub struct Lists {
    /// Licensing authorities.
    pub authorities: Vec<Pick>,
    /// The person's certificates, newest first.
    pub certificates: Vec<Pick>,
    /// The team, by name: originals are seen by one of them.
    pub team: Vec<Pick>,
    /// Whether a consent to status checks stands.
    pub has_consent: bool,
}

/// The choices for a person's forms.
///
/// # Errors
/// The database's.
pub fn lists(conn: &mut Conn, dossier: &Dossier) -> Result<Lists> {
    let mut live: Vec<&Certificate> = dossier.certificates.iter().filter(|one| one.retired_on.is_none()).collect();
    live.sort_by_key(|one| std::cmp::Reverse((one.issued_on, one.id)));
    let certificates = live.into_iter().map(|one| Pick { value: one.id.to_string(), text: call(one) });
    let authorities = authority::all(conn)?.into_iter().map(|one| Pick { value: one.id.to_string(), text: name(&one) });
    let mut team: Vec<String> = queue::team(conn)?.into_iter().map(|(_, name)| name).collect();
    team.dedup();
    Ok(Lists {
        certificates: certificates.collect(),
        authorities: authorities.collect(),
        team: team.into_iter().map(|name| Pick { value: name.clone(), text: name }).collect(),
        has_consent: dossier.consents.iter().any(|one| one.withdrawn_on.is_none()),
    })
}

/// An authority's name, and who licenses for it since when: the licence names them (facts.md §4).
fn name(authority: &Authority) -> String {
    match authority.delegated_from.filter(|_| !authority.delegates_to.is_empty()) {
        Some(day) => format!("{} (licensing by {} since {})", authority.name, authority.delegates_to, long_date(day)),
        None => authority.name.clone(),
    }
}

/// "Enhanced certificate ending 1234, issued 3 May 2026".
pub fn call(certificate: &Certificate) -> String {
    let level = certificate.level.as_str();
    let level: String = level.chars().take(1).flat_map(char::to_uppercase).chain(level.chars().skip(1)).collect();
    let skip = certificate.number.chars().count().saturating_sub(4);
    let end: String = certificate.number.chars().skip(skip).collect();
    format!("{level} certificate ending {end}, issued {}", long_date(certificate.issued_on))
}

impl Field {
    /// The label within a sentence: "date of issue".
    pub fn noun(&self) -> String {
        let mut signs = self.label.chars();
        let first = signs.next().into_iter().flat_map(char::to_lowercase);
        first.chain(signs).collect()
    }

    fn fault(&self, answers: &Answers, today: NaiveDate) -> Option<String> {
        let (text, many) = (answers.text(self.name), answers.many(self.name));
        let known = |picks: &[Pick], value: &str| picks.iter().any(|pick| pick.value == value);
        let noun = self.noun();
        if !answers.has(self.name) {
            let verb = if matches!(self.input, Input::One(_) | Input::Many(_)) { "Select" } else { "Enter" };
            return self.needed.then(|| format!("{verb} the {noun}"));
        }
        match &self.input {
            Input::Line(longest) => too_long(text, *longest, &noun),
            Input::Paragraph => too_long(text, reason::LONGEST, &noun),
            Input::Codes if many.len() > 20 || many.iter().any(|code| code.chars().count() > 20) => {
                Some(format!("The {noun} must be 20 codes or fewer, each of 20 characters or fewer"))
            }
            Input::Past | Input::Day if answers.day(self.name).is_none() => {
                Some(format!("The {noun} must be a real date"))
            }
            Input::Past if answers.day(self.name).is_some_and(|day| day > today) => {
                Some(format!("The {noun} must be today or in the past"))
            }
            Input::One(picks) if !known(picks, text) => Some(format!("Select the {noun} from the list")),
            Input::Many(picks) if many.iter().any(|value| !known(picks, value)) => {
                Some(format!("Select the {noun} from the list"))
            }
            _ => None,
        }
    }
}

fn too_long(text: &str, longest: usize, noun: &str) -> Option<String> {
    (text.chars().count() > longest).then(|| format!("The {noun} must be {longest} characters or fewer"))
}

/// What is wrong with `answers`, field by field, before any rule of the kind is asked.
pub fn check(fields: &[Field], answers: &Answers, today: NaiveDate) -> Vec<Fault> {
    let fault = |field: &Field| field.fault(answers, today).map(|message| Fault::new(field.name, message));
    fields.iter().filter_map(fault).collect()
}
