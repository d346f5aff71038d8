//! The field list of each kind.

use super::{Field, Input, Lists, Pick};
use crate::domain::application::identity;
use crate::types::Kind;

const NO_LIMIT: &str = "Leave this blank when the document has no end date";

/// The fields of a kind, in the order of its form; none for a kind of which nothing is recorded.
pub fn of(kind: Kind, lists: &Lists) -> Vec<Field> {
    match kind {
        Kind::Identity => vec![
            field("documents", "Documents seen", Input::Many(documents()))
                .hint("Each whose original was shown. At least one must show where they live now"),
            line("outside_check", "Check by an outside identity service")
                .hint("Its name and reference. Only where no document of group 1 was shown")
                .may(),
            past("valid_from", "Date of the check"),
            field("seen_by", "Name of who saw the originals", Input::One(lists.team.clone()))
                .hint("You, unless you choose somebody else of the team")
                .may(),
        ],
        Kind::RightToWork => vec![
            one("evidence_type", "Type of evidence", RIGHT_TO_WORK),
            past("valid_from", "Date of the check"),
            day("expires_on", "Last day of permission").hint("Leave this blank when there is no time limit").may(),
            line("seen_by", "Name of who made the check"),
        ],
        Kind::SelfDeclaration => vec![past("valid_from", "Date of the declaration")],
        Kind::DbsCertificate => dbs_certificate(),
        Kind::UpdateService => update_service(lists),
        Kind::Training => vec![
            past("valid_from", "Date of the course"),
            line("provider", "Training provider"),
            line("reference", "Certificate number").may(),
            day("expires_on", "Expiry date on the certificate").hint(NO_LIMIT).may(),
        ],
        Kind::Licence => vec![
            field("authority", "Licensing authority", Input::One(lists.authorities.clone())),
            one("licence_type", "Type of licence", LICENCES),
            line("number", "Licence number"),
            day("valid_from", "First day of the licence"),
            day("expires_on", "Last day of the licence"),
        ],
        Kind::DrivingEntitlement => vec![
            field("categories", "Categories", Input::Many(picks(CATEGORIES))),
            field("restrictions", "Restriction codes", Input::Codes).hint("As on the licence, such as 01, 101").may(),
            past("valid_from", "Date of the check"),
            day("expires_on", "Last day of the entitlement"),
        ],
        Kind::Cpc => vec![
            line("reference", "Driver qualification card number").may(),
            past("valid_from", "Date of issue"),
            day("expires_on", "Expiry date on the card"),
        ],
        Kind::Medical => vec![
            one("standard", "Medical standard", &[("group_2", "Group 2")]),
            past("valid_from", "Date of the examination"),
            day("expires_on", "Last valid day").hint("Leave this blank when the form has no end date").may(),
            line("seen_by", "Name of who saw the medical form"),
        ],
        Kind::Overseas => vec![
            one("outcome", "Outcome", OVERSEAS),
            line("country", "Country").may(),
            past("abroad_until", "Last day lived there").may(),
            line("witness", "Name and standing of the witness").hint("Of a statutory declaration: check both").may(),
            one("instead", "Evidence in place of a check", INSTEAD).hint("When none can be had").may(),
            past("valid_from", "Date of the document or check"),
        ],
        Kind::References => vec![
            one("referee", "Kind of referee", REFEREES),
            past("valid_from", "Date of the reference"),
            line("seen_by", "Name of who read it"),
        ],
        Kind::Document => vec![
            past("valid_from", "Date of the document or check"),
            line("reference", "Document number").may(),
            day("expires_on", "Expiry date on the document").hint(NO_LIMIT).may(),
        ],
        Kind::Approval | Kind::Suitability | Kind::MinimumAge | Kind::BulletinsRead => Vec::new(),
    }
}

fn dbs_certificate() -> Vec<Field> {
    vec![
        line("number", "Certificate number").hint("12 digits, at the top right of the certificate"),
        one("level", "Level", &[("basic", "Basic"), ("standard", "Standard"), ("enhanced", "Enhanced")]),
        one("workforce", "Workforce", WORKFORCES).hint("The first line of “position applied for”. None on a basic one"),
        one("barred_lists", "Barred lists checked", BARRED_LISTS),
        past("issued_on", "Date of issue"),
        line("forename", "Forename on the certificate").may(),
        line("surname", "Surname on the certificate").hint("Status checks go by this name"),
        line("original_seen_by", "Name of who saw the original").hint("In person: not a copy, not by video"),
        past("original_seen_on", "Day the original was seen"),
        one("trace", "Answer to whether it shows any information", &[("no", "No"), ("yes", "Yes")])
            .hint("Never write down what it shows"),
        one("source", "Source of the application", SOURCES),
    ]
}

