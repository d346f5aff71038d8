//! A person's standing in one role, for the council: the sentence, and the matrix of what is asked.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::words::{self, Mark, Said};
use crate::domain::clearance::{Dossier, Item, clearance, holds_on};
use crate::domain::permission::{Act, Subject, Who, may};
use crate::domain::policy::{Policy, Requirement};
use crate::types::{ApplicationId, ItemState, Kind, Origin, UserId};
use crate::web::tag::Wanted;

/// A role's card.
pub(super) struct Card {
    pub title: String,
    pub mark: Mark,
    pub sentence: String,
    pub conditions: String,
    pub items: Vec<Line>,
}

/// One requirement of it.
pub(super) struct Line {
    pub title: String,
    pub state: Wanted,
    pub note: String,
    pub record: Option<Way>,
    pub waive: Option<String>,
}

/// A way to a form.
pub(super) struct Way {
    pub text: &'static str,
    pub href: String,
}

/// What a card is made from.
pub(super) struct Making<'a> {
    pub who: &'a Who,
    pub policies: &'a [Policy],
    pub dossier: &'a Dossier,
    pub staff: &'a HashMap<UserId, String>,
    /// The person's open applications: role, which, and whether it waits for an interview.
    pub cases: &'a [(String, ApplicationId, bool)],
    pub today: NaiveDate,
}

impl Making<'_> {
    /// The card of `role`, computed for today whatever is kept.
    pub(super) fn card(&self, role: &str) -> Card {
        let Making { who, dossier, today, .. } = *self;
        let found = clearance(self.policies, role, dossier, today);
        let policy = Policy::in_force(self.policies, today);
        let asked = policy.map(|policy| policy.asked_of(role)).unwrap_or_default();
        let seen: Vec<&Item> =
            found.items.iter().filter(|item| item.kind != Kind::Suitability || who.sees_trace()).collect();
        let held = dossier.holds.iter().filter(|hold| who.sees_reasons() && holds_on(hold, today));
        let held = held.map(|hold| hold.starts_on).min();
        let left = dossier.engagements.iter().filter(|one| one.role == role).filter_map(|one| one.ends_on).max();
        let approval = dossier.approval(role, today).filter(|_| found.is_cleared());
        Card {
            title: policy.and_then(|policy| policy.role(role)).map_or_else(|| role.to_owned(), |r| r.title.clone()),
            mark: words::status(found.status),
            sentence: words::sentence(&found, &seen, held, left, today),
            conditions: approval.map(|approval| approval.conditions.trim().to_owned()).unwrap_or_default(),
            items: seen.iter().map(|item| self.line(role, item, &asked)).collect(),
        }
    }

    fn line(&self, role: &str, item: &Item, asked: &[&Requirement]) -> Line {
        let id = self.dossier.person;
        let may = |act| may(self.who, act, Subject::Register).is_ok();
        let (act, text) = match item.kind {
            Kind::Approval | Kind::Suitability => {
                (self.case(role).and(Some(Act::CheckApplications)), "See the application")
            }
            Kind::MinimumAge | Kind::BulletinsRead => (None, ""),
            _ => (Some(Act::RecordEvidence), "Record"),
        };
        let href = match (item.kind, self.case(role)) {
            (Kind::Approval | Kind::Suitability, Some(case)) => format!("/applications/{case}"),
            _ => format!("/people/{id}/evidence/new?requirement={}&role={role}", item.code),
        };
        let waivable = asked.iter().any(|requirement| requirement.code == item.code && requirement.waivable);
        let failing =
            matches!(item.state, ItemState::Due | ItemState::Overdue | ItemState::Lapsed | ItemState::Missing);
        let waive = format!("/people/{id}/waivers/new?role={role}&requirement={}", item.code);
        // What was declared is no certificate's: the engine knows nothing of it.
        let waits = item.kind == Kind::Suitability && self.cases.iter().any(|(of, _, waits)| of == role && *waits);
        let state = if waits && item.state == ItemState::NotRequired { ItemState::Missing } else { item.state };
        let note = match item.waived_until {
            _ if waits => "Waits for an interview".to_owned(),
            Some(_) => self.waived(role, item),
            None => words::note(&Said::of(item), self.today, self.who.sees_trace()),
        };
        Line {
            title: item.title.clone(),
            state: Wanted { state, stops: item.stops_on.is_some() },
            note,
            record: act.filter(|act| may(*act)).map(|_| Way { text, href }),
            waive: (waivable && failing && may(Act::GrantWaiver)).then_some(waive),
        }
    }

    /// The newest open application for a role.
    fn case(&self, role: &str) -> Option<ApplicationId> {
        self.cases.iter().find(|(of, ..)| of == role).map(|(_, id, _)| *id)
    }

    /// The note of a waiver, with who granted it.
    fn waived(&self, role: &str, item: &Item) -> String {
        let note = &item.note;
        let waivers = self.dossier.waivers.iter().filter(|waiver| waiver.role == role && waiver.withdrawn_on.is_none());
        let waiver = waivers
            .filter(|waiver| waiver.requirement == item.code)
            .find(|waiver| Some(waiver.ends_on) == item.waived_until && waiver.starts_on <= self.today);
        let by = waiver.map(|waiver| (waiver.origin, self.staff.get(&waiver.granted_by)));
        match by {
            Some((Origin::Imported, _)) => format!("{note}. Taken over with the imported register"),
            Some((_, Some(name))) => format!("{note}. Granted by {name}"),
            _ => note.clone(),
        }
    }
}
