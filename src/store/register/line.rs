//! What a page of a list shows of each standing: names, firms and what falls due next, one statement each.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;

use super::{Filter, Found, Scope, Walk, named};
use crate::error::Result;
use crate::store::conn::Conn;
use crate::store::person;
use crate::store::schema::{clearance_items, clearances, contractors, engagements, policies, policy_roles};
use crate::store::schema::{requirements, users};
use crate::types::{ItemState, PersonId, PolicyId, Status, UserId};

/// One line of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The person.
    pub person: PersonId,
    /// Their reference.
    pub reference: String,
    /// Forename.
    pub forename: String,
    /// Surname.
    pub surname: String,
    /// Code of the role; empty for somebody in none.
    pub role: String,
    /// The standing as it reads today; none for somebody in no role.
    pub status: Option<Status>,
    /// Last day on which nothing stops them; `None` unless cleared.
    pub valid_until: Option<NaiveDate>,
    /// The earliest open item.
    pub due: Option<NextDue>,
    /// The firms that employ them in the role now.
    pub firms: Vec<String>,
}

/// What falls due next, or fell due first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextDue {
    /// Code of the requirement.
    pub requirement: String,
    /// How it stands.
    pub state: ItemState,
    /// When.
    pub due_on: NaiveDate,
}

/// What the policy in force calls its roles and requirements.
#[derive(Debug, Clone, Default)]
pub struct Titles {
    /// Code and name of each role.
    pub roles: Vec<(String, String)>,
    requirements: HashMap<(String, String), String>,
}

impl Titles {
    /// The name of a role; its code when the policy in force knows it no longer.
    pub fn role<'a>(&'a self, code: &'a str) -> &'a str {
        self.roles.iter().find(|(known, _)| known == code).map_or(code, |(_, title)| title)
    }

    /// The name of what is asked of a role.
    pub fn requirement<'a>(&'a self, role: &str, code: &'a str) -> &'a str {
        self.requirements.get(&(role.to_owned(), code.to_owned())).map_or(code, String::as_str)
    }
}

impl Titles {
    /// The name some role gives a requirement.
    pub fn any_requirement(&self, code: &str) -> Option<&str> {
        let named = self.requirements.iter().filter(|((_, known), _)| known == code);
        named.map(|(_, title)| title.as_str()).min()
    }
}

type Key = (PersonId, String);

/// The lines of what was found, in its order.
///
/// # Errors
/// The database's.
pub fn lines(conn: &mut Conn, scope: &Scope, found: Vec<Found>) -> Result<Vec<Line>> {
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let mut ids: Vec<PersonId> = found.iter().map(|one| one.person).collect();
    ids.dedup();
    let people: HashMap<PersonId, person::Person> =
        person::by_ids(conn, &ids)?.into_iter().map(|person| (person.id, person)).collect();
    let mut firms = firms_of(conn, scope, &ids)?;
    let mut due = due_of(conn, scope, &ids)?;
    let line = |one: Found| {
        let person = people.get(&one.person)?;
        let key = (one.person, one.role);
        Some(Line {
            person: one.person,
            reference: person.reference.clone(),
            forename: person.forename.clone(),
            surname: person.surname.clone(),
            firms: firms.remove(&key).unwrap_or_default(),
            due: due.remove(&key),
            role: key.1,
            status: Some(one.status),
            valid_until: one.valid_until,
        })
    };
    Ok(found.into_iter().filter_map(line).collect())
}

