//! To a contractor, on a day when something is newly owed: everything current about its people, grouped by urgency.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::words::{count, date, date_ahead, number};
use super::{Sender, templates};

/// What the digest is made of.
#[derive(Clone)]
pub struct ContractorDigest {
    /// Who writes.
    pub sender: Sender,
    /// The firm's name.
    pub firm: String,
    /// Whom to ask, as a sentence may say it: "the Transport Team on 01632 960000".
    pub contact: String,
    /// The day it is written.
    pub today: NaiveDate,
    /// One entry for each person and role with something to say.
    pub people: Vec<Person>,
    /// The next day a letter will be owed if nothing is recorded before.
    pub next_on: Option<NaiveDate>,
}

/// One person in one role.
#[derive(Clone)]
pub struct Person {
    /// The same for every role of one person; counted, never shown.
    pub key: i64,
    /// Full name.
    pub name: String,
    /// The role's title.
    pub role: String,
    /// What is owed.
    pub items: Vec<Item>,
}

/// One thing owed.
#[derive(Clone)]
pub struct Item {
    /// What it is.
    pub need: Need,
    /// Whether it stops the person from working today.
    pub stops: bool,
}

/// What is owed, and the day that matters.
#[derive(Clone, PartialEq, Eq)]
pub enum Need {
    /// Something that is good until the end of a day.
    Renewal {
        /// Its title.
        title: String,
        /// The last good day.
        until: NaiveDate,
    },
    /// A certificate: it has no expiry, only a day by which it is looked at again (facts.md §1.4).
    Review {
        /// Its title.
        title: String,
        /// The last day before the review is overdue.
        until: NaiveDate,
    },
    /// Something not held.
    Missing {
        /// Its title.
        title: String,
        /// The day it was first seen missing.
        since: NaiveDate,
    },
    /// The council has to act. Neither title nor date: they could tell what it is about.
    WithCouncil,
}

/// A heading and who stands under it.
struct Group {
    title: String,
    people: Vec<Entry>,
}

struct Entry {
    soonest: Option<NaiveDate>,
    overdue: bool,
    name: String,
    role: String,
    lines: Vec<String>,
}

/// How soon, in the order of the letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Band {
    Stopped,
    Week,
    Month,
    Later,
    Council,
}

const BANDS: [Band; 5] = [Band::Stopped, Band::Week, Band::Month, Band::Later, Band::Council];

impl ContractorDigest {
    fn band(&self, item: &Item) -> Band {
        match item.need.day().map(|day| (day - self.today).num_days()) {
            _ if item.stops => Band::Stopped,
            None => Band::Council,
            Some(..=7) => Band::Week,
            Some(..=30) => Band::Month,
            Some(_) => Band::Later,
        }
    }

    fn groups(&self) -> Vec<Group> {
        BANDS.into_iter().map(|band| self.group(band)).filter(|group| !group.people.is_empty()).collect()
    }

    fn group(&self, band: Band) -> Group {
        let mut people: Vec<Entry> = self.people.iter().filter_map(|person| self.entry(person, band)).collect();
        people.sort_by(|a, b| (a.soonest, &a.name, &a.role).cmp(&(b.soonest, &b.name, &b.role)));
        let overdue = people.iter().any(|entry| entry.overdue);
        let title = match band {
            Band::Stopped => "Cannot work today",
            Band::Week if overdue => "Overdue, or due within 7 days",
            Band::Week => "Due within 7 days",
            Band::Month => "Due within 30 days",
            Band::Later => "Due later",
            Band::Council => "With the council",
        };
        Group { title: title.into(), people }
    }

    fn entry(&self, person: &Person, band: Band) -> Option<Entry> {
        let mut items: Vec<&Item> = person.items.iter().filter(|item| self.band(item) == band).collect();
        items.sort_by_key(|item| (item.need.day().is_none(), item.need.day()));
        let mut lines: Vec<String> = items.iter().map(|item| item.need.line(self.today)).collect();
        lines.dedup();
        let soonest = items.first()?.need.day();
        let overdue = items.iter().any(|item| item.need.is_overdue(self.today));
        Some(Entry { soonest, overdue, name: person.name.clone(), role: person.role.clone(), lines })
    }

    fn stopped(&self) -> u64 {
        self.counted(|item| item.stops)
    }

    fn counted(&self, wanted: impl Fn(&Item) -> bool) -> u64 {
        let who: BTreeSet<i64> =
            self.people.iter().filter(|p| p.items.iter().any(&wanted)).map(|person| person.key).collect();
        who.len() as u64
    }

    /// Counts and the nearest date. "By" only where all share that date.
    fn subject(&self) -> String {
        let mut parts = Vec::new();
        if self.stopped() > 0 {
            parts.push(format!("{} cannot work", count(self.stopped(), "member of staff", "staff")));
        }
        let mut add = |n: u64, state: &str| match parts.is_empty() {
            true => parts.push(format!("{} with items {state}", count(n, "member of staff", "staff"))),
            false => parts.push(format!("{} {state}", number(n))),
        };
        let overdue = self.counted(|item| !item.stops && item.need.is_overdue(self.today));
        if overdue > 0 {
            add(overdue, "overdue");
        }
        let ahead = |item: &Item| item.need.day().filter(|_| !item.stops && !item.need.is_overdue(self.today));
        let days: BTreeSet<NaiveDate> = self.people.iter().flat_map(|person| &person.items).filter_map(ahead).collect();
        if let Some(first) = days.first() {
            let how = if days.len() == 1 { "by" } else { "from" };
            add(self.counted(|item| ahead(item).is_some()), &format!("due {how} {}", date(*first)));
        }
        if parts.is_empty() { "Nothing is due".into() } else { parts.join("; ") }
    }

    fn day(&self) -> String {
        date(self.today)
    }

    fn next(&self) -> Option<String> {
        self.next_on.map(date)
    }
}

impl Need {
    fn day(&self) -> Option<NaiveDate> {
        match self {
            Need::Renewal { until, .. } | Need::Review { until, .. } => Some(*until),
            Need::Missing { since, .. } => Some(*since),
            Need::WithCouncil => None,
        }
    }

    fn is_overdue(&self, today: NaiveDate) -> bool {
        matches!(self, Need::Missing { .. }) || self.day().is_some_and(|day| day < today)
    }

    fn line(&self, today: NaiveDate) -> String {
        let after = |until: &NaiveDate| date(until.succ_opt().unwrap_or(*until));
        match self {
            Need::Renewal { title, until } if *until < today => format!("{title}: out of date since {}", after(until)),
            Need::Renewal { title, until } => format!("{title}: due {}", date_ahead(*until, today)),
            Need::Review { title, until } if *until < today => format!("{title}: review due since {}", after(until)),
            Need::Review { title, until } => format!("{title}: review due {}", date_ahead(*until, today)),
            Need::Missing { title, since } => format!("{title}: missing since {}", date(*since)),
            Need::WithCouncil => "With the council: there is nothing for you to send".into(),
        }
    }
}

templates!(
    ContractorDigest,
    "mail/contractor_digest/subject.txt",
    "mail/contractor_digest/body.txt",
    "mail/contractor_digest/body.html"
);
