//! A group's answers as rows of a summary, for whoever gave them.

use crate::domain::application::answers::{Address, Answers};
use crate::domain::application::faults::months;
use crate::domain::application::identity::{self, Found};
use crate::domain::application::overseas;
use crate::domain::application::questions::{Asking, Group, rights_to_work};
use crate::types::{AuthorityId, Kind, long_date};

use super::typed::licence_title;

/// A row: what, and the answer's lines.
pub(super) struct Row {
    pub key: String,
    pub lines: Vec<String>,
}

fn row(key: impl Into<String>, line: impl Into<String>) -> Row {
    Row { key: key.into(), lines: vec![line.into()] }
}

/// The rows of a group; what was not answered is left out.
pub(super) fn rows(
    group: Group,
    answers: &Answers,
    asking: &Asking,
    authorities: &[(AuthorityId, String)],
) -> Vec<Row> {
    let all = match group {
        Group::Name => vec![row("Name", answers.full_name()), others(answers)],
        Group::Birth => vec![row("Date of birth", answers.date_of_birth.map(long_date).unwrap_or_default())],
        Group::Contact => vec![row("Email address", &answers.email), row("Telephone", &answers.phone)],
        Group::Addresses => {
            let rows = answers.addresses.iter().enumerate().map(|(at, one)| address(at + 1, one));
            rows.chain(abroad(answers, asking)).collect()
        }
        Group::RightToWork => {
            let known = rights_to_work().iter().find(|one| one.code == answers.right_to_work);
            vec![row("Shown by", known.map(|one| one.title.clone()).unwrap_or_default())]
        }
        Group::Identity => {
            let titles = answers.documents.iter().filter_map(|code| identity::document(code));
            let lines = titles.map(|one| one.title.clone()).collect();
            vec![Row { key: "Documents".into(), lines }, row("These satisfy", route(answers))]
        }
        Group::Licence => {
            let authority = authorities.iter().find(|(id, _)| Some(*id) == answers.licence.authority);
            vec![
                row("Authority", authority.map(|(_, name)| name.clone()).unwrap_or_default()),
                row("Kind", answers.licence.kind.map(licence_title).unwrap_or_default()),
                row("Number", &answers.licence.number),
            ]
        }
        Group::Entitlement => {
            vec![row("Categories", answers.categories.join(", ")), row("Restrictions", answers.restrictions.join(", "))]
        }
        Group::Referees => {
            let lines = |one: &crate::domain::application::answers::Referee| {
                let all = [&one.name, &one.relation, &one.email, &one.phone];
                all.into_iter().filter(|line| !line.is_empty()).cloned().collect()
            };
            let referees = answers.referees.iter().enumerate();
            referees.map(|(at, one)| Row { key: format!("Referee {}", at + 1), lines: lines(one) }).collect()
        }
        Group::Declaration | Group::Consent => Vec::new(),
    };
    all.into_iter().filter(|row| row.lines.iter().any(|line| !line.is_empty())).collect()
}

fn others(answers: &Answers) -> Row {
    let name = |one: &crate::domain::application::answers::Name| format!("{} {}", one.forename, one.surname);
    let mut lines: Vec<String> = answers.former_names.iter().map(|one| name(one).trim().to_owned()).collect();
    if lines.is_empty() && answers.no_other_name {
        lines.push("None".into());
    }
    Row { key: "Other names".into(), lines }
}

fn address(at: usize, one: &Address) -> Row {
    let stay = match (one.from, one.until) {
        (Some(from), Some(until)) => months(from, until),
        (Some(from), None) => format!("Since {}", from.format("%B %Y")),
        _ => String::new(),
    };
    let lines = one.lines.lines().map(str::to_owned).chain([one.postcode.clone(), one.country.clone(), stay]);
    Row { key: format!("Address {at}"), lines: lines.filter(|line| !line.is_empty()).collect() }
}

/// Time abroad, and what will be asked for because of it (facts.md §1.7).
pub(super) fn abroad(answers: &Answers, asking: &Asking) -> Vec<Row> {
    let Some(rule) = asking.requirement(Kind::Overseas) else { return Vec::new() };
    let say = |one: overseas::Abroad| {
        let months = if one.months == 1 { "1 month".to_owned() } else { format!("{} months", one.months) };
        let asked = if one.asked {
            "We will ask for a criminal record certificate or a certificate of good conduct from there, in English or \
             with a certified translation. Where none can be had, a statutory declaration and a reference may serve."
        } else {
            "Nothing is asked for because of this."
        };
        row(format!("Time in {}", one.country), format!("{months}. {asked}"))
    };
    overseas::abroad(&answers.stays(), rule, asking.today).into_iter().map(say).collect()
}

/// Which route the documents satisfy, in words.
pub(super) fn route(answers: &Answers) -> String {
    match identity::route(&answers.documents) {
        Found::Route(route) => format!("Route {}: {}", route.number, route.title),
        Found::NoAddress(_) => "No route yet: none of them shows the current address".into(),
        Found::TooFew if answers.documents.is_empty() => String::new(),
        Found::TooFew => "No route yet: more documents are needed".into(),
    }
}
