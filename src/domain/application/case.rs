//! Who took part in a case, for [`crate::domain::permission::may`].

use crate::domain::permission::Case;
use crate::error::Result;
use crate::store::application::Application;
use crate::store::{Conn, case as store};
use crate::types::{ProposalState, UserId};

fn overruled(conn: &mut Conn, application: &Application) -> Result<Vec<UserId>> {
    let hands = store::sent_back_on_appeal(conn, application.id)?;
    Ok(hands.into_iter().flat_map(|one| [Some(one.proposed_by), one.seconded_by]).flatten().collect())
}

/// Who interviewed, proposed, agreed, assessed and heard.
///
/// # Errors
/// The database's.
pub fn case(conn: &mut Conn, application: &Application) -> Result<Case> {
    let hands = store::hands(conn, application.id)?;
    let last = hands.iter().rev().find(|one| one.state != ProposalState::SentBack);
    let mut involved = store::assessors(conn, application.id)?;
    involved.extend(hands.iter().map(|one| one.proposed_by));
    involved.extend(hands.iter().filter_map(|one| one.seconded_by));
    involved.sort_unstable();
    involved.dedup();
    Ok(Case {
        firm: application.contractor_id,
        interviewers: store::interviewers(conn, application.id)?,
        proposed_by: last.map(|one| one.proposed_by),
        seconded_by: last.and_then(|one| one.seconded_by),
        appeal_panel: store::appeal_panel(conn, application.id)?,
        involved,
        overruled: overruled(conn, application)?,
    })
}
