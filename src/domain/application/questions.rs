//! What an application asks of whom: groups of questions, by its kind and by what the policy asks of its role. The groups
//! are data (`policy/questions.toml`); no role is named here.

use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::domain::policy::{self, Policy, Requirement, Role};
use crate::error::{Error, Result};
use crate::store::Conn;
use crate::store::application::Application;
use crate::types::{ApplicationKind, DbsLevel, Kind};

/// Nobody younger has a DBS check (facts.md §1.1).
pub const YOUNGEST: u32 = 16;

/// A group of questions: a page of the form, or of the person's own part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// Every name ever used.
    Name,
    /// The date of birth.
    Birth,
    /// How to reach the person.
    Contact,
    /// Where they lived.
    Addresses,
    /// How they show a right to work.
    RightToWork,
    /// Which documents show who they are.
    Identity,
    /// A taxi licence and its authority.
    Licence,
    /// What they may drive.
    Entitlement,
    /// Who speaks for them.
    Referees,
    /// What they have to declare themselves.
    Declaration,
    /// Whether their certificate may be looked up.
    Consent,
}

impl Group {
    /// Every group.
    pub const ALL: [Group; 11] = [
        Group::Name,
        Group::Birth,
        Group::Contact,
        Group::Addresses,
        Group::RightToWork,
        Group::Identity,
        Group::Licence,
        Group::Entitlement,
        Group::Referees,
        Group::Declaration,
        Group::Consent,
    ];

    /// As addresses and the trail call it.
    pub fn as_str(self) -> &'static str {
        match self {
            Group::Name => "name",
            Group::Birth => "birth",
            Group::Contact => "contact",
            Group::Addresses => "addresses",
            Group::RightToWork => "right_to_work",
            Group::Identity => "identity",
            Group::Licence => "licence",
            Group::Entitlement => "entitlement",
            Group::Referees => "referees",
            Group::Declaration => "declaration",
            Group::Consent => "consent",
        }
    }

    /// The group of this word.
    pub fn named(word: &str) -> Option<Group> {
        Group::ALL.into_iter().find(|group| group.as_str() == word)
    }
}

/// Who answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// Whoever sends the application in.
    Submitter,
    /// The applicant, by their own link.
    Person,
}

/// When a group is asked.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Which group.
    pub code: Group,
    /// Its heading.
    pub title: String,
    /// Who answers it.
    pub by: By,
    kinds: Vec<ApplicationKind>,
    #[serde(default)]
    needs: Vec<Kind>,
}

/// One of a list of answers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Offer {
    /// As it is stored.
    pub code: String,
    /// As it reads.
    pub title: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Book {
    version: u32,
    groups: Vec<Question>,
    right_to_work: Vec<Offer>,
}

static BOOK: LazyLock<Book> =
    LazyLock::new(|| toml::from_str(include_str!("../../../policy/questions.toml")).unwrap_or_default());

/// The version of the questions.
pub fn version() -> u32 {
    BOOK.version
}

/// What may show a right to work.
pub fn rights_to_work() -> &'static [Offer] {
    &BOOK.right_to_work
}

/// What is asked in one application on one day.
#[derive(Debug, Clone)]
pub struct Asking {
    /// The policy in force.
    pub policy: Policy,
    /// The role applied for.
    pub role: Role,
    /// What is applied for.
    pub kind: ApplicationKind,
    /// The day.
    pub today: NaiveDate,
}

/// What this application asks on `today`.
///
/// # Errors
/// `Internal` when no policy is in force, or its role is none of the policy's.
pub fn asking(conn: &mut Conn, application: &Application, today: NaiveDate) -> Result<Asking> {
    let policies = policy::published(conn)?;
    let policy = Policy::in_force(&policies, today).ok_or_else(|| Error::internal("no policy is in force"))?.clone();
    // A role that a later policy dropped is still asked what the earlier one asked.
    let policy = match policy.role(&application.role) {
        Some(_) => policy,
        None => policies.into_iter().rev().find(|one| one.role(&application.role).is_some()).unwrap_or(policy),
    };
    let role = policy.role(&application.role).cloned();
    let role = role.ok_or_else(|| Error::internal("an application is for a role of no policy"))?;
    Ok(Asking { policy, role, kind: application.kind, today })
}

impl Asking {
    /// The groups asked, in order.
    pub fn groups(&self) -> Vec<&'static Question> {
        let needed = |one: &Question| one.needs.is_empty() || one.needs.iter().any(|kind| self.asks(*kind));
        BOOK.groups.iter().filter(|one| one.kinds.contains(&self.kind) && needed(one)).collect()
    }

    /// The groups that somebody answers.
    pub fn groups_by(&self, by: By) -> Vec<&'static Question> {
        self.groups().into_iter().filter(|one| one.by == by).collect()
    }

    /// Whether this group is asked.
    pub fn has(&self, group: Group) -> bool {
        self.groups().iter().any(|one| one.code == group)
    }

    /// Whether the policy asks this kind of requirement of the role.
    pub fn asks(&self, kind: Kind) -> bool {
        self.requirement(kind).is_some()
    }

    /// The role's requirement of a kind.
    pub fn requirement(&self, kind: Kind) -> Option<&Requirement> {
        self.policy.requirements.iter().find(|one| one.role == self.role.code && one.kind == kind)
    }

    /// The least age of the role, in years.
    pub fn youngest(&self) -> u32 {
        self.requirement(Kind::MinimumAge).and_then(|one| one.params.age).unwrap_or(0).max(YOUNGEST)
    }

    /// How many referees are asked for.
    pub fn referees(&self) -> usize {
        let count = self.requirement(Kind::References).and_then(|one| one.params.count).unwrap_or(2);
        usize::try_from(count).unwrap_or(2)
    }

    /// Categories of which one is needed, and restrictions that rule a licence out.
    pub fn entitlement(&self) -> (&[String], &[String]) {
        match self.requirement(Kind::DrivingEntitlement) {
            Some(one) => (&one.params.categories, &one.params.restrictions),
            None => (&[], &[]),
        }
    }
}

/// What will be checked of somebody in a role, in a sentence: no enhanced check without a basis (facts.md §1.5).
pub fn check_asked(policy: &Policy, role: &Role) -> String {
    let level = policy
        .requirements
        .iter()
        .find(|one| one.role == role.code && one.kind == Kind::DbsCertificate)
        .and_then(|one| one.params.level);
    match level {
        Some(DbsLevel::Enhanced) if !role.basis.is_empty() => {
            format!("An enhanced DBS check with a barred list is asked for. {}.", role.basis)
        }
        Some(_) => {
            "A basic DBS check is asked for: this work is not regulated activity, so the law allows no enhanced \
                    check."
                .to_owned()
        }
        None => "No DBS check is asked for.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_questions_are_sound() {
        let book: Book = toml::from_str(include_str!("../../../policy/questions.toml")).unwrap();
        let codes: Vec<Group> = book.groups.iter().map(|one| one.code).collect();
        assert_eq!(codes, Group::ALL);
        assert!(book.right_to_work.len() > 2 && book.version > 0);
        assert!(book.groups.iter().all(|one| !one.kinds.contains(&ApplicationKind::Review)), "the council asks itself");
    }
}
