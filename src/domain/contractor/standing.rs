//! How a firm's people stand, and what the firm owes by when. All of it is read off what a contractor may see, so
//! that the page an officer reads and the one the firm reads agree.

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::domain::clearance::{Outward, OutwardItem, clearance, dossiers, outward};
use crate::domain::policy::{self, Policy};
use crate::error::Result;
use crate::store::Conn;
use crate::store::person::{self, Person};
use crate::types::{ContractorId, ItemState, PersonId, Status, fold};

/// Somebody who works for a firm.
#[derive(Clone)]
pub struct Member {
    /// Who.
    pub person: Person,
    /// What they are called among the people they were read with.
    pub name: String,
    /// Their work for this firm.
    pub work: Vec<Work>,
}

/// One role of theirs at this firm.
#[derive(Clone)]
pub struct Work {
    /// The role's name.
    pub role: String,
    /// How they stand, for the council.
    pub status: Status,
    /// How they stand, for the firm.
    pub outward: Outward,
    /// First day of the work, when it has not begun.
    pub begins: Option<NaiveDate>,
}

impl Member {
    /// What people are called where they stand together: the reference follows a name that two of them share.
    pub fn names<'a>(people: impl Iterator<Item = &'a Person> + Clone) -> HashMap<PersonId, String> {
        let mut bearers: HashMap<String, usize> = HashMap::new();
        for person in people.clone() {
            *bearers.entry(fold(&person.full_name())).or_default() += 1;
        }
        let named = people.map(|person| {
            let name = person.full_name();
            let is_shared = bearers.get(&fold(&name)).is_some_and(|count| *count > 1);
            (person.id, if is_shared { format!("{name} ({})", person.reference) } else { name })
        });
        named.collect()
    }
}

impl Work {
    /// What to see to first: its name, "was due by" and the like, and its day.
    pub fn next_due(&self, today: &NaiveDate) -> Option<(&str, &'static str, NaiveDate)> {
        let item = self.outward.first()?;
        Some((item.title.as_str(), item.how(*today), item.due_on?))
    }
}

/// How soon the firm has to act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Band {
    /// Stopped today.
    Stopped,
    /// Overdue, or due within 7 days.
    Week,
    /// Due within 30 days.
    Month,
    /// Due later.
    Later,
    /// Open, and stops nobody.
    Also,
}

impl Band {
    /// The band of something open.
    pub fn of(item: &OutwardItem, today: NaiveDate) -> Band {
        match item.due_on.map(|day| (day - today).num_days()) {
            _ if item.stops_on.is_none() => Band::Also,
            _ if item.stops_on.is_some_and(|day| day <= today) => Band::Stopped,
            None | Some(..=7) => Band::Week,
            Some(8..=30) => Band::Month,
            Some(_) => Band::Later,
        }
    }
}

/// The bands of what stops somebody now or some day, the most urgent first.
pub const fn bands() -> [Band; 4] {
    [Band::Stopped, Band::Week, Band::Month, Band::Later]
}

/// The heading of a band.
pub fn band_title(band: Band) -> &'static str {
    match band {
        Band::Stopped => "Cannot work today",
        Band::Week => "Overdue, or due within 7 days",
        Band::Month => "Due within 30 days",
        Band::Later => "Due later",
        Band::Also => "Please also send: this does not stop anybody working",
    }
}

/// One thing a firm owes, or waits for.
#[derive(Clone)]
pub struct Need {
    /// How soon.
    pub band: Band,
    /// Whose.
    pub person: PersonId,
    /// What they are called in this list.
    pub name: String,
    /// The role's name.
    pub role: String,
    /// What it is; none when the council has it in hand.
    pub title: Option<String>,
    /// The day that matters.
    pub day: Option<NaiveDate>,
    /// "missing since", "due by" and the like; or the sentence for what the council has in hand.
    pub how: &'static str,
    /// Last day of work unless it is put right.
    pub last_day: Option<NaiveDate>,
}

/// How these people of the firm stand today, in the order of their names: one load for all of them.
///
/// # Errors
/// The database's.
pub fn members(conn: &mut Conn, firm: ContractorId, people: &[PersonId], today: NaiveDate) -> Result<Vec<Member>> {
    let policies = policy::published(conn)?;
    let policy = Policy::in_force(&policies, today);
    let mut persons: HashMap<PersonId, Person> =
        person::by_ids(conn, people)?.into_iter().map(|person| (person.id, person)).collect();
    let mut found = Vec::with_capacity(people.len());
    for dossier in dossiers(conn, people)? {
        let Some(person) = persons.remove(&dossier.person) else { continue };
        let own = dossier.engagements.iter().filter(|work| work.contractor_id == firm);
        let running: Vec<_> = own.filter(|work| work.ends_on.is_none_or(|end| end >= today)).collect();
        let mut roles: Vec<&str> = running.iter().map(|work| work.role.as_str()).collect();
        roles.sort_unstable();
        roles.dedup();
        let work = roles.into_iter().map(|role| {
            let standing = clearance(&policies, role, &dossier, today);
            let first = running.iter().filter(|work| work.role == role).map(|work| work.starts_on).min();
            Work {
                role: policy.and_then(|policy| policy.role(role)).map_or(role, |role| &role.title).to_owned(),
                status: standing.status,
                outward: outward(&standing, &dossier.holds, today),
                begins: first.filter(|day| *day > today),
            }
        });
        found.push(Member { person, name: String::new(), work: work.collect() });
    }
    let mut names = Member::names(found.iter().map(|member| &member.person));
    for member in &mut found {
        member.name = names.remove(&member.person.id).unwrap_or_default();
    }
    found.sort_by(|a, b| (&a.person.sort_name, a.person.id).cmp(&(&b.person.sort_name, b.person.id)));
    Ok(found)
}

/// What the firm owes, the most urgent first.
pub fn needs(members: &[Member], today: NaiveDate) -> Vec<Need> {
    let mut needs: Vec<Need> = members.iter().flat_map(|member| of_member(member, today)).collect();
    needs.sort_by(|a, b| {
        (a.band, a.title.is_none(), a.day, &a.name, &a.role).cmp(&(b.band, b.title.is_none(), b.day, &b.name, &b.role))
    });
    needs
}

fn of_member(member: &Member, today: NaiveDate) -> Vec<Need> {
    let mut needs = Vec::new();
    for work in member.work.iter().filter(|work| work.begins.is_none()) {
        let need = |band, how| {
            let (person, name, role) = (member.person.id, member.name.clone(), work.role.clone());
            Need { band, person, name, role, title: None, day: None, how, last_day: None }
        };
        needs.extend(work.outward.told().map(|how| need(Band::Stopped, how)));
        for item in work.outward.open() {
            let need = need(Band::of(item, today), item.how(today));
            needs.push(match need.band {
                // A day says nothing of what is missing and stops nobody.
                Band::Also => {
                    let day = item.due_on.filter(|_| item.state != ItemState::Missing);
                    Need { title: Some(item.asks()), day, ..need }
                }
                _ => Need { title: Some(item.title.clone()), day: item.due_on, last_day: item.last_day, ..need },
            });
        }
    }
    needs
}
