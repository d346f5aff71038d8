//! What is wrong with a group's answers. `limits` holds for whatever is kept, finished or not; `faults` for what is sent
//! in. Fields are named as the forms name them.

use chrono::{Datelike, NaiveDate};

use super::answers::{Address, Answers};
use super::identity::{self, Found};
use super::overseas;
use super::questions::{Asking, Group, rights_to_work};
use crate::error::Fault;
use crate::types::{add_months, fold, is_email, long_date};

/// The most addresses kept.
pub const MOST_ADDRESSES: usize = 12;
/// The most other names kept.
const MOST_NAMES: usize = 20;

struct Faults(Vec<Fault>);

impl Faults {
    /// The first fault of a field is told.
    fn add(&mut self, wrong: bool, field: impl Into<String>, message: impl Into<String>) {
        let field = field.into();
        if wrong && !self.0.iter().any(|fault| fault.field == field) {
            self.0.push(Fault::new(field, message));
        }
    }
}

fn longer(text: &str, most: usize) -> bool {
    text.chars().count() > most
}

/// What can be kept of no draft.
pub fn limits(group: Group, answers: &Answers) -> Vec<Fault> {
    let mut faults = Faults(Vec::new());
    match group {
        Group::Name => {
            faults.add(longer(&answers.forename, 100), "forename", "The forename must be 100 characters or fewer");
            faults.add(longer(&answers.surname, 100), "surname", "The surname must be 100 characters or fewer");
            let many = answers.former_names.len() > MOST_NAMES;
            faults.add(many, "former_names", format!("Enter {MOST_NAMES} names or fewer"));
            let long = answers.former_names.iter().any(|one| longer(&one.forename, 100) || longer(&one.surname, 100));
            faults.add(long, "former_names", "Each name must be 100 characters or fewer, one name on a line");
        }
        Group::Contact => {
            faults.add(longer(&answers.email, 254), "email", "The email address must be 254 characters or fewer");
            faults.add(longer(&answers.phone, 40), "phone", "The telephone number must be 40 characters or fewer");
        }
        Group::Addresses => {
            for (at, one) in answers.addresses.iter().enumerate() {
                let at = at + 1;
                faults.add(
                    longer(&one.lines, 300),
                    format!("lines-{at}"),
                    "The address must be 300 characters or fewer",
                );
                faults.add(
                    longer(&one.postcode, 12),
                    format!("postcode-{at}"),
                    "Enter a postcode of 12 characters or fewer",
                );
                faults.add(
                    longer(&one.country, 60),
                    format!("country-{at}"),
                    "The country must be 60 characters or fewer",
                );
            }
        }
        Group::Licence => {
            faults.add(
                longer(&answers.licence.number, 40),
                "licence_number",
                "The number must be 40 characters or fewer",
            );
        }
        Group::Referees => {
            for (at, one) in answers.referees.iter().enumerate() {
                let at = at + 1;
                faults.add(longer(&one.name, 100), format!("referee-{at}"), "The name must be 100 characters or fewer");
                faults.add(
                    longer(&one.relation, 200),
                    format!("relation-{at}"),
                    "This must be 200 characters or fewer",
                );
                faults.add(
                    longer(&one.email, 254),
                    format!("referee_email-{at}"),
                    "This must be 254 characters or fewer",
                );
                faults.add(
                    longer(&one.phone, 40),
                    format!("referee_phone-{at}"),
                    "This must be 40 characters or fewer",
                );
            }
        }
        _ => {}
    }
    faults.0
}

/// What keeps a group from being sent in. `not_own`: addresses of the firm's, which are not the person's.
pub fn faults(group: Group, answers: &Answers, asking: &Asking, not_own: &[String]) -> Vec<Fault> {
    let mut faults = Faults(limits(group, answers));
    match group {
        Group::Name => name(&mut faults, answers),
        Group::Birth => birth(&mut faults, answers.date_of_birth, asking),
        Group::Contact => contact(&mut faults, answers, not_own),
        Group::Addresses => addresses(&mut faults, answers, asking.today),
        Group::RightToWork => {
            let known = rights_to_work().iter().any(|one| one.code == answers.right_to_work);
            faults.add(!known, "right_to_work", "Select what shows their right to work");
        }
        Group::Identity => documents(&mut faults, answers),
        Group::Licence => {
            faults.add(answers.licence.authority.is_none(), "authority", "Select the licensing authority");
            faults.add(answers.licence.kind.is_none(), "licence_type", "Select the kind of licence");
        }
        Group::Entitlement => {
            let (needed, _) = asking.entitlement();
            let none = !answers.categories.iter().any(|one| needed.contains(one));
            faults.add(none, "categories", format!("Select {}: this role needs one of them", needed.join(" or ")));
        }
        Group::Referees => referees(&mut faults, answers, asking.referees()),
        Group::Declaration | Group::Consent => {}
    }
    faults.0
}

fn name(faults: &mut Faults, answers: &Answers) {
    faults.add(fold(&answers.surname).is_empty(), "surname", "Enter the surname, or the only name");
    let nameless = answers.former_names.iter().any(|one| fold(&one.surname).is_empty());
    faults.add(nameless, "former_names", "Enter each name in letters, one name on a line");
    let silent = answers.former_names.is_empty() && !answers.no_other_name;
    faults.add(silent, "former_names", "Enter every other name they have used, or say that there is none");
    let both = !answers.former_names.is_empty() && answers.no_other_name;
    faults.add(both, "former_names", "Enter their other names or say that there is none, not both");
}

