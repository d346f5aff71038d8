//! What a contractor may see of a clearance (data.md §8): dates and tasks, never a trace. What only the council
//! can settle reads as one line, the same whatever lies behind it.

use chrono::NaiveDate;

use super::{Clearance, Item, calendar};
use crate::store::hold::Hold;
use crate::types::{ItemState, Kind, Status};

/// A person's standing as a contractor reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// May work.
    MayWork,
    /// May work, on conditions.
    MayWorkWithConditions,
    /// Something the firm or the person has to put right.
    CannotWork,
    /// Cannot work; the council has it in hand.
    WithTheCouncil,
    /// The council has said no.
    NotApproved,
    /// No longer engaged.
    Left,
}

/// A clearance as a contractor reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outward {
    /// The standing.
    pub standing: Standing,
    /// The person's tasks and dates.
    pub items: Vec<OutwardItem>,
}

/// One line of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutwardItem {
    /// Code of the requirement, or `council`.
    pub code: String,
    /// Its kind; none of the council's line.
    pub kind: Option<Kind>,
    /// Its name.
    pub title: String,
    /// How it stands.
    pub state: ItemState,
    /// Last valid day, or the day it was first missing.
    pub due_on: Option<NaiveDate>,
    /// First day on which it stops the person; `None` for never.
    pub stops_on: Option<NaiveDate>,
    /// Last day of work while it stays open; only of what is open, and of somebody who may work.
    pub last_day: Option<NaiveDate>,
    /// Smallest lead reached, in days.
    pub lead: Option<u32>,
    /// Why, in plain English.
    pub note: String,
}

impl Outward {
    /// What is open and the firm's to put right.
    pub fn open(&self) -> impl Iterator<Item = &OutwardItem> {
        self.items.iter().filter(|item| item.kind.is_some() && item.lead.is_some())
    }

    /// What to see to first: the earliest day, and what stops nobody after all that does.
    pub fn first(&self) -> Option<&OutwardItem> {
        self.open().min_by_key(|item| (item.stops_on.is_none(), item.due_on))
    }

    /// What a firm is told of somebody whom it alone cannot put back to work.
    pub fn told(&self) -> Option<&'static str> {
        match self.standing {
            Standing::NotApproved => Some("Not approved"),
            Standing::WithTheCouncil if self.open().next().is_some() => Some("With the council"),
            Standing::WithTheCouncil => Some("With the council: there is nothing for you to send"),
            _ => None,
        }
    }

    /// Last day of work if nothing new is recorded, as far as the firm can see.
    pub fn last_day(&self) -> Option<NaiveDate> {
        self.items.iter().filter_map(|item| item.last_day).min()
    }
}

impl OutwardItem {
    /// "missing since", "due by" and the like, before its day. A certificate has a review (facts.md §1.4).
    pub fn how(&self, today: NaiveDate) -> &'static str {
        let is_past = self.due_on.is_some_and(|day| day < today);
        match (self.state, self.kind == Some(Kind::DbsCertificate), is_past) {
            (ItemState::Missing, ..) => "missing since",
            (_, true, true) => "review was due by",
            (_, true, false) => "review due by",
            (_, false, true) => "was due by",
            (_, false, false) => "due by",
        }
    }

    /// What is asked for where it stops nobody: its name and what to do (facts.md §2.1).
    pub fn asks(&self) -> String {
        let what = match (self.kind, self.state) {
            (Some(Kind::UpdateService), _) if self.note.starts_with("Consent") => {
                "signed consent to status checks needed"
            }
            (Some(Kind::UpdateService), _) => {
                "join the Update Service within 30 days of the certificate, or apply for a new one"
            }
            (_, ItemState::Missing) => "evidence needed",
            _ => "renewal needed",
        };
        format!("{}: {what}", self.title)
    }
}

/// What a contractor may see of `clearance`, which was computed for `today`; `holds` are the person's.
pub fn outward(clearance: &Clearance, holds: &[Hold], today: NaiveDate) -> Outward {
    let council = council_since(clearance, holds, today);
    let standing = match clearance.status {
        Status::Unsuitable => Standing::NotApproved,
        Status::Left => Standing::Left,
        _ if council.is_some() => Standing::WithTheCouncil,
        Status::InProgress | Status::Suspended => Standing::WithTheCouncil,
        Status::Lapsed => Standing::CannotWork,
        Status::Cleared => Standing::MayWork,
        Status::ClearedWithConditions => Standing::MayWorkWithConditions,
    };
    if matches!(standing, Standing::NotApproved | Standing::Left) {
        return Outward { standing, items: Vec::new() };
    }
    let works = matches!(standing, Standing::MayWork | Standing::MayWorkWithConditions);
    let own = clearance.items.iter().filter(|item| is_shown(item)).map(|item| OutwardItem {
        code: item.code.clone(),
        kind: Some(item.kind),
        title: item.title.clone(),
        state: item.state,
        due_on: item.due_on,
        stops_on: item.stops_on,
        last_day: item.stops_on.filter(|_| works && item.lead.is_some()).map(|day| calendar::days_before(day, 1)),
        lead: item.lead,
        note: item.note.clone(),
    });
    Outward { standing, items: council.map(council_line).into_iter().chain(own).collect() }
}

/// The day since which the council alone has kept the person from work. A missing approval says it all: were a
/// suitability decision's day told beside it, an applicant with a trace would look unlike one without.
fn council_since(clearance: &Clearance, holds: &[Hold], today: NaiveDate) -> Option<NaiveDate> {
    let stopped = |wanted: &dyn Fn(&Item) -> bool| {
        clearance.items.iter().filter(|item| wanted(item) && item.stops(today)).filter_map(|item| item.stops_on).min()
    };
    let held = holds.iter().filter(|hold| calendar::holds_on(hold, today)).map(|hold| hold.starts_on).min();
    let approval = stopped(&|item| item.kind == Kind::Approval);
    let other = stopped(&|item| item.kind != Kind::Approval && !is_shown(item));
    match (held, approval) {
        (held, Some(approval)) => Some(held.map_or(approval, |held| held.min(approval))),
        (held, None) => held.into_iter().chain(other).min(),
    }
}

fn council_line(since: NaiveDate) -> OutwardItem {
    OutwardItem {
        code: "council".to_owned(),
        kind: None,
        title: "With the council".to_owned(),
        state: ItemState::Missing,
        due_on: Some(since),
        stops_on: Some(since),
        last_day: None,
        lead: Some(0),
        note: "The council is dealing with this".to_owned(),
    }
}

/// Whether a firm sees the item as itself. Of the Update Service it sees what the person has to do, not how
/// lately the council has looked.
fn is_shown(item: &Item) -> bool {
    match item.kind {
        Kind::Approval | Kind::Suitability => false,
        Kind::UpdateService => matches!(item.state, ItemState::Missing | ItemState::Waived),
        _ => !is_new_information(item),
    }
}

/// A certificate failed by the Update Service's "new information": stopped on its very due day, which no
/// certificate that merely runs out is.
fn is_new_information(item: &Item) -> bool {
    item.kind == Kind::DbsCertificate && item.state == ItemState::Lapsed && item.stops_on == item.due_on
}
