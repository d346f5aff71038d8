//! A group's fields on the page, what was typed into them as answers, and answers as a form filled in.

use chrono::{Datelike, Months, NaiveDate};

use crate::domain::application::answers::{Address, Answers, Licence, Name, Referee};
use crate::domain::application::faults::MOST_ADDRESSES;
use crate::domain::application::identity;
use crate::domain::application::questions::{Asking, Group, rights_to_work};
use crate::types::{AuthorityId, LicenceType};
use crate::web::form::{Choice, Typed};
use crate::web::typed_date;

/// Fields under a heading; the heading may be empty.
pub(super) struct Section {
    pub legend: String,
    pub fields: Vec<Field>,
}

/// One field, by its component.
pub(super) struct Field {
    pub name: String,
    pub label: String,
    pub hint: String,
    pub part: &'static str,
    pub choices: Vec<Choice>,
}

fn field(part: &'static str, name: impl Into<String>, label: &str, hint: &str) -> Field {
    Field { name: name.into(), label: label.to_owned(), hint: hint.to_owned(), part, choices: Vec::new() }
}

fn choose(part: &'static str, name: &str, label: &str, hint: &str, choices: Vec<Choice>) -> Field {
    Field { choices, ..field(part, name, label, hint) }
}

fn section(fields: Vec<Field>) -> Vec<Section> {
    vec![Section { legend: String::new(), fields }]
}

/// What licences are called.
pub(super) fn licence_title(kind: LicenceType) -> &'static str {
    match kind {
        LicenceType::Hackney => "Hackney carriage",
        LicenceType::PrivateHire => "Private hire",
        LicenceType::Dual => "Hackney carriage and private hire",
        LicenceType::NotRecorded => "Not known",
    }
}

/// A group's fields; `rows` of those that are asked again and again.
pub(super) fn sections(
    group: Group,
    asking: &Asking,
    authorities: &[(AuthorityId, String)],
    rows: usize,
) -> Vec<Section> {
    match group {
        Group::Name => section(vec![
            field("line", "forename", "Forenames", "Leave this blank when they have a single name"),
            field("line", "surname", "Surname", ""),
            field(
                "paragraph",
                "former_names",
                "Every other name they have ever used",
                "One name on a line, the surname last. For example a name before marriage, or one that was changed",
            ),
            choose("checkboxes", "no_other_name", "Or", "", vec![Choice::new("yes", "They have used no other name")]),
        ]),
        Group::Birth => section(vec![field("date", "date_of_birth", "Date of birth", "For example, 31 3 1980")]),
        Group::Contact => section(vec![
            field(
                "email",
                "email",
                "The person’s own email address",
                "They answer some questions alone, by a link that we send there. Not an address of the firm’s",
            ),
            field("tel", "phone", "Their telephone number (optional)", ""),
        ]),
        Group::Addresses => (1..=rows).map(address_fields).collect(),
        Group::RightToWork => {
            let choices = rights_to_work().iter().map(|one| Choice::new(&one.code, one.title.clone())).collect();
            section(vec![choose(
                "radios",
                "right_to_work",
                "What shows that they may work in the United Kingdom?",
                "",
                choices,
            )])
        }
        Group::Identity => section(vec![choose(
            "checkboxes",
            "documents",
            "Which documents can they show?",
            "We look at the originals. One of them must show their current address",
            documents(),
        )]),
        Group::Licence => {
            let offered = authorities.iter().map(|(id, name)| Choice::new(id, name.clone())).collect();
            let kinds = LicenceType::ALL.iter().filter(|one| **one != LicenceType::NotRecorded);
            let kinds = kinds.map(|one| Choice::new(one, licence_title(*one))).collect();
            section(vec![
                choose("select", "authority", "Licensing authority", "", offered),
                choose("radios", "licence_type", "Kind of licence", "", kinds),
                field(
                    "line",
                    "licence_number",
                    "Number of the licence (optional)",
                    "Leave this blank while it is applied for",
                ),
            ])
        }
        Group::Entitlement => {
            let (categories, restrictions) = asking.entitlement();
            let plain = |codes: &[String]| codes.iter().map(|code| Choice::new(code, code.clone())).collect::<Vec<_>>();
            section(vec![
                choose("checkboxes", "categories", "Which of these categories may they drive?", "", plain(categories)),
                choose(
                    "checkboxes",
                    "restrictions",
                    "Are any of these codes on the licence? (optional)",
                    "Column 12 on the back of the card",
                    plain(restrictions),
                ),
            ])
        }
        Group::Referees => (1..=asking.referees()).map(referee_fields).collect(),
        Group::Declaration | Group::Consent => Vec::new(),
    }
}