fn birth(faults: &mut Faults, born: Option<NaiveDate>, asking: &Asking) {
    let field = "date_of_birth";
    let Some(born) = born else {
        faults.add(true, field, "Enter the date of birth");
        return;
    };
    faults.add(born > asking.today, field, "The date of birth must be in the past");
    faults.add(born.year() < asking.today.year() - 110, field, "The date of birth must be within 110 years");
    let youngest = asking.youngest();
    let of_age = add_months(born, youngest * 12);
    let message = format!("They must be at least {youngest} for this role. They will be on {}", long_date(of_age));
    faults.add(of_age > asking.today, field, message);
}

fn contact(faults: &mut Faults, answers: &Answers, not_own: &[String]) {
    let email = answers.email.to_lowercase();
    faults.add(email.is_empty(), "email", "Enter the person’s own email address");
    let wrong = "Enter an email address in the correct format, like name@example.org";
    faults.add(!is_email(&email), "email", wrong);
    let firms = not_own.iter().any(|other| other.trim().to_lowercase() == email);
    faults.add(
        firms,
        "email",
        "Enter the person’s own email address, not the firm’s: they answer questions by it alone",
    );
    let sign = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '+' | '(' | ')' | '-');
    let wrong = !answers.phone.chars().all(sign);
    faults.add(wrong, "phone", "Enter a telephone number, like 01632 960 001 or +44 7700 900 982");
}

fn addresses(faults: &mut Faults, answers: &Answers, today: NaiveDate) {
    let many = answers.addresses.len() > MOST_ADDRESSES;
    faults.add(many, "addresses", format!("Enter {MOST_ADDRESSES} addresses or fewer"));
    faults.add(answers.addresses.is_empty(), "addresses", "Enter where they live now, and where they lived before");
    for (at, one) in answers.addresses.iter().enumerate() {
        address(faults, at + 1, one, today);
    }
    if !faults.0.is_empty() {
        return;
    }
    let current = answers.addresses.iter().filter(|one| one.until.is_none()).count();
    faults.add(current == 0, "addresses", "Enter where they live now: leave the month in which they left blank");
    let gaps = overseas::gaps(&answers.stays(), today);
    let named: Vec<String> = gaps.iter().map(|(from, until)| months(*from, *until)).collect();
    let message = format!("There is a gap: {}. Enter where they lived then", named.join("; "));
    faults.add(!gaps.is_empty(), "addresses", message);
}

fn address(faults: &mut Faults, at: usize, one: &Address, today: NaiveDate) {
    faults.add(one.lines.is_empty(), format!("lines-{at}"), "Enter the address");
    let here = overseas::Address { country: one.country.clone(), ..overseas::Address::default() }.is_at_home();
    faults.add(here && one.postcode.is_empty(), format!("postcode-{at}"), "Enter the postcode");
    let from = format!("from-{at}-month");
    faults.add(one.from.is_none(), from.clone(), "Enter the month in which they moved in");
    faults.add(one.from.is_some_and(|day| day > today), from, "The month in which they moved in must be in the past");
    let until = format!("until-{at}-month");
    let future = one.until.is_some_and(|day| day.with_day(1).is_some_and(|first| first > today));
    faults.add(future, until.clone(), "The month in which they left must be in the past");
    let backward = one.until.zip(one.from).is_some_and(|(until, from)| until < from);
    faults.add(backward, until, "They cannot have left before they moved in");
}

/// "March 2024", or "March 2024 to May 2024".
pub fn months(from: NaiveDate, until: NaiveDate) -> String {
    let word = |day: NaiveDate| day.format("%B %Y").to_string();
    if word(from) == word(until) { word(from) } else { format!("{} to {}", word(from), word(until)) }
}

fn documents(faults: &mut Faults, answers: &Answers) {
    let unknown = answers.documents.iter().any(|code| identity::document(code).is_none());
    faults.add(unknown, "documents", "Select from the list");
    match identity::route(&answers.documents) {
        Found::Route(_) => {}
        Found::NoAddress(_) => {
            faults.add(true, "documents", "Select at least one document that shows their current address");
        }
        Found::TooFew => {
            let ways: Vec<String> =
                identity::routes().iter().map(|one| format!("route {}, {}", one.number, one.title)).collect();
            faults.add(true, "documents", format!("These are not enough. It takes {}", ways.join("; or ")));
        }
    }
}

fn referees(faults: &mut Faults, answers: &Answers, count: usize) {
    for at in 1..=count {
        let one = answers.referees.get(at - 1).cloned().unwrap_or_default();
        faults.add(one.name.is_empty(), format!("referee-{at}"), format!("Enter the name of referee {at}"));
        let message = format!("Enter how referee {at} knows them");
        faults.add(one.relation.is_empty(), format!("relation-{at}"), message);
        let unreachable = one.email.is_empty() && one.phone.is_empty();
        let message = format!("Enter an email address or a telephone number of referee {at}");
        faults.add(unreachable, format!("referee_email-{at}"), message);
        let wrong = !one.email.is_empty() && !is_email(&one.email);
        let message = "Enter an email address in the correct format, like name@example.org";
        faults.add(wrong, format!("referee_email-{at}"), message);
    }
}
