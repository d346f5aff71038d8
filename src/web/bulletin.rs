//! Safeguarding bulletins: the team writes and publishes them, firms see who of theirs has read them, and each person
//! reads theirs by a link of their own.

mod read;
mod readers;
mod show;
mod translate;
mod write;

use rocket::Route;
use rocket::request::{FromRequest, Outcome, Request};

use crate::domain::bulletin::reaches;
use crate::domain::permission::{Act, Subject, Who, may};
use crate::domain::signin::Signin;
use crate::error::{Error, Result};
use crate::store::bulletin::Bulletin;
use crate::types::{BulletinState, ContractorId};

/// Whoever may see bulletins: the council, and firms as far as their own people go.
#[derive(Debug, Clone)]
struct Viewer(Signin);

impl std::ops::Deref for Viewer {
    type Target = Who;
    fn deref(&self) -> &Who {
        &self.0.who
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Viewer {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Viewer, ()> {
        match Signin::from_request(request).await {
            Outcome::Success(signin) if may(&signin.who, Act::ViewBulletins, Subject::Register).is_ok() => {
                Outcome::Success(Viewer(signin))
            }
            Outcome::Success(_) => Outcome::Error((rocket::http::Status::NotFound, ())),
            Outcome::Error(error) => Outcome::Error(error),
            Outcome::Forward(status) => Outcome::Forward(status),
        }
    }
}

impl Viewer {
    /// Whether they may write bulletins.
    fn writes(&self) -> bool {
        may(self, Act::WriteBulletins, Subject::Register).is_ok()
    }

    /// The firm whose people they are shown: the one asked for, for a firm's own user always one of theirs.
    fn firm(&self, asked: Option<ContractorId>) -> Result<Option<ContractorId>> {
        if self.is_staff() {
            return Ok(asked);
        }
        let firm = asked.or_else(|| self.firms().first().copied()).ok_or(Error::NotFound)?;
        may(self, Act::ViewBulletins, Subject::Firm(firm))?;
        Ok(Some(firm))
    }

    /// Whether the bulletin may be shown to them: to a firm once it is published, and for its people.
    fn sees(&self, bulletin: &Bulletin, firm: Option<ContractorId>) -> Result<()> {
        let is_reached = firm.is_some_and(|firm| reaches(&bulletin.contractors, firm));
        let theirs = bulletin.state != BulletinState::Draft && is_reached;
        if self.is_staff() || theirs { Ok(()) } else { Err(Error::NotFound) }
    }
}

/// What this room answers.
pub fn routes() -> Vec<Route> {
    [show::routes(), write::routes(), translate::routes(), readers::routes(), read::routes()].concat()
}
