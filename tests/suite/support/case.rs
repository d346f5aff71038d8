//! A case with a trace at any point of its way, for tests: the row as the commands would leave it, and who sits on it.

use chaperone::domain::application::case;
use chaperone::domain::permission::{Case, Who};
use chaperone::store::application::{self, Application};
use chaperone::types::{Access, ApplicationId, ApplicationKind, ApplicationState, Origin, Reach};

use super::account::{grant, invited};
use super::database::day;
use super::register::Council;

/// An application of the council's person in this state, with a trace, sent in three weeks ago.
pub fn applied(council: &Council, state: ApplicationState) -> Application {
    let firm = council.firm;
    let row = Application {
        id: ApplicationId(0),
        reference: format!("A-{state}-{}", council.trail()),
        kind: ApplicationKind::New,
        person_id: Some(council.person),
        contractor_id: Some(firm),
        authority_id: None,
        role: super::register::ASSISTANT.into(),
        state,
        state_since: day("2026-11-15"),
        sort_name: "okafor amina".into(),
        answers: "{}".into(),
        started_by: council.officer.user,
        started_on: day("2026-11-01"),
        submitted_on: Some(day("2026-11-01")),
        owner: None,
        certificate_id: None,
        has_trace: true,
        interviewed_on: None,
        outcome: None,
        decided_on: None,
        appealed_on: None,
        appeal_outcome: None,
        returned_reason: String::new(),
        chased_on: None,
        origin: Origin::Recorded,
        edited_on: None,
    };
    let made = council.act(&council.officer, |tx| {
        let id = application::insert(tx, &row)?;
        tx.trail(chaperone::store::trail::Entry::new("application.start", "application", id.0));
        Ok(id)
    });
    again(council, made.unwrap())
}

/// The application as it is now.
pub fn again(council: &Council, id: ApplicationId) -> Application {
    council.test.db.read(|conn| application::find(conn, id, &Reach::Everyone)).unwrap()
}

/// Who took part in it so far.
pub fn case_of(council: &Council, application: &Application) -> Case {
    council.test.db.read(|conn| case(conn, application)).unwrap()
}

/// Somebody with one access of the council.
pub fn somebody(council: &Council, mail: &str, access: Access) -> Who {
    let (user, _) = invited(&council.test, mail, &[grant(access)]);
    Who { user, name: "Dana Whitlock".into(), accesses: vec![(access, None)] }
}

/// Plain SQL, for what no command does.
pub fn sql(council: &Council, statement: &str) {
    use diesel::connection::SimpleConnection;
    council.test.db.read(|conn| Ok(conn.batch_execute(statement)?)).unwrap();
}

/// What a job's workers work with on a day.
pub fn office(council: &Council, on: &str, smtp: &str) -> chaperone::jobs::Office {
    use chaperone::jobs::{Office, spec};
    use std::sync::Arc;
    let config = chaperone::config::Config { smtp_url: chaperone::types::Secret::new(smtp), ..Default::default() };
    Office {
        db: council.test.db.clone(),
        clock: chaperone::clock::Clock::Fixed(day(on)),
        config: Arc::new(config),
        specs: Arc::new(spec::load(None).unwrap()),
    }
}
