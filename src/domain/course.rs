//! Courses: what is taught and which requirement of the policy passing it meets; roles and validity are the policy's.

use chrono::NaiveDate;
use serde_json::json;

use super::permission::{Act, Subject, Who, may};
use super::policy::{self, Policy};
use crate::error::{Error, Fault, Result};
use crate::store::course::{self as store, Course};
use crate::store::trail::Entry;
use crate::store::{Conn, Tx};
use crate::types::{CourseId, CourseMode, CourseState, Kind};

/// A course as it was typed.
#[derive(Debug, Clone, Default)]
pub struct Details {
    /// Its short name.
    pub code: String,
    /// Its name.
    pub title: String,
    /// Who gives it.
    pub provider: String,
    /// Whether a body accredits it.
    pub accredited: bool,
    /// In a room, or at a screen.
    pub mode: Option<CourseMode>,
    /// Code of the requirement.
    pub requirement: String,
    /// What people are told before they come.
    pub joining: String,
    /// What is charged for not coming, in pounds; may be empty.
    pub no_show: String,
    /// Whether it is still given.
    pub state: Option<CourseState>,
}

/// A requirement that training meets: what the policy asks, of whom, and for how long it serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Training {
    /// Its code.
    pub code: String,
    /// Its name.
    pub title: String,
    /// The names of the roles it is asked of.
    pub roles: Vec<String>,
    /// Months a pass serves; none for ever.
    pub months: Option<u32>,
}

/// What the policy in force asks for in training, in its order.
///
/// # Errors
/// The database's.
pub fn trainings(conn: &mut Conn, today: NaiveDate) -> Result<Vec<Training>> {
    let policies = policy::published(conn)?;
    let Some(policy) = Policy::in_force(&policies, today) else { return Ok(Vec::new()) };
    let mut found: Vec<Training> = Vec::new();
    for asked in policy.requirements.iter().filter(|asked| asked.kind == Kind::Training) {
        let role = policy.role(&asked.role).map_or_else(|| asked.role.clone(), |role| role.title.clone());
        match found.iter_mut().find(|one| one.code == asked.code) {
            Some(one) => one.roles.push(role),
            None => found.push(Training {
                code: asked.code.clone(),
                title: asked.title.clone(),
                roles: vec![role],
                months: asked.validity_months,
            }),
        }
    }
    Ok(found)
}

/// Adds a course.
///
/// # Errors
/// `NotFound`; `Invalid` at the field.
pub fn add(tx: &mut Tx<'_>, who: &Who, new: &Details) -> Result<CourseId> {
    may(who, Act::RunTraining, Subject::Register)?;
    let row = checked(tx, CourseId(0), new)?;
    let id = store::insert(tx, &row)?;
    tx.trail(Entry::new("course.add", "course", id.0).new_value(&row));
    Ok(id)
}

/// Changes a course; says whether anything was different.
///
/// # Errors
/// `NotFound`; `Invalid` at the field.
pub fn change(tx: &mut Tx<'_>, who: &Who, id: CourseId, new: &Details) -> Result<bool> {
    may(who, Act::RunTraining, Subject::Register)?;
    let (old, row) = (store::find(tx, id)?, checked(tx, id, new)?);
    if old == row {
        return Ok(false);
    }
    store::update(tx, &row)?;
    tx.trail(Entry::new("course.change", "course", id.0).old(&json!(old)).new_value(&row));
    Ok(true)
}

fn checked(tx: &mut Tx<'_>, id: CourseId, new: &Details) -> Result<Course> {
    let mut faults = Vec::new();
    let mut text = |field: &str, text: &str, longest: usize, missing: &str| {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.is_empty() {
            faults.push(Fault::new(field, missing));
        } else if text.chars().count() > longest {
            faults.push(Fault::new(field, format!("This must be {longest} characters or fewer")));
        }
        text
    };
    let code = text("code", &new.code, 20, "Enter the code").to_uppercase();
    let title = text("title", &new.title, 100, "Enter the title");
    let provider = text("provider", &new.provider, 100, "Enter who gives it");
    if !code.is_empty() && !code.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        faults.push(Fault::new("code", "Use letters, digits and hyphens only"));
    }
    if new.mode.is_none() {
        faults.push(Fault::new("mode", "Select how it is given"));
    }
    let today = tx.today;
    if !trainings(tx, today)?.iter().any(|one| one.code == new.requirement) {
        faults.push(Fault::new("requirement", "Select what passing it meets"));
    }
    if new.joining.chars().count() > 2_000 {
        faults.push(Fault::new("joining", "This must be 2,000 characters or fewer"));
    }
    let pence = pence(&new.no_show);
    if pence.is_none() {
        faults.push(Fault::new("no_show", "Enter an amount in pounds, such as 27.50, or leave it empty"));
    }
    match (new.mode, pence, faults.is_empty()) {
        (Some(mode), Some(no_show_pence), true) => Ok(Course {
            id,
            code,
            title,
            provider,
            accredited: new.accredited,
            mode,
            requirement: new.requirement.clone(),
            joining: new.joining.trim().to_owned(),
            no_show_pence,
            state: new.state.unwrap_or(CourseState::Open),
        }),
        _ => Err(Error::Invalid(faults)),
    }
}

/// An amount typed in pounds, at most 1,000.
fn pence(text: &str) -> Option<i32> {
    let text = text.trim().trim_start_matches('£');
    if text.is_empty() {
        return Some(0);
    }
    let (pounds, pence) = text.split_once('.').unwrap_or((text, "00"));
    let digits = |part: &str| part.chars().all(|c| c.is_ascii_digit());
    if pounds.is_empty() || pounds.len() > 4 || pence.len() != 2 || !digits(pounds) || !digits(pence) {
        return None;
    }
    let pence = pounds.parse::<i32>().ok()? * 100 + pence.parse::<i32>().ok()?;
    (pence <= 100_000).then_some(pence)
}

/// `£27.50`, or nothing for nothing.
pub fn pounds(pence: i32) -> String {
    if pence == 0 { String::new() } else { format!("£{}.{:02}", pence / 100, pence % 100) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_read_in_pounds() {
        assert_eq!(["", "27.50", "£5", "0"].map(pence), [Some(0), Some(2750), Some(500), Some(0)]);
        assert_eq!(["27.5", "-3", "much", "20000", ".50", "£"].map(pence), [None, None, None, None, None, Some(0)]);
        assert_eq!([pounds(2750), pounds(500), pounds(0)], ["£27.50", "£5.00", ""]);
    }
}
