//! The policy: what each version asks of each role and where that comes from, and the licensing authorities.

use askama::Template;
use chrono::NaiveDate;
use rocket::{Route, State, get, routes};

use crate::domain::policy::{Policy, Requirement, published};
use crate::error::{Error, Result};
use crate::store::authority::{self, Authority};
use crate::types::Strength;
use crate::web::answer::Answer;
use crate::web::app::App;
use crate::web::filters;
use crate::web::guard::Council;
use crate::web::page::Frame;

struct Version {
    number: i32,
    title: String,
    from: NaiveDate,
    current: bool,
}

struct Asked {
    requirement: Requirement,
}

struct RolePart {
    code: String,
    title: String,
    basis: String,
    source: String,
    asked: Vec<Asked>,
}

struct Licensing {
    authority: Authority,
    delegate: String,
}

#[derive(Template)]
#[template(path = "policy/show.html")]
struct Show {
    frame: Frame,
    shown: Option<Version>,
    others: Vec<Version>,
    roles: Vec<RolePart>,
    authorities: Vec<Licensing>,
}

impl Asked {
    fn validity(&self) -> String {
        match self.requirement.validity_months {
            None => "As the document says".to_owned(),
            Some(1) => "1 month".to_owned(),
            Some(months) if months.is_multiple_of(12) && months > 12 => format!("{} years", months / 12),
            Some(12) => "1 year".to_owned(),
            Some(months) => format!("{months} months"),
        }
    }

    fn strength(&self) -> String {
        match (self.requirement.strength, self.requirement.grace_days) {
            (Strength::Hard, _) => "At once".to_owned(),
            (Strength::Soft, Some(days)) => format!("After {days} days"),
            (Strength::Soft, None) => "Never by itself".to_owned(),
        }
    }

    fn leads(&self) -> String {
        let leads: Vec<String> = self.requirement.lead_days.iter().map(u32::to_string).collect();
        if leads.is_empty() { "On the day".to_owned() } else { format!("{} days", leads.join(", ")) }
    }
}

fn parts(policy: &Policy) -> Vec<RolePart> {
    let part = |role: &crate::domain::policy::Role| RolePart {
        asked: policy.asked_of(&role.code).into_iter().cloned().map(|requirement| Asked { requirement }).collect(),
        code: role.code.clone(),
        title: role.title.clone(),
        basis: role.basis.clone(),
        source: role.source.clone(),
    };
    policy.roles.iter().map(part).collect()
}

fn licensing(all: Vec<Authority>) -> Vec<Licensing> {
    let name = |code: &str| all.iter().find(|one| one.code == code).map_or(code.to_owned(), |one| one.name.clone());
    let delegates: Vec<String> = all.iter().map(|one| name(&one.delegates_to)).collect();
    all.iter().cloned().zip(delegates).map(|(authority, delegate)| Licensing { authority, delegate }).collect()
}

async fn page(app: &App, frame: Frame, number: Option<i32>) -> Result<Answer> {
    let today = app.clock.today();
    let (policies, authorities) = app.read(|conn| Ok((published(conn)?, authority::all(conn)?))).await?;
    let in_force = Policy::in_force(&policies, today).map(|policy| policy.number);
    let wanted = number.or(in_force);
    if number.is_some() && !policies.iter().any(|policy| Some(policy.number) == number) {
        return Err(Error::NotFound);
    }
    let version = |policy: &Policy| Version {
        number: policy.number,
        title: policy.title.clone(),
        from: policy.effective_from,
        current: Some(policy.number) == in_force,
    };
    let shown = policies.iter().find(|policy| Some(policy.number) == wanted);
    let title = number.map_or_else(|| "Policy".to_owned(), |number| format!("Policy version {number}"));
    let page = Show {
        frame: frame.titled(title),
        roles: shown.map(parts).unwrap_or_default(),
        others: policies.iter().rev().filter(|policy| Some(policy.number) != wanted).map(version).collect(),
        shown: shown.map(version),
        authorities: licensing(authorities),
    };
    Answer::page(&page)
}

#[get("/policy")]
async fn current(_council: Council, app: &State<App>, frame: Frame) -> Result<Answer> {
    page(app, frame, None).await
}

#[get("/policy/<number>")]
async fn version(_council: Council, app: &State<App>, frame: Frame, number: i32) -> Result<Answer> {
    page(app, frame, Some(number)).await
}

/// What this room answers.
pub fn routes() -> Vec<Route> {
    routes![current, version]
}
