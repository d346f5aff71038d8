//! When, where and with whom an interview is to be: what was typed, checked.

use chrono::{NaiveDate, TimeDelta};

use crate::domain::permission::Case;
use crate::error::{Error, Fault, Result};
use crate::store::application::Application;
use crate::store::case::hands;
use crate::store::interview::{self as store, Interview};
use crate::store::{Tx, person, user};
use crate::types::{At, Reach, UserId, add_months, clock_time, in_london, london_time, parse_time};

/// The ways to meet: the word of the form, its words on the page, and how the place begins in letters.
pub const HOWS: [(&str, &str, &str); 3] = [
    ("in_person", "In person", ""),
    ("telephone", "By telephone", "By telephone: "),
    ("video", "By video", "By video: "),
];

/// Fewest and most minutes.
const MINUTES: std::ops::RangeInclusive<i32> = 15..=240;
/// How far ahead, in months.
const AHEAD_MONTHS: u32 = 12;

/// An interview as it was typed.
#[derive(Clone, Default)]
pub struct Plan {
    /// The day in London.
    pub on: Option<NaiveDate>,
    /// The time in London, such as `10:30`.
    pub time: String,
    /// How long it is to take, in minutes.
    pub minutes: String,
    /// One of [`HOWS`].
    pub how: String,
    /// An address, a telephone number or a link.
    pub place: String,
    /// The panel.
    pub panel: Vec<UserId>,
}

/// A plan that will do.
pub(super) struct Checked {
    pub starts_at: At,
    pub minutes: i32,
    pub place: String,
    pub panel: Vec<UserId>,
}

impl Plan {
    /// The plan of an interview that is arranged.
    pub fn of(interview: &Interview, panel: &[UserId]) -> Plan {
        let known = |(_, _, lead): &&(&str, &str, &str)| !lead.is_empty() && interview.place.starts_with(lead);
        let (how, _, lead) = HOWS.iter().find(known).unwrap_or(&("in_person", "", ""));
        Plan {
            on: Some(in_london(interview.starts_at.utc())),
            time: clock_time(interview.starts_at),
            minutes: interview.minutes.to_string(),
            how: (*how).to_owned(),
            place: interview.place.strip_prefix(lead).unwrap_or(&interview.place).to_owned(),
            panel: panel.to_vec(),
        }
    }

    /// # Errors
    /// `Invalid` at the field.
    pub(super) fn check(&self, tx: &mut Tx<'_>, application: &Application, case: &Case) -> Result<Checked> {
        let mut faults = Vec::new();
        let starts_at = self.start(tx.at, tx.today, &mut faults);
        let minutes = self.minutes.trim().parse().ok().filter(|minutes| MINUTES.contains(minutes));
        if minutes.is_none() {
            let (least, most) = (MINUTES.start(), MINUTES.end());
            faults.push(Fault::new("minutes", format!("Enter how long it takes, from {least} to {most} minutes")));
        }
        let lead = HOWS.iter().find(|(how, ..)| *how == self.how).map(|(_, _, lead)| *lead);
        if lead.is_none() {
            faults.push(Fault::new("how", "Select how you will meet"));
        }
        let place = self.place.trim();
        if place.is_empty() {
            faults.push(Fault::new("place", "Enter the address, telephone number or link"));
        } else if place.chars().count() > 300 {
            faults.push(Fault::new("place", "This must be 300 characters or fewer"));
        }
        let panel = self.sitters(tx, application, case, &mut faults)?;
        match (starts_at, minutes, lead, faults.is_empty()) {
            (Some(starts_at), Some(minutes), Some(lead), true) => {
                Ok(Checked { starts_at, minutes, place: format!("{lead}{place}"), panel })
            }
            _ => Err(Error::Invalid(faults)),
        }
    }

    fn start(&self, now: At, today: NaiveDate, faults: &mut Vec<Fault>) -> Option<At> {
        let time = parse_time(&self.time);
        if time.is_none() {
            faults.push(Fault::new("time", "Enter the time, for example 10:30 or 14:00"));
        }
        let Some(on) = self.on else {
            faults.push(Fault::new("on", "Enter the day of the interview"));
            return None;
        };
        if on < today || on > add_months(today, AHEAD_MONTHS) {
            let message = format!("The day must be today or later, and at most {AHEAD_MONTHS} months ahead");
            faults.push(Fault::new("on", message));
            return None;
        }
        let Some(at) = london_time(on, time?).map(At::new) else {
            faults.push(Fault::new("time", "The clocks go forward and there is no such time that night"));
            return None;
        };
        if at <= now.plus(TimeDelta::zero()) {
            faults.push(Fault::new("time", "The interview must be in the future"));
            return None;
        }
        Some(at)
    }

    /// The panel, each once, when everybody on it may sit.
    fn sitters(
        &self,
        tx: &mut Tx<'_>,
        application: &Application,
        case: &Case,
        faults: &mut Vec<Fault>,
    ) -> Result<Vec<UserId>> {
        let mut panel = self.panel.clone();
        panel.sort_unstable();
        panel.dedup();
        let (able, decided) = (store::may_sit(tx)?, hands(tx, application.id)?);
        if panel.len() < 2 {
            faults.push(Fault::new("panel", "Select two people or more"));
        } else if panel.iter().any(|user| !able.iter().any(|(one, _)| one == user)) {
            faults.push(Fault::new("panel", "Select people who may sit on a panel"));
        } else if decided
            .iter()
            .any(|one| panel.contains(&one.proposed_by) || one.seconded_by.is_some_and(|by| panel.contains(&by)))
        {
            faults.push(Fault::new("panel", "Somebody you selected decides this case, so others have to interview"));
        } else if panel.iter().any(|user| case.appeal_panel.contains(user)) {
            faults.push(Fault::new("panel", "Somebody you selected sat on the appeal, so others have to interview"));
        } else if let Some(owner) = application.person_id {
            let owner = person::find(tx, owner, &Reach::Everyone)?.email.to_lowercase();
            let mut mails = Vec::new();
            for user in &panel {
                mails.push(user::find(tx, *user)?.email);
            }
            if !owner.is_empty() && mails.contains(&owner) {
                faults.push(Fault::new("panel", "Nobody can interview themselves"));
            }
        }
        Ok(panel)
    }
}
