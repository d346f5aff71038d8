//! What an officer checks of an application beyond the evidence itself, each check with its words.

mod dbs;

use chrono::NaiveDate;

use super::applicant::Applicant;
use super::overseas::{abroad, gaps};
use crate::domain::clearance::Dossier;
use crate::domain::policy::{Policy, Requirement};
use crate::store::dbs_request::DbsRequest;
use crate::store::evidence::Evidence;
use crate::types::{Kind, add_months, long_date};

/// How a check stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    /// Nothing more to do.
    Done,
    /// Something is still to be seen or to come.
    Open,
    /// Something is wrong.
    Wrong,
    /// It is for the officer to know.
    Told,
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What is checked.
    pub title: &'static str,
    /// How it stands.
    pub stands: Stands,
    /// In words; each a sentence.
    pub told: Vec<String>,
    /// Whether nobody may propose an approval while it is not done.
    pub bars: bool,
}

/// What the checks read.
pub struct Reading<'a> {
    /// The applicant as the form has them.
    pub applicant: &'a Applicant,
    /// All that is recorded of the person; an empty one until somebody says who they are.
    pub dossier: &'a Dossier,
    /// The policy in force.
    pub policy: &'a Policy,
    /// Code of the role.
    pub role: &'a str,
    /// DBS applications made for this one, newest first.
    pub requests: &'a [DbsRequest],
    /// Today.
    pub today: NaiveDate,
}

/// The checks of an application, in the order they are made.
pub fn checks(reading: &Reading<'_>) -> Vec<Check> {
    let mut checks = vec![age(reading), identity(reading), addresses(reading), right_to_work(reading)];
    checks.push(basis(reading));
    checks.extend(dbs::checks(reading));
    checks.extend(overseas(reading));
    checks
}

impl Check {
    fn new(title: &'static str, stands: Stands, told: impl Into<String>) -> Check {
        Check { title, stands, told: vec![told.into()], bars: false }
    }

    fn barring(self) -> Check {
        Check { bars: true, ..self }
    }
}

impl Reading<'_> {
    fn requirement(&self, kind: Kind) -> Option<&Requirement> {
        self.policy.asked_of(self.role).into_iter().find(|one| one.kind == kind)
    }

    /// The newest live row of a kind.
    fn row(&self, kind: Kind) -> Option<&Evidence> {
        let rows = self.dossier.evidence.iter().filter(|row| row.kind == kind);
        let live = rows.filter(|row| row.superseded_by.is_none() && row.retired_on.is_none());
        live.max_by_key(|row| (row.valid_from, row.id))
    }

    fn born(&self) -> Option<NaiveDate> {
        self.dossier.date_of_birth.or(self.applicant.date_of_birth)
    }
}

fn age(reading: &Reading<'_>) -> Check {
    const TITLE: &str = "Age";
    let least = reading.requirement(Kind::MinimumAge).and_then(|one| one.params.age).unwrap_or(16);
    let Some(born) = reading.born() else {
        return Check::new(TITLE, Stands::Open, "The date of birth is not known").barring();
    };
    let of_age = add_months(born, least * 12);
    if of_age <= reading.today {
        return Check::new(TITLE, Stands::Done, format!("{least} or over since {}", long_date(of_age)));
    }
    let told = format!("Under {least}: they may not work in this role before {}", long_date(of_age));
    Check::new(TITLE, Stands::Wrong, told)
}

fn identity(reading: &Reading<'_>) -> Check {
    const TITLE: &str = "Identity route";
    let Some(row) = reading.row(Kind::Identity) else {
        let told = "No documents seen yet. Route 1 is a primary document and two others, one of them with the current \
                    address; Route 2 three secondary documents and an outside check; Route 3 a birth certificate and \
                    four others";
        return Check::new(TITLE, Stands::Open, told);
    };
    let facts = super::identity::named(&row.facts);
    let text = |name: &str| facts.get(name).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
    let documents: Vec<String> = match facts.get("documents").and_then(|found| found.as_array()) {
        Some(titles) => titles.iter().filter_map(|title| title.as_str()).map(str::to_owned).collect(),
        None => text("documents").lines().map(|line| line.trim().to_owned()).collect(),
    };
    let route = text("route");
    let mut check = Check::new(TITLE, Stands::Done, format!("Route {route}: {}", documents.join(", ")));
    if route.is_empty() {
        check = Check::new(TITLE, Stands::Done, "Checked; the route is not recorded");
    }
    if let (false, Some(day)) = (row.seen_by.is_empty(), row.seen_on) {
        check.told.push(format!("Originals seen by {} on {}", row.seen_by, long_date(day)));
    }
    check
}

fn addresses(reading: &Reading<'_>) -> Check {
    const TITLE: &str = "Five years of addresses";
    if reading.applicant.addresses.is_empty() {
        return Check::new(TITLE, Stands::Open, "None given");
    }
    let missing = gaps(&reading.applicant.addresses, reading.today);
    if missing.is_empty() {
        return Check::new(TITLE, Stands::Done, "No gaps");
    }
    let told =
        missing.iter().map(|(from, until)| format!("No address from {} to {}", long_date(*from), long_date(*until)));
    Check { title: TITLE, stands: Stands::Wrong, told: told.collect(), bars: false }
}

fn right_to_work(reading: &Reading<'_>) -> Check {
    const TITLE: &str = "Right to work";
    match reading.row(Kind::RightToWork) {
        None => Check::new(TITLE, Stands::Open, "Not seen yet"),
        Some(row) => match row.expires_on {
            Some(end) if end < reading.today => {
                Check::new(TITLE, Stands::Wrong, format!("Permission ended on {}", long_date(end)))
            }
            Some(end) => Check::new(TITLE, Stands::Done, format!("Permission until {}", long_date(end))),
            None => Check::new(TITLE, Stands::Done, "No time limit"),
        },
    }
}

fn basis(reading: &Reading<'_>) -> Check {
    const TITLE: &str = "Why the DBS check is lawful";
    let role = reading.policy.role(reading.role);
    let basis = role.map(|role| role.basis.trim()).unwrap_or_default();
    if basis.is_empty() {
        let told = "This role is no regulated activity: only a basic check may be asked for";
        return Check::new(TITLE, Stands::Told, told);
    }
    Check::new(TITLE, Stands::Told, basis)
}

fn overseas(reading: &Reading<'_>) -> Option<Check> {
    const TITLE: &str = "Time abroad";
    let requirement = reading.requirement(Kind::Overseas)?;
    let found = abroad(&reading.applicant.addresses, requirement, reading.today);
    if reading.applicant.addresses.is_empty() {
        return Some(Check::new(TITLE, Stands::Open, "No addresses to work it out from"));
    }
    if found.is_empty() {
        return Some(Check::new(TITLE, Stands::Done, "None in the addresses: record that no check is needed"));
    }
    let tell = |one: &super::overseas::Abroad| {
        let (country, until) = (&one.country, long_date(one.until));
        let months = if one.months == 1 { "1 month".to_owned() } else { format!("{} months", one.months) };
        let asks = if one.asked { "a check from there is asked for" } else { "no check is asked for" };
        format!("{country}: {months}, until {until}: {asks}")
    };
    let stands = if found.iter().any(|one| one.asked) { Stands::Told } else { Stands::Done };
    Some(Check { title: TITLE, stands, told: found.iter().map(tell).collect(), bars: false })
}

#[cfg(test)]
mod tests;
