//! How a firm's people stand, and what the firm owes by when. All of it is read off what a contractor may see, so
//! that the page an officer reads and the one the firm reads agree.

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::domain::clearance::{Outward, Standing, clearance, dossiers, outward};
use crate::domain::policy::{self, Policy};
use crate::error::Result;
use crate::store::Conn;
use crate::store::person::{self, Person};
use crate::types::{ContractorId, ItemState, Kind, PersonId, Status};

/// Somebody who works for a firm.
#[derive(Clone)]
pub struct Member {
    /// Who.
    pub person: Person,
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
    /// What of the outward items stops them today, by code.
    stops: Vec<String>,
    /// Codes of items that are reviewed rather than renewed.
    reviewed: Vec<String>,
    /// First day of the work, when it has not begun.
    pub begins: Option<NaiveDate>,
}

impl Work {
    /// The next thing to fall due that the firm can see: its name, its day, and whether it is a review.
    pub fn next_due(&self, today: &NaiveDate) -> Option<(&str, NaiveDate, bool)> {
        let ahead = self.outward.items.iter().filter(|item| matches!(item.state, ItemState::Met | ItemState::Due));
        let dated = ahead.filter_map(|item| Some((item, item.due_on.filter(|day| day >= today)?)));
        let (item, day) = dated.min_by_key(|(_, day)| *day)?;
        Some((item.title.as_str(), day, self.reviewed.contains(&item.code)))
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
}

/// Every band, the most urgent first.
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
    }
}

/// One thing a firm owes, or waits for.
#[derive(Clone)]
pub struct Need {
    /// How soon.
    pub band: Band,
    /// Whose.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// The role's name.
    pub role: String,
    /// What it is; none when the council has it in hand.
    pub title: Option<String>,
    /// The day that matters.
    pub day: Option<NaiveDate>,
    /// "missing since", "review due", "due", "out of date since"; or the sentence for what the council has in hand.
    pub how: &'static str,
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
            let codes = |wanted: &dyn Fn(&crate::domain::clearance::Item) -> bool| {
                standing.items.iter().filter(|item| wanted(item)).map(|item| item.code.clone()).collect()
            };
            let first = running.iter().filter(|work| work.role == role).map(|work| work.starts_on).min();
            Work {
                role: policy.and_then(|policy| policy.role(role)).map_or(role, |role| &role.title).to_owned(),
                status: standing.status,
                outward: outward(&standing, &dossier.holds, today),
                stops: codes(&|item| item.stops(today)),
                reviewed: codes(&|item| item.kind == Kind::DbsCertificate),
                begins: first.filter(|day| *day > today),
            }
        });
        found.push(Member { person, work: work.collect() });
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
        let mut add = |band, title: Option<&str>, day, how| {
            let (name, role) = (member.person.full_name(), work.role.clone());
            needs.push(Need { band, person: member.person.id, name, role, title: title.map(str::to_owned), day, how });
        };
        match work.outward.standing {
            Standing::NotApproved => add(Band::Stopped, None, None, "Not approved by the council"),
            Standing::WithTheCouncil => {
                add(Band::Stopped, None, None, "With the council: there is nothing for you to send");
            }
            _ => {}
        }
        for item in work.outward.items.iter().filter(|item| item.lead.is_some() && item.code != "council") {
            let Some(day) = item.due_on else { continue };
            let how = match item.state {
                ItemState::Missing => "missing since",
                _ if work.reviewed.contains(&item.code) && day < today => "review was due by",
                _ if work.reviewed.contains(&item.code) => "review due by",
                _ if day < today => "was due by",
                _ => "due by",
            };
            let band = match (day - today).num_days() {
                _ if work.stops.contains(&item.code) => Band::Stopped,
                ..=7 => Band::Week,
                8..=30 => Band::Month,
                _ => Band::Later,
            };
            add(band, Some(&item.title), Some(day), how);
        }
    }
    needs
}
