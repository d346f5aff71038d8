//! Letters about training, to people and firms. What was true when a letter was written and is so no more is not sent.

use chrono::NaiveDate;

use super::super::{
    COURSE_INVITATION, CourseInvitation, CourseInvitationParams, Enclosure, Letter, PlaceNews, PlaceParams, Sender,
    TRAINING_PLACE, TrainingPlace,
};
use super::contact;
use crate::domain::booking::firms_of;
use crate::error::Result;
use crate::store::outbox::Letter as Row;
use crate::store::{Conn, booking, contractor, engagement, person, session};
use crate::types::{BookingState, ContractorStatus, PersonId, Reach, SessionState};

/// The letters written here.
pub(super) const LETTERS: [&str; 2] = [TRAINING_PLACE, COURSE_INVITATION];

/// The letter; none to a firm the council has left, none about a place that is another's or elsewhere by now.
pub(super) fn render(
    conn: &mut Conn,
    sender: Sender,
    row: &Row,
    id: PersonId,
    today: NaiveDate,
) -> Result<Option<Letter>> {
    let whom = person::find(conn, id, &Reach::Everyone)?;
    let contact = contact(&sender);
    let (firm, person) = match row.contractor_id {
        Some(firm) => {
            let firm = contractor::find(conn, firm, &Reach::Everyone)?;
            if firm.status != ContractorStatus::Active {
                return Ok(None);
            }
            // A namesake must not be sent instead.
            (firm.name, format!("{} ({})", whom.full_name(), whom.reference))
        }
        None => (String::new(), whom.full_name()),
    };
    if row.letter == COURSE_INVITATION {
        let told: CourseInvitationParams = serde_json::from_str(&row.params)?;
        let session = session::find(conn, told.session)?;
        if session.state != SessionState::Planned || session.held_on < today || session.starts_at != told.starts_at {
            return Ok(None);
        }
        return CourseInvitation { sender, contact, person, firm, today, told }.write().map(Some);
    }
    let told: PlaceParams = serde_json::from_str(&row.params)?;
    let (place, session) = (booking::find(conn, told.session, told.booking)?, session::find(conn, told.session)?);
    let stands = match told.news {
        PlaceNews::Booked | PlaceNews::Promoted | PlaceNews::Reminder => {
            place.state == BookingState::Booked && session.moves == told.moves
        }
        PlaceNews::Waiting => place.state == BookingState::Waiting && session.moves == told.moves,
        PlaceNews::Moved => {
            let state = if told.waits { BookingState::Waiting } else { BookingState::Booked };
            place.state == state && session.moves == told.moves
        }
        PlaceNews::NoShow => place.state == BookingState::NoShow,
        PlaceNews::Cancelled | PlaceNews::SessionCancelled => place.state == BookingState::Cancelled,
    };
    let is_theirs = match row.contractor_id.filter(|_| told.news != PlaceNews::Cancelled) {
        Some(firm) => firms_of(&place, &engagement::of_people(conn, &[id])?, session.held_on).contains(&firm),
        None => true,
    };
    if !stands || !is_theirs {
        return Ok(None);
    }
    TrainingPlace { sender, contact, person, firm, told }.write().map(Some)
}

pub(super) fn enclosure(sender: &Sender, row: &Row) -> Result<Option<Enclosure>> {
    let told: PlaceParams = serde_json::from_str(&row.params)?;
    Ok(told.calendar(sender, &row.to_email, row.created_at))
}