fn address_fields(at: usize) -> Section {
    let legend = if at == 1 { "Where they live now".to_owned() } else { format!("Address {at}") };
    let fields = vec![
        field("paragraph", format!("lines-{at}"), "House, street and town", ""),
        field("short", format!("postcode-{at}"), "Postcode", ""),
        field("line", format!("country-{at}"), "Country", "Leave this blank for the United Kingdom"),
        field("month", format!("from-{at}"), "Moved in", "For example, 3 2019"),
        field("month", format!("until-{at}"), "Left", "Leave this blank when they live there now"),
    ];
    Section { legend, fields }
}

fn referee_fields(at: usize) -> Section {
    let fields = vec![
        field("line", format!("referee-{at}"), "Name", ""),
        field(
            "line",
            format!("relation-{at}"),
            "How they know the person",
            "For example, as their last employer. Nobody of the family",
        ),
        field("email", format!("referee_email-{at}"), "Email address", "This or a telephone number"),
        field("tel", format!("referee_phone-{at}"), "Telephone number", ""),
    ];
    Section { legend: format!("Referee {at}"), fields }
}

fn documents() -> Vec<Choice> {
    let hint = |one: &identity::Document| {
        let address = if one.address { ", shows an address" } else { "" };
        format!("Group {}{address}", one.group)
    };
    identity::documents().iter().map(|one| Choice::new(&one.code, one.title.clone()).hint(hint(one))).collect()
}

/// How many addresses a page asks for: those there are, and one more when it is wanted.
pub(super) fn rows(stored: usize, another: bool) -> usize {
    (stored + usize::from(another)).clamp(1, MOST_ADDRESSES)
}

/// Answers as a form filled in.
pub(super) fn filled(group: Group, answers: &Answers) -> Typed {
    let form = Typed::default();
    match group {
        Group::Name => {
            let names = answers.former_names.iter().map(|one| format!("{} {}", one.forename, one.surname));
            let names: Vec<String> = names.map(|name| name.trim().to_owned()).collect();
            let form = form.with("forename", &answers.forename).with("surname", &answers.surname);
            let form = form.with("former_names", names.join("\n"));
            if answers.no_other_name { form.with("no_other_name", "yes") } else { form }
        }
        Group::Birth => form.with_date("date_of_birth", answers.date_of_birth),
        Group::Contact => form.with("email", &answers.email).with("phone", &answers.phone),
        Group::Addresses => answers.addresses.iter().enumerate().fold(form, |form, (at, one)| {
            let at = at + 1;
            let form = form.with(&format!("lines-{at}"), &one.lines).with(&format!("postcode-{at}"), &one.postcode);
            let form = form.with(&format!("country-{at}"), &one.country);
            with_month(with_month(form, &format!("from-{at}"), one.from), &format!("until-{at}"), one.until)
        }),
        Group::RightToWork => form.with("right_to_work", &answers.right_to_work),
        Group::Identity => answers.documents.iter().fold(form, |form, code| form.with("documents", code)),
        Group::Licence => {
            let Licence { authority, kind, number } = &answers.licence;
            let form = authority.iter().fold(form, |form, id| form.with("authority", id));
            kind.iter().fold(form, |form, kind| form.with("licence_type", kind)).with("licence_number", number)
        }
        Group::Entitlement => {
            let form = answers.categories.iter().fold(form, |form, code| form.with("categories", code));
            answers.restrictions.iter().fold(form, |form, code| form.with("restrictions", code))
        }
        Group::Referees => answers.referees.iter().enumerate().fold(form, |form, (at, one)| {
            let at = at + 1;
            let form = form.with(&format!("referee-{at}"), &one.name).with(&format!("relation-{at}"), &one.relation);
            form.with(&format!("referee_email-{at}"), &one.email).with(&format!("referee_phone-{at}"), &one.phone)
        }),
        Group::Declaration | Group::Consent => form,
    }
}

