//! One check on an officer's word. Runs where waiting is allowed, the client's end included.

use std::time::Duration;

use chrono::TimeDelta;

use crate::clock::Clock;
use crate::config::Config;
use crate::domain::permission::{Act, Subject, Who, may};
use crate::domain::status_check::{self, Answered, Pace, Standing};
use crate::domain::{command, declaration};
use crate::error::{Error, Fault, Result};
use crate::gateway::update_service::{Checker, NoResult, Question, UpdateService};
use crate::store::{Db, migrate, watch};
use crate::types::{PersonId, SubscriptionId};

/// How long the page waits.
const PATIENCE: Duration = Duration::from_secs(20);

/// Not twice within this time.
const PAUSE: TimeDelta = TimeDelta::minutes(10);

/// What came of it.
pub(super) enum Heard {
    /// An answer, and what follows from it is done.
    Answer,
    /// None.
    NoResult(NoResult),
}

/// Asks about a subscription in the officer's own name.
///
/// # Errors
/// `Invalid` at `subscription` when it may not be asked; the database's.
pub(super) fn ask(
    db: &Db,
    clock: &Clock,
    config: &Config,
    who: &Who,
    person: PersonId,
    subscription: SubscriptionId,
) -> Result<Heard> {
    may(who, Act::RecordEvidence, Subject::Register)?;
    let refused = |why: &str| Error::Invalid(vec![Fault::new("subscription", why)]);
    let today = clock.today();
    let (purpose, declared, standing) = db.read(|conn| {
        let declared = declaration::of_user(conn, who.user)?;
        Ok((migrate::purpose(conn)?, declared, status_check::to_ask(conn, person, subscription, today)?))
    })?;
    let url = config.update_service_url.as_str();
    let declared = declared.ok_or_else(|| refused("Make the legal declaration on the Update Service page first"))?;
    status_check::may_reach(purpose, url).map_err(refused)?;
    let asked = match standing {
        Standing::Ask(asked) => asked,
        Standing::Leave(why) | Standing::Broken(why) => return Err(refused(why)),
    };
    let since = clock.now().plus(-PAUSE);
    if !command::write_untrailed(db, clock, |tx| watch::take(tx, subscription, since))? {
        return Err(refused("This was asked less than 10 minutes ago. Wait before you ask again"));
    }
    let checker = Checker {
        organisation: config.council_name.clone(),
        forename: declared.forename.clone(),
        surname: declared.surname.clone(),
        has_accepted_declaration: true,
    };
    let question = Question {
        certificate: &asked.number,
        surname: &asked.surname,
        date_of_birth: asked.date_of_birth,
        checker: &checker,
    };
    match UpdateService::open(url)?.with_patience(PATIENCE).check(&question) {
        Ok(answer) => {
            let holder = answer.holder.map(|holder| (holder.surname, holder.printed_on));
            let answered = Answered { result: answer.result, holder };
            command::run_if_needed(db, who.user, clock, |tx| {
                status_check::take(tx, &asked, &answered, &declared, Pace::default())
            })?;
            Ok(Heard::Answer)
        }
        Err(why) => {
            tracing::warn!(subscription = subscription.0, %why, "no answer");
            command::write_untrailed(db, clock, |tx| watch::note_failure(tx, subscription))?;
            Ok(Heard::NoResult(why))
        }
    }
}
