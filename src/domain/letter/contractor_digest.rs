//! To a contractor, on a day when something is newly owed: everything current about its people, grouped by urgency,
//! and last what stops nobody.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::words::{count, date, date_ahead, number};
use super::{Sender, templates};
use crate::domain::clearance::{Outward, OutwardItem};
use crate::domain::contractor::{Band, band_title, bands};
use crate::types::ItemState;

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
}

/// One person in one role.
#[derive(Clone)]
pub struct Person {
    /// The same for every role of one person; counted, never shown.
    pub key: i64,
    /// Full name, told apart from a namesake's.
    pub name: String,
    /// The role's title.
    pub role: String,
    /// What the firm may see of them.
    pub seen: Outward,
}

/// A heading and who stands under it.
struct Group {
    title: &'static str,
    people: Vec<Entry>,
}

struct Entry {
    soonest: Option<NaiveDate>,
    name: String,
    role: String,
    lines: Vec<String>,
}

impl ContractorDigest {
    fn groups(&self) -> Vec<Group> {
        bands().into_iter().map(|band| self.group(band)).filter(|group| !group.people.is_empty()).collect()
    }

    fn group(&self, band: Band) -> Group {
        let mut people: Vec<Entry> = self.people.iter().filter_map(|person| self.entry(person, band)).collect();
        people.sort_by(|a, b| (a.soonest, &a.name, &a.role).cmp(&(b.soonest, &b.name, &b.role)));
        Group { title: band_title(band), people }
    }

    fn entry(&self, person: &Person, band: Band) -> Option<Entry> {
        let told = person.seen.told().filter(|_| band == Band::Stopped);
        let mut items = self.open(person, band);
        items.sort_by_key(|item| item.due_on);
        let lines: Vec<String> =
            told.map(str::to_owned).into_iter().chain(items.iter().map(|item| self.line(item))).collect();
        let soonest = items.first().and_then(|item| item.due_on);
        let (name, role) = (person.name.clone(), person.role.clone());
        (!lines.is_empty()).then_some(Entry { soonest, name, role, lines })
    }

    fn open<'a>(&self, person: &'a Person, band: Band) -> Vec<&'a OutwardItem> {
        person.seen.open().filter(|item| Band::of(item, self.today) == band).collect()
    }

    fn line(&self, item: &OutwardItem) -> String {
        let line = format!("{}: {}", item.title, self.due(item));
        match item.last_day {
            Some(day) => format!("{line}; may work until {} unless we have this", date(day)),
            None => line,
        }
    }

    fn due(&self, item: &OutwardItem) -> String {
        let day = match item.due_on {
            Some(day) if day >= self.today && item.state != ItemState::Missing => date_ahead(day, self.today),
            day => day.map(date).unwrap_or_default(),
        };
        format!("{} {day}", item.how(self.today))
    }

    /// What is open and stops nobody: what is asked for, and of whom. A day says nothing of what is missing.
    fn also(&self) -> BTreeMap<String, Vec<String>> {
        let mut also: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for person in &self.people {
            for item in self.open(person, Band::Also) {
                let who = format!("{}, {}", person.name, person.role);
                let line = if item.state == ItemState::Missing { who } else { format!("{who}: {}", self.due(item)) };
                also.entry(item.asks()).or_default().push(line);
            }
        }
        also.values_mut().for_each(|people| people.sort_unstable());
        also
    }

    fn also_title(&self) -> &'static str {
        band_title(Band::Also)
    }

    /// The people with a role of which this holds.
    fn who(&self, wanted: impl Fn(&Person) -> bool) -> BTreeSet<i64> {
        self.people.iter().filter(|person| wanted(person)).map(|person| person.key).collect()
    }

    fn stopped(&self) -> BTreeSet<i64> {
        self.who(|person| person.seen.told().is_some() || !self.open(person, Band::Stopped).is_empty())
    }

    /// What stops somebody some day, but neither today nor on the day after `next`.
    fn later<'a>(&self, person: &'a Person, next: Option<NaiveDate>) -> Vec<&'a OutwardItem> {
        let waits = [Band::Week, Band::Month, Band::Later].into_iter().flat_map(|band| self.open(person, band));
        waits.filter(|item| item.last_day.is_none() || item.last_day != next).collect()
    }

    /// Counts and the nearest dates: who is stopped, who will be next, and what else is due. "By" only where all share
    /// that date.
    fn subject(&self) -> String {
        let staff = |n: usize| count(n as u64, "member of staff", "staff");
        let mut parts = Vec::new();
        let stopped = self.stopped();
        if !stopped.is_empty() {
            parts.push(format!("{} cannot work", staff(stopped.len())));
        }
        let working = self.people.iter().filter(|person| !stopped.contains(&person.key));
        let next = working.filter_map(|person| person.seen.last_day()).min();
        if let Some(last) = next {
            let from = date(last.succ_opt().unwrap_or(last));
            let soon = self.who(|person| person.seen.last_day() == next && !stopped.contains(&person.key)).len();
            parts.push(match stopped.is_empty() {
                true => format!("{} cannot work from {from}", staff(soon)),
                false => format!("{} more from {from}", number(soon as u64)),
            });
        }
        let mut add = |n: usize, state: &str| match parts.is_empty() {
            true => parts.push(format!("{} with items {state}", staff(n))),
            false => parts.push(format!("{} {state}", number(n as u64))),
        };
        let is_due = |item: &&&OutwardItem| item.state == ItemState::Due;
        let overdue = self.who(|person| !self.later(person, next).iter().all(|item| is_due(&item)));
        if !overdue.is_empty() {
            add(overdue.len(), "overdue");
        }
        let days = |person: &Person| {
            let later = self.later(person, next);
            later.iter().filter(is_due).filter_map(|item| item.due_on).collect::<Vec<NaiveDate>>()
        };
        let all: BTreeSet<NaiveDate> = self.people.iter().flat_map(days).collect();
        if let Some(first) = all.first() {
            let how = if all.len() == 1 { "by" } else { "from" };
            add(self.who(|person| !days(person).is_empty()).len(), &format!("due {how} {}", date(*first)));
        }
        if parts.is_empty() {
            let also = self.who(|person| !self.open(person, Band::Also).is_empty()).len();
            return match also {
                0 => "Nothing is due".into(),
                n => format!("{} with something to send; nobody has to stop work", staff(n)),
            };
        }
        parts.join("; ")
    }

    fn day(&self) -> String {
        date(self.today)
    }
}

templates!(
    ContractorDigest,
    "mail/contractor_digest/subject.txt",
    "mail/contractor_digest/body.txt",
    "mail/contractor_digest/body.html"
);
