//! What the people of the demonstration answered: made from their rows of the register, so that each case reads whole.

use chrono::NaiveDate;

use super::register::shifted;
use crate::domain::application::answers::{Address, Answers, Licence, Name, Own, Referee};
use crate::domain::application::identity;
use crate::domain::clearance::Dossier;
use crate::domain::own_link::{CONSENT_VERSION, DECLARATION_VERSION};
use crate::store::person::Person;
use crate::types::ApplicationState;

const STREETS: [&str; 8] = [
    "High Street",
    "Mill Lane",
    "Church Road",
    "Station Road",
    "The Crescent",
    "Priory Close",
    "Canal Side",
    "Victoria Terrace",
];
const TOWNS: [(&str, &str); 4] =
    [("Exampleton", "EX1 1A"), ("Nether Example", "EX2 4B"), ("Sampleford", "EX3 7D"), ("Port Specimen", "EX4 9H")];
const REFEREES: [(&str, &str); 6] = [
    ("Owen Price", "Their last employer"),
    ("Mary Hall", "Head teacher of the school where they helped"),
    ("Gwen Tudor", "Has known them for ten years"),
    ("Arthur Bell", "Supervisor at their last firm"),
    ("Nadia Aziz", "Neighbour, a nurse"),
    ("Piotr Nowak", "Trainer of the driving school"),
];
const DOCUMENTS: [[&str; 3]; 3] = [
    ["passport", "driving_licence", "bank_statement"],
    ["driving_licence", "utility_bill", "birth_certificate_later"],
    ["passport", "council_tax", "utility_bill"],
];

fn pick<T: Copy>(from: &[T], n: usize) -> Option<T> {
    from.get(n % from.len().max(1)).copied()
}

/// The first of the month of `day`.
fn month(day: NaiveDate) -> NaiveDate {
    use chrono::Datelike;
    day.with_day(1).unwrap_or(day)
}

fn address(n: usize, from: NaiveDate, until: Option<NaiveDate>) -> Address {
    let (street, (town, code)) = (pick(&STREETS, n).unwrap_or_default(), pick(&TOWNS, n / 3).unwrap_or_default());
    let letter = char::from(b'A' + u8::try_from(n % 20).unwrap_or(0));
    let lines = format!("{} {street}\n{town}", 1 + n % 90);
    Address { lines, postcode: format!("{code}{letter}"), country: String::new(), from: Some(month(from)), until }
}

/// One address since long ago, or two; every ninth person lived abroad between.
fn addresses(n: usize, submitted: NaiveDate) -> Vec<Address> {
    let moved = month(shifted(submitted, -(200 + i64::try_from(n % 900).unwrap_or(0))));
    let eve = moved.pred_opt();
    let long_ago = shifted(submitted, -365 * 9);
    match n % 9 {
        0 => {
            let came = month(shifted(moved, -420));
            let abroad =
                Address { lines: "Calle Mayor 1, Sevilla".into(), country: "Spain".into(), ..Address::default() };
            vec![
                address(n, moved, None),
                Address { from: Some(came), until: eve, ..abroad },
                address(n + 7, long_ago, came.pred_opt()),
            ]
        }
        1..=4 => vec![address(n, moved, None), address(n + 5, long_ago, eve)],
        _ => vec![address(n, long_ago, None)],
    }
}

/// The answers of `person`'s application for a role, sent in on `submitted`.
pub(super) fn of(person: &Person, dossier: &Dossier, state: ApplicationState, submitted: NaiveDate) -> Answers {
    let n = usize::try_from(person.id.0).unwrap_or(0);
    let has_other = n.is_multiple_of(6);
    let licence = dossier.licences.first();
    let referee = |at: usize| {
        let (name, relation) = pick(&REFEREES, n + at).unwrap_or_default();
        let email = format!("{}@other.example.org", name.to_lowercase().replace(' ', "."));
        Referee { name: name.into(), relation: relation.into(), email, phone: String::new() }
    };
    let documents = pick(&DOCUMENTS, n).unwrap_or_default();
    // Of those just sent in, every second person has not used their link yet.
    let own_on = (state != ApplicationState::Submitted || n.is_multiple_of(2)).then(|| shifted(submitted, 2));
    let text = |version: &str| if own_on.is_some() { version.to_owned() } else { String::new() };
    let drives = |role: &str| dossier.roles().contains(&role);
    let category = if drives("pcv_driver") { Some("D") } else { drives("minibus_driver").then_some("D1") };
    Answers {
        forename: person.forename.clone(),
        surname: person.surname.clone(),
        former_names: if has_other {
            vec![Name { forename: person.forename.clone(), surname: "Wainwright".into() }]
        } else {
            Vec::new()
        },
        no_other_name: !has_other,
        date_of_birth: person.date_of_birth,
        email: person.email.clone(),
        phone: person.phone.clone(),
        addresses: addresses(n, submitted),
        right_to_work: if n.is_multiple_of(5) { "share_code" } else { "uk_passport" }.into(),
        documents: documents.map(str::to_owned).into(),
        document_edition: identity::edition().to_owned(),
        licence: licence.map_or_else(Licence::default, |one| Licence {
            authority: Some(one.authority_id),
            kind: Some(one.licence_type),
            number: one.number.clone(),
        }),
        categories: category.map(str::to_owned).into_iter().collect(),
        referees: vec![referee(0), referee(1)],
        own: Own {
            consent_on: own_on,
            consent_text: text(CONSENT_VERSION),
            declared_on: own_on,
            declared_text: text(DECLARATION_VERSION),
            declared: false,
        },
        ..Answers::default()
    }
}