fn with_month(form: Typed, name: &str, day: Option<NaiveDate>) -> Typed {
    let Some(day) = day else { return form };
    form.with(&format!("{name}-month"), day.month()).with(&format!("{name}-year"), day.year())
}

/// What was typed; a date that is none is refused in the form.
pub(super) fn read(group: Group, form: &mut Typed, asking: &Asking) -> Answers {
    let text = |form: &Typed, name: &str| form.text(name).split_whitespace().collect::<Vec<_>>().join(" ");
    let list = |form: &Typed, name: &str| -> Vec<String> { form.list(name).into_iter().map(str::to_owned).collect() };
    let none = Answers::default();
    match group {
        Group::Name => Answers {
            forename: text(form, "forename"),
            surname: text(form, "surname"),
            former_names: names(form.text("former_names")),
            no_other_name: form.has("no_other_name", "yes"),
            ..none
        },
        Group::Birth => Answers { date_of_birth: form.may_date("date_of_birth", "date of birth"), ..none },
        Group::Contact => Answers { email: text(form, "email"), phone: text(form, "phone"), ..none },
        Group::Addresses => Answers { addresses: addresses(form), ..none },
        Group::RightToWork => Answers { right_to_work: text(form, "right_to_work"), ..none },
        Group::Identity => Answers { documents: list(form, "documents"), ..none },
        Group::Licence => {
            let (authority, kind) = (form.value("authority").map(AuthorityId), form.value("licence_type"));
            Answers { licence: Licence { authority, kind, number: text(form, "licence_number") }, ..none }
        }
        Group::Entitlement => {
            let (categories, restrictions) = asking.entitlement();
            let known = |name: &str, offered: &[String]| -> Vec<String> {
                list(form, name).into_iter().filter(|code| offered.contains(code)).collect()
            };
            Answers {
                categories: known("categories", categories),
                restrictions: known("restrictions", restrictions),
                ..none
            }
        }
        Group::Referees => {
            let one = |at: usize| Referee {
                name: text(form, &format!("referee-{at}")),
                relation: text(form, &format!("relation-{at}")),
                email: text(form, &format!("referee_email-{at}")),
                phone: text(form, &format!("referee_phone-{at}")),
            };
            let mut referees: Vec<Referee> = (1..=asking.referees()).map(one).collect();
            while referees.last().is_some_and(|one| *one == Referee::default()) {
                referees.pop();
            }
            Answers { referees, ..none }
        }
        Group::Declaration | Group::Consent => none,
    }
}

/// One name on a line, the surname last; a single name is a surname.
fn names(text: &str) -> Vec<Name> {
    let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    let name = |line: String| match line.rsplit_once(' ') {
        Some((forename, surname)) => Name { forename: forename.to_owned(), surname: surname.to_owned() },
        None => Name { forename: String::new(), surname: line },
    };
    lines.filter(|line| !line.is_empty()).map(name).collect()
}

/// The addresses typed; an empty one is none.
fn addresses(form: &mut Typed) -> Vec<Address> {
    let mut found = Vec::new();
    for at in 1..=MOST_ADDRESSES {
        let names = ["lines", "postcode", "country"].map(|name| format!("{name}-{at}"));
        let [lines, postcode, country] = names.map(|name| form.text(&name).to_owned());
        let from = month(form, &format!("from-{at}"), "month in which they moved in");
        let until = month(form, &format!("until-{at}"), "month in which they left");
        let until = until.and_then(|day| day.checked_add_months(Months::new(1))).and_then(|day| day.pred_opt());
        let one = Address { lines, postcode, country, from, until };
        if one != Address::default() {
            found.push(one);
        }
    }
    found
}

/// The first day of a month typed as month and year; none when both are empty.
fn month(form: &mut Typed, name: &str, what: &str) -> Option<NaiveDate> {
    let (month, year) = (form.part(name, "month").to_owned(), form.part(name, "year").to_owned());
    if month.is_empty() && year.is_empty() {
        return None;
    }
    typed_date::read(name, what, "1", &month, &year).unwrap_or_else(|fault| {
        form.refuse_all([fault]);
        None
    })
}