/// The standings of these people that the reader may see, person by person in the order given; somebody in no role
/// has one line without a standing, for a reader of the whole register.
///
/// # Errors
/// The database's.
pub fn standings_of(conn: &mut Conn, scope: &Scope, people: &[PersonId]) -> Result<Vec<Line>> {
    let mut found: Vec<Found> = named(scope, &Filter::default(), Walk::Any)
        .filter(clearances::person_id.eq_any(people.to_vec()))
        .select(columns!())
        .order((clearances::person_id, clearances::role))
        .load(conn)?;
    found = found.into_iter().map(|one| one.today(scope.today)).collect();
    let place = |id: PersonId| people.iter().position(|person| *person == id);
    found.sort_by_key(|one| place(one.person));
    let mut lines = lines(conn, scope, found)?;
    if scope.firms(None).is_none() {
        let without: Vec<PersonId> =
            people.iter().copied().filter(|id| !lines.iter().any(|line| line.person == *id)).collect();
        if without.is_empty() {
            return Ok(lines);
        }
        let bare = person::by_ids(conn, &without)?.into_iter().map(|person| Line {
            person: person.id,
            reference: person.reference,
            forename: person.forename,
            surname: person.surname,
            role: String::new(),
            status: None,
            valid_until: None,
            due: None,
            firms: Vec::new(),
        });
        lines.extend(bare);
        lines.sort_by_key(|line| place(line.person));
    }
    Ok(lines)
}

fn firms_of(conn: &mut Conn, scope: &Scope, ids: &[PersonId]) -> Result<HashMap<Key, Vec<String>>> {
    let mut query = engagements::table
        .inner_join(contractors::table)
        .filter(engagements::person_id.eq_any(ids.to_vec()))
        .filter(running!(scope.today))
        .select((engagements::person_id, engagements::role, contractors::name))
        .into_boxed();
    if let Some(firms) = scope.firms(None) {
        query = query.filter(engagements::contractor_id.eq_any(firms));
    }
    let rows: Vec<(PersonId, String, String)> = query.load(conn)?;
    let mut firms: HashMap<Key, Vec<String>> = HashMap::new();
    for (person, role, name) in rows {
        let known = firms.entry((person, role)).or_default();
        if !known.contains(&name) {
            known.push(name);
        }
    }
    firms.values_mut().for_each(|names| names.sort_unstable());
    Ok(firms)
}

fn due_of(conn: &mut Conn, scope: &Scope, ids: &[PersonId]) -> Result<HashMap<Key, NextDue>> {
    use clearance_items as item;
    let rows: Vec<(PersonId, String, String, ItemState, Option<NaiveDate>)> = item::table
        .filter(item::person_id.eq_any(ids.to_vec()))
        .filter(item::lead.is_not_null())
        .filter(item::kind.ne_all(scope.hidden()))
        .order((item::due_on, item::requirement))
        .select((item::person_id, item::role, item::requirement, item::state, item::due_on))
        .load(conn)?;
    let mut due = HashMap::new();
    for (person, role, requirement, state, due_on) in rows {
        if let Some(due_on) = due_on {
            due.entry((person, role)).or_insert(NextDue { requirement, state, due_on });
        }
    }
    Ok(due)
}

/// The names of the policy in force on `today`.
///
/// # Errors
/// The database's.
pub fn titles(conn: &mut Conn, today: NaiveDate) -> Result<Titles> {
    let policy: Option<PolicyId> = policies::table
        .filter(policies::effective_from.le(today))
        .order((policies::effective_from.desc(), policies::number.desc()))
        .select(policies::id)
        .first(conn)
        .optional()?;
    let Some(policy) = policy else { return Ok(Titles::default()) };
    let asked: Vec<(String, String, String)> = requirements::table
        .filter(requirements::policy_id.eq(policy))
        .select((requirements::role, requirements::code, requirements::title))
        .load(conn)?;
    Ok(Titles {
        roles: policy_roles::table
            .filter(policy_roles::policy_id.eq(policy))
            .order(policy_roles::title)
            .select((policy_roles::code, policy_roles::title))
            .load(conn)?,
        requirements: asked.into_iter().map(|(role, code, title)| ((role, code), title)).collect(),
    })
}

/// The names of these users.
///
/// # Errors
/// The database's.
pub fn staff_names(conn: &mut Conn, ids: &[UserId]) -> Result<HashMap<UserId, String>> {
    let rows: Vec<(UserId, String)> =
        users::table.filter(users::id.eq_any(ids.to_vec())).select((users::id, users::name)).load(conn)?;
    Ok(rows.into_iter().collect())
}
