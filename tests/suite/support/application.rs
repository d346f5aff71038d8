//! Applications as their submitter left them, for what the council does with them.

use chaperone::domain::command;
use chaperone::store::application::{self, Application};
use chaperone::store::trail::Entry;
use chaperone::types::{
    ApplicationId, ApplicationKind, ApplicationState, ContractorId, Origin, PersonId, Reach, UserId,
};

use super::account::clock;
use super::database::{TestDb, day};

/// Answers of somebody called Amina Okafor, born in 1980, who lived at one address.
pub const ANSWERS: &str = r#"{"forename":"Amina","surname":"Okafor","date_of_birth":"1980-03-31",
    "addresses":[{"from":"2015-01-01"}]}"#;

/// Writes an application of `firm` for a passenger assistant, submitted, after `change`.
pub fn application(test: &TestDb, firm: Option<ContractorId>, change: impl FnOnce(&mut Application)) -> ApplicationId {
    let made = command::run(&test.db, UserId::SYSTEM, &clock(), |tx| {
        let last = application::last_reference(tx)?;
        let number: u32 = last.and_then(|text| text.strip_prefix("A-")?.parse().ok()).unwrap_or(0);
        let mut row = Application {
            id: ApplicationId(0),
            reference: format!("A-{:06}", number + 1),
            kind: ApplicationKind::New,
            person_id: None,
            contractor_id: firm,
            authority_id: None,
            role: "passenger_assistant".into(),
            state: ApplicationState::Submitted,
            state_since: day("2026-11-20"),
            sort_name: "okafor amina".into(),
            answers: ANSWERS.into(),
            started_by: UserId::SYSTEM,
            started_on: day("2026-11-19"),
            submitted_on: Some(day("2026-11-20")),
            owner: None,
            certificate_id: None,
            has_trace: false,
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
        change(&mut row);
        let id = application::insert(tx, &row)?;
        tx.trail(Entry::new("application.begin", "application", id.0));
        Ok(id)
    });
    made.unwrap()
}

/// The application as it stands.
pub fn stands(test: &TestDb, id: ApplicationId) -> Application {
    test.db.read(|conn| application::find(conn, id, &Reach::Everyone)).unwrap()
}

/// Every application of a person, newest first.
pub fn of_person(test: &TestDb, person: PersonId) -> Vec<Application> {
    test.db.read(|conn| application::of_person(conn, person)).unwrap()
}
