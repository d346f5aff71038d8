//! What the person is told of their interview: by mail to an address that is theirs alone, or by the team itself.

use super::Sitting;
use crate::domain::letter::{Change, InvitationParams};
use crate::error::{Error, Result};
use crate::store::outbox::{self, NewLetter};
use crate::store::task::{self, NewTask};
use crate::store::{Conn, Tx, access, application, contractor, engagement, person, user};
use crate::types::{Access, PersonId, Reach};

/// The person's own mail address; none when there is none, or when a firm they work for or apply with reads what arrives
/// there: that there is an interview says that there is a trace, and a decision's reasons say more.
///
/// # Errors
/// The database's.
pub fn private_mail(conn: &mut Conn, owner: PersonId) -> Result<Option<String>> {
    let mail = person::find(conn, owner, &Reach::Everyone)?.email.trim().to_lowercase();
    if mail.is_empty() {
        return Ok(None);
    }
    let works = engagement::of_people(conn, &[owner])?;
    let asked = application::of_person(conn, owner)?;
    let asked = asked.iter().filter_map(|one| one.contractor_id);
    let mut firms: Vec<_> = works.iter().map(|work| work.contractor_id).chain(asked).collect();
    firms.sort_unstable();
    firms.dedup();
    let is_theirs = |address: &str| !address.is_empty() && address.trim().to_lowercase() == mail;
    let firms = contractor::by_ids(conn, &firms)?;
    if firms.iter().any(|firm| is_theirs(&firm.email) || is_theirs(&firm.second_email)) {
        return Ok(None);
    }
    if let Some(account) = user::by_email(conn, &mail)? {
        let held = access::of_user(conn, account.id)?;
        if held.iter().any(|one| one.access == Access::Contractor) {
            return Ok(None);
        }
    }
    Ok(Some(mail))
}

/// Writes to the person, or makes it the team's task to.
pub(super) fn tell(tx: &mut Tx<'_>, sitting: &Sitting, change: Change) -> Result<()> {
    let Sitting { interview, application, .. } = sitting;
    let owner = application.person_id.ok_or_else(|| Error::internal("an interview of nobody"))?;
    let Some(mail) = private_mail(tx, owner)? else {
        let cause = format!("interview:{}:{}:{}", interview.id, interview.moves, interview.state);
        let detail = match change {
            Change::Arranged => {
                "They have no email address of their own: telephone or post the invitation to the interview"
            }
            Change::Moved => "They have no email address of their own: telephone or post the new time of the interview",
            Change::Cancelled => "They have no email address of their own: tell them that the interview is cancelled",
        };
        let task = NewTask {
            kind: "letter_by_post",
            cause: &cause,
            subject_kind: "person",
            subject_id: owner.0,
            detail,
            due_on: tx.today,
        };
        task::open(tx, &task)?;
        return Ok(());
    };
    let params = InvitationParams {
        interview: interview.id,
        moves: interview.moves,
        change,
        reference: application.reference.clone(),
        starts_at: interview.starts_at,
        minutes: interview.minutes,
        place: interview.place.clone(),
    };
    let letter = NewLetter {
        letter: "interview_invitation",
        to: &mail,
        cc: "",
        contractor: None,
        user: None,
        person: Some(owner),
        params: serde_json::to_string(&params)?,
    };
    outbox::put(tx, &letter)?;
    Ok(())
}
