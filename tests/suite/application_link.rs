//! Whose application it is, and what comes over to the register: facts.md §8 cases 7, 16, 28 and 30.

use chaperone::domain::application::applicant::Applicant;
use chaperone::domain::application::checking;
use chaperone::domain::application::link::{self, Choice, candidates};
use chaperone::domain::clearance::dossiers;
use chaperone::domain::engagement;
use chaperone::domain::proposal::open_items;
use chaperone::error::Error;
use chaperone::store::application::Application;
use chaperone::store::person;
use chaperone::types::{ApplicationId, ApplicationKind, ItemState, Kind, PersonId, Status};

use crate::support::application::{application, stands};
use crate::support::database::day;
use crate::support::register::{ASSISTANT, Council, DRIVER, firm, sample};

const ABROAD: &str = r#"{"forename":"Amina","surname":"Okafor","date_of_birth":"1980-03-31",
    "former_names":[{"forename":"Amina","surname":"Bello"}],
    "addresses":[{"country":"Spain","from":"2022-01-01","until":"2023-12-31"},
                 {"country":"Portugal","from":"2024-01-01","until":"2024-12-31"},{"from":"2025-01-01"}],
    "own":{"consent_on":"2026-11-18","consent_text":"2026-1","declared_on":"2026-11-18","declared":false}}"#;

fn taken(council: &Council, change: impl FnOnce(&mut Application)) -> ApplicationId {
    let id = application(&council.test, Some(council.firm), change);
    council.act(&council.officer, |tx| checking::take(tx, &council.officer, id)).unwrap();
    id
}

fn linked(council: &Council, id: ApplicationId, choice: Choice) -> PersonId {
    council.act(&council.officer, |tx| link::link(tx, &council.officer, id, choice, None)).unwrap()
}

#[test]
fn a_new_person_is_registered_with_the_work_applied_for_and_what_they_said() {
    let mut council = Council::with(ASSISTANT);
    let id = taken(&council, |row| row.answers = ABROAD.into());
    let new = linked(&council, id, Choice::New);
    assert_ne!(new, council.person);
    let dossier = council.test.db.read(|c| dossiers(c, &[new])).unwrap().pop().unwrap();
    let work = &dossier.engagements[0];
    assert_eq!((work.contractor_id, work.role.as_str(), work.starts_on), (council.firm, ASSISTANT, day("2026-11-22")));
    assert_eq!(
        (dossier.consents[0].given_on, dossier.consents[0].text_version.as_str()),
        (day("2026-11-18"), "2026-1")
    );
    let own = dossier.evidence.iter().find(|row| row.kind == Kind::SelfDeclaration).unwrap();
    assert_eq!(own.valid_from, Some(day("2026-11-18")));
    let names = council.test.db.read(|c| person::names(c, new)).unwrap();
    assert!(names.iter().any(|name| name.surname == "Bello"));
    let abroad: Vec<_> = dossier.evidence.iter().filter(|row| row.kind == Kind::Overseas).collect();
    assert_eq!(abroad.len(), 2, "one awaited from each country");

    council.person = new;
    assert_eq!(council.item(ASSISTANT, "overseas"), ItemState::Missing);
    let answer = |country: &str, outcome: &str| sample("overseas").with("country", country).with("outcome", outcome);
    assert_eq!(council.refused(ASSISTANT, "overseas", answer("Spain", "statutory_declaration")), ["witness"]);
    let sworn = answer("Spain", "statutory_declaration").with("witness", "Ana Ruiz, notary in Toledo");
    council.record(ASSISTANT, "overseas", sworn).unwrap();
    assert_eq!(council.item(ASSISTANT, "overseas"), ItemState::Missing, "Portugal has not answered");
    assert_eq!(council.refused(ASSISTANT, "overseas", answer("Portugal", "unobtainable")), ["instead"]);
    let letter = answer("Portugal", "unobtainable").with("instead", "embassy_letter");
    council.record(ASSISTANT, "overseas", letter).unwrap();
    assert_eq!(council.item(ASSISTANT, "overseas"), ItemState::Met);
    council.is_sound();
}

#[test]
fn linking_happens_once_and_after_somebody_took_it_up() {
    let council = Council::with(ASSISTANT);
    let id = application(&council.test, Some(council.firm), |_| {});
    let link_it = |choice| council.act(&council.officer, |tx| link::link(tx, &council.officer, id, choice, None));
    assert!(matches!(link_it(Choice::New), Err(Error::Conflict(_))));
    council.act(&council.officer, |tx| checking::take(tx, &council.officer, id)).unwrap();
    assert!(matches!(link_it(Choice::Known(PersonId(999))), Err(Error::Invalid(_))));
    link_it(Choice::Known(council.person)).unwrap();
    assert_eq!(stands(&council.test, id).person_id, Some(council.person));
    assert!(matches!(link_it(Choice::New), Err(Error::Conflict(_))));
}

