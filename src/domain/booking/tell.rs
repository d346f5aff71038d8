//! What people and their firms are told of a place, by letters.

use chrono::{Days, NaiveDate};
use serde::Serialize;

use super::seen::{firms_of, lasts};
use crate::domain::letter::{COURSE_INVITATION, CourseInvitationParams, PlaceNews, PlaceParams, TRAINING_PLACE};
use crate::domain::outbox::private_mail;
use crate::error::Result;
use crate::store::booking::{self as store, Booking};
use crate::store::course::{self, Course};
use crate::store::outbox::{self, NewLetter};
use crate::store::session::{self, Session};
use crate::store::task::{self, NewTask};
use crate::store::{Tx, contractor, engagement, leaving};
use crate::types::{BookingId, ContractorId, ContractorStatus, LeavingCause, PersonId, SessionId};

/// Writes to the person, when they have an address of their own, and to the firms it is for; `waits` of a place in the
/// queue.
pub(in crate::domain) fn tell(
    tx: &mut Tx<'_>,
    booking: &Booking,
    session: &Session,
    course: &Course,
    news: PlaceNews,
    waits: bool,
) -> Result<()> {
    let params = PlaceParams {
        booking: booking.id,
        session: session.id,
        moves: session.moves,
        news,
        waits,
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
    let works = engagement::of_people(tx, &[booking.person_id])?;
    let firms = match booking.contractor_id {
        // The firm they leave strikes out what it booked for them.
        Some(firm) if news == PlaceNews::Cancelled => vec![firm],
        _ => firms_of(booking, &works, session.held_on),
    };
    write(tx, TRAINING_PLACE, booking.person_id, &firms, &params)
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
    let (works, today) = (engagement::of_people(tx, &[person])?, tx.today);
    let firms: Vec<ContractorId> =
        works.iter().filter(|work| lasts(work, today)).map(|work| work.contractor_id).collect();
    write(tx, COURSE_INVITATION, person, &firms, &params)
}

fn write(
    tx: &mut Tx<'_>,
    letter: &'static str,
    person: PersonId,
    firms: &[ContractorId],
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
    for firm in contractor::by_ids(tx, firms)? {
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

/// What came of reminding a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reminding {
    /// People reminded.
    pub reminded: u64,
    /// Bookings that failed; they cost nobody else their letter.
    pub failed: u64,
    /// The last booking looked at; none when none was left.
    pub last: Option<BookingId>,
}

/// Reminds those with a place at a session within `lead_days`, each once, a batch of them after the booking named; each
/// under a savepoint.
///
/// # Errors
/// The database's.
pub fn remind(tx: &mut Tx<'_>, lead_days: u32, after: Option<BookingId>, limit: i64) -> Result<Reminding> {
    let today = tx.today;
    let tomorrow = today.checked_add_days(Days::new(1)).unwrap_or(today);
    let until = today.checked_add_days(Days::new(lead_days.into())).unwrap_or(today);
    let rows = store::to_remind(tx, (tomorrow, until), after, limit)?;
    let mut done = Reminding { last: rows.last().map(|(_, id)| *id), ..Reminding::default() };
    for (session, id) in rows {
        match tx.savepoint(|tx| remind_one(tx, session, id)) {
            Ok(true) => done.reminded += 1,
            Ok(false) => {}
            Err(error) => {
                tracing::error!(booking = id.0, %error, "somebody could not be reminded of training");
                done.failed += 1;
            }
        }
    }
    Ok(done)
}

/// Reminds of one place, unless it was given up or reminded of meanwhile.
fn remind_one(tx: &mut Tx<'_>, session: SessionId, id: BookingId) -> Result<bool> {
    if !store::mark_reminded(tx, id)? {
        return Ok(false);
    }
    let (row, session) = (store::find(tx, session, id)?, session::find(tx, session)?);
    let course = course::find(tx, session.course_id)?;
    tell(tx, &row, &session, &course, PlaceNews::Reminder, false)?;
    Ok(true)
}
