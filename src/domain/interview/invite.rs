//! What the person is told of their interview, by a letter of their own.

use super::Sitting;
use crate::domain::letter::{Change, InvitationParams};
use crate::domain::outbox;
use crate::error::{Error, Result};
use crate::store::Tx;

/// Writes to the person.
pub(super) fn tell(tx: &mut Tx<'_>, sitting: &Sitting, change: Change) -> Result<()> {
    let Sitting { interview, application, .. } = sitting;
    let owner = application.person_id.ok_or_else(|| Error::internal("an interview of nobody"))?;
    let params = InvitationParams {
        interview: interview.id,
        moves: interview.moves,
        change,
        reference: application.reference.clone(),
        starts_at: interview.starts_at,
        minutes: interview.minutes,
        place: interview.place.clone(),
    };
    outbox::write_to_person(tx, owner, "interview_invitation", serde_json::to_string(&params)?)
}
