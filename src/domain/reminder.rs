//! What a firm is owed a letter for (house.md §5): pure rules over what the firm may see, and the same rules over the
//! kept clearances of everybody at once.
//!
//! Of an item the smallest lead reached is owed, once for each firm: the ledger's key is person, requirement, due
//! day, lead and firm. So a renewal re-arms by itself, somebody imported late is told of once, and an outage or a
//! second run costs nothing.

mod escalate;
mod owe;

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;

use crate::domain::clearance::{Outward, Standing};
use crate::domain::policy::{self, Policy};
use crate::error::Result;
use crate::store::{Conn, reminder as store};
use crate::types::{ContractorId, Kind, PersonId};

pub use escalate::escalate;
pub use owe::{DIGEST, DigestParams, Owing, owe};

/// The code of the one line a firm sees of all that only the council can settle.
pub const COUNCIL: &str = "council";

/// What a firm is told once: the ledger's key without the firm.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Whom it concerns.
    pub person: PersonId,
    /// Code of the requirement, or [`COUNCIL`].
    pub requirement: String,
    /// The day that matters.
    pub due_on: NaiveDate,
    /// The lead reached, in days.
    pub lead: i32,
}

/// Something owed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    /// What.
    pub key: Key,
    /// Whether the firm's second contact is copied: at the smallest lead above 0, and at 0.
    pub last_call: bool,
}

/// The keys that stand for what a firm sees of a person today. Somebody the council has refused since `refused_on` is
/// told of under the council's key: the fact, never the reason.
pub fn keys(person: PersonId, outward: &Outward, refused_on: Option<NaiveDate>) -> Vec<Key> {
    let key = |requirement: &str, due_on, lead| Key { person, requirement: requirement.to_owned(), due_on, lead };
    if outward.standing == Standing::NotApproved {
        return refused_on.map(|day| key(COUNCIL, day, 0)).into_iter().collect();
    }
    let told = outward.items.iter().filter_map(|item| {
        let lead = i32::try_from(item.lead?).ok()?;
        Some(key(&item.code, item.due_on?, lead))
    });
    told.collect()
}

/// The least lead above 0, or 0 itself: when the second contact is copied.
fn is_last_call(leads: &[u32], lead: i32) -> bool {
    let least = leads.iter().copied().filter(|lead| *lead > 0).min();
    lead == 0 || least.and_then(|least| i32::try_from(least).ok()) == Some(lead)
}

/// Everything newly owed on `today`, firm by firm: of people engaged there now, by clearances swept already.
///
/// # Errors
/// The database's.
pub fn owed(conn: &mut Conn, today: NaiveDate) -> Result<BTreeMap<ContractorId, Vec<Owed>>> {
    let policies = policy::published(conn)?;
    let mut leads: HashMap<(&str, &str), &[u32]> = HashMap::new();
    for asked in Policy::in_force(&policies, today).iter().flat_map(|policy| &policy.requirements) {
        leads.insert((&asked.role, &asked.code), &asked.lead_days);
    }
    let mut firms: BTreeMap<ContractorId, Vec<Owed>> = BTreeMap::new();
    for item in store::untold_items(conn, today)? {
        let (Some(due_on), Some(lead)) = (item.day, item.lead) else { continue };
        let known = leads.get(&(item.role.as_str(), item.requirement.as_str())).copied().unwrap_or_default();
        let key = Key { person: item.person_id, requirement: item.requirement, due_on, lead };
        firms.entry(item.contractor_id).or_default().push(Owed { key, last_call: is_last_call(known, lead) });
    }
    for (firm, key) in untold_council(conn, today)? {
        firms.entry(firm).or_default().push(Owed { key, last_call: true });
    }
    for owed in firms.values_mut() {
        owed.sort_by(|a, b| (&a.key, !a.last_call).cmp(&(&b.key, !b.last_call)));
        owed.dedup_by(|a, b| a.key == b.key);
    }
    Ok(firms)
}

/// What stops a person in a role for the council's part.
#[derive(Default)]
struct Since {
    held: Option<NaiveDate>,
    approval: Option<NaiveDate>,
    other: Option<NaiveDate>,
    refused: Option<NaiveDate>,
}

/// Council lines not told yet. The days are put together as `clearance::outward` does; a test holds the two together.
fn untold_council(conn: &mut Conn, today: NaiveDate) -> Result<Vec<(ContractorId, Key)>> {
    let mut stops: BTreeMap<(ContractorId, PersonId, String), Since> = BTreeMap::new();
    let earlier = |one: Option<NaiveDate>, day: NaiveDate| Some(one.map_or(day, |known| known.min(day)));
    for item in store::council_items(conn, today)? {
        let Some(day) = item.day else { continue };
        let since = stops.entry((item.contractor_id, item.person_id, item.role)).or_default();
        match item.kind {
            Kind::Approval => since.approval = earlier(since.approval, day),
            _ => since.other = earlier(since.other, day),
        }
    }
    for row in store::held(conn, today)? {
        let since = stops.entry((row.contractor_id, row.person_id, row.role)).or_default();
        since.held = earlier(since.held, row.since);
    }
    for row in store::refused(conn, today)? {
        let since = stops.entry((row.contractor_id, row.person_id, row.role)).or_default();
        since.refused = since.refused.max(Some(row.since));
    }
    let mut people: Vec<PersonId> = stops.keys().map(|(_, person, _)| *person).collect();
    people.sort_unstable();
    people.dedup();
    let mut told = HashSet::new();
    for chunk in people.chunks(1000) {
        told.extend(store::told(conn, chunk, COUNCIL)?.into_iter().map(|r| (r.contractor_id, r.person_id, r.due_on)));
    }
    let untold = stops.into_iter().filter_map(|((firm, person, _), since)| {
        let due_on = since.day()?;
        let key = Key { person, requirement: COUNCIL.to_owned(), due_on, lead: 0 };
        (!told.contains(&(firm, person, due_on))).then_some((firm, key))
    });
    Ok(untold.collect())
}

impl Since {
    /// A refusal's day alone; else a missing approval hides what lies behind it.
    fn day(&self) -> Option<NaiveDate> {
        match (self.refused, self.approval) {
            (Some(day), _) => Some(day),
            (None, Some(approval)) => Some(self.held.map_or(approval, |held| held.min(approval))),
            (None, None) => self.held.into_iter().chain(self.other).min(),
        }
    }
}