/// facts.md §8.28: the same person by two operators, under name variants.
#[test]
fn the_same_person_is_found_under_a_former_name_a_certificate_or_a_telephone() {
    let council = Council::with(ASSISTANT);
    council.record(ASSISTANT, "dbs_certificate", sample("dbs_certificate")).unwrap();
    let of = |json: &str| {
        let id = application(&council.test, Some(council.firm), |row| row.answers = json.into());
        let applicant = Applicant::of(&stands(&council.test, id));
        let found = council.test.db.read(|c| candidates(c, &applicant, day("2026-11-22"))).unwrap();
        found.into_iter().map(|one| (one.person.id, one.alike)).collect::<Vec<_>>()
    };
    let name = "the same name and date of birth";
    assert_eq!(
        of(r#"{"forename":"AMINA","surname":"Smith","date_of_birth":"1980-03-31",
               "former_names":[{"forename":"Amina","surname":"Okafor"}]}"#),
        [(council.person, vec![name])]
    );
    assert!(of(r#"{"forename":"Amina","surname":"Okafor","date_of_birth":"1980-03-30"}"#).is_empty(), "another day");
    assert!(of("{}").is_empty());
}

/// facts.md §8.7, as far as it goes without badges: the checks go with the person to another firm.
#[test]
fn case_07_a_change_of_contractor_carries_the_checks_over() {
    let council = Council::with(ASSISTANT);
    council.clear(
        ASSISTANT,
        &[
            "identity",
            "right_to_work",
            "self_declaration",
            "dbs_certificate",
            "overseas",
            "safeguarding",
            "disability_awareness",
            "first_aid",
            "pats",
        ],
    );
    let other = firm(&council.test, "Birch Coaches");
    let id = application(&council.test, Some(other), |row| row.kind = ApplicationKind::ContractorChange);
    council.act(&council.officer, |tx| checking::take(tx, &council.officer, id)).unwrap();
    linked(&council, id, Choice::Known(council.person));
    assert_eq!(council.status(ASSISTANT), Status::Cleared, "one approval, two engagements");
    let dossier = council.test.db.read(|c| dossiers(c, &[council.person])).unwrap().pop().unwrap();
    let old = dossier.engagements.iter().find(|one| one.contractor_id == council.firm).unwrap().id;
    let end = |tx: &mut chaperone::store::Tx<'_>| {
        engagement::end(tx, &council.officer, council.person, old, Some(day("2026-11-22")), "Moved to another firm")
    };
    council.act(&council.officer, end).unwrap();
    assert_eq!(council.status(ASSISTANT), Status::Cleared);
    assert!(missing(&council, id).is_empty());
}

fn missing(council: &Council, id: ApplicationId) -> Vec<String> {
    let row = stands(&council.test, id);
    let read = |c: &mut chaperone::store::Conn| {
        let dossier = dossiers(c, &[row.person_id.unwrap()])?.pop().unwrap();
        open_items(c, &row, &dossier, day("2026-11-22"))
    };
    council.test.db.read(read).unwrap().stopping
}

/// facts.md §8.30: a passenger assistant becomes a driver, and the driver's requirements are asked anew.
#[test]
fn case_30_a_change_of_role_asks_what_the_new_role_asks() {
    let council = Council::with(ASSISTANT);
    council.record(ASSISTANT, "identity", sample("identity")).unwrap();
    let id = taken(&council, |row| {
        (row.kind, row.role, row.person_id) = (ApplicationKind::RoleChange, DRIVER.into(), Some(council.person));
    });
    let missing = missing(&council, id);
    assert!(missing.iter().any(|one| one == "Taxi or private hire driver's licence"), "{missing:?}");
    assert!(!missing.iter().any(|one| one == "Identity check"), "who they are is known");
    assert_eq!(council.item(DRIVER, "licence"), ItemState::Missing);
}

/// facts.md §8.16: seventeen today, eighteen soon.
#[test]
fn an_assistant_of_seventeen_is_told_from_when_they_may_work() {
    let council = Council::with(ASSISTANT);
    let id = taken(&council, |row| {
        row.answers = r#"{"forename":"Kim","surname":"Young","date_of_birth":"2009-01-15"}"#.into();
    });
    let young = linked(&council, id, Choice::New);
    let row = stands(&council.test, id);
    assert_eq!(row.person_id, Some(young));
    assert!(missing(&council, id).iter().any(|one| one == "Minimum age (18)"));
}
