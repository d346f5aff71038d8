//! What people and their firms are told of a place, by letters.

use chrono::{Days, NaiveDate};
use serde::Serialize;

use crate::domain::letter::{COURSE_INVITATION, CourseInvitationParams, PlaceNews, PlaceParams, TRAINING_PLACE};
use crate::domain::outbox::private_mail;
use crate::error::Result;
use crate::store::booking::{self as store, Booking};
use crate::store::course::{self, Course};
use crate::store::outbox::{self, NewLetter};
use crate::store::session::{self, Session};
use crate::store::task::{self, NewTask};
use crate::store::{Tx, contractor, engagement, leaving};
use crate::types::{ContractorId, ContractorStatus, LeavingCause, PersonId};

/// Writes to the person, when they have an address of their own, and to the firm.
pub(in crate::domain) fn tell(
    tx: &mut Tx<'_>,
    booking: &Booking,
    session: &Session,
    course: &Course,
    news: PlaceNews,
) -> Result<()> {
    let params = PlaceParams {
        booking: booking.id,
        session: session.id,
        moves: session.moves,
        news,
        course: course.title.clone(),
        starts_at: session.starts_at,
        minutes: session.minutes,
        place: session.place(),
        trainer: session.trainer.clone(),
        joining: course.joining.clone(),
        no_show_pence: course.no_show_pence,
        reason: match news {
            PlaceNews::Moved | PlaceNews::SessionCancelled => session.reason.clone(),
            _ => String::new(),
        },
    };
    write(tx, TRAINING_PLACE, booking.person_id, booking.contractor_id, &params)
}

/// Asks somebody to come.
pub(super) fn invite(
    tx: &mut Tx<'_>,
    person: PersonId,
    session: &Session,
    course: &Course,
    due_on: Option<NaiveDate>,
) -> Result<()> {
    let params = CourseInvitationParams {
        session: session.id,
        course: course.title.clone(),
        due_on,
        starts_at: session.starts_at,
        minutes: session.minutes,
        place: session.place(),
    };
    write(tx, COURSE_INVITATION, person, None, &params)
}

fn write(
    tx: &mut Tx<'_>,
    letter: &'static str,
    person: PersonId,
    firm: Option<ContractorId>,
    params: &impl Serialize,
) -> Result<()> {
    if leaving::standing(tx, person)?.is_some_and(|left| left.cause == LeavingCause::Deceased) {
        return Ok(());
    }
    let (params, today) = (serde_json::to_string(params)?, tx.today);
    let mut told = false;
    let mut put = |tx: &mut Tx<'_>, to: &str, contractor| {
        told = true;
        let params = params.clone();
        outbox::put(tx, &NewLetter { letter, to, cc: "", contractor, user: None, person: Some(person), params })
    };
    if let Some(to) = private_mail(tx, person)? {
        put(tx, &to, None)?;
    }
    let firms: Vec<ContractorId> = match firm {
        Some(firm) => vec![firm],
        None => {
            let works = engagement::of_people(tx, &[person])?;
            let current = works.iter().filter(|work| work.ends_on.is_none_or(|end| end >= today));
            current.map(|work| work.contractor_id).collect()
        }
    };
    for firm in contractor::by_ids(tx, &firms)? {
        if firm.status == ContractorStatus::Active && !firm.email.is_empty() {
            put(tx, &firm.email, Some(firm.id))?;
        }
    }
    if !told {
        let task = NewTask {
            kind: "unwritten_letter",
            cause: &format!("{letter}:{person}:{today}"),
            subject_kind: "person",
            subject_id: person.0,
            detail: "Neither this person nor their firm has an email address: tell them by telephone what has changed \
                     about their training",
            due_on: today,
        };
        task::open(tx, &task)?;
    }
    Ok(())
}

/// Reminds those with a place at a session within `lead_days`, each once; says how many.
///
/// # Errors
/// The database's.
pub fn remind(tx: &mut Tx<'_>, lead_days: u32, limit: i64) -> Result<usize> {
    let today = tx.today;
    let tomorrow = today.checked_add_days(Days::new(1)).unwrap_or(today);
    let last = today.checked_add_days(Days::new(lead_days.into())).unwrap_or(today);
    let rows = store::to_remind(tx, tomorrow, last, limit)?;
    let many = rows.len();
    for mut row in rows {
        let session = session::find(tx, row.session_id)?;
        let course = course::find(tx, session.course_id)?;
        row.reminded_on = Some(today);
        store::keep(tx, &row)?;
        tell(tx, &row, &session, &course, PlaceNews::Reminder)?;
    }
    Ok(many)
}