fn update_service(lists: &Lists) -> Vec<Field> {
    let mut fields = vec![field("certificate", "Certificate", Input::One(lists.certificates.clone()))];
    // Nobody is asked again for what stands on file.
    if !lists.has_consent {
        fields.push(past("consent_on", "Date of consent to status checks").may());
        fields.push(line("consent_text", "Version of the consent wording").may());
    }
    fields.extend([
        past("joined_on", "Date of joining the Update Service").may(),
        one("subscription", "Kind of subscription", SUBSCRIPTIONS)
            .hint("Leave this blank when they have not joined. A volunteer’s free one is no basis for paid work")
            .may(),
        one("result", "Result of a status check", RESULTS)
            .hint("Only what the service answered. A failed check is not a result")
            .may(),
        past("checked_on", "Date of the status check").may(),
        line("checker", "Name of who made the status check").may(),
    ]);
    fields
}

type Words = &'static [(&'static str, &'static str)];

const RIGHT_TO_WORK: Words = &[
    ("british_or_irish_passport", "British or Irish passport"),
    ("online_check", "Home Office online check"),
    ("birth_certificate", "UK birth or adoption certificate, with National Insurance evidence"),
    ("other_document", "Another document on the Home Office list"),
];
const WORKFORCES: Words = &[
    ("none", "None"),
    ("child", "Child"),
    ("adult", "Adult"),
    ("child_and_adult", "Child and adult"),
    ("other", "Other"),
];
const BARRED_LISTS: Words =
    &[("none", "None"), ("child", "Children’s"), ("adult", "Adults’"), ("child_and_adult", "Both")];
const SOURCES: Words =
    &[("ours", "Our own application"), ("another_body", "Another body"), ("umbrella", "An umbrella body")];
const SUBSCRIPTIONS: Words = &[("paid", "Paid for"), ("volunteer", "Free, as a volunteer")];
const RESULTS: Words = &[
    ("BLANK_NO_NEW_INFO", "Did not reveal any information and remains current"),
    ("NON_BLANK_NO_NEW_INFO", "Remains current"),
    ("NEW_INFO", "No longer current"),
    ("NO_MATCH_FOUND", "Details do not match"),
];
const LICENCES: Words = &[("hackney", "Hackney carriage"), ("private_hire", "Private hire"), ("dual", "Dual")];
const CATEGORIES: Words = &[("B", "B"), ("C1", "C1"), ("D1", "D1"), ("D1E", "D1E"), ("D", "D"), ("DE", "DE")];
const OVERSEAS: Words = &[
    ("none_needed", "None needed: not abroad long enough"),
    ("certificate", "Certificate from that country"),
    ("statutory_declaration", "Statutory declaration instead"),
    ("unobtainable", "Cannot be had from that country"),
    ("outstanding", "Still awaited"),
];
const INSTEAD: Words = &[
    ("embassy_letter", "Letter of the embassy that no check exists"),
    ("reference", "Reference of an employer or official there"),
];
const REFEREES: Words = &[
    ("employer", "Present or last employer"),
    ("earlier_employer", "Earlier employer"),
    ("education", "School, college or university"),
    ("character", "Somebody who knows them well"),
];

/// The identity documents, each with its group.
fn documents() -> Vec<Pick> {
    let pick = |one: &identity::Document| Pick {
        value: one.code.clone(),
        text: format!("{} (group {})", one.title, one.group),
    };
    identity::documents().iter().map(pick).collect()
}

fn picks(words: Words) -> Vec<Pick> {
    words.iter().map(|(value, text)| Pick { value: (*value).to_owned(), text: (*text).to_owned() }).collect()
}

fn field(name: &'static str, label: &'static str, input: Input) -> Field {
    Field { name, label, hint: "", input, needed: true }
}

fn line(name: &'static str, label: &'static str) -> Field {
    field(name, label, Input::Line(100))
}

fn past(name: &'static str, label: &'static str) -> Field {
    field(name, label, Input::Past)
}

fn day(name: &'static str, label: &'static str) -> Field {
    field(name, label, Input::Day)
}

fn one(name: &'static str, label: &'static str, words: Words) -> Field {
    field(name, label, Input::One(picks(words)))
}

impl Field {
    fn hint(self, hint: &'static str) -> Field {
        Field { hint, ..self }
    }

    fn may(self) -> Field {
        Field { needed: false, ..self }
    }
}
